-- Which cameras are the photographs from?
SELECT
  exif_make AS make,
  exif_model AS model,
  count(*) AS images,
  count(DISTINCT dt) AS days,
  CAST(count(*) FILTER (WHERE has_gps) AS double) / count(*) AS share_with_position,
  approx_percentile(CAST(exif_iso AS double), 0.5) AS median_iso,
  approx_percentile(exif_focal_mm, 0.5) AS median_focal_mm,
  min(exif_taken_at) AS earliest_taken_at,
  max(exif_taken_at) AS latest_taken_at
FROM images
WHERE exif_model IS NOT NULL
GROUP BY exif_make, exif_model
