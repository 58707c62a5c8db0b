"""What it costs to say who starts next, in fleets of any size: bench/schedule.c."""

import subprocess

from lib.measure import Failed
from lib.report import Findings

SERVERS, WAVES = 500, 3
LIMIT = 0.2  # seconds for the largest: agreed


def run(bench) -> Findings:
    program = bench.pgmarch_bin.parent.parent / "bench/schedule"
    found = Findings()
    table = found.table(f"Scheduling targets that end at once, on {SERVERS} servers in {WAVES} waves "
                        f"(medians of {bench.options.repeat})",
                        "targets", "CPU ms", "microseconds for each")
    samples = {count: sorted(one(program, count) for _ in range(bench.options.repeat))
               for count in (1_000, 10_000, 100_000)}
    for count, taken in samples.items():
        median = taken[len(taken) // 2]
        table.add(count, round(median * 1000, 2), round(median * 1e6 / count, 3))
    if samples[100_000][0] > LIMIT:
        raise Failed(f"100,000 targets took {samples[100_000][0]:.3f} s of CPU, over {LIMIT} s")
    found.samples = {str(count): taken for count, taken in samples.items()}
    return found


def one(program, count: int) -> float:
    argv = [str(word) for word in (program, count, SERVERS, WAVES)]
    done = subprocess.run(argv, text=True, capture_output=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(argv)}: {done.stderr.strip() or done.returncode}")
    return float(done.stdout.split()[1])
