"""dbmate: the Go program itself, which the npm package only wraps."""

import os
import platform
import subprocess
from pathlib import Path

from lib import packages
from lib.tool import Command, Migration, Tool

VERSION = "2.36.0"
ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64", "armv7l": "arm", "i686": "ia32"}


class Dbmate(Tool):
    name = "dbmate"

    def install(self, home: Path) -> str | None:
        architecture = ARCHITECTURES.get(platform.machine())
        if architecture is None:
            return f"no dbmate for {platform.machine()}"
        package = f"@dbmate/linux-{architecture}"
        reason = packages.npm(home, f"{package}@{VERSION}")
        self.program = home / "node_modules" / package / "bin" / "dbmate"
        if reason is None and not os.access(self.program, os.X_OK):
            return f"{self.program} is missing"
        return reason

    def version(self) -> str:
        said = subprocess.run([self.program, "--version"], capture_output=True, text=True)
        return said.stdout.split()[-1]

    def prepare(self, folder: Path, migrations: list[Migration]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for step in migrations:
            (folder / f"{step.version}_{step.name}.sql").write_text(
                f"-- migrate:up\n{step.up}\n\n-- migrate:down\n{step.down}\n")

    def up(self, folder: Path) -> Command:
        # "migrate", not "up": that one first connects to another database, to create this one.
        return self._command(folder, "migrate")

    def status(self, folder: Path) -> Command:
        return self._command(folder, "status")

    def _command(self, folder: Path, verb: str) -> Command:
        return Command([str(self.program), "--url", "{}", "--migrations-dir", str(folder),
                        "--no-dump-schema", verb])
