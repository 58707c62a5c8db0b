"""`latency`: everything again with a network in between, with TLS and SCRAM; near also without."""

import statistics

from lib.context import Bench
from lib.fleets import RIVAL, Contest
from lib.measure import alternate, median, paired
from lib.proxy import Proxy
from lib.report import Findings, Goal

PASSWORD_USER = ("pw_user", "pw_secret")  # tests/support/cluster
NEAR, FAR = 20, 100  # ms
PHASES = ("up", "noop", "status")
CAPS = {True: (8, 30), False: (8, 16, 30)}  # of the fleet, with and without TLS and SCRAM
PLAIN_LIMIT = 1.05  # ÷ floor, `up`, where no login hides what a block costs
AHEAD = {8: 8.0, 30: 3.0}  # of the best library, `up`, by how many at once
TURNS = 5  # of one target's pgmarch and floor in each round: their difference is a few milliseconds


class Distance:
    """One contest through one proxy; secure: with TLS and SCRAM."""

    def __init__(self, bench: Bench, proxy: Proxy, count: int, files: int, secure: bool = True):
        login = dict(zip(("user", "password"), PASSWORD_USER)) if secure else {"user": "postgres"}
        settings = login | {"port": proxy.port, "sslmode": "require" if secure else "disable"}
        self.bench = bench
        self.conninfo = "host=127.0.0.1 " + " ".join(f"{key}={value}"
                                                     for key, value in settings.items())
        probe = Contest(bench, count, files)
        urls = [f"postgres://{':'.join(login.values())}@127.0.0.1:{proxy.port}/{name}"
                f"?sslmode={settings['sslmode']}" for name in probe.names]
        targets = bench.targets(f"far-{proxy.ms}-{count}-{settings['sslmode']}", probe.names,
                                **settings)
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
    best = run_fleet_at(bench, found, NEAR)
    run_fleet_at(bench, found, NEAR, best, secure=False)
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


def run_fleet_at(bench: Bench, found: Findings, ms: int,
                 best: dict[str, int] | None = None, secure: bool = True) -> dict[str, int]:
    """`best`, and what is returned: at how many at once each tool was quickest."""
    count, files = (6, 20) if bench.options.quick else (30, 20)
    samples: dict = {}
    with Proxy(bench.delay_bin, ms, bench.cluster.port) as proxy:
        distance = Distance(bench, proxy, count, files, secure)
        if best is None:
            distance.contest.find_all_parallel()
            best = distance.contest.parallel
        runs = plan_runs(distance, ms, secure, best)
        for _, (who, parallel) in alternate(runs, bench.options.repeat):
            bench.cluster.make(distance.contest.names)
            for phase in PHASES:
                if distance.contest.has(who, phase):
                    samples.setdefault((who, parallel, phase), []).append(
                        distance.run(who, phase, parallel))
    what = f"{ms} ms, {'TLS and SCRAM' if secure else 'without TLS and passwords'}"
    table = found.table(f"{count} databases x {files} migrations at {what}: seconds (medians)",
                        "tool", "at once", *PHASES, *(f"{phase} ÷ floor" for phase in PHASES))
    table.notes.append(proxy.lateness)
    for who, parallel in runs:
        walls = [median(samples[who, parallel, phase]) if (who, parallel, phase) in samples
                 else None for phase in PHASES]
        least = [median(samples["floor", parallel, phase]) if ("floor", parallel, phase) in samples
                 else None for phase in PHASES]
        table.add(who, parallel, *walls, *(wall / low if wall and low else None
                                           for wall, low in zip(walls, least)))
        if who == "pgmarch" and ms == NEAR and secure:
            turns = -(-count // parallel)  # every connection slot serves so many targets in turn
            for phase, wall, low in zip(PHASES, walls, least):
                found.goals.append(Goal(
                    f"{phase}, {count} databases, {parallel} at once, {ms} ms: round trips per "
                    "target more than the floor", (wall - low) / (ms / 1000) / turns, 1.0))
    if ms == NEAR:
        found.goals += paired_goals(samples, runs, what, secure)
    found.samples[f"fleet at {what}"] = {"/".join(map(str, key)): value
                                          for key, value in samples.items()}
    found.bars.append((f"up, {count} databases, {what}, seconds",
                       {f"{who} ({parallel})": median(samples[who, parallel, "up"])
                        for who, parallel in runs}))
    return best


def paired_goals(samples: dict, runs: list[tuple[str, int]], what: str, secure: bool) -> list[Goal]:
    """`up` against the floor and against the best library, round by round, at equal numbers."""
    def ratio(who: str, other: str, parallel: int) -> float:
        return statistics.median(paired(samples[who, parallel, "up"],
                                        samples[other, parallel, "up"]))

    goals = []
    for parallel in CAPS[secure]:
        if not secure:
            goals.append(Goal(f"up, {what}, {parallel} at once: pgmarch ÷ floor",
                              ratio("pgmarch", "floor", parallel), PLAIN_LIMIT))
        if (RIVAL, parallel) in runs and parallel in AHEAD:
            goals.append(Goal(f"up, {what}, {parallel} at once: {RIVAL} ÷ pgmarch",
                              ratio(RIVAL, "pgmarch", parallel), AHEAD[parallel], at_least=True))
    return goals


def plan_runs(distance: Distance, ms: int, secure: bool,
              best: dict[str, int]) -> list[tuple[str, int]]:
    """pgmarch and floor at CAPS; the others at their own best, near also at 8, and what is one
    process at 30 as well."""
    runs = [(who, parallel) for parallel in CAPS[secure] for who in ("pgmarch", "floor")]
    for who, tool in distance.contest.tools.items():
        numbers = {best[who]} if who in best else set()
        if numbers and ms == NEAR:
            numbers |= {8, 30} if tool.one_process else {8} if secure else set()
        runs += [(who, parallel) for parallel in sorted(numbers)]
    return runs
