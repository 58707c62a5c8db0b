"""`flush`: one WAL flush per target against one per migration, alone and with a synchronous standby."""

import os
import shutil
import subprocess
import time

from lib import workload
from lib.cluster import Cluster
from lib.context import Bench
from lib.measure import Failed, alternate, clean_environment, median
from lib.report import Findings

OPTION = "--flush-each"


class Standby:
    """A synchronous standby of the cluster on the same machine."""

    def __init__(self, cluster: Cluster):
        self.cluster = cluster
        self.data = cluster.home / "standby"
        self.port = cluster.port + 1

    def as_server(self, *argv) -> None:
        root = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
        argv = [*(root if os.geteuid() == 0 else []), *argv]
        done = subprocess.run(argv, env=clean_environment({}), text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")
        if done.returncode != 0:
            raise Failed(f"standby: {argv}: {done.stderr.strip()}")

    def __enter__(self):
        with open(self.cluster.data / "pg_hba.conf", "a") as rules:
            rules.write("host replication postgres 127.0.0.1/32 trust\n")
        self.cluster.psql("SELECT pg_reload_conf()")
        time.sleep(0.5)
        self.as_server(self.cluster.bin / "pg_basebackup", "-D", self.data, "-R", "-c", "fast",
                       "-d", f"host=127.0.0.1 port={self.cluster.port} user=postgres")
        self.as_server(self.cluster.bin / "pg_ctl", "-D", self.data, "-l",
                       self.cluster.home / "standby.log", "-w", "-o", f"-p {self.port}", "start")
        self.cluster.psql("ALTER SYSTEM SET synchronous_standby_names = '*';"
                          "SELECT pg_reload_conf();")
        for _ in range(100):
            if self.cluster.psql("SELECT sync_state FROM pg_stat_replication") == "sync":
                return self
            time.sleep(0.1)
        raise Failed("the standby does not become synchronous")

    def __exit__(self, *_):
        self.cluster.psql("ALTER SYSTEM RESET synchronous_standby_names; SELECT pg_reload_conf();")
        self.as_server(self.cluster.bin / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.data, ignore_errors=True)


def run_flush(bench: Bench) -> Findings:
    found = Findings()
    compare(bench, found, "fsync on, no standby")
    with Standby(bench.cluster):
        compare(bench, found, "fsync on, a synchronous standby on this machine")
    return found


def compare(bench: Bench, found: Findings, where: str) -> None:
    count, files, cap = (6, 20, 8) if bench.options.quick else (30, 20, 8)
    items, folder = bench.migrations(files)
    names = workload.database_names(count)
    targets = bench.targets("flush", names)
    modes = bench.floor_modes("flush", items)
    runs = {"floor, a flush per migration": "up", "floor, a flush per target": "up --async",
            "pgmarch": ()}
    if bench.pgmarch_knows("up", OPTION):
        runs[f"pgmarch {OPTION}"] = (OPTION,)
    samples: dict = {}
    for _, who in alternate(list(runs), bench.options.repeat):
        bench.cluster.make(names)
        how = runs[who]
        samples.setdefault(who, []).append(
            bench.floor(modes[how], names, cap) if isinstance(how, str)
            else bench.pgmarch("up", targets, folder, cap, *how))
    table = found.table(f"up of {count} databases x {files} migrations, cap {cap}, {where}", "run",
                        "seconds", "÷ floor with a flush per migration", "server CPU s")
    least = median(samples["floor, a flush per migration"])
    for who, taken in samples.items():
        table.add(who, median(taken), median(taken) / least, median(taken, "server_cpu"))
    if len(runs) == 3:
        table.notes.append(f"`pgmarch up {OPTION}` is left out: this pgmarch does not know it.")
    found.samples |= {f"{where}/{who}": taken for who, taken in samples.items()}
