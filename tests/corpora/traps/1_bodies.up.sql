/* Bodies that hold semicolons, quotes, other dollar quotes, and words that would end them. */
CREATE TABLE bodies (id int, note text);
CREATE FUNCTION plain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- it's not closed here; nor is "this
    PERFORM pg_advisory_xact_lock(42);
    NEW.note := coalesce(current_setting('bodies.note', true), 'a; b''c');
    RETURN NEW;
END;
$$;
CREATE FUNCTION tagged() RETURNS text LANGUAGE sql AS $body$ SELECT $$it's; $$ || $x$ $$ $x$; $body$;
DO $do$ BEGIN EXECUTE $$CREATE VIEW "from-do" AS SELECT 1 AS "COMMIT;"$$; END $do$;
CREATE FUNCTION atomic_end(a int) RETURNS int LANGUAGE sql
BEGIN ATOMIC
    SELECT CASE WHEN a > 1 THEN 2 ELSE 1 END;
    SELECT a AS "end";
END;
CREATE TABLE "begin" (backend int, legend text);
CREATE PROCEDURE commits() LANGUAGE plpgsql AS 'BEGIN COMMIT; END;';
CREATE RULE twice AS ON INSERT TO bodies DO ALSO (UPDATE "begin" SET backend = 1; DELETE FROM "begin");
