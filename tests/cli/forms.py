#!/usr/bin/python3
"""Reads reports with parsers that are not ours, and looks at what these do not.

    forms.py junit|metrics|markdown|ndjson FILE...
"""
import re
import sys
import xml.etree.ElementTree as tree

def junit(path, text):
    suites = tree.fromstring(text)
    nodes = sum(1 + len(node.attrib) + bool((node.text or "").strip()) for node in suites.iter())
    assert nodes < 250000, nodes
    cases = list(suites.iter("testcase"))
    suite = suites[0]
    assert int(suite.get("tests")) == len(cases), len(cases)
    for kind in ("failure", "error"):
        assert int(suite.get(kind + "s")) == len(list(suites.iter(kind)))
        for bad in suites.iter(kind):
            assert bad.text.startswith(bad.get("message")), bad.text
    assert int(suite.get("skipped")) == len(list(suites.iter("skipped")))
    keys = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(keys)) == len(keys), "two tests of one name"
    if "large" in path:
        assert "one for each target" in suite.find("system-out").text

def metrics(path, text):
    from prometheus_client.openmetrics import parser
    from prometheus_client.parser import text_string_to_metric_families
    assert text.endswith("# EOF\n")
    names = set()
    for read in (lambda: parser.text_string_to_metric_families(text), lambda: text_string_to_metric_families(text)):
        seen = set()
        for family in read():
            assert family.type == "gauge" and family.documentation, family
            for sample in family.samples:
                key = (sample.name, tuple(sorted(sample.labels.items())))
                assert key not in seen, key
                assert sample.timestamp is None
                seen.add(key)
        names.add(frozenset(seen))
    assert len(names) == 1, "the two parsers read different things"
    assert text.count("pgmarch_target_failed{") < 5000

def markdown(path, text):
    assert len(text.encode()) <= 900 * 1024, len(text)
    rows = [line for line in text.split("\n") if line.startswith("|")]
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 6, row
    assert not re.search(r"(?<!\\)<(?!br>)[a-z/]", "\n".join(rows)), "a tag"
    if "large" in path:
        assert "… and " in text[-200:], text[-200:]

def ndjson(path, text):
    import json
    lines = [json.loads(line) for line in text.split("\n")[:-1]]
    assert text.endswith("\n")
    if "refused" in path:
        assert [line["event"] for line in lines] == ["refused"]
        return
    assert (lines[0]["event"], lines[-1]["event"]) == ("run", "summary")
    assert all(line["event"] == "target-finished" for line in lines[1:-1])
    counts = lines[-1]["run"]["counts"]
    assert sum(counts.values()) == len(lines) - 2
    for line in lines[1:-1]:
        counts[line["result"]["outcome"]] -= 1
    assert not any(counts.values()), counts

def every(path, text):
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]", text), "a control character"
    assert "\u202e" not in text, "a line that is turned"
    assert not re.search("^::", text, re.M), "a command for GitHub"

for path in sys.argv[2:]:
    text = open(path, encoding="utf-8", newline="").read()
    {"junit": junit, "metrics": metrics, "markdown": markdown, "ndjson": ndjson}[sys.argv[1]](path, text)
    if sys.argv[1] not in ("junit", "ndjson"):  # whose own rules say which characters
        every(path, text)
