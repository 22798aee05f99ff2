-- Why are images turned down?
SELECT
  coalesce(error_code, status) AS error_code,
  count(*) AS images,
  CAST(count(*) AS double) / (SELECT count(*) FROM images) AS share,
  min(uploaded_at) AS first_at,
  max(uploaded_at) AS last_at,
  max_by(raw_key, uploaded_at) AS latest_key,
  max_by(coalesce(error_detail, ''), uploaded_at) AS latest_detail
FROM images
WHERE status <> 'processed'
GROUP BY 1
