#!/usr/bin/env bash
# Runs the commands that a document shows, so that what it says stays true.
# Usage: docs.sh PROGRAM CLUSTER_ENV|--fresh DOCUMENT [NEON_WORLD]
#
# NEON_WORLD: what tests/support/neon_api has, and every command is led to it instead of to Neon.
#
# --fresh: as somebody does who has just installed PostgreSQL on Debian, on a server of the test's own:
# an unprivileged user without a role in it, who may become postgres by sudo.
#
# The blocks of one document share one shell and one temporary folder, in order; those of an example's
# README (examples/NAME/README.md) a copy of its folder. What is said in the line before a fenced block:
#
#   <!-- run -->           it is run, and has to end well
#   <!-- output -->        it is what the last run block printed, but for versions, times, run ids, the
#                          server, and addresses of Neon's
#   <!-- file: PATH -->    it is what the file PATH holds from here on
#   <!-- not run: WHY -->  it is only shown
#
# And what a reader need not see is run too: the lines between `<!-- setup` and `-->`, which may use
# $DOCUMENT_FOLDER. That every block says one of these is seen to by tests/lint/blocks.py.
set -euo pipefail

program=$(readlink -f "$1")
document=$(readlink -f "$3")
support=$(readlink -f "${0%/*}/../support")
# shellcheck source=tests/support/server.sh
. "$support/server.sh"
work=$(mktemp -d)
sudo_pid=''
neon_pid=''
# The server goes with its folder; nobody is to be left who waits for orders.
clean_up() {
    [ -z "$neon_pid" ] || kill "$neon_pid" 2>/dev/null || true
    [ -z "$sudo_pid" ] || kill "$sudo_pid" 2>/dev/null || true
    [ ! -d "$work/cluster" ] || "$support/cluster" stop "$work/cluster"
    rm -rf "$work"
}
trap clean_up EXIT
mkdir "$work/bin" "$work/blocks" "$work/home"
cp "$program" "$work/bin/pgmarch" # whoever runs it may not be let into the folder that it was built in

