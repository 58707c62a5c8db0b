#!/usr/bin/env bash
# docs/users/example*.c, built, do what their first comments say: those of the build, and, with a
# third argument, compiled anew against what is installed from there.
# Usage: example.sh FOLDER CLUSTER_ENV [BUILD]
set -euo pipefail

folder=$(readlink -f "$1")
cluster=$(readlink -f "$2")
build=${3:+$(readlink -f "$3")}
sources=$(readlink -f "$(dirname "$0")/../../docs/users")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset "${!PG@}" NO_COLOR CI "${!GITHUB@}"
set -a
# shellcheck source=/dev/null
. "$cluster"
set +a
database=t$$_example
server="postgresql://postgres@127.0.0.1:$PGPORT"
failed=0

# Compiled as their comments say, without a warning.
compile_installed() {
    local root=$work/root lib name libraries
    cmake --install "$build" --prefix "$root" >"$work/log" || {
        cat "$work/log"
        exit 1
    }
    lib=$(dirname "$(find "$root" -name libpgmarch.so)")
    mkdir "$work/bin"
    for name in example example_progress example_loop; do
        read -ra libraries < <(sed -n "s/^ \*  *cc .*$name\.c \(.*\) -o $name\$/\1/p" "$sources/$name.c")
        # shellcheck disable=SC2046
        cc -Wall -Wextra -Wpedantic -Werror -I"$root/include" $(pkg-config --cflags libuv) \
            "$sources/$name.c" -L"$lib" -Wl,-rpath,"$lib" "${libraries[@]}" -o "$work/bin/$name"
    done
}

check() { # check EXPECTED_STATUS EXPECTED_OUTPUT NAME ARG...
    local status=0 expected=$1 wanted=$2 got
    shift 2
    got=$("$folder/$1" "${@:2}" 2>&1 | tr '\r' '\n'; exit "${PIPESTATUS[0]}") || status=$?
    if [ "$status" = "$expected" ] && [ "$got" = "$wanted" ]; then
        echo "ok      $*"
    else
        printf 'FAILED  %s: exit code %s\n%s\ninstead of %s\n%s\n' "$*" "$status" "$got" \
            "$expected" "$wanted"
        failed=1
    fi
}

migration() { # migration NAME SQL
    printf '%s\n' "$2" >"migrations/$1.up.sql"
}

check_run() {
    export DATABASE_URL="$server/$database"
    migration 1_users 'CREATE TABLE users (id bigint PRIMARY KEY);'
    check 0 "$database: not-run, 0 done, 1 pending" example status
    check 0 "$database: applied, 1 done, 0 pending" example
    check 0 "$database: up-to-date, 0 done, 0 pending" example
    migration 2_again 'CREATE TABLE users (id bigint PRIMARY KEY);'
    check 1 "$database: failed, 0 done, 1 pending
  migrate: relation \"users\" already exists" example
    migration 2_again "DO \$\$BEGIN RAISE EXCEPTION E'a\\x1b[2Jb'; END\$\$;"
    check 1 "$database: failed, 0 done, 1 pending
  migrate: a [2Jb" example
    DATABASE_URL='' check 2 "no target: set DATABASE_URL, or give --url or --targets" example
}

# Two schemas of a database, one after the other.
fleet() {
    printf '[defaults]\njobs = 1\nurl = %s/%s\ncreate_schema = true\n' "$server" "$database"
    printf '[%s]\nschema = %s\n' "$1" "$1" "$2" "$2"
}

check_progress() {
    migration 2_again 'CREATE TABLE orders (id int);'
    fleet north south >fleet.conf
    check 0 '
[###############...............] 1 of 2, 0 failed  north               
[##############################] 2 of 2, 0 failed  south               
2 of 2 targets are up to date' example_progress fleet.conf
    migration 3_bad 'CREATE TABLE orders (id int);'
    check 1 '
[###############...............] 1 of 2, 1 failed  north               
[##############################] 2 of 2, 2 failed  south               
0 of 2 targets are up to date' example_progress
    check 2 'cannot read "nowhere.conf": No such file or directory' example_progress nowhere.conf
}

check_loop() {
    migration 3_bad 'SELECT pg_sleep(0.1);'
    check 0 'north: applied
south: applied
counted all the while' example_loop fleet.conf
    migration 4_bad 'CREATE TABLE orders (id int);'
    check 1 'north: failed
south: failed
counted all the while' example_loop
    check 2 'cannot read "nowhere.conf": No such file or directory' example_loop nowhere.conf
}

check_all() {
    rm -rf "$work/here"
    mkdir -p "$work/here/migrations"
    cd "$work/here"
    psql -Xqc "CREATE DATABASE $database TEMPLATE template0"
    check_run
    check_progress
    check_loop
    psql -Xqc "DROP DATABASE $database"
}

check_all
if [ -n "$build" ]; then
    compile_installed
    folder=$work/bin
    check_all
fi
exit $failed
