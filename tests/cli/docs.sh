#!/usr/bin/env bash
# Runs the commands that a document shows, so that what it says stays true.
# Usage: docs.sh PROGRAM CLUSTER_ENV DOCUMENT
#
# A fenced block behind a line `<!-- run -->` is run; the blocks of one document share one shell and
# one temporary folder, in order. A fenced block behind `<!-- output -->` must be what the last run
# block printed, but for versions, times, run ids and the server.
set -euo pipefail

program=$(readlink -f "$1")
cluster=$(readlink -f "$2")
document=$(readlink -f "$3")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/blocks" "$work/home"
ln -s "$program" "$work/bin/pgmarch"

# blocks/1.run, blocks/1.out-wanted, blocks/2.run ...
awk -v folder="$work/blocks" '
    /^<!-- run -->$/ { kind = "run"; number++; next }
    /^<!-- output -->$/ { kind = "wanted"; next }
    kind != "" && /^```/ {
        inside = !inside
        if (!inside) { kind = "" }
        else { file = folder "/" number "." kind; printf "" > file }
        next
    }
    inside { print > file }
' "$document"

count=$(find "$work/blocks" -name '*.run' | wc -l)
[ "$count" -gt 0 ] || {
    echo "FAILED  no runnable block in $document"
    exit 1
}
for ((i = 1; i <= count; i++)); do
    printf 'exec >"%s" 2>&1\n' "$work/blocks/$i.got"
    cat "$work/blocks/$i.run"
done >"$work/script"

neutral() {
    sed -E -e 's/[0-9]{14}/VERSION/g' -e 's#postgresql://[^ "]+#SERVER#g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(\.[0-9]+)?/TIME/g' \
        -e 's/[0-9.]+ (ms|s|min)\b/TIME/g' -e 's/[0-9a-f]{64}/CHECKSUM/g' \
        -e 's/[[:space:]]+/ /g' -e 's/ $//' "$1"
}

unset "${!PG@}" DATABASE_URL
set -a
# shellcheck source=/dev/null
. "$cluster"
set +a
unset "${!PGMARCH@}"
# The cluster may have run this document before.
sed -nE 's/^createdb ([a-z_0-9 ]+)$/\1/p' "$work/script" | tr ' ' '\n' |
    sed 's/.*/DROP DATABASE IF EXISTS "&";/' | PGOPTIONS='-c client_min_messages=warning' psql -Xq
status=0
(cd "$work/home" && PATH=$work/bin:$PATH bash -eu "$work/script" </dev/null) || status=$?

failed=0
for ((i = 1; i <= count; i++)); do
    name="block $i of ${document##*/}"
    if [ ! -e "$work/blocks/$i.got" ]; then
        echo "FAILED  $name: not reached"
        failed=1
    elif [ $status -ne 0 ] && [ ! -e "$work/blocks/$((i + 1)).got" ]; then
        printf 'FAILED  %s: exit code %s\n' "$name" "$status"
        cat "$work/blocks/$i.run" "$work/blocks/$i.got"
        failed=1
    elif [ -e "$work/blocks/$i.wanted" ] &&
        ! diff -u --label document --label now <(neutral "$work/blocks/$i.wanted") \
            <(neutral "$work/blocks/$i.got"); then
        printf 'FAILED  %s: it prints something else\n' "$name"
        failed=1
    else
        echo "ok      $name"
    fi
done
exit $failed
