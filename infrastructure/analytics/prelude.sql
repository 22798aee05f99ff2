-- What DuckDB needs so that the views, which are written for Athena, run in it unchanged: Trino's function names with
-- Trino's meanings. date_diff counts whole units there and boundaries here, hence date_sub.
SET TimeZone = 'UTC';
CREATE MACRO from_iso8601_timestamp(text) AS CAST(text AS TIMESTAMPTZ);
CREATE MACRO approx_percentile(value, share) AS quantile_cont(value, share);
CREATE MACRO cardinality(list) AS len(list);
CREATE MACRO sequence(low, high) AS generate_series(low, high);
CREATE MACRO date_diff(unit, low, high) AS date_sub(unit, low, high);
CREATE MACRO from_base(text, base) AS CAST('0x' || text AS BIGINT);
CREATE MACRO bitwise_xor(a, b) AS xor(a, b);
CREATE MACRO bit_count(value, bits) AS system.main.bit_count(value);
