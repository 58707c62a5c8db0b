-- As dumps of old servers begin.
SET client_encoding = 'UTF8';
SET standard_conforming_strings = off;
SET escape_string_warning = off;
CREATE TABLE escapes (id int, note text DEFAULT 'it\'s; \\ \x41 -- ünï');
INSERT INTO escapes VALUES (1, 'a\'b; c'), (2, E'\''), (3, $$\'$$);
SET standard_conforming_strings = on;
COMMENT ON TABLE escapes IS 'c:\';
COPY escapes FROM stdin;
5	it's\\
\.
SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false);
COMMENT ON COLUMN escapes.id IS '\'; --';
