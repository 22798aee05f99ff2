-- Which renditions are in the processed bucket? One row for each.
-- By index, because UNNEST of an array of rows makes a column of each field in Athena and one column in DuckDB.
SELECT
  dt, image_id, coalesce(source, 'other') AS source, raw_key, uploaded_at, purge_after, bytes_in,
  renditions[place].name AS name,
  renditions[place].key AS key,
  renditions[place].format AS format,
  renditions[place].width AS width,
  renditions[place].height AS height,
  renditions[place].bytes AS bytes
FROM (SELECT * FROM images WHERE cardinality(renditions) > 0)
CROSS JOIN UNNEST(sequence(1, cardinality(renditions))) AS places (place)
