-- Which files were sent more than once, under different names?
SELECT
  sha256,
  count(*) AS copies,
  CAST((count(*) - 1) * max(bytes_in) AS bigint) AS bytes_spared,
  count(DISTINCT coalesce(source, 'other')) AS sources,
  min(uploaded_at) AS first_at,
  min_by(raw_key, uploaded_at) AS first_key,
  max_by(raw_key, uploaded_at) AS latest_key
FROM images
WHERE sha256 IS NOT NULL
GROUP BY sha256
HAVING count(*) > 1
