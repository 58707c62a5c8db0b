#!/usr/bin/env bash
# What is a pipe where a file is expected holds nothing up: it is refused, or a signal ends the wait.
# Usage: pipes.sh PROGRAM
set -uo pipefail

# shellcheck source=tests/support/check.sh
. "${0%/*}/../support/check.sh"
program=$(readlink -f "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset "${!PGMARCH@}" "${!PG@}" DATABASE_URL NO_COLOR CI "${!GITHUB@}"
export HOME=$work/home PGSYSCONFDIR=$work/none
mkdir "$HOME" "$work/migrations" "$work/targets"
cd "$work" || exit 1
echo 'CREATE TABLE a (id int);' >migrations/1_a.up.sql
mkfifo pipe targets/t.conf
nowhere=postgresql://u@127.0.0.1:1/d

refused() { # refused NAME TEXT ARG...: exit code 2, the text said, nothing waited for
    local name=$1 text=$2
    shift 2
    timeout -s KILL 100 "$program" "$@" --connect-wait 0 >out 2>err </dev/null
    check "${name}_exit_code" 2 $?
    check "${name}_is_said" yes "$(grep -qF -- "$text" err && echo yes || cat err)"
}

what='service file "pipe" is a pipe and no file: name a file in PGSERVICEFILE'
PGSERVICE=shop PGSERVICEFILE=pipe refused service_of_the_environment "the URL: $what" up -u "$nowhere"
PGSERVICEFILE=pipe refused service_of_the_url "the URL: $what" up -u "$nowhere?service=shop"
printf '[one]\nservice = shop\n' >one.conf
PGSERVICEFILE=pipe refused service_of_a_target "one.conf:1: $what" up -t one.conf
PGSERVICEFILE=pipe refused service_of_a_target_seen_online "one.conf:1: $what" \
    validate --online -t one.conf
mkfifo "$HOME/.pg_service.conf"
refused service_file_at_home "service file \"$HOME/.pg_service.conf\" is a pipe" up -t one.conf
rm "$HOME/.pg_service.conf"

# libpq passes a password file by that is none.
PGPASSFILE=pipe timeout -s KILL 100 "$program" up -u "$nowhere" --connect-wait 0 >out 2>err
check password_file_holds_nothing_up 1 $?

# A pipe is a good target file, if somebody writes to it; until then a signal gets through.
for targets in pipe targets; do
    timeout -s TERM -k 60 1 "$program" up -t "$targets" >out 2>err </dev/null
    check "target_file_${targets}_is_left_at_a_signal" 124 $?
done

# Who presses TAB gets the shell back.
for targets in pipe targets; do
    timeout -s KILL 100 "$program" complete -- up -t "$targets" --only '' >out 2>err </dev/null
    status=$?
    check "completion_of_${targets}_ends" yes "$([ $status -ne 137 ] && echo yes)"
    check "completion_of_${targets}_offers_nothing" '' "$(cat out)"
done

# Reports go to pipes as well, also those that are written while the run goes on: if somebody reads.
for form in json ndjson; do
    timeout -s KILL 100 "$program" up -u "$nowhere" --connect-wait 0 --report "$form:pipe" >out 2>err </dev/null
    check "report_${form}_nobody_reads" 1 $?
    check "report_${form}_says_so" yes "$(grep -qF 'cannot write "pipe": nobody reads it' err && echo yes || cat err)"
done

mkfifo migrations/2_b.up.sql
refused migration '"2_b.up.sql" (not a file' up -u "$nowhere"
exit $failed
