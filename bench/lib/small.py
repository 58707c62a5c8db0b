"""`startup`: the shortest commands; `profile`: instructions of the client."""

import re
import shutil
import subprocess
from pathlib import Path

from lib import workload
from lib.context import Bench
from lib.measure import Failed, alternate, median
from lib.report import Findings


def run_startup(bench: Bench) -> Findings:
    found = Findings()
    cluster = bench.cluster
    _, many = bench.migrations(200 if bench.options.quick else 2000)
    _, few = bench.migrations(20)
    names = workload.database_names(1)
    targets = bench.targets("startup", names)
    cluster.make(names)
    bench.pgmarch("up", targets, few)
    runs = {
        "pgmarch --version": [bench.pgmarch_bin, "--version"],
        f"pgmarch validate, {len(list(many.glob('*.up.sql')))} migrations":
            [bench.pgmarch_bin, "validate", "-d", many],
        "pgmarch status, one local target": [bench.pgmarch_bin, "status", "-t", targets, "-d", few],
        "psql -c 'select 1'": [cluster.bin / "psql", "-Xq", "-c", "select 1", "-d",
                               cluster.url(names[0])],
        "true": ["/bin/true"],
    }
    samples: dict = {}
    for _, what in alternate(list(runs), 4 * bench.options.repeat):
        samples.setdefault(what, []).append(bench.clock.run(runs[what]))
    table = found.table(f"short commands (medians of {4 * bench.options.repeat})", "command", "ms",
                        "client CPU ms", "peak MiB")
    for what, taken in samples.items():
        table.add(what, median(taken) * 1000, median(taken, "cpu") * 1000, median(taken, "rss"))
    found.samples = samples
    return found


# ---- profile ----

TOTAL = re.compile(r"^(?:summary|totals):\s+(\d+)", re.M)
LINE = re.compile(r"^\s*([\d,]+) \(\s*([\d.]+)%\)\s+(.*)$")


def run_profile(bench: Bench) -> Findings:
    if shutil.which("valgrind") is None:
        raise Failed("valgrind is missing (apt-get install valgrind)")
    found = Findings()
    count = 6 if bench.options.quick else 30
    _, folder = bench.migrations(20)
    names = workload.database_names(count)
    targets = bench.targets("profile", names)
    bench.cluster.make(names)
    base = instructions(bench, "version", ["--version"])[0]
    table = found.table(f"instructions of the client, {count} databases x 20 migrations (callgrind)",
                        "command", "instructions", "without those of --version", "per target")
    tops = []
    for what, words in (("up", ["up"]), ("noop", ["up"]), ("status", ["status"])):
        total, top = instructions(bench, what, [*words, "-t", targets, "-d", folder])
        table.add(what, f"{total:,}", f"{total - base:,}", f"{(total - base) // count:,}")
        tops.append((what, total, top))
        found.samples[what] = {"instructions": total, "top": top}
    for what, total, top in tops:
        shares = found.table(f"{what}: the ten functions with most instructions", "function",
                             "instructions", "%")
        for name, number in top:
            shares.add(name, f"{number:,}", 100 * number / total)
    return found


def instructions(bench: Bench, name: str, words: list) -> tuple[int, list]:
    out = bench.work / f"callgrind.{name}"
    bench.plain_clock.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
                           bench.pgmarch_bin, *words])
    total = int(TOTAL.search(out.read_text()).group(1))
    said = subprocess.run(["callgrind_annotate", out], text=True, capture_output=True).stdout
    return total, top_ten(said)


def top_ten(annotated: str) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for line in annotated.splitlines():
        match = LINE.match(line)
        if match and "PROGRAM TOTALS" not in line:
            file, _, function = match.group(3).partition(":")
            function, _, library = function.partition(" [")
            name = f"{function} ({Path(library.rstrip(']')).name})" if library else function
            sums[name] = sums.get(name, 0) + int(match.group(1).replace(",", ""))
    return sorted(sums.items(), key=lambda item: -item[1])[:10]
