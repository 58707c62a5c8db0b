"""`latency`: everything again with a network in between, with TLS and SCRAM; and the floor without
them, whose cost would hide what a string costs."""

from lib.context import Bench
from lib.fleets import Contest
from lib.measure import Failed, alternate, median
from lib.proxy import Proxy
from lib.report import Findings, Goal

PASSWORD_USER = ("pw_user", "pw_secret")  # tests/support/cluster
NEAR, FAR = 20, 100  # ms
PHASES = ("up", "noop", "status")
TURNS = 5  # of one target's pgmarch and floor in each round: their difference is a few milliseconds


class Distance:
    """One contest through one proxy."""

    def __init__(self, bench: Bench, proxy: Proxy, count: int, files: int, secure: bool = True):
        user, password = PASSWORD_USER if secure else ("postgres", "none")
        tls = "require" if secure else "disable"
        self.bench = bench
        self.conninfo = f"host=127.0.0.1 port={proxy.port} user={user} password={password} " \
                        f"sslmode={tls}"
        probe = Contest(bench, count, files)
        urls = [f"postgres://{user}:{password}@127.0.0.1:{proxy.port}/{name}?sslmode={tls}"
                for name in probe.names]
        targets = bench.targets(f"far-{proxy.ms}-{count}-{tls}", probe.names, port=proxy.port,
                                user=user, password=password, sslmode=tls)
        targets.chmod(0o600)
        self.contest = Contest(bench, count, files, urls, targets)
        self.contest.prepare()
        self.modes = bench.floor_modes("latency", self.contest.items)

    def run(self, who: str, phase: str, parallel: int):
        if who == "floor":
            return self.bench.floor(self.modes[phase], self.contest.names, parallel,
                                    conninfo=self.conninfo)
        return self.contest.run(who, phase, parallel)


def run_latency(bench: Bench) -> Findings:
    found = Findings()
    run_round_trips(bench, found)
    run_plain(bench, found)
    best = run_fleet_at(bench, found, NEAR)
    if not bench.options.quick:
        run_fleet_at(bench, found, FAR, best)
    return found


def run_round_trips(bench: Bench, found: Findings) -> None:
    """One target: what 80 ms more of round trip add, divided by 80 ms, is the number of trips."""
    times: dict = {}
    notes = []
    for ms in (NEAR, FAR):
        with Proxy(bench.delay_bin, ms, bench.cluster.port) as proxy:
            seen = proxy.round_trip()
            distance = Distance(bench, proxy, 1, 20)
            names = ["pgmarch", "floor", *distance.contest.tools]
            turns = names[:2] * TURNS + names[2:]
            for _, who in alternate(turns, bench.options.repeat):
                bench.cluster.make(distance.contest.names)
                for phase in PHASES:
                    if distance.contest.has(who, phase):
                        times.setdefault((who, phase, ms), []).append(distance.run(who, phase, 1))
        notes.append(f"Proxy at {ms} ms: a client sees {seen:.2f} ms; {proxy.lateness}.")
    table = found.table("round trips of one target, 20 migrations, TLS and SCRAM (from the "
                        "difference between 20 and 100 ms)", "tool", *PHASES)
    table.notes += notes
    trips = {}
    for who in names:
        for phase in PHASES:
            near, far = (times.get((who, phase, ms)) for ms in (NEAR, FAR))
            trips[who, phase] = near and (median(far) - median(near)) / (FAR - NEAR) * 1000
        table.add(who, *(trips[who, phase] for phase in PHASES))
    for phase in PHASES:
        mine, least = (median(times[who, phase, NEAR]) for who in ("pgmarch", "floor"))
        found.goals.append(Goal(f"{phase}, one target at {NEAR} ms: round trips more than the floor",
                                (mine - least) / NEAR * 1000, 1.0))
    found.samples["one target"] = {"/".join(map(str, key)): value for key, value in times.items()}


