"""`floor`: pgmarch against the least a libpq client can do, at equal caps."""

from lib import workload
from lib.context import Bench
from lib.measure import alternate, median
from lib.report import Findings, Goal

LIMIT = 1.10
TURNS = 5  # of what takes a seventh of a second, in each round


def sizes(bench: Bench) -> tuple[int, int, list[int]]:
    return (10, 20, [8]) if bench.options.quick else (30, 20, [2, 4, 8, 16, 30])


def run_floor(bench: Bench) -> Findings:
    found = Findings()
    count, files, caps = sizes(bench)
    items, folder = bench.migrations(files)
    names = workload.database_names(count)
    targets = bench.targets("floor", names)
    modes = bench.floor_modes("floor", items)
    samples: dict = {}

    def measure(who: str, phase: str, command: str, cap: int) -> None:
        if who == "pgmarch":
            sample = bench.pgmarch(command, targets, folder, cap)
        else:
            first = ("-p",) if who == "made" else ()
            sample = bench.floor(modes[phase], names, cap, *first)
        if who == "made":
            sample.wall = float(sample.out)
        samples.setdefault((phase, cap, who), []).append(sample)

    for cap in caps:
        bench.say(f"cap {cap}")
        for _, who in alternate(["pgmarch", "floor", "made"], bench.options.repeat):
            bench.cluster.make(names)
            measure(who, "up", "up", cap)
            for _ in range(TURNS):
                measure(who, "noop", "up", cap)
                measure(who, "status", "status", cap)
    write_tables(found, samples, caps, f"{count} databases x {files} migrations")
    found.samples = {"/".join(map(str, key)): value for key, value in samples.items()}
    return found


def write_tables(found: Findings, samples: dict, caps: list[int], what: str) -> None:
    table = found.table(f"pgmarch and the floor, {what}: seconds (median)", "phase", "cap",
                        "pgmarch", "floor", "floor, connections made before", "pgmarch ÷ floor",
                        "server CPU: pgmarch", "server CPU: floor", "client CPU: pgmarch",
                        "client CPU: floor")
    for phase in ("up", "noop", "status"):
        for cap in caps:
            mine, least, made = (samples[phase, cap, who] for who in ("pgmarch", "floor", "made"))
            table.add(phase, cap, median(mine), median(least), median(made),
                      median(mine) / median(least), median(mine, "server_cpu"),
                      median(least, "server_cpu"), median(mine, "cpu"), median(least, "cpu"))
        best = {who: min(median(samples[phase, cap, who]) for cap in caps)
                for who in ("pgmarch", "floor")}
        ratio = best["pgmarch"] / best["floor"]
        table.add(phase, "best", best["pgmarch"], best["floor"], None, ratio)
        found.goals.append(Goal(f"{phase}: pgmarch ÷ floor, each at its best cap", ratio, LIMIT))
        found.bars.append((f"{phase}: {what}, seconds", best))
