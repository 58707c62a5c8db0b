"""`size`: one database with very many migrations, or one very large one."""

from lib import strings, workload
from lib.context import Bench
from lib.fleets import Contest
from lib.measure import Failed, alternate, median
from lib.report import Findings
from lib.tool import Migration

ROW = "apple\t12345\tsome words that make the row as long as rows are, more or less, in real data\n"
VALUE = "('apple', 12345, 'some words that make the row as long as rows are, more or less')"
TABLE = "CREATE TABLE big (name text, price integer, note text);\n"


def run_size(bench: Bench) -> Findings:
    found = Findings()
    many(bench, found)
    large(bench, found)
    return found


def many(bench: Bench, found: Findings) -> None:
    table = found.table("pending migrations on one database (medians)", "migrations", "pgmarch s",
                        "floor s", "psql s", "÷ floor", "÷ psql", "pgmarch MiB", "floor MiB",
                        "psql MiB")
    for count in (1, 20, 100) if bench.options.quick else (1, 20, 400, 2000):
        bench.say(f"{count} migrations")
        contest = Contest(bench, 1, count)
        contest.tools = {name: tool for name, tool in contest.tools.items() if name == "psql"}
        contest.prepare()
        files = bench.floor_files(f"size-{count}", strings.up(contest.items))
        samples: dict = {}
        for _, who in alternate(["pgmarch", "floor", *contest.tools], bench.options.repeat):
            bench.cluster.make(contest.names)
            samples.setdefault(who, []).append(
                bench.floor(files, contest.names, 1) if who == "floor"
                else contest.run(who, "up", 1))
        add_row(table, str(count), samples)
        found.samples |= {f"{count}/{who}": taken for who, taken in samples.items()}


def add_row(table, what: str, samples: dict) -> None:
    wall = {who: median(samples[who]) if who in samples else None
            for who in ("pgmarch", "floor", "psql")}
    rss = [median(samples[who], "rss") if who in samples else None for who in wall]
    table.add(what, *wall.values(), wall["pgmarch"] / wall["floor"],
              wall["psql"] and wall["pgmarch"] / wall["psql"], *rss)


def large(bench: Bench, found: Findings) -> None:
    size = (5 if bench.options.quick else 50) << 20
    table = found.table(f"one migration file of {size >> 20} MiB (medians)", "file", "pgmarch s",
                        "floor s", "psql s", "÷ floor", "÷ psql", "pgmarch MiB", "floor MiB",
                        "psql MiB")
    data = ROW * (size // len(ROW))
    for what, text, copy in (
            ("COPY data", f"{TABLE}COPY big FROM STDIN;\n{data}\\.\n", data),
            ("INSERTs of one row", TABLE + insert_rows(size, 1), None),
            ("INSERTs of 1,000 rows", TABLE + insert_rows(size, 1000), None)):
        bench.say(what)
        try:
            samples = run_large(bench, what, text, copy)
        except Failed as failure:
            table.notes.append(f"{what}: {str(failure)[:300]}")
            continue
        add_row(table, what, samples)
        found.samples |= {f"{what}/{who}": taken for who, taken in samples.items()}


def insert_rows(size: int, rows: int) -> str:
    statement = "INSERT INTO big VALUES " + ",\n".join([VALUE] * rows) + ";\n"
    return statement * (size // len(statement))


def run_large(bench: Bench, what: str, text: str, copy: str | None) -> dict:
    item = Migration("20260101000001", "make_big", text, "DROP TABLE big;\n")
    stem = what.split()[-2] if copy is None else "copy"
    folder = bench.folder(f"large-{stem}")
    workload.write_migrations(folder, [item])
    names = workload.database_names(1)
    targets = bench.targets("large", names)
    bare = Migration(item.version, item.name, f"{TABLE}COPY big FROM STDIN;\n", "") if copy else item
    files = bench.floor_files(f"large-{stem}", strings.up([bare]))
    more = ("-c", bench.write("large.data", copy)) if copy else ()
    psql = next((tool for tool in bench.tools if tool.name == "psql"), None)
    if psql is not None:
        psql.prepare(bench.folder(f"large-psql-{stem}"), [item])
    samples: dict = {}
    for _, who in alternate(["pgmarch", "floor"] + ["psql"] * (psql is not None),
                            bench.options.repeat):
        bench.cluster.make(names)
        if who == "pgmarch":
            sample = bench.pgmarch("up", targets, folder, 1, limit=300)
        elif who == "floor":
            sample = bench.floor(files, names, 1, *more)
        else:
            sample = bench.peer(psql, psql.up(bench.folder(f"large-psql-{stem}")),
                                [bench.cluster.url(names[0])], 1)
        samples.setdefault(who, []).append(sample)
    return samples
