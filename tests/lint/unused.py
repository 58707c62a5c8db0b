#!/usr/bin/python3
"""unused.py ROOT BUILD [--all]: no file of src includes a header that it does not use, by iwyu. What
has not changed since it passed is checked with --all only: answers.py.

Of iwyu's answer only the lines to take out count, and of these those without which the file still
compiles: the others it wants to replace. What it would add is a matter of taste here: a header may be
relied on for what its own interface needs.
"""

import pathlib
import re
import subprocess

import answers

FILE = re.compile(r"^(.*) should remove these lines:$")
LINE = re.compile(r"^- (#include .*?) +// lines ([0-9]+)-")


def settings(_root):
    return answers.run("include-what-you-use", "--version").stdout.encode()


def compiles_without(entry, file, number):
    """Does the file, with the options of this entry, as it is without that line?"""
    file = pathlib.Path(entry["directory"], file)
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    del lines[number - 1]
    told = subprocess.run([*answers.options_of(entry), "-Werror=implicit-function-declaration",
                           "-fsyntax-only", "-iquote", file.parent, "-x", "c", "-"],
                          cwd=entry["directory"], input="".join(lines), text=True,
                          capture_output=True, check=False)
    return told.returncode == 0


def ask(entry):
    words = answers.words_of(entry)
    told = answers.run("include-what-you-use", "-Xiwyu", "--no_fwd_decls", *words[1:],
                       cwd=entry["directory"])
    text = told.stdout + told.stderr
    if "has correct #includes" not in text and "The full include-list" not in text:
        return f"{entry['file']}:1: include-what-you-use failed\n{text}"
    findings, file = [], ""
    for line in text.splitlines():
        head, unused = FILE.match(line), LINE.match(line)
        if head:
            file = head[1]
        elif unused and compiles_without(entry, file, int(unused[2])):
            findings.append(f"{file}:{unused[2]}: does not use {unused[1]}")
    return "\n".join(findings)


if __name__ == "__main__":
    answers.main("unused", settings, ask)