def run_plain(bench: Bench, found: Findings) -> None:
    """`up` without TLS and passwords, beside the floor: what its longer strings cost."""
    count, files = (6, 20) if bench.options.quick else (30, 20)
    runs = [(who, parallel) for parallel in (8, 16, 30) for who in ("pgmarch", "floor")]
    samples: dict = {}
    with Proxy(bench.delay_bin, NEAR, bench.cluster.port) as proxy:
        distance = Distance(bench, proxy, count, files, secure=False)
        for _, (who, parallel) in alternate(runs, bench.options.repeat):
            bench.cluster.make(distance.contest.names)
            samples.setdefault((who, parallel), []).append(distance.run(who, "up", parallel))
    table = found.table(f"{count} databases x {files} migrations at {NEAR} ms, without TLS and "
                        "passwords: seconds of up (medians)", "at once", "pgmarch", "floor", "÷")
    table.notes.append(proxy.lateness)
    for parallel in (8, 16, 30):
        mine, least = (median(samples[who, parallel]) for who in ("pgmarch", "floor"))
        table.add(parallel, mine, least, mine / least)
        found.goals.append(Goal(f"up ÷ floor, {count} databases, {parallel} at once, {NEAR} ms, "
                                "without TLS and passwords", mine / least, 1.05))
    found.samples["plain"] = {"/".join(map(str, key)): value for key, value in samples.items()}


def run_fleet_at(bench: Bench, found: Findings, ms: int,
                 best: dict[str, int] | None = None) -> dict[str, int]:
    """`best`, and what is returned: at how many at once each tool was quickest."""
    count, files = (6, 20) if bench.options.quick else (30, 20)
    samples: dict = {}
    with Proxy(bench.delay_bin, ms, bench.cluster.port) as proxy:
        distance = Distance(bench, proxy, count, files)
        runs = plan_runs(bench, distance, best)
        for _, (who, parallel) in alternate(runs, bench.options.repeat):
            bench.cluster.make(distance.contest.names)
            for phase in PHASES:
                if distance.contest.has(who, phase):
                    samples.setdefault((who, parallel, phase), []).append(
                        distance.run(who, phase, parallel))
    table = found.table(f"{count} databases x {files} migrations at {ms} ms, TLS and SCRAM: "
                        "seconds (medians)", "tool", "at once", *PHASES,
                        *(f"{phase} ÷ floor" for phase in PHASES))
    table.notes.append(proxy.lateness)
    for who, parallel in runs:
        walls = [median(samples[who, parallel, phase]) if (who, parallel, phase) in samples
                 else None for phase in PHASES]
        least = [median(samples["floor", parallel, phase]) if ("floor", parallel, phase) in samples
                 else None for phase in PHASES]
        table.add(who, parallel, *walls, *(wall / low if wall and low else None
                                           for wall, low in zip(walls, least)))
        if who == "pgmarch" and ms == NEAR:
            turns = -(-count // parallel)  # every connection slot serves so many targets in turn
            for phase, wall, low in zip(PHASES, walls, least):
                found.goals.append(Goal(
                    f"{phase}, {count} databases, {parallel} at once, {ms} ms: round trips per "
                    "target more than the floor", (wall - low) / (ms / 1000) / turns, 1.0))
    found.samples[f"fleet at {ms} ms"] = {"/".join(map(str, key)): value
                                          for key, value in samples.items()}
    found.bars.append((f"up, {count} databases, {ms} ms, seconds",
                       {f"{who} ({parallel})": median(samples[who, parallel, "up"])
                        for who, parallel in runs}))
    return distance.contest.parallel


def plan_runs(bench: Bench, distance: Distance,
              best: dict[str, int] | None) -> list[tuple[str, int]]:
    """pgmarch and floor at 8 and 30; the others at 8 and at their own best, or at `best` alone."""
    runs = [(who, parallel) for parallel in (8, 30) for who in ("pgmarch", "floor")]
    if best is not None:
        return runs + [(who, best[who]) for who in distance.contest.tools if who in best]
    for who in list(distance.contest.tools):
        try:
            distance.contest.find_parallel(who)
        except Failed as failure:
            distance.contest.drop_out(who, failure)
            continue
        runs += [(who, parallel) for parallel in sorted({8, distance.contest.parallel[who]})]
    return runs
