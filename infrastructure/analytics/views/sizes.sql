-- How large are the pictures, and what does a size cost?
SELECT
  CASE
    WHEN megapixels < 0.5 THEN '1: below 0.5 MP'
    WHEN megapixels < 2 THEN '2: 0.5 to 2 MP'
    WHEN megapixels < 12 THEN '3: 2 to 12 MP'
    WHEN megapixels < 50 THEN '4: 12 to 50 MP'
    WHEN megapixels >= 50 THEN '5: 50 MP and more'
    ELSE '6: unknown'
  END AS size,
  count(*) AS images,
  CAST(coalesce(sum(bytes_in), 0) AS bigint) AS bytes_in,
  avg(bytes_in) AS mean_bytes_in,
  avg(duration_ms) AS mean_duration_ms,
  max(peak_rss_mb) AS peak_rss_mb
FROM images
GROUP BY 1
