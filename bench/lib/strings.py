"""What the floor sends: the least that does the work, and pgmarch's additions to it one by one.

PARTS are the statements pgmarch adds (src/pg/ledger.c); `cost` measures each by adding it here.
"""

from lib.tool import Migration

PARTS = {
    "prepare": "the ledger's table made in a transaction of its own, with all columns",
    "read": "the reading string first: one more round trip",
    "lock": "pg_try_advisory_lock once per target",
    "claim": "all columns in the claim: clock, name, checksum, run id",
    "settings": "7 SET LOCAL per block",
    "hygiene": "7 statements of hygiene between blocks",
    "notice": "DO with RAISE NOTICE between blocks",
    "role": "RESET SESSION AUTHORIZATION; RESET ROLE behind each file",
    "guard": "the guard: UPDATE of the claim, and its SELECT",
}

LEDGER = "schema_migrations"
TABLE = f"CREATE TABLE {LEDGER} (version VARCHAR(255) PRIMARY KEY," \
        "applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP"
COLUMNS = ",description TEXT,checksum TEXT,duration_ms BIGINT,run_id TEXT"
BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
TIMEOUTS = "SET LOCAL lock_timeout=5000;SET LOCAL statement_timeout=0;" \
           "SET LOCAL client_connection_check_interval='2s';"
SETTINGS = "SET LOCAL DateStyle='ISO, MDY';SET LOCAL client_min_messages=notice;" \
           "SET LOCAL TimeZone='UTC';SET LOCAL standard_conforming_strings=on;" + TIMEOUTS
HYGIENE = "RESET ALL;RESET SESSION AUTHORIZATION;RESET ROLE;CLOSE ALL;DEALLOCATE ALL;UNLISTEN *;" \
          "DISCARD TEMP;"
LOCK = "SELECT CASE WHEN pg_catalog.pg_try_advisory_lock(4711) THEN '1' ELSE 'another run' END" \
       "::pg_catalog.int4;"
RUN_ID = "0123456789abcdef"
CHECKSUM = "0" * 64
CLOCK = "pg_catalog.timezone('UTC',pg_catalog.clock_timestamp())"

READ = f"""BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;SET LOCAL DateStyle='ISO, YMD';\
SET LOCAL TimeZone='UTC';SET LOCAL lock_timeout='5s';\
SELECT pg_catalog.pg_backend_pid(),pg_catalog.pg_is_in_recovery(),pg_catalog.current_schema(),\
(SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid=c.relnamespace\
 WHERE c.oid=pg_catalog.to_regclass('"{LEDGER}"')),\
pg_catalog.to_regclass('pgmarch_progress') IS NOT NULL,\
pg_catalog.concat_ws('/',pg_catalog.pg_postmaster_start_time(),\
pg_catalog.current_setting('neon.timeline_id',true),\
(SELECT oid FROM pg_catalog.pg_database WHERE datname=pg_catalog.current_database()));"""
ROWS = f"""SELECT m.* FROM (SELECT NULL::pg_catalog.text AS version,\
NULL::pg_catalog.text AS applied_at,NULL::pg_catalog.text AS description,\
NULL::pg_catalog.text AS checksum,NULL::pg_catalog.text AS duration_ms,\
NULL::pg_catalog.text AS run_id,NULL::pg_catalog.text AS dirty) d CROSS JOIN LATERAL \
(SELECT version,applied_at,description,checksum,duration_ms,run_id,dirty FROM {LEDGER}) m;"""

NOOP = f"SELECT version FROM {LEDGER}"
STATUS = f"SELECT version, applied_at FROM {LEDGER}"
READ_FULL = READ + ROWS + "COMMIT"


def up(items: list[Migration], parts=(), flush_each: bool = True) -> list[str]:
    """The strings of one target; without parts one string, one transaction per migration."""
    first = [READ + "COMMIT"] if "read" in parts else []
    text = [LOCK] if "lock" in parts else []
    if "prepare" in parts:
        text.append(f"{BEGIN}{TIMEOUTS}{TABLE}{COLUMNS});COMMIT;")
    for number, item in enumerate(items):
        text.append(BEGIN)
        if not flush_each and number + 1 < len(items):
            text.append("SET LOCAL synchronous_commit=off;")
        text.append("".join(before(item, number, parts)))
        text.append(f"{item.up}\n;\n")
        text.append("".join(after(item, parts)))
        text.append("COMMIT;")
    return [*first, "".join(text)]


def before(item: Migration, number: int, parts):
    between = number > 0 or "prepare" in parts
    if "hygiene" in parts and between:
        yield HYGIENE
    if "settings" in parts:
        yield SETTINGS
    if "notice" in parts and between:
        yield f"DO 'BEGIN RAISE NOTICE ''pgmarch: starting block {number}''; END';"
    if number == 0 and "prepare" not in parts:
        yield f"{TABLE}{COLUMNS if 'claim' in parts else ''});"
    if "claim" in parts:
        yield (f"INSERT INTO {LEDGER} AS l(version,applied_at,description,checksum,run_id) VALUES("
               f"'{item.version}_{item.name}',{CLOCK},'{item.name}','{CHECKSUM}','{RUN_ID}');")
    else:
        yield f"INSERT INTO {LEDGER} (version) VALUES ('{item.version}_{item.name}');"


def after(item: Migration, parts):
    if "role" in parts:
        yield "RESET SESSION AUTHORIZATION;RESET ROLE;"
    if "guard" in parts:
        version = f"{item.version}_{item.name}"
        yield (f"WITH g AS (UPDATE {LEDGER} SET duration_ms=1000*pg_catalog.date_part('epoch',"
               f"{CLOCK}-applied_at) WHERE version='{version}' AND run_id='{RUN_ID}' AND "
               "xmin::pg_catalog.text::pg_catalog.int8=pg_catalog.txid_current()%4294967296 "
               "RETURNING applied_at) SELECT CASE WHEN pg_catalog.count(*)=1 THEN '1' WHEN EXISTS("
               f"SELECT FROM {LEDGER} WHERE version='{version}') THEN 'broken' ELSE 'erased' END"
               "::pg_catalog.int4 AS \"pgmarch guard\",(1000000*pg_catalog.date_part('epoch',"
               f"{CLOCK}-pg_catalog.max(applied_at)))::pg_catalog.int8 FROM g;")
