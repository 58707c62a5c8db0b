"""Sqitch: a plan, and one deploy script per change, run by psql."""

from pathlib import Path

from lib import packages
from lib.tool import Command, Migration, Tool


def psql() -> Path:
    """The program itself: Debian's /usr/bin/psql is a Perl script around it, which would cost time
    for every change."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"),
                   key=lambda path: float(path.parts[4]))
    return found[-1] if found else Path("psql")


class Sqitch(Tool):
    name = "sqitch"

    def install(self, home: Path) -> str | None:
        return packages.debian("sqitch", "libdbd-pg-perl", "postgresql-client")

    def version(self) -> str:
        return packages.debian_version("sqitch") or "?"

    def prepare(self, folder: Path, migrations: list[Migration]) -> None:
        plan = ["%syntax-version=1.0.0", "%project=bench", ""]
        for kind in ("deploy", "revert"):
            (folder / kind).mkdir(parents=True, exist_ok=True)
        for step in migrations:
            change = f"{step.name}_{step.version}"
            when = (f"{step.version[0:4]}-{step.version[4:6]}-{step.version[6:8]}"
                    f"T{step.version[8:10]}:{step.version[10:12]}:{step.version[12:14]}Z")
            plan.append(f"{change} {when} Bench <bench@example.org> # {step.name}")
            for kind, sql in (("deploy", step.up), ("revert", step.down)):
                (folder / kind / f"{change}.sql").write_text(f"BEGIN;\n\n{sql}\n\nCOMMIT;\n")
        (folder / "sqitch.plan").write_text("\n".join(plan) + "\n")
        (folder / "sqitch.conf").write_text(
            f'[core]\n\tengine = pg\n[engine "pg"]\n\tclient = {psql()}\n')

    def up(self, folder: Path) -> Command:
        return self._command(folder, "deploy")

    def status(self, folder: Path) -> Command:
        return self._command(folder, "status")

    def _command(self, folder: Path, verb: str) -> Command:
        # The file of the user and of the machine are left out: this is all the configuration.
        return Command(
            ["sqitch", "--chdir", str(folder), verb, "--target", "db:{}"],
            {"SQITCH_FULLNAME": "Bench", "SQITCH_EMAIL": "bench@example.org",
             "SQITCH_USER_CONFIG": "/dev/null", "SQITCH_SYSTEM_CONFIG": "/dev/null"})
