-- How long do images wait, and how long does the work take, where it is done?
SELECT
  compute,
  count(*) AS images,
  approx_percentile(duration_ms, 0.5) AS duration_ms_p50,
  approx_percentile(duration_ms, 0.95) AS duration_ms_p95,
  approx_percentile(duration_ms, 0.99) AS duration_ms_p99,
  max(duration_ms) AS duration_ms_max,
  approx_percentile(queue_ms, 0.5) AS queue_ms_p50,
  approx_percentile(queue_ms, 0.95) AS queue_ms_p95,
  approx_percentile(queue_ms, 0.99) AS queue_ms_p99,
  max(queue_ms) AS queue_ms_max,
  count(*) FILTER (WHERE attempts > 1) AS retried,
  count(*) FILTER (WHERE processed_at >= uploaded_at + INTERVAL '1' DAY) AS late
FROM images
GROUP BY compute
