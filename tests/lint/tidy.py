#!/usr/bin/python3
"""tidy.py ROOT BUILD [--all]: clang-tidy (.clang-tidy says which checks) over src, with the compile
commands of BUILD. What has not changed since it passed is checked with --all only: answers.py.

The checks of clang's analyzer take seven times as long as all others: analyzer.py.
"""

import re

import answers

# clang-tidy counts what it did not show; that is noise.
NOISE = re.compile(r"^[0-9]+ warnings? (generated|treated)|^Suppressed|^Use -")


def settings(root):
    return answers.run("clang-tidy", "--version").stdout.encode() + (root / ".clang-tidy").read_bytes()


def ask(entry, *options):
    told = answers.run("clang-tidy", "-p", entry["directory"], "--quiet",
                       "--warnings-as-errors=*", *options, entry["file"])
    if told.returncode == 0:
        return ""
    lines = [line for line in (told.stdout + told.stderr).splitlines() if not NOISE.match(line)]
    return "\n".join(lines) or f"{entry['file']}:1: clang-tidy failed"


if __name__ == "__main__":
    answers.main("tidy", settings, lambda entry: ask(entry, "--checks=-clang-analyzer-*"))
