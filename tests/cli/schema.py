#!/usr/bin/python3
"""Reports of every command are what docs/report.schema.json says, and spoiled ones are not.

    schema.py ROOT PROGRAM fake         the scripted run of tests/support/fake_run.c: every outcome
    schema.py ROOT PROGRAM CLUSTER_ENV  the program, on the cluster of tests/integration
"""
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from jsonschema import Draft202012Validator

root, program, where = sys.argv[1:4]
schema = json.loads(pathlib.Path(root, "docs", "report.schema.json").read_text(encoding="utf-8"))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
failed = False
seen = 0


def complain(text):
    """The test goes on, and fails at its end."""
    global failed
    failed = True
    print("FAILED ", text)


def why(document):
    """What is wrong, as close to the field as can be: of all kinds of document the nearest one."""
    errors = [error for whole in validator.iter_errors(document) for error in whole.context or [whole]]
    return "; ".join(f"{list(error.absolute_path)}: {error.message[:200]}" for error in
                     sorted(errors, key=lambda error: -len(error.absolute_path))[:3])


def first_target(document):
    """None where there is none, or where they are only counted."""
    targets = document.get("targets")
    return targets[0] if isinstance(targets, list) and targets else None


def spoil(document):
    """No field may be added, left out or of another kind: the schema would be worth nothing. One target
    stands for all, or it would take minutes."""
    if isinstance(document.get("targets"), list):
        document["targets"] = document["targets"][:1]
    for place in (document, document.get("run"), first_target(document)):
        for key in list(place or ()):
            optional = key in ("runs", "run_id", "changes", "rolled_back", "rehearsal") or (key == "run" and "fleet" in document)
            if optional or (key == "versions" and document["refused"]):
                continue
            if place is not document and "fleet" in document:
                continue
            kept = place.pop(key)
            if validator.is_valid(document):
                complain(f"without \"{key}\" it is as good")
            place[key] = {"not": "this"}
            if validator.is_valid(document):
                complain(f"whatever \"{key}\" is, it is as good")
            place[key] = kept
        if place is not None:
            place["new"] = 1
            if validator.is_valid(document):
                complain("a field that there is not is as good")
            del place["new"]


def holds(name, *arguments, codes=(0, 1)):
    """The report of a command."""
    global seen
    done = subprocess.run([program, *arguments, "--format", "json"], capture_output=True, text=True,
                          env=environment, check=False)
    if done.returncode not in codes:
        complain(f"{name}: exit code {done.returncode}: {done.stderr}")
        return None
    document = json.loads(done.stdout)
    if not validator.is_valid(document):
        complain(f"{name}: {why(document)}")
        return None
    spoil(copy.deepcopy(document))
    seen += 1
    print("ok     ", name)
    return done.stdout


environment = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "DATABASE_URL"))}
work = tempfile.TemporaryDirectory()
folder = pathlib.Path(work.name, "migrations")
folder.mkdir()
pathlib.Path(folder, "1_a.up.sql").write_text("CREATE TABLE a (id int);\n", encoding="utf-8")
pathlib.Path(folder, "1_a.down.sql").write_text("DROP TABLE a;\n", encoding="utf-8")
pathlib.Path(folder, "2_b.up.sql").write_text("DROP TABLE nothing_here;\n", encoding="utf-8")
here = ["--dir", str(folder)]
merged = pathlib.Path(work.name, "r.json")

