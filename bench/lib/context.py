"""What every comparison works with: the programs, the cluster, the folders, the options."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from lib import strings, workload
from lib.cluster import Cluster
from lib.measure import HANGING, Sample, Stopwatch
from lib.tool import Command, Migration, Tool


@dataclass
class Options:
    repeat: int
    quick: bool
    tools: list[str] | None  # None = all


class Bench:
    def __init__(self, root: Path, out: Path, build: Path, cluster: Cluster, options: Options):
        self.root, self.out, self.cluster, self.options = root, out, cluster, options
        self.pgmarch_bin = build / "src/pgmarch"
        self.floor_bin = build / "bench/floor"
        self.delay_bin = build / "bench/delay"
        self.work = out / "work"
        self.work.mkdir(parents=True, exist_ok=True)
        self.clock = Stopwatch(build / "bench/timed", cluster.cpu)
        self.plain_clock = Stopwatch(build / "bench/timed")
        self.tools: list[Tool] = []
        self.missing: dict[str, str] = {}

    def say(self, text: str) -> None:
        print(f"  {text}", flush=True)

    def folder(self, name: str) -> Path:
        made = self.work / name
        made.mkdir(parents=True, exist_ok=True)
        return made

    # ---- pgmarch ----

    def targets(self, name: str, databases: list[str], **settings) -> Path:
        defaults = {"host": "127.0.0.1", "port": self.cluster.port, "user": "postgres",
                    "sslmode": "disable"} | settings
        lines = ["[defaults]", *(f"{key} = {value}" for key, value in defaults.items())]
        lines += [f"\n[{database}]\ndbname = {database}" for database in databases]
        return self.write(f"{name}.conf", "\n".join(lines) + "\n")

    def write(self, name: str, text: str) -> Path:
        path = self.work / name
        path.write_text(text)
        return path

    def pgmarch(self, command: str, targets: Path, folder: Path, jobs: int = 8, *more: str,
                limit: float = HANGING) -> Sample:
        argv = [self.pgmarch_bin, command, "-t", targets, "-d", folder, "-j", jobs,
                "--per-server", jobs, *more]
        return self.clock.run(argv, limit=limit)

    def pgmarch_knows(self, command: str, option: str) -> bool:
        done = subprocess.run([self.pgmarch_bin, command, "--help"], text=True, capture_output=True)
        return option in done.stdout

    # ---- floor ----

    def floor_files(self, name: str, texts: list[str]) -> list[Path]:
        return [self.write(f"{name}.{number}.sql", text) for number, text in enumerate(texts)]

    def floor(self, files: list[Path], databases: list[str], jobs: int = 8, *more,
              conninfo: str = "") -> Sample:
        conninfo = conninfo or f"host=127.0.0.1 port={self.cluster.port} user=postgres " \
                               "sslmode=disable"
        sends = [word for file in files for word in ("-s", file)]
        argv = [self.floor_bin, "-j", jobs, *more, *sends, f"{conninfo} gssencmode=disable"]
        return self.clock.run(argv, stdin="\n".join(databases) + "\n")

    def floor_modes(self, name: str, items: list[Migration]) -> dict[str, list[Path]]:
        return {
            "up": self.floor_files(f"{name}-up", strings.up(items)),
            "up --async": self.floor_files(f"{name}-async", strings.up(items, flush_each=False)),
            "noop": self.floor_files(f"{name}-noop", [strings.NOOP]),
            "status": self.floor_files(f"{name}-status", [strings.STATUS]),
        }

    # ---- the others ----

    def peer(self, tool: Tool, command: Command, urls: list[str], parallel: int,
             limit: float | None = None) -> Sample:
        argv, text = tool.for_fleet(command, urls, parallel)
        return self.clock.run(argv, env=command.env, stdin=text, limit=limit or HANGING)

    def migrations(self, count: int) -> tuple[list[Migration], Path]:
        items = workload.migrations(count)
        return items, workload.write_migrations(self.work / f"migrations-{count}", items)
