-- What a dump may hold, as far as a server of version 13 knows it; made up.
CREATE SCHEMA app; CREATE SCHEMA "Ünï ""q"" -- x";
CREATE TYPE app.mood AS ENUM ('ok', 'it''s; bad', 'back\slash');
CREATE TYPE app.pair AS (a int, "b;c" text);
CREATE DOMAIN app.pos AS int CHECK (VALUE > 0) DEFAULT 1;
CREATE TYPE app.fr AS RANGE (subtype = float8);
CREATE TABLE app.t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n serial, m app.mood DEFAULT 'it''s; bad', txt text DEFAULT E'line\n; \\ tab\t''', j jsonb DEFAULT '{"a": "$$"}', g int GENERATED ALWAYS AS (length('a;b')) STORED, arr text[] DEFAULT ARRAY['a','b;c'], ts timestamptz DEFAULT '2020-01-01 00:00+00');
COMMENT ON TABLE app.t IS 'a; "quoted" ''comment''
over lines -- no comment $$ /* nor this';
COMMENT ON COLUMN app.t.txt IS E'back\\slash \\. and \\connect';
CREATE TABLE "Ünï ""q"" -- x"."täble -- y" ("ø;ü" text, "sel""ect" int);
INSERT INTO app.t (m, txt, j) VALUES ('ok', E'tab\there\nnew \\ line', '{"x": 1}'), ('back\slash', '\.', NULL), ('ok', '-- +goose Down', NULL), ('ok', E'\\connect foo\n\\restrict x\n;', NULL), ('ok', '', NULL);
INSERT INTO "Ünï ""q"" -- x"."täble -- y" VALUES ('ünï \ ''q''', 1), (NULL, 2), (E'a\n-- Down\nDROP TABLE x;', 3), ('$$; $x$', 4);
CREATE TABLE app.part (k int, v text) PARTITION BY RANGE (k);
CREATE TABLE app.part_1 PARTITION OF app.part FOR VALUES FROM (0) TO (10);
CREATE TABLE app.part_d PARTITION OF app.part DEFAULT;
INSERT INTO app.part SELECT i, 'v' || i FROM generate_series(1, 30) i;
CREATE TABLE app.child (extra int) INHERITS (app.t);
CREATE INDEX t_expr ON app.t ((lower(txt))) WHERE m <> 'it''s; bad';
ALTER TABLE app.t ADD CONSTRAINT chk CHECK (txt <> ';') NOT VALID;
ALTER TABLE app.part ADD UNIQUE (k);
CREATE FUNCTION app.f(a int, b text DEFAULT 'x;y') RETURNS text LANGUAGE plpgsql AS $f$
DECLARE x text := '$$; $_$';
BEGIN
  -- it's odd; $$
  /* block ' ; */
  IF a > 0 THEN RAISE NOTICE 'x; %', a; END IF;
  RETURN $q$ $$ ; $q$ || x;
END $f$;
CREATE FUNCTION app.s(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + 1; SELECT a + 2;';
CREATE PROCEDURE app.p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
CREATE FUNCTION app.trg() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.txt := NEW.txt || ';'; RETURN NEW; END $$;
CREATE TRIGGER tr BEFORE UPDATE OF txt ON app.t FOR EACH ROW WHEN (OLD.txt IS DISTINCT FROM NEW.txt) EXECUTE FUNCTION app.trg();
ALTER TABLE app.t DISABLE TRIGGER tr;
CREATE VIEW app.v AS SELECT id, txt, CASE WHEN m = 'ok' THEN 'a;b' ELSE 'end' END AS "end" FROM app.t;
CREATE VIEW app.vc AS SELECT * FROM app.t WHERE id > 0 WITH LOCAL CHECK OPTION;
CREATE MATERIALIZED VIEW app.mv AS SELECT count(*) AS n FROM app.t;
CREATE RULE r AS ON INSERT TO app.v DO INSTEAD (INSERT INTO app.part VALUES (100, 'r;1'); INSERT INTO app.part VALUES (101, 'r'););
CREATE RULE n AS ON DELETE TO app.v DO INSTEAD NOTHING;
ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;
CREATE POLICY pol ON app.t FOR SELECT USING (txt <> 'p;q');
CREATE AGGREGATE app.agg(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE OPERATOR app.@+ (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
CREATE STATISTICS app.st ON n, m FROM app.t;
CREATE SEQUENCE app.sq START 5 INCREMENT 3 CYCLE MAXVALUE 50; SELECT nextval('app.sq');
CREATE COLLATION app.c (provider = icu, locale = 'und');
CREATE TEXT SEARCH CONFIGURATION app.tsc (COPY = simple);
CREATE PUBLICATION pub FOR TABLE app.part;
CREATE FUNCTION app.evt() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE EVENT TRIGGER et ON ddl_command_start EXECUTE FUNCTION app.evt();
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC;
GRANT SELECT (id), UPDATE (txt) ON app.t TO PUBLIC;
CREATE CAST (app.pair AS text) WITH INOUT;
CREATE FOREIGN DATA WRAPPER fdw; CREATE SERVER srv FOREIGN DATA WRAPPER fdw OPTIONS (x 'a;''b'); CREATE FOREIGN TABLE app.ft (a int) SERVER srv;
SELECT lo_from_bytea(4711, 'large; object'::bytea);
