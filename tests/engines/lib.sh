# shellcheck shell=bash disable=SC2154 # `root`, `work` and `given` are the script's that reads this
# A fleet for the tests of schedulers: databases on two clusters, migrations whose effect can be
# counted, and what psql says of them in the end.
#
# The caller sets `root` and `work`, calls make_fleet, marches, and calls expect_once.

fleet_databases=0 # on each cluster

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

say() {
    printf '== %s\n' "$*"
}

find_program() {
    if [ -z "$given" ]; then
        given=$root/build/engines/src/pgmarch
        { cmake --preset release -B "$root/build/engines" -S "$root" &&
            cmake --build "$root/build/engines" --parallel "$(nproc)"; } >"$work/build.log" 2>&1 || {
            cat "$work/build.log" >&2
            die "the program cannot be built"
        }
    fi
    pgmarch=$(readlink -f "$given")
    [ -x "$pgmarch" ] || die "no program at $given"
}

# sql PORT DATABASE TEXT
sql() {
    psql -XAtq -h 127.0.0.1 -p "$1" -U postgres -d "$2" -v ON_ERROR_STOP=1 -c "$3"
}

port_of() {
    sed -n 's/^PGPORT=//p' "$work/$1/env"
}

# Each is what a run that does something twice, or half, leaves a trace of: a second row, a row without
# its file's other one, a table that is there already.
write_migrations() {
    local dir=$work/migrations
    mkdir -p "$dir"
    echo "CREATE TABLE effect (n int NOT NULL); INSERT INTO effect VALUES (1);" >"$dir/1_effect.up.sql"
    echo "INSERT INTO effect VALUES (2); SELECT pg_sleep($1); INSERT INTO effect VALUES (2);" \
        >"$dir/2_slow.up.sql"
    printf '%s\n' '-- pgmarch: no-transaction' \
        'CREATE INDEX CONCURRENTLY effect_n ON effect (n);' >"$dir/3_index.up.sql"
    echo "INSERT INTO effect VALUES (4);" >"$dir/4_last.up.sql"
}

write_targets() {
    local cluster port i
    for cluster in a b; do
        port=$(port_of $cluster)
        for i in $(seq -w 1 "$1"); do
            printf '[%s_%s]\nhost = 127.0.0.1\nport = %s\nuser = postgres\ndbname = shop_%s\n\n' \
                $cluster "$i" "$port" "$i"
        done
    done >"$work/targets.conf"
}

# make_fleet DATABASES SLEEP: so many databases on each of two clusters; the second migration takes
# SLEEP seconds.
make_fleet() {
    local cluster i
    fleet_databases=$1
    for cluster in a b; do
        "$root/tests/support/cluster" start "$work/$cluster" --watch $$ >/dev/null
        for i in $(seq -w 1 "$1"); do
            echo "CREATE DATABASE shop_$i STRATEGY file_copy;"
        done | psql -XAtq -h 127.0.0.1 -p "$(port_of $cluster)" -U postgres -v ON_ERROR_STOP=1
    done
    write_migrations "$2"
    write_targets "$1"
}

# New databases of the same names, for the next drill.
empty_fleet() {
    local cluster i
    for cluster in a b; do
        for i in $(seq -w 1 "$fleet_databases"); do
            echo "DROP DATABASE shop_$i WITH (FORCE); CREATE DATABASE shop_$i STRATEGY file_copy;"
        done | psql -XAtq -h 127.0.0.1 -p "$(port_of $cluster)" -U postgres -v ON_ERROR_STOP=1
    done
}

# Every migration once, on every database, as psql sees it.
expect_once() {
    local wanted='1,2,2,4 4 t' cluster i found wrong=0
    for cluster in a b; do
        for i in $(seq -w 1 "$fleet_databases"); do
            found=$(sql "$(port_of $cluster)" "shop_$i" "SELECT string_agg(n::text, ',' ORDER BY n)
                || ' ' || (SELECT count(*) FROM schema_migrations) || ' ' || (SELECT indisvalid
                FROM pg_index WHERE indexrelid = 'effect_n'::regclass) FROM effect" 2>&1) || true
            [ "$found" = "${wanted/ t/ true}" ] || {
                printf 'shop_%s of cluster %s: %s\n' "$i" $cluster "$found"
                wrong=$((wrong + 1))
            }
        done
    done
    [ $wrong = 0 ] || die "$wrong of $((2 * fleet_databases)) databases are not as they should be"
}

# expect_merged FILE...: the reports make one, of the whole fleet, and all of it is done.
expect_merged() {
    local status=0
    "$pgmarch" report merge --format json "$@" >"$work/merged.json" || status=$?
    [ $status = 0 ] || die "report merge: exit code $status"
    python3 - "$work/merged.json" $((2 * fleet_databases)) <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
wanted = int(sys.argv[2])
counts = report["run"]["counts"]
done = counts["applied"] + counts["up-to-date"]
names = [target["name"] for target in report["targets"]]
assert done == wanted and len(names) == wanted and len(set(names)) == wanted, counts
PY
}

stop_fleet() {
    "$root/tests/support/cluster" stop "$work/a" || true
    "$root/tests/support/cluster" stop "$work/b" || true
}