if where == "fake":
    for command in (["up", "--yes"], ["up", "--dry-run"], ["plan"], ["down", "--each", "--yes"], ["status"],
                    ["baseline", "1"], ["repair"], ["squash", "1"]):
        for target in ("one", "mixed", "fleet/9"):
            text = holds(f"{command} {target}", *command, "-u", f"fake://{target}")
            if command == ["up", "--yes"] and target == "mixed" and text:
                merged.write_text(text, encoding="utf-8")
                holds("merge", "report", "merge", str(merged))
        holds(f"{command} refused", *command, "-u", "fake://wrong", codes=(2,))
    for target in ("rehearsed", "rehearsed/large", "trio"):
        text = holds(f"rehearse {target}", "rehearse", "-u", f"fake://{target}", "--yes-on-production", codes=(0, 1, 3))
        if target == "rehearsed/large" and text:
            merged.write_text(text, encoding="utf-8")
            holds("merge of a rehearsal", "report", "merge", str(merged), codes=(3,))
    holds("rehearse refused", "rehearse", "-u", "fake://wrong", codes=(2,))
    for options in ([], ["--ping"]):
        holds(f"targets {options}", "targets", "-u", "fake://trio", *options)
        holds(f"targets {options} flawed", "targets", "-u", "fake://flawed", *options, codes=(2,))
    holds("targets refused", "targets", "-u", "fake://wrong", codes=(2,))
else:
    for line in pathlib.Path(where).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("=")
        environment[key] = value.strip("'\"")
    base = f"postgresql://{environment['PGUSER']}@{environment['PGHOST']}:{environment['PGPORT']}"
    name = f"report_schema_{os.getpid()}"
    environment = {key: value for key, value in environment.items() if not key.startswith("PGMARCH")}
    subprocess.run(["psql", "-qc", f"CREATE DATABASE {name}", f"{base}/postgres"], check=True)
    try:
        to = ["-u", f"{base}/{name}", *here]
        holds("plan", "plan", *to)
        holds("rehearse", "rehearse", *to)
        text = holds("up", "up", *to)
        merged.write_text(text or "", encoding="utf-8")
        holds("merge", "report", "merge", str(merged))
        holds("status", "status", *to)
        holds("validate --online", "validate", "--online", *to)
        holds("targets --ping", "targets", "--ping", "-u", f"{base}/{name}")
        holds("history", "history", *to)
        holds("drift", "drift", *to)
        other = f"{name}_other"
        subprocess.run(["psql", "-qc", f"CREATE DATABASE {other}", f"{base}/postgres"], check=True)
        both = pathlib.Path(work.name, "both.conf")
        both.write_text(f"[one]\nurl = {base}/{name}\n[other]\nurl = {base}/{other}\n", encoding="utf-8")
        holds("drift of two", "drift", "-t", str(both), *here)
        for sql in ("DROP TABLE schema_migrations", "CREATE TABLE more (id int PRIMARY KEY)"):
            subprocess.run(["psql", "-qc", sql, f"{base}/{name}"], check=True)
        holds("drift that is some", "drift", "-t", str(both), *here, codes=(3,))
        holds("drift from the migrations", "drift", "-t", str(both), *here, "--against-migrations", f"{base}/postgres",
              codes=(1, 3))
        subprocess.run(["psql", "-qc", f"DROP DATABASE {other} WITH (FORCE)", f"{base}/postgres"], check=True)
        holds("drift unreachable", "drift", "-u", "postgresql://nobody@127.0.0.1:1/none", *here,
              "--connect-wait", "0")
        holds("drift refused", "drift", "-t", str(both), *here, "--against", "nobody", codes=(2,))
        holds("repair", "repair", *to)
        holds("down", "down", *to)
        holds("unreachable", "up", "-u", "postgresql://nobody@127.0.0.1:1/none", *here, "--connect-wait", "0")
        holds("status unreachable", "status", "-u", "postgresql://nobody@127.0.0.1:1/none", *here,
              "--connect-wait", "0")
    finally:
        subprocess.run(["psql", "-qc", f"DROP DATABASE {name} WITH (FORCE)", f"{base}/postgres"], check=True)

pathlib.Path(folder, "3_c.up.sql").write_text("SELECT 'never closed;\n", encoding="utf-8")
holds("validate", "validate", *here)
holds("validate refused", "validate", "--dir", str(folder / "nowhere"), codes=(2,))
if where != "fake":
    holds("up refused", "up", "-u", "postgresql://nobody@127.0.0.1:1/none", *here, codes=(2,))
print(seen, "reports")
sys.exit(1 if failed or seen == 0 else 0)
