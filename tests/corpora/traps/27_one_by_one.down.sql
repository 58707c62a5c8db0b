-- pgmarch: no-transaction
COMMENT ON TABLE bodies IS NULL;
DROP INDEX CONCURRENTLY one;
