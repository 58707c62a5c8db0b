#!/usr/bin/python3
"""clang.py ROOT BUILD: what clang warns of in tests and bench, with the compile commands of BUILD. Of src
clang-tidy tells the same (tidy.py).
"""

import concurrent.futures
import os
import pathlib
import sys

import answers


def ask(entry):
    """What clang says; "" where it has nothing to say."""
    told = answers.run("clang", "-fsyntax-only", "-Werror", *answers.options_of(entry)[1:],
                       entry["file"], cwd=entry["directory"])
    return "" if told.returncode == 0 else told.stderr


def main():
    root, build = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    entries = list(answers.entries_of(root, build, ("tests", "bench")).values())
    if not entries:
        sys.exit(f"clang.py: no test of {root} is compiled in {build}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        findings = [finding for finding in pool.map(ask, entries) if finding]
    print("\n".join(findings), end="\n" if findings else "")
    print(f"{len(entries)} files checked")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
