# shellcheck shell=bash disable=SC2154 # `root`, `work` and `given` are the script's that reads this
# A fleet for the tests of schedulers: databases on two clusters, migrations whose effect can be
# counted, and what psql says of them in the end.
#
# The caller sets `root` and `work`, calls make_fleet, marches, and calls expect_once.

fleet_databases=0 # on each cluster
# Debian's psql is a script before the real one, which starts three times as quickly.
PATH=$(pg_config --bindir):$PATH

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

# Below those that the system gives away.
free_port() {
    local port
    for _ in $(seq 50); do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    printf '%s\n' "$port"
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

# on_each CLUSTER TEXT [psql's options]: TEXT in each of the cluster's databases, one after the other
on_each() {
    local cluster=$1 text=$2 i
    shift 2
    for i in $(seq -w 1 "$fleet_databases"); do
        printf '\\c shop_%s\n%s\n' "$i" "$text"
    done | PGSSLMODE=disable PGOPTIONS='-c client_min_messages=warning' psql -XAtq -h 127.0.0.1 \
        -p "$(port_of "$cluster")" -U postgres "$@"
}

# The databases as they were, for the next drill. To drop and make 400 databases took four minutes: each
# has 300 files.
empty_fleet() {
    local cluster
    for cluster in a b; do
        on_each $cluster "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid();
            DROP SCHEMA public CASCADE; CREATE SCHEMA public;" -v ON_ERROR_STOP=1 >/dev/null
    done
}

# Every migration once, on every database, as psql sees it. The rows of all ledgers stay in $work/ledgers.
expect_once() {
    local cluster i
    for cluster in a b; do
        for i in $(seq -w 1 "$fleet_databases"); do
            printf '%s shop_%s 1,2,2,4 4 true\n' $cluster "$i"
        done
    done >"$work/wanted"
    for cluster in a b; do
        on_each $cluster "SELECT '$cluster ' || current_database() || ' '
            || string_agg(n::text, ',' ORDER BY n) || ' ' || (SELECT count(*) FROM schema_migrations)
            || ' ' || (SELECT indisvalid FROM pg_index WHERE indexrelid = 'effect_n'::regclass)
            FROM effect;
            SELECT 'ledger', replace(current_database(), 'shop', '$cluster'), version, run_id
            FROM schema_migrations;"
    done >"$work/seen" 2>&1
    sed -n 's/^ledger|//p' "$work/seen" >"$work/ledgers"
    sed '/^ledger|/d' "$work/seen" >"$work/found"
    diff "$work/wanted" "$work/found" >"$work/wrong" || {
        head -n 40 "$work/wrong" >&2
        die "not every one of $((2 * fleet_databases)) databases is as it should be"
    }
}

# expect_merged all|some FILE...: the reports make one, of the whole fleet, and all of it is done; and
# what each run says to have applied is what has its id in the ledgers that expect_once has read. `some`:
# other runs did a part, of which no report is among these (a killed one, the canary). Prints the merged
# report's last line.
expect_merged() {
    local whole=$1 status=0
    shift
    "$pgmarch" report merge --report "$work/merged.json" "$@" >"$work/merged.txt" || status=$?
    [ $status = 0 ] || die "report merge: exit code $status"
    /usr/bin/python3 "$root/tests/engines/told.py" "$work/ledgers" $((2 * fleet_databases)) "$whole" \
        "$work/merged.json" "$@" || die "the reports are not true"
    tail -n 1 "$work/merged.txt"
}

# second_of CLUSTER: its second target, which is no canary
second_of() {
    printf '%s_%s\n' "$1" "$(seq -w 1 "$fleet_databases" | sed -n 2p)"
}

# in_shard NAME FILE...: the one report of these that has the target
in_shard() {
    local name=$1
    shift
    grep -l "\"name\": \?\"$name\"" "$@"
}

# wait_in_flight TARGET [FILE]: until its slow migration is under way, a minute at most; the server itself
# looks, so that nothing is missed once FILE is there.
wait_in_flight() {
    psql -XAtq -h 127.0.0.1 -p "$(port_of "${1%%_*}")" -U postgres -v ON_ERROR_STOP=1 <<SQL
SET statement_timeout = '60s';
\! touch ${2:-/dev/null}
DO \$\$ BEGIN
    WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = 'shop_${1#*_}'
        AND wait_event = 'PgSleep' AND application_name LIKE 'pgmarch/%') LOOP
        PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
    END LOOP;
END \$\$;
SQL
}

# kill_in_flight TARGET PID: kills the process in the middle of TARGET's slow migration.
kill_in_flight() {
    wait_in_flight "$1" "$work/watching"
    kill -KILL "$2"
    touch "$work/killed"
}

# write_program TARGET ARGUMENTS: a pgmarch in $work/bin that is killed so, the first time that its
# arguments are like the pattern ARGUMENTS.
write_program() {
    mkdir -p "$work/bin"
    {
        printf '#!/bin/bash\nset -e\nwork=%q\n' "$work"
        declare -f port_of wait_in_flight kill_in_flight
        cat <<PROGRAM
if [[ "\$*" = $2 ]] && mkdir "\$work/once" 2>/dev/null; then
    (kill_in_flight $1 \$\$) </dev/null >"\$work/killer.log" 2>&1 &
    timeout 300 bash -c "until [ -e \$work/watching ]; do sleep 0.05; done"
fi
exec $pgmarch "\$@"
PROGRAM
    } >"$work/bin/pgmarch"
    chmod +x "$work/bin/pgmarch"
}

# write_archive FOLDER: what packaging/portable makes, as far as the files of deploy/ care; its program is the one that
# is in $work/bin when it is called.
write_archive() {
    local version name
    version=$(sed -n 's/^project(pgmarch VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
    name=pgmarch-$version-linux-x64
    mkdir -p "$work/archive/$name/bin" "$1"
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$work/bin/pgmarch" >"$work/archive/$name/bin/pgmarch"
    chmod +x "$work/archive/$name/bin/pgmarch"
    tar -C "$work/archive" -czf "$1/$name.tar.gz" "$name"
}

expect_killed() {
    [ -e "$work/killed" ] || {
        cat "$work/killer.log" >&2
        die "nothing was killed"
    }
}

# leave_fleet: stops it, keeps what KEEP asks for, and removes the rest.
leave_fleet() {
    local kept
    "$root/tests/support/cluster" stop "$work/a" || true
    "$root/tests/support/cluster" stop "$work/b" || true
    if [ -n "${KEEP:-}" ]; then
        kept=$KEEP/${0##*/}
        mkdir -p "$kept"
        (cd "$work" && find . \( -path ./a -o -path ./b -o -path ./slurm \) -prune -o -size -50M \
            \( -name '*.json' -o -name '*.txt' -o -name '*log' \) -exec cp --parents -t "$kept" {} +)
    fi
    rm -rf "$work"
}
