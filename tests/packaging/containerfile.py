#!/usr/bin/python3
"""packaging/Containerfile is in order, as far as can be told without an engine for images.

    containerfile.py PROJECT ROOT     ROOT: what packaging/container-root has made

Each rule is tried with a spoiled copy as well, which has to break it.
"""
import fnmatch
import os
import re
import sys

KNOWN = {"FROM", "RUN", "COPY", "USER", "WORKDIR", "ENV", "ENTRYPOINT", "CMD"}


def instructions(text):
    """(WORD, rest) of each; lines that end in a backslash go on."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in joined.split("\n")]


def words_of(rest):
    """Of the form that no shell reads: ["a", "b"]."""
    return re.findall(r'"([^"]*)"', rest) if rest.startswith("[") else None


def last(found, word):
    return next((rest for name, rest in reversed(found) if name == word), "")


def let_in(project, source):
    """Is a file of the project that COPY takes let through by .dockerignore?"""
    with open(os.path.join(project, ".dockerignore"), encoding="utf-8") as file:
        rules = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    return any(rule.startswith("!") and (fnmatch.fnmatch(source, rule[1:]) or rule[1:] == source) for rule in rules)


def faults_of_stages(found):
    stages = [rest.split(" AS ") for word, rest in found if word == "FROM"]
    for base, *_ in stages:
        if base != "scratch" and not re.fullmatch(r"[a-z]+:[0-9][a-z0-9.-]*", base):
            yield f"FROM {base}: no version"
    if stages[-1][0] != "scratch":
        yield "the image does not begin with nothing"
    names = [stage[1] for stage in stages if len(stage) > 1]
    for word, rest in found:
        stage = re.match(r"--from=(\S+)", rest)
        if word == "COPY" and stage and stage.group(1) not in names:
            yield f"COPY {rest}: no such stage"


def faults_of_sources(found, project):
    for word, rest in found:
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                if not let_in(project, source):
                    yield f"COPY {rest}: .dockerignore keeps {source} out"
        if word == "RUN" and "apt-get install" in rest and "rm -rf /var/lib/apt/lists" not in rest:
            yield "RUN apt-get: its lists stay"


def faults_of_image(found, root):
    entry = words_of(last(found, "ENTRYPOINT"))
    if not entry or not os.access(root + entry[0], os.X_OK):
        yield "ENTRYPOINT: no program of the image, in the form that needs no shell"
    elif f"PATH={os.path.dirname(entry[0])}" not in last(found, "ENV").split():
        yield "ENV: the program is not on the PATH"
    if words_of(last(found, "CMD")) is None:
        yield "CMD: needs a shell, which is not there"
    user = last(found, "USER")
    with open(root + "/etc/passwd", encoding="utf-8") as file:
        if not re.match(r"[1-9]\d*:[1-9]\d*$", user) or f":x:{user}:" not in file.read():
            yield "USER: not an ordinary one of the image, by its numbers"
    if not os.path.isdir(root + last(found, "WORKDIR")):
        yield "WORKDIR: not in the image"


def faults(text, project, root):
    found = instructions(text)
    unknown = [f"{word}: not known here" for word, *_ in found if word not in KNOWN]
    version = re.search(r"^project\(pgmarch VERSION ([0-9.]+)", open(project + "/CMakeLists.txt", encoding="utf-8").read(),
                        re.M).group(1)
    named = [f"{name} is not {version}" for name in re.findall(r"pgmarch:([0-9.]+)", text) if name != version]
    return (unknown + named + list(faults_of_stages(found)) + list(faults_of_sources(found, project))
            + list(faults_of_image(found, root)))


SPOILED = [("FROM debian:12-slim", "FROM debian:latest"), ("FROM scratch", "FROM debian:12-slim"),
           ("--from=root", "--from=rot"), ("container-root /usr", "container-rot /usr"),
           ("&& rm -rf /var/lib/apt/lists/*", ""), ('ENTRYPOINT ["/opt', 'ENTRYPOINT ["/otp'), ("PATH=/opt", "PATH=/otp"),
           ('CMD ["help"]', "CMD help"), ("USER 65532", "USER 0"), ("USER 65532:65532", "USER pgmarch"),
           ("WORKDIR /srv", "WORKDIR /src"), ("COPY packaging", "ADD packaging"), ("pgmarch:0", "pgmarch:9")]


def main():
    project, root = sys.argv[1:3]
    with open(project + "/packaging/Containerfile", encoding="utf-8") as file:
        text = file.read()
    wrong = faults(text, project, root)
    for good, bad in SPOILED:
        if good not in text or not faults(text.replace(good, bad, 1), project, root):
            wrong.append(f'"{bad}" for "{good}" is not refused')
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