# blocks/1.run, blocks/1.wanted, blocks/2.run ...
awk -v folder="$work/blocks" '
    function begin(suffix) { file = folder "/" number "." suffix; printf "" > file }
    /^<!-- run -->$/ { kind = "run"; number++; next }
    /^<!-- output -->$/ { kind = "wanted"; next }
    /^<!-- file: .* -->$/ { kind = "run"; path = $3; number++; next }
    /^<!-- setup$/ { number++; begin("run"); hidden = 1; next }
    hidden && /^-->$/ { hidden = 0; next }
    kind != "" && /^```/ {
        inside = !inside
        if (inside) { begin(kind) }
        if (inside && path != "") { print "mkdir -p \"$(dirname " path ")\" && cat >" path " <<\047END OF FILE\047" > file }
        if (!inside && path != "") { print "END OF FILE" > file; path = "" }
        if (!inside) { kind = "" }
        next
    }
    inside || hidden { print > file }
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
    sed -E -e 's/\bPostgreSQL [0-9]+/PostgreSQL N/g' -e 's/[0-9]{14}/VERSION/g' -e 's/\b[0-9a-f]{16}\b/RUN/g' \
        -e 's#postgresql://[^ "]+#SERVER#g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(\.[0-9]+)?/TIME/g' \
        -e 's/[0-9.]+ (ms|s|min)\b/TIME/g' -e 's/[0-9a-f]{64}/CHECKSUM/g' \
        -e 's/[0-9.]+ (kB|MB|GB)\b/SIZE/g' \
        -e 's#https?://[^ ,)"]+#API#g' -e 's/\b(ep-[a-z0-9.-]+|127(\.[0-9]+){3})(:[0-9]+)?/HOST/g' \
        -e 's/[[:space:]]+/ /g' -e 's/ $//' "$1"
}

# Where a document shows `npm run NAME -- ARG...`: what npm does then, which nothing else here needs.
make_npm() {
    cat >"$work/bin/npm" <<'NPM'
#!/bin/sh
name=$2
shift 2
[ "${1:-}" != -- ] || shift
line=$(python3 -c 'import json, sys
print(json.load(open("package.json"))["scripts"][sys.argv[1]])' "$name") || exit
exec sh -c "$line \"\$@\"" sh "$@"
NPM
    chmod 755 "$work/bin/npm"
}

# ---- a Neon of the test's own ----

start_neon() {
    mkdir "$work/neon"
    cp "$1" "$work/neon/world.json"
    "$support/neon_api" "$work/neon" --cluster "$cluster" --watch $$ >"$work/neon.log" 2>&1 &
    neon_pid=$!
    until [ -s "$work/neon/env" ]; do
        kill -0 "$neon_pid" 2>/dev/null || {
            cat "$work/neon.log"
            exit 1
        }
        sleep 0.05
    done
    # shellcheck source=/dev/null
    . "$work/neon/env"
    export NEON_API_HOST NEON_API_KEY
}

# ---- on the cluster of the tests, as who runs them ----

run_here() {
    # The cluster may have run this document before.
    sed -nE 's/^createdb ([a-z_0-9 ]+)$/\1/p' "$work/script" | tr ' ' '\n' |
        sed 's/.*/DROP DATABASE IF EXISTS "&";/' | PGOPTIONS='-c client_min_messages=warning' psql -Xq
    (cd "$work/home" && PATH=$work/bin:$PATH DOCUMENT_FOLDER=${document%/*} \
        bash -eu "$work/script" </dev/null)
}

# ---- on a server that was just installed, as somebody that it does not know ----

as_somebody() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$@"
    else
        "$@"
    fi
}

# What sudo does on such a machine: the line that comes through one pipe is run as the server's user,
# and its status goes back through the other. It does not outlive the test, however that ends.
answer_sudo() {
    local line command=()
    exec 8<>"$work/sudo.ask"
    while kill -0 $$ 2>/dev/null; do
        read -r -t 2 line <&8 || continue
        eval "command=($line)"
        local status=0
        (cd / && PGUSER=postgres as_server "${command[@]}" >"$work/sudo.out" 2>&1 </dev/null) ||
            status=$?
        echo "$status" >"$work/sudo.status"
    done
}

make_sudo() {
    mkfifo -m 666 "$work/sudo.ask" "$work/sudo.status"
    : >"$work/sudo.out"
    cat >"$work/bin/sudo" <<SUDO
#!/bin/bash
[ "\$1 \$2" = "-u postgres" ] || { echo "sudo: \$*: not of this test" >&2; exit 1; }
shift 2
{ printf '%q ' "\$@"; echo; } >"$work/sudo.ask"
read -r status <"$work/sudo.status"
cat "$work/sudo.out"
exit "\$status"
SUDO
    chmod 755 "$work/bin/sudo"
    answer_sudo &
    sudo_pid=$!
}

run_fresh() {
    make_sudo
    [ "$(id -u)" != 0 ] || chown -R nobody:nogroup "$work/home" "$work/blocks"
    local name
    name=$(as_somebody id -un)
    (cd "$work/home" && as_somebody env -i HOME="$work/home" USER="$name" PATH="$work/bin:$PATH" \
        LC_ALL="$LC_ALL" PGHOST="$PGHOST" PGPORT="$PGPORT" bash -eu "$work/script" </dev/null)
}

unset "${!PG@}" DATABASE_URL NO_COLOR CI "${!GITHUB@}"
export LC_ALL=C.UTF-8 # signs are compared as they are
if [ "$2" = --fresh ]; then
    chmod 755 "$work"
    "$support/cluster" start "$work/cluster" --watch $$ --debian >/dev/null
    cluster=$work/cluster/env
    run=run_fresh
else
    cluster=$(readlink -f "$2")
    run=run_here
fi
set -a
# shellcheck source=/dev/null
. "$cluster"
set +a
unset "${!PGMARCH@}"
[ -z "${4:-}" ] || start_neon "$4"
make_npm
case $document in
*/examples/*/README.md) cp -R "${document%/*}/." "$work/home" ;;
esac
status=0
"$run" || status=$?

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
