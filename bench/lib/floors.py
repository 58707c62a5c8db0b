"""`floor`: pgmarch against the least a libpq client can do, at equal caps; and what each of
pgmarch's additions costs (`cost`)."""

from lib import strings, workload
from lib.context import Bench
from lib.measure import alternate, median
from lib.report import Findings, Goal

LIMIT = 1.10


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

    def keep(who: str, phase: str, cap: int, sample) -> None:
        samples.setdefault((phase, cap, who), []).append(sample)

    for cap in caps:
        bench.say(f"cap {cap}")
        for _, who in alternate(["pgmarch", "floor", "made"], bench.options.repeat):
            bench.cluster.make(names)
            first = {"floor": (), "made": ("-p",)}
            for phase, command in (("up", "up"), ("noop", "up"), ("status", "status")):
                if who == "pgmarch":
                    sample = bench.pgmarch(command, targets, folder, cap)
                else:
                    sample = bench.floor(modes[phase], names, cap, *first[who])
                    if who == "made":
                        sample.wall = float(sample.out)
                keep(who, phase, cap, sample)
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


def run_cost(bench: Bench) -> Findings:
    """Adds pgmarch's statements to the floor one after the other, then runs pgmarch itself."""
    found = Findings()
    count, files, _ = sizes(bench)
    cap = 8
    items, folder = bench.migrations(files)
    names = workload.database_names(count)
    targets = bench.targets("cost", names)
    steps, parts = {"floor": bench.floor_files("cost-0", strings.up(items))}, []
    for number, part in enumerate(strings.PARTS, 1):
        parts.append(part)
        steps["+ " + part] = bench.floor_files(f"cost-{number}", strings.up(items, parts))
    steps["pgmarch"] = None
    samples: dict = {}
    for number, step in alternate(list(steps), bench.options.repeat):
        bench.cluster.make(names)
        if step == "pgmarch":
            sample = bench.pgmarch("up", targets, folder, cap)
        else:
            sample = bench.floor(steps[step], names, cap)
        samples.setdefault(step, []).append(sample)
    table = found.table(f"up of {count} databases x {files} migrations, cap {cap}: what each of "
                        "pgmarch's additions to the floor costs (cumulative)", "string",
                        "wall s", "server CPU s", "client CPU s", "÷ floor (wall)",
                        "server CPU added, µs per migration", "what")
    blocks, last = count * files, median(samples["floor"], "server_cpu")
    for step in steps:
        server = median(samples[step], "server_cpu")
        table.add(step, median(samples[step]), server, median(samples[step], "cpu"),
                  median(samples[step]) / median(samples["floor"]),
                  (server - last) / blocks * 1e6, strings.PARTS.get(step[2:], ""))
        last = server
    found.samples = samples
    run_cost_reading(bench, found, names, targets, folder)
    return found


def run_cost_reading(bench: Bench, found: Findings, names, targets, folder) -> None:
    """The databases are migrated now: what reading costs."""
    cap = 8
    steps = {"floor: SELECT version": bench.floor_files("read-0", [strings.NOOP]),
             "floor with pgmarch's reading string": bench.floor_files("read-1",
                                                                      [strings.READ_FULL]),
             "pgmarch up, nothing pending": "up", "pgmarch status": "status"}
    samples: dict = {}
    bench.cluster.make(names)
    bench.pgmarch("up", targets, folder, cap)
    for _, step in alternate(list(steps), 3 * bench.options.repeat):
        what = steps[step]
        sample = (bench.pgmarch(what, targets, folder, cap) if isinstance(what, str)
                  else bench.floor(what, names, cap))
        samples.setdefault(step, []).append(sample)
    table = found.table(f"reading the ledgers of {len(names)} databases, cap {cap}", "string",
                        "wall s", "server CPU s", "client CPU s", "÷ floor (wall)")
    least = median(samples["floor: SELECT version"])
    for step, taken in samples.items():
        table.add(step, median(taken), median(taken, "server_cpu"), median(taken, "cpu"),
                  median(taken) / least)
    found.samples = found.samples | samples
