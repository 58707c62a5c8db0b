#!/usr/bin/python3
"""circles.py ROOT BUILD: no circle of files, by what they include and by what they call.

foo.c and foo.h are one file here. It includes another where one of the two says so; it calls another
where its object in BUILD needs a name that the other one's object defines. Files that need each other
in a circle cannot be read, tested or replaced one by one. Each circle is printed with its files and
what leads from one to the next. A type that both ends of one need goes into a header of its own.
"""

import pathlib
import re
import subprocess
import sys

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)


def node_of(path):
    return str(path.with_suffix(""))


def add(edges, one, other, reason):
    """Remembers that `one` needs `other`, by the first reason found."""
    if one != other:
        edges.setdefault(one, {}).setdefault(other, reason)


def all_below(name, needs):
    """All that a name needs, and what that needs; itself only when it is on a circle."""
    seen, left = set(), list(needs.get(name, ()))
    while left:
        other = left.pop()
        if other not in seen:
            seen.add(other)
            left.extend(needs.get(other, ()))
    return seen


def includes_of(source):
    edges = {}
    for path in sorted(source.rglob("*.[ch]")):
        one = node_of(path.relative_to(source))
        edges.setdefault(one, {})
        for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if (source / name).is_file():
                add(edges, one, node_of(pathlib.Path(name)), f"{path.name} includes {name}")
    return edges


def objects_of(source, build):
    """The objects of the files that are there; what was moved may have left one behind."""
    objects = {}
    for path in sorted((build / "src" / "CMakeFiles").glob("*.dir/**/*.c.o")):
        name = pathlib.Path(*path.relative_to(build / "src" / "CMakeFiles").parts[1:])
        file = name.with_suffix("")
        if (source / file).is_file():
            objects[node_of(file)] = path
    return objects


def symbols_of(objects):
    """For each object the names that it defines, and those that it needs: all in one call of nm."""
    found = {path: (set(), set()) for path in objects.values()}
    out = subprocess.run(["nm", "--format=posix", "--extern-only", "--print-file-name", *found],
                         check=True, capture_output=True, text=True).stdout if found else ""
    for line in out.splitlines():
        path, _, symbol = line.rpartition(".o: ")
        name, kind = symbol.split()[:2]
        found[pathlib.Path(path + ".o")][kind == "U"].add(name)
    return {node: found[path] for node, path in objects.items()}


def homes_of(symbols):
    """The file that defines each name."""
    return {name: node for node, (defined, _) in symbols.items() for name in defined}


def calls_of(symbols):
    edges = {node: {} for node in symbols}
    home = homes_of(symbols)
    for node, (_, needed) in sorted(symbols.items()):
        for name in sorted(needed):
            if name in home:
                add(edges, node, home[name], f"needs {name}")
    return edges


def find_circles(edges):
    """Groups of nodes that all need each other, each sorted."""
    reach = {node: all_below(node, edges) for node in edges}
    groups = {tuple(sorted(other for other in reach[node] if node in reach.get(other, ())))
              for node in edges if node in reach[node]}
    return sorted(groups)


def describe(kind, circle, edges):
    lines = [f"src/{circle[0]}.c:1: {len(circle)} files {kind} each other: {' '.join(circle)}"]
    for one in circle:
        lines += [f"    {one} -> {other}: {reason}"
                  for other, reason in edges[one].items() if other in circle]
    return "\n".join(lines)


def judge(kind, edges):
    return [describe(kind, circle, edges) for circle in find_circles(edges)]


def main():
    root, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    source = root / "src"
    objects = objects_of(source, build)
    findings = [f"{path}:1: no object of it in {build}"
                for path in sorted(source.rglob("*.c"))
                if node_of(path.relative_to(source)) not in objects]
    findings += judge("include", includes_of(source))
    findings += judge("call", calls_of(symbols_of(objects)))
    print("\n".join(findings), end="\n" if findings else "")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
