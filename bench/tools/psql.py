"""psql as a migration runner: what a careful shell script would do, and the least it can do."""

from pathlib import Path

from lib.tool import Command, Migration, Tool

BIN = Path("/usr/lib/postgresql/15/bin/psql")  # /usr/bin/psql is a Perl script around it
ARGS = [str(BIN), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
LEDGER = "CREATE TABLE IF NOT EXISTS psql_ledger (version text PRIMARY KEY, " \
         "applied_at timestamp DEFAULT current_timestamp);\n"
COLUMNS = 1000  # of one SELECT; the server takes 1664


class Psql(Tool):
    """One session per database; a transaction and a ledger row per migration."""

    name = "psql"

    def install(self, home: Path) -> str | None:
        return None if BIN.exists() else f"{BIN} is missing (apt-get install postgresql-client-15)"

    def version(self) -> str:
        import subprocess

        return subprocess.run([BIN, "--version"], text=True, capture_output=True).stdout.split()[2]

    def prepare(self, folder: Path, migrations: list[Migration]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        script = ["SET client_min_messages = warning;\n", LEDGER]
        for start in range(0, len(migrations), COLUMNS):
            pending = ",\n".join(f"    count(*) FILTER (WHERE version = '{m.version}') = 0 "
                                 f"AS todo_{m.version}"
                                 for m in migrations[start:start + COLUMNS])
            script.append(f"SELECT\n{pending}\nFROM psql_ledger \\gset\n")
        for m in migrations:
            (folder / f"{m.version}.sql").write_text(m.up)
            script.append(f"\\if :todo_{m.version}\nBEGIN;\n"
                          f"INSERT INTO psql_ledger (version) VALUES ('{m.version}');\n"
                          f"\\ir {m.version}.sql\nCOMMIT;\n\\endif\n")
        (folder / "all.sql").write_text("".join(script))

    def up(self, folder: Path) -> Command:
        return Command([*ARGS, "-f", str(folder / "all.sql"), "-d", "{}"])

    def status(self, folder: Path) -> Command:
        return Command([*ARGS, "-c", "SELECT version, applied_at FROM psql_ledger ORDER BY version",
                        "-d", "{}"])


class PsqlBare(Psql):
    """All files in one transaction, nothing recorded: it cannot tell what is applied."""

    name = "psql -1"
    has_status = False
    has_noop = False

    def prepare(self, folder: Path, migrations: list[Migration]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "all.sql").write_text("".join(m.up for m in migrations))

    def up(self, folder: Path) -> Command:
        return Command([*ARGS, "-1", "-f", str(folder / "all.sql"), "-d", "{}"])
