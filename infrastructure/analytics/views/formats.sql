-- Which formats come in, and how often is an image declared as something else?
-- image/jpg, image/pjpeg and image/x-png are old names of the right types.
WITH declared AS (
  SELECT
    coalesce(format, 'unknown') AS format,
    lower(trim(split_part(declared_type, ';', 1))) AS declared_type
  FROM images
)
SELECT
  format,
  coalesce(declared_type, 'none') AS declared_type,
  CASE
    WHEN format = 'unknown' OR declared_type IS NULL THEN 'unknown'
    WHEN declared_type = concat('image/', format) THEN 'right'
    WHEN format = 'jpeg' AND declared_type IN ('image/jpg', 'image/pjpeg') THEN 'right'
    WHEN format = 'png' AND declared_type = 'image/x-png' THEN 'right'
    ELSE 'wrong'
  END AS declaration,
  count(*) AS images,
  CAST(count(*) AS double) / CAST(sum(count(*)) OVER () AS double) AS share
FROM declared
GROUP BY 1, 2, 3
