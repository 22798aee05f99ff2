-- What the daily compaction writes to Parquet, in Athena by UNLOAD (…), in the tests by DuckDB's COPY (…): every row of a
-- day that is over, while its image may be kept.
SELECT * FROM metadata
WHERE dt < CAST(current_date AS varchar) AND from_iso8601_timestamp(purge_after) > current_timestamp
