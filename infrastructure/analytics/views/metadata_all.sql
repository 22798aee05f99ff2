-- Every row once, wherever it is stored: the last three days' as single objects, older days' in the daily Parquet.
-- Three days, so that one or two compactions may fail without a row being missed. All other views read this one.
SELECT * FROM metadata
WHERE dt >= CAST(CAST(current_date - INTERVAL '2' DAY AS date) AS varchar)
UNION ALL
SELECT * FROM metadata_compacted
WHERE dt < CAST(CAST(current_date - INTERVAL '2' DAY AS date) AS varchar)
