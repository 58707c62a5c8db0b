"""`cost`: what each statement that pgmarch sends beside the files costs.

The strings are overheard from pgmarch itself, taken apart, and given to the floor again with one
statement after the other put back, until all of pgmarch's is there.
"""

from lib import capture, strings, workload
from lib.context import Bench
from lib.measure import alternate, median
from lib.report import Findings
from lib.tool import Migration

SUBJECTS = (("SET client_encoding", "what the next string needs"), ("SET standard_conforming",
            "what the next string needs"), ("SET LOCAL synchronous", "flush"),
            ("RESET synchronous", "flush"), ("SET", "settings"), ("SAVEPOINT", "guard"),
            ("RELEASE", "guard"), ("INSERT", "guard"), ('EXECUTE "pgmarch guard"', "guard"),
            ("RESET SESSION AUTHORIZATION", "role"), ("RESET ROLE", "role"), ("RESET", "hygiene"),
            ("CLOSE", "hygiene"), ("DEALLOCATE", "hygiene"), ("UNLISTEN", "hygiene"),
            ("DISCARD", "hygiene"), ("SELECT", "locks, and the notice"),
            ('EXECUTE "pgmarch lock"', "locks, and the notice"))


def is_core(statement: str) -> bool:
    """What the floor sends too, and the prepared statements of what it does not send."""
    claim = statement.startswith("INSERT") and "ON CONFLICT" not in statement
    return claim or statement.startswith(("BEGIN", "COMMIT", "PREPARE", 'EXECUTE "pgmarch claim"'))


def subject(statement: str) -> str:
    return next(name for start, name in SUBJECTS if statement.startswith(start))


READS_ROWS = "SELECT * FROM"


def listen(bench: Bench, name: str, items: list[Migration]) -> list[str]:
    """The strings of `up` on a fresh database: the reading, then the march."""
    folder = workload.write_migrations(bench.folder(f"{name}-migrations"), items)
    names = workload.database_names(1)
    bench.cluster.make(names)
    with capture.Listener(bench.cluster.port) as heard:
        targets = bench.targets(name, names, port=heard.port)
        bench.pgmarch("up", targets, folder)
        return heard.strings


def write_block(block: capture.Block, kept) -> str:
    def some(items: list[str], behind: bool) -> str:
        return "".join(f"{one};" for at, one in enumerate(items)
                       if is_core(one) or kept(one, at, behind))

    return f"{some(block.before, False)}{block.file}\n;{some(block.after, True)}"


def run_cost(bench: Bench) -> Findings:
    found = Findings()
    by_statement(bench, found)
    by_subject(bench, found)
    reading(bench, found)
    return found


# ---- one statement after the other, with empty files ----

# From this block on, all are alike.
NAMED = 3


def by_statement(bench: Bench, found: Findings) -> None:
    count, turns = (100, 3) if bench.options.quick else (400, 5)
    items = [Migration(f"{20260101000000 + number}", "nothing", f"SELECT 'file {number:05d}';", "")
             for number in range(1, count + 1)]
    _, blocks = capture.blocks(listen(bench, "statements", items)[1], [i.up for i in items])
    model = blocks[-1]
    order = [(one, at, behind) for behind, side in ((False, model.before), (True, model.after))
             for at, one in enumerate(side) if not is_core(one)]
    names = workload.database_names(1)
    bench.cluster.make(names)
    start = "SET client_min_messages=error;DROP TABLE IF EXISTS schema_migrations;" \
            f"{strings.TABLE}ALTER TABLE schema_migrations ADD description TEXT, " \
            "ADD checksum TEXT, ADD duration_ms BIGINT, ADD run_id TEXT;" \
            + "".join(f"{one};" for block in blocks for one in block.before
                      if one.startswith("PREPARE"))
    variants = []
    for number in range(len(order) + 1):
        keep = {(at, behind) for _, at, behind in order[:number]}
        text = "".join(write_block(block, lambda _, at, behind: (at, behind) in keep)
                       for block in blocks[NAMED:])
        variants.append(bench.floor_files(f"statement-{number}", [start + text]))
    samples: dict = {}
    for _, number in alternate(list(range(len(variants))), bench.options.repeat):
        samples.setdefault(number, []).append(bench.floor(variants[number], names * turns, 1))
    ran = (count - NAMED) * turns
    table = found.table(f"server CPU of each statement, µs per migration (empty files, {ran} blocks, "
                        f"least of {bench.options.repeat}; good to about ±"
                        f"{10000 / ran:.0f} µs)", "statement", "µs", "µs, all so far")
    cpu = [min(sample.server_cpu for sample in samples[number]) / ran * 1e6
           for number in range(len(variants))]
    table.add("BEGIN; claim; file; COMMIT", cpu[0], cpu[0])
    for number, (one, _, _) in enumerate(order, 1):
        shown = one if len(one) < 60 else one[:57] + "..."
        table.add(f"`{shown}`", cpu[number] - cpu[number - 1], cpu[number])
    found.samples["statements"] = samples


