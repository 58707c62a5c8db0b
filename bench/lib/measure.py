"""Runs a program and says what it took."""

import os
import signal
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CLEAN = ("PG", "PGMARCH_", "DATABASE_URL", "DBMATE_", "LIQUIBASE_")  # settings of the caller


HANGING = 1800.0  # seconds; nothing here takes that long


class Failed(Exception):
    """A program ended with an error, or took too long."""


@dataclass
class Sample:
    wall: float  # seconds
    cpu: float  # seconds, the program and all it waited for
    rss: float  # MiB, the largest single process of them
    server_cpu: float = 0.0  # seconds, of the server's processes that ended meanwhile
    out: str = ""


def clean_environment(extra: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(CLEAN)}
    return kept | {"LC_ALL": "C.UTF-8"} | extra


class Stopwatch:
    def __init__(self, timed: Path, server_cpu=lambda: 0.0):
        self.timed = timed
        self.server_cpu = server_cpu

    def run(self, argv: list, *, env: dict | None = None, stdin: str = "", cwd: Path | None = None,
            limit: float = HANGING, accept=(0,)) -> Sample:
        argv = [str(word) for word in argv]
        with tempfile.NamedTemporaryFile("r") as result, tempfile.TemporaryFile("w+") as out:
            before = self.server_cpu()
            child = subprocess.Popen([self.timed, result.name, *argv], stdin=subprocess.PIPE,
                                     stdout=out, stderr=subprocess.STDOUT, text=True, cwd=cwd,
                                     env=clean_environment(env or {}), start_new_session=True)
            try:
                child.communicate(stdin, timeout=limit)
            except subprocess.TimeoutExpired as late:
                raise Failed(f"{argv[0]}: took more than {limit:.0f} s") from late
            finally:
                end_group(child)
            out.seek(0)
            text = out.read()
            measured = result.read().split()
            if len(measured) != 4:
                raise Failed(f"timed ended with {child.returncode}: {argv[0]}\n{text[-2000:]}")
            wall, cpu, rss, code = measured
            if int(code) not in accept:
                raise Failed(f"{' '.join(argv)[:300]}: exit code {code}\n{text[-2000:]}")
            return Sample(float(wall), float(cpu), int(rss) / 1024, self.server_cpu() - before,
                          text)


def end_group(child: subprocess.Popen) -> None:
    """Ctrl-C does not reach a session of its own."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def median(samples: list[Sample], what: str = "wall") -> float:
    return statistics.median(getattr(sample, what) for sample in samples)


def paired(samples: list[Sample], others: list[Sample]) -> list[float]:
    """samples ÷ others, round by round: what disturbs a whole round disturbs both."""
    return [sample.wall / other.wall for sample, other in zip(samples, others)]


def alternate(names: list, rounds: int):
    """Every name once per round, each round beginning with the next one."""
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            yield number, name
