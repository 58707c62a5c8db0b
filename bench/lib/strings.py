"""What the floor sends: the least that does the work. It knows what is pending."""

from lib.tool import Migration

LEDGER = "schema_migrations"
TABLE = f"CREATE TABLE {LEDGER} (version VARCHAR(255) PRIMARY KEY," \
        "applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);"
NOOP = f"SELECT version FROM {LEDGER}"
STATUS = f"SELECT version, applied_at FROM {LEDGER}"


def up(items: list[Migration], flush_each: bool = True) -> list[str]:
    """One string: a transaction per migration; the ledger is made in the first."""
    text = []
    for number, item in enumerate(items):
        text.append("BEGIN;")
        if not flush_each and number + 1 < len(items):
            text.append("SET LOCAL synchronous_commit=off;")
        if number == 0:
            text.append(TABLE)
        text.append(f"INSERT INTO {LEDGER} (version) VALUES ('{item.version}_{item.name}');")
        text.append(f"{item.up}\n;COMMIT;")
    return ["".join(text)]
