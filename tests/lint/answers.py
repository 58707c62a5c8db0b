"""Asks a tool about every C file of src (or of other folders), and remembers which answers are still good.

A file that passed is not asked about again as long as nothing has changed that could change the
answer: the file, what it includes, its compile command, the tool and its settings. BUILD/<name>
keeps an empty file for each such answer, named by the hash of all these.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def hash_of(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


class Contents:
    """The hash of each file that some source includes, read once."""

    def __init__(self):
        self.known = {}

    def hash(self, path):
        if path not in self.known:
            self.known[path] = hash_of(path.read_bytes())
        return self.known[path]


def entries_of(root, build, folders):
    """The compile commands of files below the folders; what is not compiled would be checked wrongly."""
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    found = {}
    for entry in entries:
        file = pathlib.Path(entry["file"])
        if file.is_file() and any(root / folder in file.parents for folder in folders):
            found.setdefault(file, entry)
    return found


def words_of(entry):
    """The compile command without what it writes."""
    words = shlex.split(entry["command"])
    for option in ("-o", "-MF", "-MT", "-MQ"):
        while option in words:
            at = words.index(option)
            del words[at:at + 2]
    return [word for word in words if word not in ("-c", "-MD", "-MMD")]


def options_of(entry):
    """The compiler and its options, the file left out."""
    return [word for word in words_of(entry)
            if pathlib.Path(entry["directory"], word) != pathlib.Path(entry["file"])]


def includes_of(entry):
    """Every file that the compiler reads for this one, itself included."""
    told = run(*words_of(entry), "-M", cwd=entry["directory"])
    if told.returncode != 0:
        sys.exit(f"{entry['file']}: the compiler does not read it:\n{told.stderr}")
    names = told.stdout.replace("\\\n", " ").partition(":")[2].split()
    return [pathlib.Path(entry["directory"], name) for name in names]


def key_of(entry, common, contents, places):
    """Names the answer; the folders of project and build do not count."""
    command = entry["command"]
    for place in places:
        command = command.replace(str(place), "")
    included = "\n".join(sorted(contents.hash(path) for path in includes_of(entry)))
    return hash_of(common, command.encode(), included.encode())


def ask_once(ask, entry, answer, everything):
    """Asks where no answer is kept; tells the finding, and whether it asked."""
    if answer.exists() and not everything:
        return "", False
    finding = ask(entry)
    if finding == "":
        answer.touch()
    return finding, True


def forget(folder, keys):
    """Answers to what is no longer asked."""
    for path in folder.iterdir():
        if path.name not in keys:
            path.unlink()


def main(name, settings, ask, folders=("src",)):
    """The whole of a lint: NAME.py ROOT BUILD [--all].

    `settings` gives for the root what every answer depends on, in bytes, beside these scripts; `ask`
    gives for a compile command what the tool finds, "" for nothing.
    """
    root, build = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    everything = sys.argv[3:] == ["--all"]
    entries = list(entries_of(root, build, folders).values())
    if not entries:
        sys.exit(f"{name}.py: no source of {root} is compiled in {build}")
    contents, folder = Contents(), build / name
    ours = pathlib.Path(__file__).read_bytes() + pathlib.Path(sys.argv[0]).read_bytes()
    common = hash_of(ours, settings(root)).encode()
    folder.mkdir(exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        keys = list(pool.map(lambda entry: key_of(entry, common, contents, (build, root)), entries))
        answers = list(pool.map(
            lambda entry, key: ask_once(ask, entry, folder / key, everything), entries, keys))
    forget(folder, set(keys))
    findings = [finding for finding, _ in answers if finding]
    print("\n".join(findings), end="\n" if findings else "")
    print(f"{sum(asked for _, asked in answers)} of {len(answers)} files checked, "
          "the others are as they were when they passed")
    sys.exit(1 if findings else 0)
