#!/usr/bin/python3
"""Reads reports with parsers that are not ours, and looks at what these do not.

    forms.py junit|metrics|markdown|html|ndjson FILE...
"""
import re
import sys
import xml.etree.ElementTree as tree
from html.parser import HTMLParser

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
        assert len(re.findall(r"(?<!\\)\|", row)) in ((6, 7) if "rehearsal" in path else (6,)), row
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

class Page(HTMLParser):
    """What a document has: elements, attributes, words."""
    empty = {"meta", "rect", "line", "path"}

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.names, self.links, self.ids, self.words = [], [], set(), [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.names.update(name for name, _ in attrs)
        self.links += [value for name, value in attrs if name in ("href", "src", "xlink:href", "action")]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.empty:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.empty:
            assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)

def html(path, text):
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open, page.open
    words = "".join(page.words)
    assert page.tags.count("script") == page.tags.count("style") == 1
    assert not page.names & {"style", "src"} and not [name for name in page.names if name.startswith("on")]
    assert len(set(page.ids)) == len(page.ids), "two elements of one id"
    for link in page.links:
        assert link[0] == "#" and link[1:] in page.ids, link
    assert not re.search(r"url\(|@import|https?:", text), "asks for something"
    assert len(text.encode()) < 2_000_000, len(text)
    assert len(page.tags) < 9000, len(page.tags)
    if "hostile" in path:
        assert "</failure>]]>" in words and '1_"x" \\ # SKIP | `<b>` & ]]>' in words
        assert not set(page.tags) & {"b>", "failure", "request"}
    if "small" in path:
        assert 'relation "orders" already exists' in words and "2 targets failed" in words
    if "vast" in path:
        for name in ("t_0000", "t_4999", "100 migrations", "714 failed"):
            assert name in text, name
    if "rollout" in path:
        for name in ("canary: 4 targets", "3 tries, waited 420 ms", "CREATE TABLE orders", "             ^\n"):
            assert name in words, name

def every(path, text):
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]", text), "a control character"
    assert "\u202e" not in text, "a line that is turned"
    assert not re.search("^::", text, re.M), "a command for GitHub"

for path in sys.argv[2:]:
    text = open(path, encoding="utf-8", newline="").read()
    {"junit": junit, "metrics": metrics, "markdown": markdown, "html": html, "ndjson": ndjson}[sys.argv[1]](path, text)
    if sys.argv[1] not in ("junit", "ndjson"):  # whose own rules say which characters
        every(path, text)
