"""How fast a text is split into statements: our scanner, psql's, and libpg_query.

CPU seconds of one pass, the median of some. Ours and libpg_query's begin with the text in memory.
psql's is the whole program reading the text inside \\if false … \\endif, minus psql reading nothing,
and user time only: text that is skipped goes through the same lexer, statement by statement, and is
only not sent. What psql does besides (reading lines, copying statements) cannot be taken out.
"""

import os
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lib import packages
from lib.measure import Failed, alternate, clean_environment
from lib.report import Findings

MODES = {"scan": "pgmarch: scanner", "load": "pgmarch: scanner, checks, SHA-256",
         "psql": "psql", "split": "libpg_query: split", "lex": "libpg_query: token list"}
REFUSED, ABSENT = 3, 4
MIXED = """
CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz, kind text, amount numeric, body jsonb,
                     note text);
INSERT INTO events
SELECT n, timestamptz '2024-01-01 UTC' + n * interval '17 s',
       (ARRAY['login', 'order', 'refund'])[1 + n % 3], n * 0.07,
       jsonb_build_object('user', md5(n::text), 'path', '/a/' || n, 'tags', ARRAY[n, n % 7]),
       CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN 'it''s; done -- not yet'
                  ELSE repeat(md5(n::text) || ' ', 1 + n % 5) END
  FROM generate_series(1, {rows}) n;
"""
SCHEMA = """
CREATE TABLE account_{n} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE,
    kind text DEFAULT 'plain' CHECK (kind IN ('plain', 'gold; silver')),
    made timestamptz DEFAULT now(), parent_id bigint REFERENCES account_{n} (id));
CREATE INDEX account_{n}_made ON account_{n} (made DESC) WHERE kind <> 'plain';
COMMENT ON TABLE account_{n} IS 'What a customer''s account is; one row each.';
CREATE FUNCTION account_{n}_touch() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    -- the time of the last change; the trigger below calls this
    NEW.made := now();
    IF NEW.kind IS NULL THEN RAISE EXCEPTION 'no kind; id %', NEW.id; END IF;
    RETURN NEW;
END;
$body$;
CREATE TRIGGER touch BEFORE UPDATE ON account_{n}
    FOR EACH ROW EXECUTE FUNCTION account_{n}_touch();
CREATE VIEW gold_{n} AS SELECT id, email FROM account_{n} WHERE kind LIKE 'gold%' ORDER BY made;
"""


@dataclass
class Text:
    name: str
    path: Path
    copy_data: bool = False  # psql takes it for SQL when it skips
    counted: int | None = None  # statements, as the server's log has them


def run(bench) -> Findings:
    program = bench.pgmarch_bin.parent.parent / "bench/scanner"
    with_pg_query(bench, program)
    texts = make_texts(bench)
    samples = measure(bench, program, texts)
    return table(texts, samples)


def with_pg_query(bench, program: Path) -> None:
    """It is optional: without it, its columns stay empty."""
    if packages.debian_version("libpg-query-dev") is None:
        reason = packages.debian("libpg-query-dev")
        if reason is not None:
            bench.say(f"libpg_query is missing: {reason}")
            return
    build = program.parent.parent
    for argv in (["cmake", build], ["cmake", "--build", build, "--target", "scanner"]):
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)


# ---- the texts ----


def make_texts(bench) -> list[Text]:
    small = bench.options.quick
    folder = bench.folder("scanner")
    databases = ["scanner_copy", "scanner_mixed", "scanner_schema", "scanner_count"]
    bench.cluster.make(databases)
    try:
        schema_dump = schema(bench, folder)
        counted = count_by_server(bench, schema_dump)
        repeated = folder / "schema.sql"
        copies = (2 if small else 20) * 1_000_000 // schema_dump.stat().st_size + 1
        repeated.write_bytes(schema_dump.read_bytes() * copies)
        server(bench, "pgbench", "-q", "-i", "-s", 1 if small else 10, "scanner_copy")
        bench.cluster.psql(MIXED.format(rows=20_000 if small else 190_000), "scanner_mixed")
        return [Text("dump with COPY data", dump(bench, folder, "scanner_copy"), copy_data=True),
                Text("dump --inserts", dump(bench, folder, "scanner_mixed", "--inserts")),
                Text(f"dump --schema-only, {copies} times", repeated, counted=counted * copies)]
    finally:
        bench.cluster.drop(databases)


def schema(bench, folder: Path) -> Path:
    bench.cluster.psql("".join(SCHEMA.format(n=n) for n in range(1, 101)), "scanner_schema")
    return dump(bench, folder, "scanner_schema", "--schema-only")


