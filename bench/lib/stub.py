"""`stub`: the client alone. Its server is bench/stub, which answers what a real one has answered."""

import os
import re
import subprocess

from lib import recording
from lib.context import Bench
from lib.measure import Failed, alternate, median
from lib.report import Findings, Goal

MIGRATIONS = 20
LOGINS, COUNTED = 100, (4, 12)  # behind a password: timed, and counted
PASSWORD = "stub_secret"
WAYS = {"SCRAM": {}, "SCRAM and TLS": {"sslmode": "require"}}


def run_stub(bench: Bench) -> Findings:
    found = Findings()
    world = World(bench)
    quick = bench.options.quick
    speed(world, found, 500 if quick else 10_000)
    growth(world, found, (10, 100, 1_000) if quick else (10, 100, 1_000, 10_000, 100_000))
    logins(world, found)
    threads(world, found)
    return found


class World:
    """A recording of `up` with nothing to do, and fleets of any size that have the same."""

    def __init__(self, bench: Bench):
        self.bench = bench
        self.program = bench.pgmarch_bin.parent.parent / "bench/stub"
        _, self.folder = bench.migrations(MIGRATIONS)
        names = [recording.database(number) for number in range(2)]
        bench.cluster.make(names)
        bench.pgmarch("up", bench.targets("recorded", names), self.folder)
        with recording.Recorder(bench.cluster.port) as heard:
            targets = bench.targets("heard", names, port=heard.port)
            bench.pgmarch("up", targets, self.folder, 1)
        self.recording = heard.write(bench.work / "recording")
        cores = sorted(os.sched_getaffinity(0))
        self.cores = len(cores)
        self.server_cpu = cores[-1]
        self.client_cpu = cores[0]

    def stub(self, *options: str) -> recording.Stub:
        return recording.Stub(self.program, self.recording, *options, cpu=self.server_cpu)

    def safe_stub(self, way: str) -> recording.Stub:
        home = self.bench.cluster.home
        tls = ("--tls", f"{home}/server.crt", f"{home}/server.key") if WAYS[way] else ()
        return self.stub("--password", PASSWORD, *tls)

    def words(self, stub: recording.Stub, count: int, *options, **settings) -> list:
        """Of `up`; the target file's name is short, as it is where people work."""
        name = f"fleet-{count}.conf"
        stub.write_targets(self.bench.work / name, count, **settings)
        return ["up", "-t", name, "-d", self.folder, "--connect-timeout", "1h", "--quiet",
                "--progress", "none", *options]

    def run(self, words: list, *under, clock=None):
        argv = [*under, self.bench.pgmarch_bin, *words]
        return (clock or self.bench.plain_clock).run(argv, cwd=self.bench.work)

    def counted(self, words: list, tool: str, *patterns: str) -> list[int]:
        argv = ["valgrind", *tool.split(), self.bench.pgmarch_bin, *words]
        done = subprocess.run([str(word) for word in argv], cwd=self.bench.work, text=True,
                              capture_output=True)
        if done.returncode != 0:
            raise Failed(f"{argv}:\n{(done.stdout + done.stderr)[-2000:]}")
        return [int(re.search(pattern, done.stderr).group(1).replace(",", ""))
                for pattern in patterns]


# ---- how many targets a second ----


