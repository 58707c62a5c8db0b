#!/usr/bin/python3
"""Whether the reports of a drill are true.

  told.py LEDGERS TARGETS all|some MERGED REPORT...

LEDGERS has a line `target|version|run id` for each row of every ledger, as psql prints them. Each run has
to claim what carries its id there, and nothing else; the merged report what all of them did, and that all
TARGETS are done. With `all` there is no row of any other run.
"""
import json
import sys


def applied(report):
    return {(target["name"], version)
            for target in report["targets"] for version in target["applied"]}


def check(ledgers, wanted, whole, merged, reports):
    rows = [tuple(line.rstrip("\n").split("|")) for line in ledgers]
    wrong = []
    all_told = set()
    for report in reports:
        run = report["run"]["id"]
        told = applied(report)
        found = {(target, version) for target, version, by in rows if by == run}
        if told != found:
            wrong.append(f"run {run} and the ledgers differ: {sorted(told ^ found)[:5]}")
        all_told |= told
    if applied(merged) != all_told:
        wrong.append(f"merged, and not told: {sorted(applied(merged) ^ all_told)[:5]}")
    if whole == "all" and len(all_told) != len(rows):
        wrong.append(f"{len(rows) - len(all_told)} migrations are told by nobody")
    counts = merged["run"]["counts"]
    names = {target["name"] for target in merged["targets"]}
    if counts["applied"] + counts["up-to-date"] != wanted or len(names) != wanted:
        wrong.append(f"not all of {wanted} targets are done: {len(names)}, {counts}")
    return wrong


def main():
    ledgers, wanted, whole, *files = sys.argv[1:]
    merged, *reports = [json.load(open(name, encoding="utf-8")) for name in files]
    with open(ledgers, encoding="utf-8") as rows:
        wrong = check(rows, int(wanted), whole, merged, reports)
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    sys.exit(1 if wrong or not reports else 0)


main()
