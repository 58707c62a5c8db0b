"""Bar charts as SVG: one for each group of bars of a comparison."""

from html import escape
from pathlib import Path

from lib.report import Findings, show

BAR, GAP, LEFT, WIDTH, HEAD = 18, 8, 170, 640, 34
OURS = "#2563eb"
THEIRS = "#94a3b8"


def bars(title: str, values: dict[str, float], top: int) -> list[str]:
    """Longest bar = slowest; sorted, so that the eye finds the order."""
    out = [f'<text x="8" y="{top + 20}" font-weight="bold">{escape(title)}</text>']
    longest = max(values.values())
    for row, (name, value) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        y = top + HEAD + row * (BAR + GAP)
        width = max(1.0, value / longest * (WIDTH - LEFT - 90))
        colour = OURS if name.startswith("pgmarch") else THEIRS
        out += [f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end">{escape(name)}</text>',
                f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>',
                f'<text x="{LEFT + width + 6:.1f}" y="{y + 13}">{show(float(value))}</text>']
    return out


def write(folder: Path, name: str, found: Findings) -> None:
    if not found.bars:
        return
    parts, top = [], 8
    for title, values in found.bars:
        parts += bars(title, values, top)
        top += HEAD + len(values) * (BAR + GAP) + 16
    svg = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{top}" fill="white"/>', *parts, "</svg>"]
    (folder / f"{name}.svg").write_text("\n".join(svg) + "\n")
