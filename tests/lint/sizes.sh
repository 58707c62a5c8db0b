#!/usr/bin/env bash
# A function has at most 60 lines (src and include), a file at most 600 (tests too). Counts on clang-format's
# layout: a definition starts in column 1, ends with a brace in column 1. A table of data that is
# longer says so in the line before: NOLINT(readability-function-size).
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"

mapfile -t files < <(sources src include)
mapfile -t tests < <(sources tests)
findings=$(awk -v max_function=60 -v max_file=600 '
function end_file() {
    if (file != "" && lines > max_file)
        print file ":" lines ": file of " lines " lines, at most " max_file
}
FNR == 1 { end_file(); file = FILENAME; inside = 0; start = 0; exempt = 0 }
{ lines = FNR }
FILENAME ~ /^tests\// { next }
inside && /^}/ {
    if (FNR - start + 1 > max_function && !excused)
        print FILENAME ":" start ": function of " FNR - start + 1 " lines, at most " max_function
    inside = 0
    start = 0
    next
}
inside { next }
/NOLINT.*readability-function-size/ { exempt = 1; next }
/^[A-Za-z_]/ { start = FNR; excused = exempt; exempt = 0 }
start && /\) \{$/ { inside = 1; next }
/[;}]$/ { start = 0 }
END { end_file() }
' "${files[@]}" "${tests[@]}" /dev/null)
finish "$findings"
