-- Is anything still there past its day? Rows of all events whose purge_after is over, by day.
-- Lifecycle rules remove objects in the day after: what is overdue by 48 hours or more is a fault.
SELECT
  dt,
  count(*) AS overdue_rows,
  count(DISTINCT image_id) AS images,
  min(purge_after) AS oldest_purge_after,
  CAST(max(date_diff('hour', from_iso8601_timestamp(purge_after), current_timestamp)) AS bigint) AS hours_overdue,
  count(*) FILTER (
    WHERE date_diff('hour', from_iso8601_timestamp(purge_after), current_timestamp) >= 48) AS faults
FROM metadata_all
WHERE from_iso8601_timestamp(purge_after) <= current_timestamp
GROUP BY dt
