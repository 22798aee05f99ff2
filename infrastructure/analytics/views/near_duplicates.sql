-- Which pictures look alike without being the same file? Pairs whose difference hashes differ in at most 3 of 64 bits.
-- Bounded: such a pair has one of the four quarters of its hashes in common, so only images that share a quarter are
-- compared, and a quarter that more than 50 images share (blank pages, scans) is left out. A plain picture, whose hash is
-- zero, looks like every other and is left out too.
WITH pictures AS (
  SELECT
    image_id, raw_key, sha256, uploaded_at, dhash,
    from_base(substr(dhash, 1, 8), 16) AS high,
    from_base(substr(dhash, 9, 8), 16) AS low
  FROM images
  WHERE dhash IS NOT NULL AND dhash <> '0000000000000000'
),
quarters AS (
  SELECT pictures.*, place, substr(dhash, 4 * place - 3, 4) AS quarter
  FROM pictures
  CROSS JOIN UNNEST(sequence(1, 4)) AS places (place)
),
shared AS (
  SELECT place, quarter
  FROM quarters
  GROUP BY place, quarter
  HAVING count(*) BETWEEN 2 AND 50
),
candidates AS (
  SELECT quarters.*
  FROM quarters
  JOIN shared ON shared.place = quarters.place AND shared.quarter = quarters.quarter
),
pairs AS (
  SELECT DISTINCT
    one.image_id, other.image_id AS other_image_id,
    one.raw_key, other.raw_key AS other_key,
    one.uploaded_at, other.uploaded_at AS other_uploaded_at,
    CAST(
      bit_count(bitwise_xor(one.high, other.high), 64) + bit_count(bitwise_xor(one.low, other.low), 64)
      AS integer) AS differing_bits
  FROM candidates AS one
  JOIN candidates AS other
    ON other.place = one.place AND other.quarter = one.quarter AND other.image_id > one.image_id
  WHERE coalesce(one.sha256, 'one') <> coalesce(other.sha256, 'other')
)
SELECT image_id, other_image_id, raw_key, other_key, uploaded_at, other_uploaded_at, differing_bits
FROM pairs
WHERE differing_bits <= 3
