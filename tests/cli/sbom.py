#!/usr/bin/env python3
"""sbom.py SBOM PACKAGE.deb...: the bill of materials has the form of SPDX 2.3, and is true.

The form as far as packaging/sbom uses it, in our own words: a member that these do not name is an error here.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import jsonschema

TEXT = {"type": "string", "minLength": 1}
ID = {"type": "string", "pattern": "^SPDXRef-[A-Za-z0-9.-]+$"}


def members(required, **optional):
    return {"type": "object", "properties": {**required, **optional}, "required": list(required),
            "additionalProperties": False}


def several(items):
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}


CHECKSUM = {"oneOf": [
    members({"algorithm": {"const": "SHA1"}, "checksumValue": {"pattern": "^[0-9a-f]{40}$"}}),
    members({"algorithm": {"const": "SHA256"}, "checksumValue": {"pattern": "^[0-9a-f]{64}$"}})]}
PURL = members({"referenceCategory": {"const": "PACKAGE-MANAGER"}, "referenceType": {"const": "purl"},
                "referenceLocator": {"type": "string", "pattern": r"^pkg:deb/debian/[a-z0-9.+-]+@[^+:]+\?arch=\w+$"}})
PACKAGE = members(
    {"name": TEXT, "SPDXID": ID, "versionInfo": TEXT, "supplier": {"type": "string", "pattern": "^Organization: "},
     "primaryPackagePurpose": {"enum": ["APPLICATION", "LIBRARY", "SOURCE"]},
     "downloadLocation": {"const": "NOASSERTION"}, "filesAnalyzed": {"const": False},
     "licenseConcluded": {"enum": ["NOASSERTION", "PostgreSQL"]},
     "licenseDeclared": {"enum": ["NOASSERTION", "PostgreSQL"]}, "copyrightText": TEXT},
    externalRefs=several(PURL), summary=TEXT, packageFileName=TEXT, checksums=several(CHECKSUM))
FILE = members(
    {"fileName": {"type": "string", "pattern": "^\\./"}, "SPDXID": ID, "fileTypes": several({"const": "BINARY"}),
     "checksums": {**several(CHECKSUM), "contains": {"properties": {"algorithm": {"const": "SHA1"}}}},
     "licenseConcluded": {"const": "PostgreSQL"}, "licenseInfoInFiles": several({"const": "NOASSERTION"}),
     "copyrightText": TEXT})
RELATION = members(
    {"spdxElementId": ID, "relatedSpdxElement": ID,
     "relationshipType": {"enum": ["DESCRIBES", "CONTAINS", "DYNAMIC_LINK", "STATIC_LINK", "RUNTIME_DEPENDENCY_OF",
                                   "BUILD_TOOL_OF"]}})
SCHEMA = members({
    "spdxVersion": {"const": "SPDX-2.3"}, "dataLicense": {"const": "CC0-1.0"}, "SPDXID": {"const": "SPDXRef-DOCUMENT"},
    "name": TEXT, "documentNamespace": {"type": "string", "pattern": "^https://[^#]+$"},
    "creationInfo": members({"created": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
                             "creators": several({"type": "string", "pattern": "^(Organization|Tool): "})}),
    "packages": several(PACKAGE), "files": several(FILE), "relationships": several(RELATION)})

failed = False


def check(what, good):
    global failed  # noqa: the exit code
    print("ok     " if good else "FAILED ", what)
    failed = failed or not good


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def needs(relation):
    """(who, whom) of a relation between what loads and what is loaded."""
    ends = (relation["spdxElementId"], relation["relatedSpdxElement"])
    return {"DYNAMIC_LINK": ends, "RUNTIME_DEPENDENCY_OF": ends[::-1]}.get(relation["relationshipType"])


def loaded(bill, name):
    """Names of all packages that this one loads, by one step or more."""
    ids = {package["SPDXID"]: package["name"] for package in bill["packages"]}
    edges = [edge for edge in map(needs, bill["relationships"]) if edge]
    found, left = set(), [spdx for spdx in ids if ids[spdx] == name]
    while left:
        one = left.pop()
        others = {whom for who, whom in edges if who == one} - found
        found |= others
        left += others
    return {ids[spdx] for spdx in found}


def check_package(bill, deb):
    name = output("dpkg-deb", "--field", deb, "Package").strip()
    own = [package for package in bill["packages"] if package.get("packageFileName") == os.path.basename(deb)]
    check(f"{name} is named once", [package["name"] for package in own] == [name])
    check(f"{name} has its sum", own[0]["checksums"][0]["checksumValue"] == output("sha256sum", deb).split()[0])
    depends = output("dpkg-deb", "--field", deb, "Depends") + ", " + output("dpkg-deb", "--field", deb, "Recommends")
    wanted = set(re.findall(r"(?:^|, )([a-z0-9.+-]+)", depends))
    check(f"{name} loads all that it depends on", wanted <= loaded(bill, name))
    with tempfile.TemporaryDirectory() as tree:
        output("dpkg-deb", "--extract", deb, tree)
        for file in bill["files"]:
            path = pathlib.Path(tree, file["fileName"])
            if path.exists():
                sums = {entry["algorithm"]: entry["checksumValue"] for entry in file["checksums"]}
                check(f"{file['fileName']} has its sum", sums["SHA256"] == output("sha256sum", str(path)).split()[0])


def main():
    bill = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(bill)
    elements = [element["SPDXID"] for element in bill["packages"] + bill["files"]]
    check("each identifier is of one element", len(set(elements)) == len(elements))
    named = {relation[end] for relation in bill["relationships"] for end in ("spdxElementId", "relatedSpdxElement")}
    check("what is related is there, and all is related", named - {"SPDXRef-DOCUMENT"} == set(elements))
    check("it is as old as it is said to be", bill["creationInfo"]["created"] ==
          time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))))
    for deb in sys.argv[2:]:
        check_package(bill, deb)
    for name in ("libpq5", "libuv1", "uthash-dev"):
        versions = [package["versionInfo"] for package in bill["packages"] if package["name"] == name]
        check(f"{name} is that of this system", versions == [output("dpkg-query", "-W", "-f=${Version}", name)])
    sys.exit(1 if failed else 0)


main()
