#!/usr/bin/python3
"""What documents and comments point at is there: links and their anchors, paths, the headings of
docs/inside/facts.md, tests and functions that a document names.

    links.py [FOLDER]      the project to look at; default: this one

A reader who follows a dead pointer stops believing the rest, and files move more often than the
sentences that name them.
"""
import os
import re
import sys

TOP = ("src", "include", "tests", "docs", "bench", "scripts", "cmake", "deploy", "packaging",
       "examples")
# Files of other projects, which our comments cite by name.
FOREIGN = {"xact.c", "syncrep.c", "fe-cancel.c", "fe-connect.c", "fe-protocol3.c", "fe-exec.c",
           "memutils.h", "pg_class.h", "psqlscan.l", "uv.h", "libpq-fe.h", "cmocka.h", "uthash.h"}
# Their functions, SQL's, and libc's that are named and not called.
FOREIGN_CALL = re.compile(r"PQ|pq[A-Z]|uv_|pg_|[A-Z]|"
                          r"(send_message_to_frontend|exec_simple_query|scanner_yyerror|throw_error"
                          r"|current_setting|plainto_tsquery|now|exit|_exit|malloc|strerror|poll|select)$")
FACTS = "docs/inside/facts.md"


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def files_below(root):
    """Paths relative to root, without build trees and what git keeps."""
    found = []
    for folder, names, files in os.walk(root):
        names[:] = [n for n in names if not n.startswith(".git") and n != "build"]
        found += [os.path.relpath(os.path.join(folder, n), root) for n in files]
    return sorted(found)


def blank(match):
    """The text without its content, every line keeping its number."""
    return re.sub(r"[^\n]", " ", match.group())


def is_source(path):
    return path.endswith((".c", ".h"))


def is_recipe(path):
    """CMake's, which has functions too."""
    return path.endswith((".cmake", "CMakeLists.txt"))


COMMENT_OR_TEXT = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)


def blank_comment(match):
    return blank(match) if match.group().startswith("/") else match.group()


def comments_of(source):
    """A C source with all but its comments blanked."""
    out, at = [], 0
    for match in COMMENT_OR_TEXT.finditer(source):
        out.append(re.sub(r"[^\n]", " ", source[at:match.start()]))
        text = match.group()
        out.append(text if text.startswith("/") else " " * len(text))
        at = match.end()
    return "".join(out)


def joined(comment):
    """The ' * ' in front of a comment's lines become spaces, so that a sentence can be searched."""
    return re.sub(r"(?m)^(\s*)\*(?!/)", r"\1 ", comment)


def is_planned(text, at):
    """Does the line say of itself that what it names is still to come?"""
    end = text.find("\n", at)
    return "planned" in text[text.rfind("\n", 0, at) + 1:end if end >= 0 else len(text)]


def without_fences(text):
    return re.sub(r"(?ms)^```.*?^```", blank, text)


def anchors_of(text):
    """What GitHub makes of the headings."""
    found = set()
    for title in re.findall(r"(?m)^#+ +(.*?) *$", without_fences(text)):
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        found.add(slug)
    return found


class Project:
    def __init__(self, root):
        self.root = root
        self.files = files_below(root)
        self.known = set(self.files)
        self.folders = {os.path.dirname(f) for f in self.files}
        for folder in list(self.folders):
            while folder:
                self.folders.add(folder)
                folder = os.path.dirname(folder)
        self.findings = []
        self.texts = {}
        # Of the code alone: a comment must not prove another one right. Tests are functions.
        self.words = set()
        for source in filter(is_source, self.files):
            code = COMMENT_OR_TEXT.sub(blank_comment, self.text(source))
            self.words.update(re.findall(r"\w+", code))
        for recipe in filter(is_recipe, self.files):
            self.words.update(re.findall(r"\w+", self.text(recipe)))
        self.stems = {os.path.splitext(os.path.basename(f))[0] for f in self.files}

    def text(self, path):
        if path not in self.texts:
            self.texts[path] = read(os.path.join(self.root, path))
        return self.texts[path]

    def say(self, path, text, at, what):
        self.findings.append(f"{path}:{text.count(chr(10), 0, at) + 1}: {what}")

    def links(self, path):
        text = without_fences(self.text(path))
        text = re.sub(r"`[^`\n]*`", blank, text)
        for match in re.finditer(r"\]\(([^)\s]+)\)", text):
            target = match.group(1)
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            place = path if not name else os.path.normpath(
                os.path.join(os.path.dirname(path), name))
            if place not in self.known and place not in self.folders:
                self.say(path, text, match.start(), f'link to "{target}": there is no "{place}"')
            elif anchor and place.endswith(".md") and anchor not in anchors_of(self.text(place)):
                self.say(path, text, match.start(), f'link to "{target}": no such heading')

    def paths(self, path, text):
        """Whole paths from the top folders must exist; source names must be the end of a path."""
        for match in re.finditer(r"(?<![\w./*-])[\w][\w./-]*\w(?![\w*])", text):
            name = match.group().rstrip(".")
            top = name.split("/")[0]
            if "/" in name and top in TOP:
                there = (name in self.known or name in self.folders or name + ".c" in self.known)
            elif re.search(r"\w\.[ch]$", name) and name not in FOREIGN:
                there = any(f == name or f.endswith("/" + name) for f in self.files)
            else:
                continue
            if not there and not is_planned(text, match.start()):
                self.say(path, text, match.start(), f'there is no "{name}"')

    def facts(self, path, text):
        """`facts.md, "Heading"`: as comments cite it, perhaps over the end of a line."""
        if FACTS not in self.known:
            return
        headings = re.findall(r"(?m)^## +(.*?) *$", self.text(FACTS))
        for match in re.finditer(r'facts\.md,\s+"([^"]+)"(?:\s+and\s+"([^"]+)")?', text):
            for heading in filter(None, match.groups()):
                heading = re.sub(r"\s+", " ", heading)
                if heading not in headings:
                    self.say(path, text, match.start(), f'{FACTS} has no heading "{heading}"')

    def names(self, path):
        """Tests and functions that a document names in backquotes."""
        text = without_fences(self.text(path))
        for match in re.finditer(r"`(?:unit/)?([a-z]+\w*?)(_?…|_\.\.\.)?`", text):
            name, more = match.group(1), match.group(2)
            numbered = re.match(r"[alnrs]\d\d[a-z]?(_|$)", name)
            if name.startswith("test_") and not more:
                there = name in self.stems or name in self.words
            elif numbered and more:
                there = any(w.startswith(name + "_") for w in self.words)
            elif numbered and "_" in name:
                there = name in self.words
            else:
                continue
            if not there:
                self.say(path, text, match.start(), f'no test is named "{match.group(0)[1:-1]}"')

    def functions(self, path, text):
        for match in re.finditer(r"\b(pgm_\w+)\(\)|`(\w+)\(\)`", text):
            name = match.group(1) or match.group(2)
            if name not in self.words and not FOREIGN_CALL.match(name):
                self.say(path, text, match.start(), f'there is no {name}()')

    def check(self):
        for path in self.files:
            if path.endswith(".md"):
                self.links(path)
                self.paths(path, self.text(path))
                self.facts(path, self.text(path))
                self.names(path)
                self.functions(path, self.text(path))
            elif is_source(path):
                comments = joined(comments_of(self.text(path)))
                self.paths(path, comments)
                self.facts(path, comments)
                self.functions(path, comments)
        return self.findings


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "../..")
    findings = Project(os.path.abspath(root)).check()
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
