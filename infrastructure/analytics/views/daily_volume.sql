-- How much comes in, day by day, and which way?
SELECT
  dt,
  coalesce(source, 'other') AS source,
  count(*) AS images,
  count(*) FILTER (WHERE status = 'processed') AS processed,
  count(*) FILTER (WHERE status = 'rejected') AS rejected,
  count(*) FILTER (WHERE status = 'expired') AS expired,
  CAST(coalesce(sum(bytes_in), 0) AS bigint) AS bytes_in,
  CAST(coalesce(sum(bytes_out), 0) AS bigint) AS bytes_out,
  round(coalesce(sum(megapixels), 0), 1) AS megapixels
FROM images
GROUP BY 1, 2
