"""node-pg-migrate, with migrations in SQL files."""

import shutil
from pathlib import Path

from lib import packages
from lib.tool import Command, Migration, Tool

VERSION = "9.0.0"
PG_VERSION = "8.23.1"


class NodePgMigrate(Tool):
    name = "node-pg-migrate"
    has_status = False

    def install(self, home: Path) -> str | None:
        self.home = home
        if shutil.which("node") is None:
            return "node is missing"
        return packages.npm(self.home, f"node-pg-migrate@{VERSION}", f"pg@{PG_VERSION}")

    def version(self) -> str:
        return packages.npm_version(self.home, "node-pg-migrate") or "?"

    def prepare(self, folder: Path, migrations: list[Migration]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for step in migrations:
            (folder / f"{step.version}_{step.name}.sql").write_text(
                f"-- Up Migration\n{step.up}\n\n-- Down Migration\n{step.down}\n")

    def up(self, folder: Path) -> Command:
        # The URL can only come from the environment; its "require" means encrypted and no more, as
        # everywhere else. One transaction per migration, as all the other tools do it; without the
        # option it is one for all.
        program = self.home / "node_modules" / "node-pg-migrate" / "bin" / "node-pg-migrate.js"
        return Command(["env", "DATABASE_URL={}&uselibpqcompat=true", "node", str(program), "up",
                        "--migrations-dir", str(folder), "--no-single-transaction",
                        "--no-verbose"])
