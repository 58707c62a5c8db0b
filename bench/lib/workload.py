"""What is migrated: migrations, databases, and the proof that all tools left the same schema."""

import hashlib
from pathlib import Path

from lib.tool import Migration

LEDGERS = ("schema_migrations", "pgmarch_progress", "pgmigrations", "databasechangelog",
           "databasechangeloglock", "alembic_version", "django_migrations", "psql_ledger",
           "flyway_schema_history", "goose_db_version")


def migration(number: int) -> Migration:
    name = f"make_thing_{number:05d}"
    table = f"thing_{number:05d}"
    rows = "".join(f"INSERT INTO {table} (name, price) VALUES ('{word}', {price});\n"
                   for word, price in (("apple", 3), ("pear", 5), ("plum", 8)))
    up = (f"CREATE TABLE {table} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
          "    name text NOT NULL,\n    price integer NOT NULL CHECK (price > 0),\n"
          "    made_at timestamptz NOT NULL DEFAULT now()\n);\n"
          f"{rows}CREATE INDEX {table}_name ON {table} (name);\n")
    hours, rest = divmod(number, 3600)
    version = f"20260101{hours:02d}{rest // 60:02d}{rest % 60:02d}"
    return Migration(version, name, up, f"DROP TABLE {table};\n")


def migrations(count: int) -> list[Migration]:
    return [migration(number) for number in range(1, count + 1)]


def write_migrations(folder: Path, items: list[Migration]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for item in items:
        stem = folder / f"{item.version}_{item.name}"
        stem.with_suffix(".up.sql").write_text(item.up)
        stem.with_suffix(".down.sql").write_text(item.down)
    return folder


def database_names(count: int, prefix: str = "fleet") -> list[str]:
    return [f"{prefix}_{number:04d}" for number in range(1, count + 1)]


FINGERPRINT = f"""
WITH rel AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'sqitch')
      AND c.relname <> ALL (ARRAY{list(LEDGERS)!r})
), mine AS (
    SELECT * FROM rel WHERE relkind IN ('r', 'p', 'v', 'm')
)
SELECT line FROM (
    SELECT format('table %s.%s %s', nspname, relname, relkind) FROM mine
    UNION ALL
    SELECT format('column %s.%s %s %s %s %s %s %s', relname, attname, attnum,
                  format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
                  pg_get_expr(adbin, adrelid))
    FROM mine JOIN pg_attribute ON attrelid = mine.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    UNION ALL
    SELECT pg_get_indexdef(indexrelid) FROM mine JOIN pg_index ON indrelid = mine.oid
    UNION ALL
    SELECT format('constraint %s %s %s', relname, conname, pg_get_constraintdef(pg_constraint.oid))
    FROM mine JOIN pg_constraint ON conrelid = mine.oid
    UNION ALL
    SELECT format('rows %s %s', relname, (xpath('/row/count/text()', query_to_xml(
           format('SELECT count(*) FROM %I.%I', nspname, relname), false, true, '')))[1])
    FROM mine WHERE relkind = 'r'
) AS lines (line) ORDER BY line COLLATE "C";
"""


def fingerprint(cluster, database: str) -> str:
    lines = cluster.psql(FINGERPRINT, database)
    return f"{hashlib.sha256(lines.encode()).hexdigest()[:12]}/{len(lines.splitlines())}"
