#!/usr/bin/python3
"""Every block of commands in a document is run by a test, or says why not.

    blocks.py [FOLDER]      the project to look at; default: this one

What tests/cli/docs.sh runs is told by the line before a block (`<!-- run -->`; see there). A block of
commands (```sh) without such a line is a finding, and so is one that is indented and not fenced, for of
that nobody can tell what it is; and a document with blocks to be run of which tests/cli/CMakeLists.txt
does not know. Printed at the end, as no finding: what is only shown, with the reason that it gives.
"""
import os
import re
import sys

# Printed by the program; tests/cli/commands.sh runs its examples.
GENERATED = {"docs/users/commands.md"}
MARK = re.compile(r"<!-- (run|output|file: \S+|not run: (?P<why>.+\S)) -->$")
SHELL = {"sh", "bash", "shell", "console"}
# What others wrote, and what tests compare byte by byte.
SKIPPED = {".git", "node_modules", "golden"}


def documents(root):
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if n not in SKIPPED and not n.startswith("build"))
        for name in sorted(files):
            if name.endswith(".md"):
                yield os.path.relpath(os.path.join(folder, name), root)


class Document:
    def __init__(self, root, path):
        self.path, self.findings, self.shown, self.runs = path, [], [], False
        with open(os.path.join(root, path), encoding="utf-8") as file:
            self.lines = file.read().split("\n")

    def say(self, number, what):
        self.findings.append(f"{self.path}:{number + 1}: {what}")

    def fence(self, number):
        """A fenced block begins at this line; the number of its last line."""
        word = self.lines[number].strip().lstrip("`").strip()
        before = self.lines[number - 1] if number > 0 else ""
        mark = MARK.match(before)
        if before.startswith("<!-- ") and not mark:
            self.say(number - 1, f'"{before}" is no mark that tests/cli/docs.sh knows')
        elif mark and mark["why"]:
            self.shown.append(f"{self.path}:{number + 1}: {mark['why']}")
        elif word in SHELL and not mark:
            self.say(number, "a block of commands that no test runs and that does not say why "
                     "(<!-- run -->, or <!-- not run: REASON -->)")
        elif mark:
            self.runs = True
        end = number + 1
        while end < len(self.lines) and not self.lines[end].strip().startswith("```"):
            end += 1
        return end

    def check(self):
        number, hidden = 0, False
        while number < len(self.lines):
            line = self.lines[number]
            if line.startswith("<!-- setup"):
                hidden, self.runs = True, True
            elif hidden:
                hidden = line != "-->"
            elif line.strip().startswith("```"):
                number = self.fence(number)
            elif (line.startswith("    ") and line.strip() and number > 0
                  and not self.lines[number - 1].strip() and self.path not in GENERATED):
                self.say(number, "an indented block: fence it (```sh or ```text)")
            number += 1


def is_named(path, recipe):
    """By its path, or as a page of docs/users in the list of them."""
    page = re.match(r"docs/users/(\w+)\.md$", path)
    pages = re.search(r"foreach\(page ([\w\s]+)\)", recipe)
    return path in recipe or bool(page and pages and page[1] in pages[1].split())


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    root = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "../.."))
    recipe = os.path.join(root, "tests/cli/CMakeLists.txt")
    known = ""
    if os.path.exists(recipe):
        with open(recipe, encoding="utf-8") as file:
            known = file.read()
    findings, shown = [], []
    for path in documents(root):
        document = Document(root, path)
        document.check()
        findings += document.findings
        shown += document.shown
        if document.runs and not is_named(path, known):
            findings.append(f"{path}:1: has blocks to be run, and tests/cli/CMakeLists.txt does not name it")
    for finding in findings:
        print(finding)
    if not findings and shown:
        print(f"{len(shown)} blocks are shown and not run:")
        for line in shown:
            print(f"    {line}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