def speed(world: World, found: Findings, count: int) -> None:
    alone = ["taskset", "-c", world.client_cpu]
    table = found.table(f"{count:,} databases without passwords, nothing to do, on one core (medians "
                        f"of {world.bench.options.repeat}; the stub has another one)",
                        "at once", "targets a second", "client CPU: µs a target",
                        "stub CPU: µs a target", "peak MiB")
    best = 0.0
    for jobs in (8, 32, 128):
        samples, spent = [], []
        for _ in range(world.bench.options.repeat):
            with world.stub() as stub:
                samples.append(world.run(world.words(stub, count, "-j", jobs, "--per-server", jobs),
                                         *alone))
            spent.append(stub.cpu_seconds)
        rate = count / median(samples)
        best = max(best, rate)
        table.add(jobs, rate, median(samples, "cpu") / count * 1e6,
                  sorted(spent)[len(spent) // 2] / count * 1e6, median(samples, "rss"))
        found.samples[f"speed {jobs}"] = samples
    found.goals.append(Goal("µs for each target without a password", 1e6 / best, 1000.0))


# ---- what a target costs, in fleets of any size ----

INSTRUCTIONS = "--tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null"
HEAP = "--tool=dhat --dhat-out-file=/dev/null"


def growth(world: World, found: Findings, sizes: tuple) -> None:
    figures = {count: one_size(world, count) for count in sizes}
    names = ("instructions", "allocations", "bytes allocated", "heap bytes at most")
    table = found.table("what each further target costs, from the size before to this one (valgrind)",
                        "targets", *names, "peak MiB of the whole run")
    each: dict[str, list[float]] = {name: [] for name in names}
    for before, count in zip(sizes, sizes[1:]):
        for name in names:
            more = figures[count][name] - figures[before][name]
            each[name].append(more / (count - before))
        table.add(f"{count:,}", *(each[name][-1] for name in names), figures[count]["peak"])
    found.samples["growth"] = {str(count): taken for count, taken in figures.items()}
    for name in names:
        found.goals.append(Goal(f"{name} of a target: the largest fleet ÷ {sizes[2]:,}",
                                each[name][-1] / each[name][1], 1.02))
    found.goals.append(Goal("heap bytes of a finished target", each[names[-1]][-1], 600.0))
    found.goals.append(Goal(f"peak MiB of {sizes[-1]:,} targets", figures[sizes[-1]]["peak"],
                            120.0 / 1.048576))


def one_size(world: World, count: int) -> dict:
    figures = {}
    with world.stub() as stub:
        words = world.words(stub, count, "-j", 32, "--per-server", 32)
        figures["instructions"], = world.counted(words, INSTRUCTIONS, r"I +refs: +([\d,]+)")
        (figures["bytes allocated"], figures["allocations"],
         figures["heap bytes at most"]) = world.counted(
             words, HEAP, r"Total: +([\d,]+) bytes", r"Total: .* in ([\d,]+) blocks",
             r"At t-gmax: +([\d,]+) bytes")
        figures["peak"] = world.run(words).rss
    world.bench.say(f"{count:,} targets: {figures}")
    return figures


# ---- logins ----


def logins(world: World, found: Findings) -> None:
    """Both numbers of threads in turn, so that a busy machine is busy for both."""
    numbers = [2 ** power for power in range(8) if 2 ** power <= world.cores]
    table = found.table(f"logins, {LOGINS} databases (medians of {world.bench.options.repeat} rounds; "
                        f"{world.cores} cores, which the stub shares)", "way", "threads",
                        "logins a second", "of linear", "client CPU: ms a login",
                        "stub CPU: ms a login")
    for way, settings in WAYS.items():
        samples: dict[int, list] = {}
        spent: dict[int, list] = {}
        for _, number in alternate(numbers, world.bench.options.repeat):
            with world.safe_stub(way) as stub:
                words = world.words(stub, LOGINS, "--login-threads", number, password=PASSWORD,
                                    **settings)
                samples.setdefault(number, []).append(world.run(words))
            spent.setdefault(number, []).append(stub.cpu_seconds)
        for number in numbers:
            pairs = sorted(one.wall / many.wall / number
                           for one, many in zip(samples[1], samples[number]))
            table.add(way, number, LOGINS / median(samples[number]), pairs[len(pairs) // 2],
                      median(samples[number], "cpu") / LOGINS * 1e3,
                      sorted(spent[number])[len(spent[number]) // 2] / LOGINS * 1e3)
        found.samples[f"logins {way}"] = samples


THREAD = re.compile(r"^(?:summary|totals):\s+(\d+)", re.M)


def threads(world: World, found: Findings) -> None:
    """What is on the loop cannot be shared out: it says how many threads are worth having."""
    table = found.table("instructions of a login, by thread (callgrind), and how many threads the loop "
                        "keeps busy", "way", "on the loop", "on the threads", "threads")
    for way, settings in WAYS.items():
        on_loop, on_threads = [], []
        for count in COUNTED:
            with world.safe_stub(way) as stub:
                words = world.words(stub, count, "--login-threads", 2, password=PASSWORD, **settings)
                counts = by_thread(world, words)
            on_loop.append(counts[0])
            on_threads.append(sum(counts[1:]))
        more = COUNTED[1] - COUNTED[0]
        loop = (on_loop[1] - on_loop[0]) / more
        others = (on_threads[1] - on_threads[0]) / more
        table.add(way, f"{loop:,.0f}", f"{others:,.0f}", others / loop)


def by_thread(world: World, words: list) -> list[int]:
    """The loop's first: it is the one that the program began with."""
    out = world.bench.folder("threads")
    for file in out.iterdir():
        file.unlink()
    world.counted(words, f"--tool=callgrind --separate-threads=yes --callgrind-out-file={out}/out")
    return [int(THREAD.search(file.read_text()).group(1)) for file in sorted(out.glob("out-*"))]
