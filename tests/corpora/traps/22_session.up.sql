SET timezone = 'Asia/Tokyo';
SET client_min_messages = warning;
SET search_path = pg_catalog;
CREATE TEMP TABLE left_behind (a int);
DO $$BEGIN IF to_regrole('traps_owner') IS NULL THEN CREATE ROLE traps_owner; END IF; END$$;
GRANT ALL ON SCHEMA public TO traps_owner;
SET ROLE traps_owner;
CREATE TABLE public.owned (a int);
