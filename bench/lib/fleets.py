"""`fleet`: pgmarch and every tool of bench/tools/ on the same databases: up, nothing to do, status."""

import statistics

from lib import workload
from lib.context import Bench
from lib.measure import Failed, Sample, alternate, median, paired
from lib.report import Findings, Goal, spread
from lib.tool import Tool

PARALLEL = (8, 4, 16, 30, 1)
PHASES = ("up", "noop", "status")
RIVAL = "pgx"  # the best library that was found, in one process
AHEAD = {"up": 1.2, "noop": 1.5}


class Contest:
    """pgmarch and the tools, each ready to run a phase on the databases."""

    def __init__(self, bench: Bench, count: int, files: int, urls=None, targets=None):
        self.bench, self.count, self.files = bench, count, files
        self.names = workload.database_names(count)
        self.items, self.folder = bench.migrations(files)
        self.urls = urls or [bench.cluster.url(name) for name in self.names]
        self.targets = targets or bench.targets("fleet", self.names)
        self.tools = {tool.name: tool for tool in bench.tools}
        self.parallel: dict[str, int] = {}
        self.tries: dict[str, dict[int, float | None]] = {}

    def prepare(self) -> None:
        """A tool whose preparing breaks is left out, and that is said."""
        for name, tool in list(self.tools.items()):
            try:
                tool.prepare(self.where(tool), self.items)
            except Exception as error:
                self.drop_out(name, error)

    def drop_out(self, name: str, error: Exception) -> None:
        self.bench.missing[name] = f"{type(error).__name__}: {error}"
        self.bench.say(f"{name} is left out: {error}")
        del self.tools[name]

    def where(self, tool: Tool):
        return self.bench.folder(f"{tool.name.replace(' ', '')}-{self.files}")

    def has(self, name: str, phase: str) -> bool:
        tool = self.tools.get(name)
        return tool is None or phase == "up" or getattr(tool, f"has_{phase}")

    def run(self, name: str, phase: str, parallel: int = 8, limit: float | None = None) -> Sample:
        if name.startswith("pgmarch"):
            return self.bench.pgmarch("status" if phase == "status" else "up", self.targets,
                                      self.folder, parallel)
        tool = self.tools[name]
        command = (tool.status if phase == "status" else tool.up)(self.where(tool))
        return self.bench.peer(tool, command, self.urls, parallel, limit)

    def find_parallel(self, name: str) -> None:
        """One timed try of `up` each; a try that takes twice as long as the best is cut off."""
        tries = self.tries[name] = {}
        for parallel in (8,) if self.bench.options.quick else PARALLEL:
            self.bench.cluster.make(self.names)
            best = min((taken for taken in tries.values() if taken is not None), default=None)
            try:
                tries[parallel] = self.run(name, "up", parallel, best and 2 * best + 1).wall
            except Failed as failure:
                if best is None:
                    raise
                tries[parallel] = None
                self.bench.say(f"{name} at {parallel}: {str(failure)[:200]}")
        self.parallel[name] = min((taken, parallel) for parallel, taken in tries.items()
                                  if taken is not None)[1]
        self.bench.say(f"{name}: best of {sorted(tries)} is {self.parallel[name]}")

    def find_all_parallel(self, *others: str) -> list[str]:
        for name in [*others, *self.tools]:
            try:
                self.find_parallel(name)
            except Failed as failure:
                self.drop_out(name, failure)
        return list(self.parallel)


def run_fleet(bench: Bench) -> Findings:
    found = Findings()
    count, files = (6, 20) if bench.options.quick else (30, 20)
    contest = Contest(bench, count, files)
    contest.prepare()
    names = contest.find_all_parallel("pgmarch")
    samples: dict = {(name, phase): [] for name in names for phase in PHASES}
    prints: dict[str, str] = {}
    for number, name in alternate(names, bench.options.repeat):
        bench.cluster.make(contest.names)
        for phase in PHASES:
            if contest.has(name, phase):
                samples[name, phase].append(contest.run(name, phase, contest.parallel[name]))
            if phase == "up":
                check_schema(bench, contest, name, prints)
    write_tables(found, samples, contest, f"{count} databases x {files} migrations")
    found.samples = {f"{name}/{phase}": taken for (name, phase), taken in samples.items()}
    found.samples |= {"tries": contest.tries, "fingerprints": prints}
    return found


def check_schema(bench: Bench, contest: Contest, name: str, prints: dict[str, str]) -> None:
    """Every tool must have done the same work, on every database."""
    ours = {workload.fingerprint(bench.cluster, database)
            for database in (contest.names[0], contest.names[-1])}
    prints[name] = ", ".join(sorted(ours))
    if len(set(prints.values())) != 1 or len(ours) != 1 or prints[name].endswith("/0"):
        raise Failed(f"{name} left another schema: {prints}")


def write_tables(found: Findings, samples: dict, contest: Contest, what: str) -> None:
    names = list(contest.parallel)
    for phase in PHASES:
        table = found.table(f"{phase}: {what} (medians)", "tool", "at once", "seconds",
                            "÷ pgmarch", "by rounds", "client CPU s", "server CPU s",
                            "peak MiB of one process")
        taken = {name: samples[name, phase] for name in names if samples[name, phase]}
        for name in sorted(taken, key=lambda one: median(taken[one])):
            ratios = paired(taken[name], taken["pgmarch"])
            table.add(name, contest.parallel[name], median(taken[name]),
                      statistics.median(ratios), spread(ratios),
                      median(taken[name], "cpu"), median(taken[name], "server_cpu"),
                      median(taken[name], "rss"))
        found.bars.append((f"{phase}: {what}, seconds",
                           {name: median(some) for name, some in taken.items()}))
        if RIVAL in taken and phase in AHEAD:
            found.goals.append(Goal(
                f"{phase}: {RIVAL} ÷ pgmarch, each at its best", statistics.median(
                    paired(taken[RIVAL], taken["pgmarch"])), AHEAD[phase], at_least=True))
        for name in names:
            if name not in taken:
                table.notes.append(f"{name} has no way to do this.")
        table.notes += [f"{name} is missing: {why}"
                        for name, why in contest.bench.missing.items()]