def dump(bench, folder: Path, database: str, *options: str) -> Path:
    """Without \\restrict and \\unrestrict: psql commands with a random word, not SQL."""
    path = folder / f"{database}.sql"
    server(bench, "pg_dump", *options, "-f", path, database)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines
                              if not line.startswith((b"\\restrict ", b"\\unrestrict "))))
    return path


def server(bench, program: str, *words, env: dict[str, str] | None = None) -> None:
    argv = [str(word) for word in (bench.cluster.bin / program, *words)]
    done = subprocess.run(argv, text=True, capture_output=True,
                          env=clean_environment(bench.cluster.libpq_env() | (env or {})))
    if done.returncode != 0:
        raise Failed(f"{program}: {done.stderr.strip()[-500:]}")


def count_by_server(bench, path: Path) -> int:
    """psql really runs the text, and the server's log says how many statements came."""
    server(bench, "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", path, "scanner_count",
           env={"PGOPTIONS": "-c log_statement=all"})
    log = (bench.cluster.home / "log").read_text(errors="replace")
    return log.count("@scanner_count/psql LOG:  statement: ")


# ---- the passes ----


def measure(bench, program: Path, texts: list[Text]) -> dict[str, dict[str, dict]]:
    found: dict[str, dict[str, dict]] = {}
    for text in texts:
        skipped = text.path.with_suffix(".skipped")
        skipped.write_bytes(b"\\if false\n" + text.path.read_bytes() + b"\n\\endif\n")
        empty = text.path.with_suffix(".empty")
        empty.write_text("\\if false\n\\endif\n")
        modes = {mode: {"seconds": [], "statements": None, "refused": None} for mode in MODES}
        for _, mode in alternate(list(MODES), bench.options.repeat):
            if mode == "psql":
                if not text.copy_data:
                    modes[mode]["seconds"].append(psql(bench, skipped) - psql(bench, empty))
            elif modes[mode]["refused"] is None:
                one_pass(program, mode, text.path, modes[mode])
        skipped.unlink()
        agree(text, modes)
        found[text.name] = modes
        bench.say(text.name)
    return found


def one_pass(program: Path, mode: str, path: Path, into: dict) -> None:
    done = subprocess.run([program, mode, path], text=True, capture_output=True)
    if done.returncode == ABSENT:
        into["refused"] = "built without libpg_query"
    elif done.returncode == REFUSED:
        into["refused"] = done.stderr.strip()
    elif done.returncode != 0:
        raise Failed(f"scanner {mode} {path}: {done.stderr.strip()}")
    else:
        statements, seconds, _ = done.stdout.split()
        into["statements"] = int(statements) if int(statements) >= 0 else None
        into["seconds"].append(float(seconds))


def psql(bench, path: Path) -> float:
    """User CPU seconds."""
    argv = [str(bench.cluster.bin / "psql"), "-X", "-q", "-f", str(path), "postgres"]
    env = clean_environment(bench.cluster.libpq_env())
    child = os.posix_spawn(argv[0], argv, env)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        raise Failed(f"psql -f {path}: status {status}")
    return usage.ru_utime


def agree(text: Text, modes: dict[str, dict]) -> None:
    counts = {name: mode["statements"] for name, mode in modes.items()
              if mode["statements"] is not None}
    if text.counted is not None:
        counts["server"] = text.counted
    if text.copy_data:
        counts.pop("split", None)  # it takes the data for SQL
    if len(set(counts.values())) != 1:
        raise Failed(f"{text.name}: the statement counts differ: {counts}")


def table(texts: list[Text], samples: dict[str, dict[str, dict]]) -> Findings:
    findings = Findings(samples=samples)
    made = findings.table("Splitting a text into statements: MB per second of CPU time",
                          "text", "MB", "statements", *MODES.values())
    for text in texts:
        modes = samples[text.name]
        size = text.path.stat().st_size / 1e6
        speeds = {mode: size / statistics.median(modes[mode]["seconds"])
                  if modes[mode]["seconds"] else None for mode in MODES}
        made.add(text.name, round(size, 1), modes["scan"]["statements"], *speeds.values())
        findings.bars.append((text.name, {MODES[mode]: speed for mode, speed in speeds.items()
                                          if speed is not None}))
        made.notes += [f"{text.name}, {MODES[mode]}: {modes[mode]['refused']}" for mode in MODES
                       if modes[mode]["refused"]]
    made.notes += [
        "psql: the program with the text inside \\if false, minus the program with nothing. Text "
        "that is skipped goes through the same lexer; reading lines and copying statements is part "
        "of the figure. COPY data cannot be measured that way: psql would take it for SQL.",
        "libpg_query takes COPY data for SQL too; its figure on that text is of other work.",
        "The counts agree: between the two scanners where there is no COPY data, and on the schema "
        "with the server's log of psql running it.",
    ]
    return findings
