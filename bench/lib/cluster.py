"""The private PostgreSQL cluster: that of the tests, but with durable settings."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lib.measure import Failed, clean_environment

SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "400",
    "shared_buffers": "512MB",
    "max_wal_size": "8GB",  # no checkpoint in the middle of a measurement
    "checkpoint_timeout": "1h",
    "max_locks_per_transaction": "256",
    "autovacuum": "off",
}
EMPTY = "bench_empty"
SESSIONS = 4  # that make databases


class Cluster:
    def __init__(self, root: Path, folder: Path):
        self.tool = root / "tests/support/cluster"
        self.folder = folder

    def start(self) -> None:
        words = [word for item in SETTINGS.items() for word in ("--set", "=".join(item))]
        done = subprocess.run([self.tool, "start", self.folder, "--watch", str(os.getpid()), *words],
                              env=clean_environment({}), text=True, capture_output=True)
        if done.returncode != 0:
            raise Failed(f"the server does not start: {done.stderr}")
        lines = (self.folder / "env").read_text().splitlines()
        self.env = dict(line.split("=", 1) for line in lines)
        self.port = int(self.env["PGPORT"])
        self.bin = Path(self.env["PGMARCH_TEST_BINDIR"])
        self.data = Path(self.env["PGMARCH_TEST_DATA"])
        self.home = Path(self.env["PGMARCH_TEST_SOCKET_DIR"])
        self.postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        self.psql(f"CREATE DATABASE {EMPTY} TEMPLATE template0")

    def stop(self) -> None:
        subprocess.run([self.tool, "stop", self.folder], env=clean_environment({}), check=False)

    def psql(self, sql: str, database: str = "postgres") -> str:
        """Statement by statement, each in a transaction of its own."""
        done = subprocess.run([self.bin / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1"], input=sql,
                              text=True, capture_output=True,
                              env=clean_environment(self.libpq_env() | {"PGDATABASE": database}))
        if done.returncode != 0:
            raise Failed(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()

    def libpq_env(self) -> dict[str, str]:
        return {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "postgres"}

    def url(self, database: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def durable(self, word: str) -> None:
        self.psql(f"ALTER SYSTEM SET fsync = {word}; SELECT pg_reload_conf();")
        while self.psql("SHOW fsync") != word:
            time.sleep(0.01)

    def for_each(self, names: list[str], statement: str) -> None:
        """In a few sessions side by side: most of the time goes into making files."""
        parts = [names[start::SESSIONS] for start in range(min(SESSIONS, len(names)))]
        with ThreadPoolExecutor(SESSIONS) as pool:
            list(pool.map(lambda part: self.psql(
                "\n".join(statement.format(name) for name in part)), parts))

    def drop(self, names: list[str]) -> None:
        self.for_each(names, "DROP DATABASE IF EXISTS {} WITH (FORCE);")

    def make(self, names: list[str]) -> None:
        """Fresh and empty. What this leaves to be written is written before the clock starts, in
        one go: DROP DATABASE alone would force a checkpoint with thousands of fsyncs each time."""
        self.durable("off")
        try:
            self.drop(names)
            self.for_each(names, f"CREATE DATABASE {{}} TEMPLATE {EMPTY} STRATEGY wal_log;")
            self.psql("CHECKPOINT;")
        finally:
            self.durable("on")
        os.sync()

    def cpu(self) -> float:
        """Seconds of all server processes that have ended: sessions, once they are gone."""
        for _ in range(200):
            if self.sessions() == 0:
                break
            time.sleep(0.005)
        fields = Path(f"/proc/{self.postmaster}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

    def sessions(self) -> int:
        """Backends that still serve or end a connection over TCP, by their process title."""
        children = Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children")
        count = 0
        for pid in children.read_text().split():
            try:
                title = Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:
                continue
            count += b"127.0.0.1(" in title
        return count


def disk_free(folder: Path) -> int:
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize
