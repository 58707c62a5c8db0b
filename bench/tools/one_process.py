"""One process for all databases: bench/peers/, our own runners on the libraries of others."""

import os
import shutil
import subprocess
from pathlib import Path

from lib import packages, workload
from lib.tool import Command, Migration, Tool
from tools.node_pg_migrate import NodePgMigrate

BENCH = Path(__file__).resolve().parent.parent
PEERS = BENCH / "peers"
PGX = "golang-github-jackc-pgx-v4-dev"
# Debian's Go packages are a GOPATH; nothing is fetched.
GO = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOPROXY": "off", "CGO_ENABLED": "0",
      "GOCACHE": str(BENCH.parent / "build/bench/peers/cache")}


class Pgx(Tool):
    """Go and pgx, a goroutine per database, a message per statement."""

    name = "pgx"
    one_process = True
    options: list[str] = []

    def install(self, home: Path) -> str | None:
        reason = packages.debian("golang-go", PGX)
        if reason is not None:
            return reason
        self.program = home.parent / Pgx.name / "pgx"  # one build for both
        built = subprocess.run(["go", "build", "-o", self.program, PEERS / "pgx.go"], text=True,
                               capture_output=True, env=os.environ | GO)
        return None if built.returncode == 0 else f"go build: {built.stderr.strip()[-300:]}"

    def version(self) -> str:
        return packages.debian_version(PGX) or "?"

    def prepare(self, folder: Path, migrations: list[Migration]) -> None:
        workload.write_migrations(folder, migrations)

    def up(self, folder: Path) -> Command:
        return self._command("up", folder)

    def status(self, folder: Path) -> Command:
        return self._command("status", folder)

    def _command(self, verb: str, folder: Path) -> Command:
        return Command([str(self.program), *self.options, "{}", verb, str(folder)])


class PgxWhole(Pgx):
    """The same with a message per file."""

    name = "pgx -whole"
    options = ["-whole"]


class NodeRunner(NodePgMigrate):
    """node-pg-migrate's library, called for one database after the other."""

    name = "node-pg-migrate runner"
    one_process = True

    def install(self, home: Path) -> str | None:
        reason = super().install(home)
        if reason is None:
            self.program = shutil.copy(PEERS / "node_pg_migrate.mjs", home)  # beside node_modules
        return reason

    def up(self, folder: Path) -> Command:
        return Command(["node", str(self.program), "{}", str(folder)])
