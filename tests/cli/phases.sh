#!/usr/bin/env bash
# Every phase that an error can have stands in the table of docs/users/report.md and beside `phase` in
# the public header, and no other.
# Usage: phases.sh SOURCE_DIR
set -euo pipefail
cd "$1"

used() {
    cat src/pg/*/*.c src/fleet/*.c | tr '\n' ' ' | grep -oE \
        -e '[.>]phase = "[a-z]+"' -e '(fail_text|unreachable)\([ ]*march, "[a-z]+"' \
        -e '\[PGM__PART_[A-Z]+\] = "[a-z]+"' |
        sed -E 's/.*"([a-z]+)"/\1/' | sort -u
}

documented() {
    sed -n '/^| phase |/,/^$/ s/^| `\([a-z]*\)` |.*/\1/p' docs/users/report.md | sort -u
}

# The comment of the field, which may go on over several lines.
declared() {
    sed -n '/const char \*phase;/,/\*\// { s/.*\/\*\*<//; s/\*\/.*//; p }' include/pgmarch/result.h |
        grep -oE '[a-z]+' | sort -u
}

[ "$(used | wc -l)" -ge 10 ] || {
    echo "FAILED  the phases are not found in the sources any more: mend this test"
    exit 1
}
status=0
diff -u --label docs/users/report.md --label sources <(documented) <(used) || status=1
diff -u --label include/pgmarch/result.h --label sources <(declared) <(used) || status=1
exit $status
