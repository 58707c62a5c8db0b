#!/usr/bin/env bash
# Runs every example of docs/users/commands.md, which are those of the help and of the manual pages, each
# in a world in which it has something to do.
# Usage: commands.sh PROGRAM CLUSTER_ENV COMMANDS_MD
set -euo pipefail

program=$(readlink -f "$1")
cluster=$(readlink -f "$2")
document=$(readlink -f "$3")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset "${!PG@}" DATABASE_URL NO_COLOR CI "${!GITHUB@}"
set -a
# shellcheck source=/dev/null
. "$cluster"
set +a
unset "${!PGMARCH@}"
mkdir "$work/bin"
cp "$program" "$work/bin/pgmarch"
export PATH=$work/bin:$PATH PGOPTIONS='-c client_min_messages=warning'
database=t$$_commands
names=(staging prod tenant_1 tenant_2)

# One example has a URL of its own.
psql -Xq <<SQL
CREATE DATABASE $database TEMPLATE template0;
DROP DATABASE IF EXISTS dev;
CREATE DATABASE dev TEMPLATE template0;
DROP ROLE IF EXISTS app;
CREATE ROLE app LOGIN SUPERUSER;
SQL

# Three migrations, and targets/ of schemas in one database, on which nothing is applied.
new_world() {
    rm -rf "$work/world"
    mkdir -p "$work/world/migrations" "$work/world/targets"
    cd "$work/world"
    local name
    for name in 20240105090000_users 20240110090000_orders 20240112090000_bills; do
        printf 'CREATE TABLE %s (id bigint PRIMARY KEY);\n' "${name#*_}" >"migrations/$name.up.sql"
        printf 'DROP TABLE %s;\n' "${name#*_}" >"migrations/$name.down.sql"
    done
    printf '[defaults]\ndbname = %s\ncreate_schema = true\n' "$database" >targets/fleet.conf
    for name in "${names[@]}"; do
        printf '[%s]\nschema = %s\nproduction = false\n' "$name" "$name" >>targets/fleet.conf
    done
    printf 'DROP SCHEMA IF EXISTS %s CASCADE;\n' "${names[@]}" | psql -Xq -d "$database"
}

# What has to be there before the example makes sense.
prepare() {
    case $1 in
    'pgmarch down '*) pgmarch up --quiet --url postgresql://app@localhost/dev ;;
    'pgmarch report merge '*)
        pgmarch up --quiet -t targets --shard 1/2 --report shard-1.json
        pgmarch up --quiet -t targets --shard 2/2 --report shard-2.json
        ;;
    'pgmarch adopt '*)
        for name in "${names[@]}"; do
            printf 'CREATE SCHEMA %s CREATE TABLE schema_migrations (version bigint, dirty boolean);' "$name"
            printf 'INSERT INTO %s.schema_migrations VALUES (20240110090000, false);\n' "$name"
        done | psql -Xq -d "$database"
        ;;
    'pgmarch squash '*)
        pgmarch up --quiet -t targets
        rm migrations/20240105090000_users.*
        printf 'CREATE TABLE %s (id bigint PRIMARY KEY);\n' users orders >migrations/20240110090000_orders.up.sql
        ;;
    'pgmarch status '* | 'pgmarch history '* | 'pgmarch drift '* | 'pgmarch repair '*)
        pgmarch up --quiet -t targets
        ;;
    esac
}

failed=0
count=0
while IFS= read -r line; do
    count=$((count + 1))
    new_world
    status=0
    { prepare "$line" && (eval "$line"); } >"$work/got" 2>&1 </dev/null || status=$?
    if [ "$status" = 0 ]; then
        echo "ok      $line"
    else
        printf 'FAILED  %s: exit code %s\n' "$line" "$status"
        cat "$work/got"
        failed=1
    fi
done < <(sed -n 's/^    \(pgmarch [a-z].*\)/\1/p' "$document")
psql -Xq -c "DROP DATABASE $database" -c 'DROP DATABASE dev' -c 'DROP ROLE app'
[ "$count" -ge 15 ] || {
    echo "FAILED  only $count examples found in $document"
    failed=1
}
exit $failed
