"""`cores`: client and server on cores of their own, so that neither takes the other's time."""

import os
from pathlib import Path

from lib.context import Bench
from lib.measure import Sample, alternate, median
from lib.report import Findings

JOBS = 32
PHASES = ("up", "noop", "status")
MODES = (("SCRAM and TLS", ("pw_user", "pw_secret"), "require"),  # tests/support/cluster
         ("neither", ("postgres", "none"), "disable"))


def splits() -> list[tuple[str, set[int], set[int]]]:
    """The client's cores and the server's: one, two, four ... of its own, and all for both."""
    cores = sorted(os.sched_getaffinity(0))
    found = []
    width = 1
    while width <= len(cores) - max(1, len(cores) // 2):
        found.append((f"client on {width} of its own", set(cores[:width]), set(cores[width:])))
        width *= 2
    return found + [("both on all", set(cores), set(cores))]


def pin_server(bench: Bench, cores: set[int]) -> None:
    """Sessions are its children, and begin where it runs."""
    postmaster = bench.cluster.postmaster
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for pid in (postmaster, *map(int, children)):
        try:
            os.sched_setaffinity(pid, cores)
        except ProcessLookupError:
            pass  # it has ended since


def run_pinned(bench: Bench, phase: str, targets: Path, folder: Path, cores: set[int]) -> Sample:
    command = "up" if phase == "noop" else phase
    return bench.clock.run(["taskset", "-c", ",".join(map(str, sorted(cores))), bench.pgmarch_bin,
                            command, "-t", targets, "-d", folder, "-j", JOBS, "--per-server", JOBS])


def run_cores(bench: Bench) -> Findings:
    found = Findings()
    count = 20 if bench.options.quick else 200
    _, folder = bench.migrations(2)
    names = [f"cores_{number:04}" for number in range(count)]
    samples: dict = {}
    runs = [(split, mode) for split in splits() for mode in MODES]
    for _, ((name, client, server), (mode, (user, password), tls)) in alternate(
            runs, bench.options.repeat):
        targets = bench.targets(f"cores-{tls}", names, user=user, password=password, sslmode=tls)
        targets.chmod(0o600)
        pin_server(bench, set(os.sched_getaffinity(0)))
        bench.cluster.make(names)
        pin_server(bench, server)
        for phase in PHASES:
            samples.setdefault((name, mode, phase), []).append(
                run_pinned(bench, phase, targets, folder, client))
    pin_server(bench, set(os.sched_getaffinity(0)))
    table = found.table(f"{count} databases x 2 migrations, {JOBS} at once, on one server (medians)",
                        "cores", "login", "up s", "noop s", "status s", "logins a second (status)",
                        "client CPU ÷ time (status)")
    for (name, _, _), (mode, _, _) in runs:
        walls = [median(samples[name, mode, phase]) for phase in PHASES]
        busy = median(samples[name, mode, "status"], "cpu") / walls[2]
        table.add(name, mode, *walls, count / walls[2], busy)
    found.samples["cores"] = {"/".join(key): value for key, value in samples.items()}
    return found
