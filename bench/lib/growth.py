"""`growth`: many databases, many schemas of one database."""

import os
import threading
from pathlib import Path

from lib import workload
from lib.cluster import disk_free
from lib.context import Bench
from lib.measure import Sample, alternate, median
from lib.report import Findings, Goal
from lib.tool import Migration

DATABASE_BYTES = 10 << 20  # 8 MB and what is migrated
PHASES = (("up", "up"), ("noop", "up"), ("status", "status"))
CAP = 8


class Connections:
    """Counts the sockets that pgmarch has open. /proc/net/tcp would not do: with thousands of
    closed connections in it, its beginning is older than its end."""

    def __init__(self, program: Path):
        self.program = program
        self.most = 0
        self.over = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def watch(self) -> None:
        process = None
        while not self.over.wait(0.005):
            process = process or find_process(self.program)
            if process is not None:
                self.most = max(self.most, count_sockets(process))


def find_process(program: Path) -> Path | None:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.path.samefile(entry / "exe", program):
                return entry
        except OSError:
            pass  # it has ended, or is the kernel's
    return None


def count_sockets(process: Path) -> int:
    count = 0
    try:
        for number in os.listdir(process / "fd"):
            try:
                count += os.readlink(process / "fd" / number).startswith("socket:")
            except OSError:
                pass  # closed since
    except OSError:
        pass
    return count


def run_growth(bench: Bench) -> Findings:
    found = Findings()
    items, folder = bench.migrations(2)
    many_databases(bench, found, items, folder)
    many_schemas(bench, found, items, folder)
    return found


def columns() -> list[str]:
    return ["targets", "up ms/target", "noop ms/target", "status ms/target",
            "up: server CPU ms/target", "up: client CPU ms/target", "peak MiB",
            "most connections", "cap", "up ÷ floor", "noop ÷ floor"]


def many_databases(bench: Bench, found: Findings, items, folder: Path) -> None:
    table = found.table("databases of one server, 2 migrations each (medians)", *columns())
    modes = bench.floor_modes("growth", items)
    for count in (5, 20) if bench.options.quick else (10, 100, 1000):
        needed, free = count * DATABASE_BYTES, disk_free(bench.cluster.data)
        if needed > free * 0.8:
            table.notes.append(f"{count} databases are left out: they need {needed >> 30} GiB, "
                               f"free are {free >> 30}.")
            continue
        bench.say(f"{count} databases")
        names = workload.database_names(count, "grow")
        targets = bench.targets(f"grow-{count}", names)
        samples: dict = {}
        for _, who in alternate(["pgmarch", "floor"], bench.options.repeat):
            bench.cluster.make(names)
            for phase, command in PHASES:
                sample = (bench.pgmarch(command, targets, folder, CAP) if who == "pgmarch"
                          else bench.floor(modes[phase], names, CAP))
                samples.setdefault((who, phase), []).append(sample)
        bench.cluster.make(names)
        with Connections(bench.pgmarch_bin) as seen:
            bench.pgmarch("up", targets, folder, CAP)
        add_row(table, found, "databases", count, samples, seen.most)
        bench.cluster.drop(names)


def schema_names(count: int) -> list[str]:
    return [f"t{number:05d}" for number in range(1, count + 1)]


def schema_targets(bench: Bench, database: str, names: list[str]) -> Path:
    head = f"[defaults]\nhost = 127.0.0.1\nport = {bench.cluster.port}\nuser = postgres\n" \
           f"sslmode = disable\ndbname = {database}\ncreate_schema = yes\n"
    body = "".join(f"\n[{name}]\nschema = {name}\n" for name in names)
    return bench.write(f"schemas-{len(names)}.conf", head + body)


def schema_floor(bench: Bench, items: list[Migration], database: str):
    """The floor in the schemas of a database: a function of phase and names."""
    modes = bench.floor_modes("schemas", items)
    path = "SET search_path=@;"
    [make, look] = bench.floor_files("in-front", ["CREATE SCHEMA @;" + path, path])
    conninfo = f"host=127.0.0.1 port={bench.cluster.port} user=postgres sslmode=disable " \
               f"dbname={database}"

    def run(phase: str, names: list[str]) -> Sample:
        return bench.floor(modes[phase], names, CAP, "-S", make if phase == "up" else look,
                           conninfo=conninfo)
    return run


def many_schemas(bench: Bench, found: Findings, items: list[Migration], folder: Path) -> None:
    floor = schema_floor(bench, items, "schemas")
    table = found.table("schemas of one database, 2 migrations each (medians)", *columns())
    per_target = {}
    sizes = (20, 100) if bench.options.quick else (100, 1000, 10000)
    for count in sizes:
        bench.say(f"{count} schemas")
        names = schema_names(count)
        targets = schema_targets(bench, "schemas", names)
        samples: dict = {}
        for _, who in alternate(["pgmarch", "floor"], bench.options.repeat):
            bench.cluster.make(["schemas"])
            for phase, command in PHASES:
                sample = (bench.pgmarch(command, targets, folder, CAP) if who == "pgmarch"
                          else floor(phase, names))
                samples.setdefault((who, phase), []).append(sample)
        bench.cluster.make(["schemas"])
        with Connections(bench.pgmarch_bin) as seen:
            bench.pgmarch("up", targets, folder, CAP)
        add_row(table, found, "schemas", count, samples, seen.most)
        per_target[count] = {phase: median(samples["pgmarch", phase]) / count
                             for phase, _ in PHASES}
        bench.cluster.drop(["schemas"])
    for phase, _ in PHASES:
        ratio = per_target[sizes[-1]][phase] / per_target[sizes[0]][phase]
        found.goals.append(Goal(f"{phase}: time per schema, {sizes[-1]} ÷ {sizes[0]}", ratio, 1.1))


def add_row(table, found: Findings, what: str, count: int, samples: dict, most: int) -> None:
    mine = {phase: samples["pgmarch", phase] for phase, _ in PHASES}

    def ratio(phase: str) -> float | None:
        least = samples.get(("floor", phase))
        return least and median(mine[phase]) / median(least)

    peak = max(sample.rss for taken in mine.values() for sample in taken)
    table.add(count, *(median(mine[phase]) / count * 1000 for phase, _ in PHASES),
              median(mine["up"], "server_cpu") / count * 1000,
              median(mine["up"], "cpu") / count * 1000, peak, most, CAP, ratio("up"),
              ratio("noop"))
    found.goals.append(Goal(f"{count} {what}: open connections", float(most), float(CAP)))
    found.samples |= {f"{what}/{count}/{'/'.join(key)}": taken for key, taken in samples.items()}
