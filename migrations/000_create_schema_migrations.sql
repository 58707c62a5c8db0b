-- The ledger: which migrations this database has.
--
-- pgmarch makes this table by itself before the first migration and adds nullable columns of its
-- own. It is written down here so that the whole schema can be read in one folder, and so that a
-- database set up by hand (psql -f) has it too. Running it on a database that has the table already
-- changes nothing.
--
-- There is no down file: without the ledger nobody knows what is applied.

CREATE TABLE IF NOT EXISTS schema_migrations (
    version     VARCHAR(255) PRIMARY KEY,
    applied_at  TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    description TEXT
);
