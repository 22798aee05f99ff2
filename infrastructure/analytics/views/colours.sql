-- Which colours are the pictures of? By the commonest colour of each, under the name of its hue.
WITH channels AS (
  SELECT
    dominant_hex, uploaded_at, bytes_in,
    CAST(from_base(substr(dominant_hex, 2, 2), 16) AS double) AS red,
    CAST(from_base(substr(dominant_hex, 4, 2), 16) AS double) AS green,
    CAST(from_base(substr(dominant_hex, 6, 2), 16) AS double) AS blue
  FROM images
  WHERE dominant_hex IS NOT NULL
),
extremes AS (
  SELECT *, greatest(red, green, blue) AS high, least(red, green, blue) AS low
  FROM channels
),
hues AS (
  SELECT
    *,
    CASE
      WHEN high = low THEN 0.0
      WHEN high = red AND green >= blue THEN 60 * (green - blue) / (high - low)
      WHEN high = red THEN 360 + 60 * (green - blue) / (high - low)
      WHEN high = green THEN 120 + 60 * (blue - red) / (high - low)
      ELSE 240 + 60 * (red - green) / (high - low)
    END AS hue
  FROM extremes
)
SELECT
  CASE
    WHEN high < 40 THEN 'black'
    WHEN high - low < 24 AND low >= 216 THEN 'white'
    WHEN high - low < 24 THEN 'gray'
    WHEN hue < 15 OR hue >= 345 THEN 'red'
    WHEN hue < 45 AND high < 160 THEN 'brown'
    WHEN hue < 45 THEN 'orange'
    WHEN hue < 70 THEN 'yellow'
    WHEN hue < 165 THEN 'green'
    WHEN hue < 195 THEN 'cyan'
    WHEN hue < 255 THEN 'blue'
    WHEN hue < 290 THEN 'purple'
    ELSE 'pink'
  END AS colour,
  count(*) AS images,
  CAST(count(*) AS double) / CAST(sum(count(*)) OVER () AS double) AS share,
  max_by(dominant_hex, uploaded_at) AS latest_hex,
  CAST(round(avg(red)) AS integer) AS mean_red,
  CAST(round(avg(green)) AS integer) AS mean_green,
  CAST(round(avg(blue)) AS integer) AS mean_blue
FROM hues
GROUP BY 1
