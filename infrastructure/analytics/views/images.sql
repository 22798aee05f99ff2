-- Which images are there? One row for each image: that of its latest event, while the image may be kept.
-- An image that a person has deleted is not among them.
WITH ranked AS (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY image_id
      ORDER BY uploaded_at DESC, rpad(upper(coalesce(raw_sequencer, '')), 40, '0') DESC, processed_at DESC
    ) AS place
  FROM metadata_all
)
SELECT
  dt,
  -- The record's columns, from metadata.schema.json: `make catalogue` writes them.
  schema_version,
  image_id,
  source,
  raw_bucket,
  raw_key,
  raw_etag,
  raw_sequencer,
  CAST(replace(substr(uploaded_at, 1, 23), 'T', ' ') AS timestamp(3)) AS uploaded_at,
  CAST(replace(substr(purge_after, 1, 23), 'T', ' ') AS timestamp(3)) AS purge_after,
  earlier_deletions,
  status,
  error_code,
  error_detail,
  attempts,
  compute,
  processor_version,
  recipe_id,
  CAST(replace(substr(processed_at, 1, 23), 'T', ' ') AS timestamp(3)) AS processed_at,
  duration_ms,
  queue_ms,
  peak_rss_mb,
  bytes_in,
  bytes_out,
  sha256,
  dhash,
  thumbhash,
  format,
  declared_type,
  width,
  height,
  megapixels,
  aspect_ratio,
  channels,
  bit_depth,
  colour_space,
  has_alpha,
  pixels_opaque,
  orientation,
  exif_make,
  exif_model,
  TRY_CAST(replace(substr(exif_taken_at, 1, 19), 'T', ' ') AS timestamp(3)) AS exif_taken_at,
  exif_iso,
  exif_f_number,
  exif_exposure_s,
  exif_focal_mm,
  has_gps,
  has_xmp,
  icc_name,
  dominant_hex,
  warnings,
  first_warning,
  decoded_share,
  renditions
  -- End of the record's columns.
FROM ranked
WHERE place = 1 AND status <> 'deleted' AND from_iso8601_timestamp(purge_after) > current_timestamp