# ---- subject by subject, with real files on a fleet ----


def by_subject(bench: Bench, found: Findings) -> None:
    count, files, cap = (6, 20, 8) if bench.options.quick else (30, 20, 8)
    items, folder = bench.migrations(files)
    read, march = listen(bench, "subjects", items)[:2]
    head, blocks = capture.blocks(march, [item.up for item in items])
    # The reading of a fresh database ends in an error; the floor knows none.
    read = ";".join(one for one in capture.statements(read) if READS_ROWS not in one)
    make_ledger = next(one for one in head if one.startswith("CREATE TABLE"))
    lock = "".join(f"{one};" for one in head if "advisory_lock" in one)
    order = list(dict.fromkeys(subject(one) for block in blocks
                               for one in block.before + block.after if not is_core(one)))

    def march_with(kept: list[str], front: str) -> str:
        return front + "".join(write_block(block, lambda one, _, __: subject(one) in kept)
                               for block in blocks)

    ledger = f"BEGIN;{make_ledger};COMMIT;"
    runs = {"floor": strings.up(items),
            "+ pgmarch's ledger (own transaction), whole claim": [march_with([], ledger)]}
    for number in range(len(order)):
        runs[f"+ {order[number]}"] = [march_with(order[:number + 1], ledger)]
    runs["+ lock at the start"] = [march_with(order, lock + ledger)]
    runs["+ the reading first"] = [read, march_with(order, lock + ledger)]
    files_of = {name: bench.floor_files(f"subject-{number}", texts)
                for number, (name, texts) in enumerate(runs.items())}
    names = workload.database_names(count)
    targets = bench.targets("cost", names)
    samples: dict = {}
    for _, name in alternate([*runs, "pgmarch"], bench.options.repeat):
        bench.cluster.make(names)
        samples.setdefault(name, []).append(
            bench.pgmarch("up", targets, folder, cap) if name == "pgmarch"
            else bench.floor(files_of[name], names, cap))
    table = found.table(f"up of {count} databases x {files} migrations, cap {cap}: the floor on its "
                        "way to pgmarch (each row holds the ones above)", "string", *COLUMNS)
    add_rows(table, samples, [*runs, "pgmarch"])
    found.samples["subjects"] = samples


COLUMNS = ["wall s", "least wall s", "server CPU s", "client CPU s", "wall ÷ floor",
           "server CPU ÷ floor"]


def add_rows(table, samples: dict, names: list[str]) -> None:
    base = samples[names[0]]
    for name in names:
        taken = samples[name]
        table.add(name, median(taken), min(sample.wall for sample in taken),
                  median(taken, "server_cpu"), median(taken, "cpu"), median(taken) / median(base),
                  median(taken, "server_cpu") / max(median(base, "server_cpu"), 0.01))


def reading(bench: Bench, found: Findings) -> None:
    """The databases of by_subject() may come from the floor: migrate once more, then read."""
    count, cap = (6, 8) if bench.options.quick else (30, 8)
    items, folder = bench.migrations(20)
    names = workload.database_names(count)
    bench.cluster.make(names)
    targets = bench.targets("cost", names)
    bench.pgmarch("up", targets, folder, cap)
    with capture.Listener(bench.cluster.port) as heard:
        bench.pgmarch("status", bench.targets("heard", names[:1], port=heard.port), folder)
    parts = capture.statements(heard.strings[0])
    rows = next(number for number, one in enumerate(parts) if READS_ROWS in one)
    texts = {"floor: SELECT version": strings.NOOP, "pgmarch's SELECT of the ledger": parts[rows],
             "+ the facts about the server": ";".join(
                 one for one in parts if one.startswith("SELECT")),
             "the whole reading": heard.strings[0]}
    runs = {name: bench.floor_files(f"read-{number}", [text])
            for number, (name, text) in enumerate(texts.items())}
    runs |= {"pgmarch up, nothing pending": "up", "pgmarch status": "status"}
    samples: dict = {}
    for _, name in alternate(list(runs), 3 * bench.options.repeat):
        how = runs[name]
        samples.setdefault(name, []).append(
            bench.pgmarch(how, targets, folder, cap) if isinstance(how, str)
            else bench.floor(how, names, cap))
    table = found.table(f"reading the ledgers of {count} databases, cap {cap}", "string", *COLUMNS)
    add_rows(table, samples, list(runs))
    found.samples["reading"] = samples
