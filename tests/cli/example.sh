#!/usr/bin/env bash
# docs/users/example.c, built, does what its first comment says.
# Usage: example.sh EXAMPLE CLUSTER_ENV
set -euo pipefail

example=$(readlink -f "$1")
cluster=$(readlink -f "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset "${!PG@}" NO_COLOR CI "${!GITHUB@}"
set -a
# shellcheck source=/dev/null
. "$cluster"
set +a
database=t$$_example
psql -Xqc "CREATE DATABASE $database TEMPLATE template0"
export DATABASE_URL="postgresql://postgres@127.0.0.1:$PGPORT/$database"
mkdir "$work/migrations"
cd "$work"
failed=0

check() { # check EXPECTED_STATUS EXPECTED_OUTPUT ARG...
    local status=0 expected=$1 wanted=$2 got
    shift 2
    got=$("$example" "$@" 2>&1) || status=$?
    if [ "$status" = "$expected" ] && [ "$got" = "$wanted" ]; then
        echo "ok      example $*"
    else
        printf 'FAILED  example %s: exit code %s\n%s\ninstead of %s\n%s\n' "$*" "$status" "$got" \
            "$expected" "$wanted"
        failed=1
    fi
}

echo 'CREATE TABLE users (id bigint PRIMARY KEY);' >migrations/1_users.up.sql
check 0 "$database: not-run, 0 done, 1 pending" status
check 0 "$database: applied, 1 done, 0 pending"
check 0 "$database: up-to-date, 0 done, 0 pending"
echo 'CREATE TABLE users (id bigint PRIMARY KEY);' >migrations/2_again.up.sql
check 1 "$database: failed, 0 done, 1 pending
  migrate: relation \"users\" already exists"
DATABASE_URL='' check 2 "no target: set DATABASE_URL, or give --url or --targets"
psql -Xqc "DROP DATABASE $database"
exit $failed
