"""Tables: on the terminal, as Markdown, as JSON."""

import json
import os
import platform
import subprocess
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Table:
    title: str
    columns: list[str]
    rows: list[list] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells) -> None:
        self.rows.append([*cells, *[None] * (len(self.columns) - len(cells))])


@dataclass
class Goal:
    text: str
    value: float
    limit: float
    at_least: bool = False  # else at most

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self) -> str:
        word = "met" if self.met else "NOT MET"
        bound = "at least" if self.at_least else "at most"
        return f"{word}: {self.text}: {show(self.value)} (goal: {bound} {show(self.limit)})"


@dataclass
class Findings:
    """What one comparison found."""

    tables: list[Table] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    samples: dict = field(default_factory=dict)  # every single measurement, for the JSON
    bars: list = field(default_factory=list)  # (title, {name: value}) for the chart

    def table(self, title: str, *columns: str) -> Table:
        made = Table(title, list(columns))
        self.tables.append(made)
        return made


def show(cell) -> str:
    if not isinstance(cell, float):
        return "–" if cell is None else str(cell)
    if abs(cell) >= 100:
        return f"{cell:,.0f}"
    return f"{cell:.3g}" if abs(cell) >= 0.001 or cell == 0 else f"{cell:.1e}"


def spread(values: list[float]) -> str:
    return f"{show(min(values))} – {show(max(values))}"


def aligned(table: Table) -> list[list[str]]:
    cells = [table.columns] + [[show(cell) for cell in row] for row in table.rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(table.columns))]
    return [[cell.ljust(width) if i == 0 else cell.rjust(width)
             for i, (cell, width) in enumerate(zip(row, widths))] for row in cells]


def markdown(table: Table) -> str:
    rows = aligned(table)
    rule = ["-" * len(rows[0][0])] + ["-" * (len(cell) - 1) + ":" for cell in rows[0][1:]]
    lines = ["| " + " | ".join(row) + " |" for row in [rows[0], rule, *rows[1:]]]
    notes = [f"\n{note}" for note in table.notes]
    return "\n".join([f"**{table.title}**", "", *lines, *notes, ""])


def as_text(findings: Findings) -> str:
    parts = [markdown(table) for table in findings.tables]
    parts += [goal.line() for goal in findings.goals]
    return "\n".join(parts) + "\n"


def as_data(findings: Findings) -> dict:
    return {
        "tables": [vars(table) for table in findings.tables],
        "goals": [vars(goal) | {"met": goal.met} for goal in findings.goals],
        "samples": findings.samples,
    }


def machine(psql: Path, root: Path) -> dict:
    def said(*argv) -> str:
        done = subprocess.run(argv, text=True, capture_output=True, cwd=root)
        return done.stdout.strip().splitlines()[0] if done.stdout.strip() else ""

    cpu = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo")
           if line.startswith("model name")]
    memory = int(open("/proc/meminfo").readline().split()[1]) // (1 << 20)
    return {"cpu": cpu[0] if cpu else platform.machine(), "cores": os.cpu_count(),
            "memory_gib": memory, "kernel": platform.release(),
            "postgresql": said(psql, "--version"), "commit": said("git", "rev-parse", "HEAD"),
            "load_at_start": os.getloadavg()[0]}


def machine_line(results: dict) -> str:
    about = results["machine"]
    tools = ", ".join(f"{name} {version}" for name, version in results["tools"].items())
    return (f"\n{about['cpu']}, {about['cores']} cores, {about['memory_gib']} GiB, Linux "
            f"{about['kernel']}, {about['postgresql']}; commit {about['commit'][:9]}; load at the "
            f"start {about['load_at_start']:.1f}; medians of {results['repeat']}"
            f"{', --quick' if results['quick'] else ''}. {tools}")


def write_json(path: Path, data: dict) -> None:
    path.write_text(json.dumps(data, indent=1, default=vars) + "\n")
