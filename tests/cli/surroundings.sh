#!/usr/bin/env bash
# surroundings.sh PROGRAM LIBRARY CLUSTER_ENV ROOT: what a machine may lack, and what is said of it. libraries that
# are missing are start.sh's, a clock that nobody has set is test_create's.
set -uo pipefail
program=$1
library=$2
root=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset "${!PGMARCH@}" "${!PG@}" DATABASE_URL NO_COLOR CI "${!GITHUB@}"
# shellcheck source=/dev/null
port=$(. "$3" && echo "$PGPORT")
# shellcheck source=tests/support/check.sh
. "${0%/*}/../support/check.sh"

says() { grep -cF -- "$1" "$work/out"; }

# ---- glibc: the newest version that any symbol is asked of is the one that is stated ----

newest() {
    objdump -T "$1" | grep -oE '\(?GLIBC_[0-9.]+' | tr -d '(' | sort -uV | tail -n 1
}
stated=$(sed -n 's/.*Linux with \*\*glibc \([0-9.]*\)\*\*.*/\1/p' "$root/docs/users/install.md")
check the_program_needs_the_stated_glibc "GLIBC_$stated" "$(newest "$program")"
check the_library_needs_no_newer_one "GLIBC_$stated" "$(printf '%s\n' "GLIBC_$stated" "$(newest "$library")" | sort -V | tail -n 1)"

# ---- HOME ----

mkdir "$work/migrations"
echo 'CREATE TABLE a (b int);' >"$work/migrations/20240101000000_a.up.sql"
status() { # status HOME URL...
    HOME=$1 "$program" status -u "$2" -d "$work/migrations" --connect-wait 0 >"$work/out" 2>&1
    echo $?
}
server=postgresql://postgres@127.0.0.1:$port/postgres
check a_home_that_is_missing 0 "$(status "$work/nowhere" "$server")"
check nobody_makes_it no "$([ -e "$work/nowhere" ] && echo yes || echo no)"
check a_home_that_takes_nothing 0 "$(status /proc "$server")"
check no_home 0 "$(env -u HOME "$program" status -u "$server" -d "$work/migrations" >"$work/out" 2>&1; echo $?)"
mkdir "$work/home"
check a_home_of_ones_own 0 "$(status "$work/home" "$server")"
check nothing_is_written_there '' "$(ls -A "$work/home")"

# ---- whom to trust ----

check no_authorities 1 "$(status "$work/nowhere" "$server?sslmode=verify-full")"
check the_file_that_is_missing_is_named 1 \
    "$(says "root certificate file \"$work/nowhere/.postgresql/root.crt\" does not exist")"
check what_to_do_is_said 1 "$(says 'set sslrootcert to a file that exists')"

# ---- a locale that is no UTF-8, or is not there at all ----

for locale in C xx_YY.UTF-8; do
    LC_ALL=$locale "$program" status -u "$server" -d "$work/migrations" >"$work/out" 2>&1
    check "signs_are_ascii_in_$locale" 0 "$(LC_ALL=C grep -c '[^ -~]' "$work/out")"
done
exit $failed
