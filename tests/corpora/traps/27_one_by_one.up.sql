-- pgmarch: no-transaction
CREATE INDEX CONCURRENTLY one ON bodies (note);
VACUUM bodies;
SET standard_conforming_strings = off;
COMMENT ON TABLE bodies IS 'it\'s; --';
