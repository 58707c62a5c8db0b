#!/usr/bin/python3
"""homes.py ROOT BUILD: what foo.c defines for others is declared in foo.h beside it.

Who reads a call then knows the file from the header that is included, and who changes a function
finds what is said of it in one place. Public functions are declared by subject in include/pgmarch/ and
are not looked at. Which file defines a name is what its object in BUILD says, as in circles.py.
"""

import pathlib
import re
import sys

import circles

PROTOTYPE = re.compile(r"^(?:[A-Za-z_][\w \t*]*?\b)?(pgm__\w+)[ \t]*\(", re.MULTILINE)


def strangers(header, node, home):
    """Findings: functions that the header declares, and another file than its own defines."""
    text = header.read_text(encoding="utf-8")
    for found in PROTOTYPE.finditer(text):
        other = home.get(found[1], node)
        if other != node:
            line = text.count("\n", 0, found.start()) + 1
            yield (f"src/{node}.h:{line}: {found[1]}() is defined in src/{other}.c: "
                   f"declare it in src/{other}.h")


def main():
    root, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    source = root / "src"
    home = circles.homes_of(circles.symbols_of(circles.objects_of(source, build)))
    findings = [finding for header in sorted(source.rglob("*.h"))
                for finding in strangers(header, circles.node_of(header.relative_to(source)), home)]
    print("\n".join(findings), end="\n" if findings else "")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
