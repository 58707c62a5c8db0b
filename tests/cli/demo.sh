#!/usr/bin/env bash
# scripts/demo shows its acts, each on one screen, and leaves nothing behind. Without a PROGRAM it is run in a
# fresh copy of the project, builds one in large units, and says so while it does.
# Usage: demo.sh SOURCE_FOLDER [PROGRAM]
set -euo pipefail

source=$(readlink -f "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset "${!PGMARCH@}" DATABASE_URL
mkdir "$work/tmp"
chmod 755 "$work" # the server's user has to reach it
chmod 1777 "$work/tmp"
if [ -n "${2:-}" ]; then
    PGMARCH_BIN=$(readlink -f "$2")
    export PGMARCH_BIN
    demo=$source/scripts/demo
else
    mkdir "$work/copy"
    tar -C "$source" --exclude='./build*' --exclude=./.git -cf - . | tar -C "$work/copy" -xf -
    demo=$work/copy/scripts/demo
fi

failed=0
check() { # check WHAT COMMAND...
    local what=$1
    shift
    if "$@"; then
        echo "ok      $what"
    else
        echo "FAILED  $what"
        failed=1
    fi
}

status=0
TMPDIR=$work/tmp "$demo" >"$work/out" 2>&1 </dev/null || status=$?
[ "$status" = 0 ] || {
    cat "$work/out"
    exit 1
}
check 'says that it looks for packages' grep -q "^looking for Debian's packages" "$work/out"
if [ -z "${2:-}" ]; then
    check 'says how far the compiler is' grep -q '^  compiling: [0-9]* of [0-9]*$' "$work/out"
    check 'builds in large units' [ -z "$(grep 'file by file' "$work/out")" ]
    check 'builds the program alone' [ ! -e "$work/copy/build/demo/src/libpgmarch.so" ]
fi
check 'has five acts' [ "$(grep -c '^=== Act' "$work/out")" = 5 ]
check 'tells when the first database was done' grep -q '^That was the first database, [0-9]* s after' "$work/out"
check 'shows a tenant that failed' grep -q 'tenant_13.*failed' "$work/out"
check 'ends with all applied' grep -q '^100 targets in .*: 100 up-to-date$' "$work/out"
check 'leaves nothing in its temporary folder' [ -z "$(ls -A "$work/tmp")" ]

# 40 lines of 100 columns; on a quiet machine the longest has 27, on a slow one they tell how far they are.
longest=$(awk '/^===/ { if (lines > most) { most = lines } lines = 0 }
    { lines += 1 + int((length($0) - 1) / 100) }
    END { print (most > lines) ? most : lines }' "$work/out")
check "shows no more than 40 lines an act ($longest)" [ "$longest" -le 40 ]
[ "$failed" = 0 ] || cat "$work/out"
exit $failed
