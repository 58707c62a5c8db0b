#!/usr/bin/env bash
# What only a whole process can show: signals, closed and full outputs, what ps sees.
# Usage: program.sh PROGRAM (pgmarch, linked with the scripted run of tests/support/fake_run.c)
set -uo pipefail

program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset DATABASE_URL
failed=0

check() { # check NAME EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then
        echo "ok      $1"
    else
        echo "FAILED  $1: expected $2, got $3"
        failed=1
    fi
}

contains() { # contains FILE TEXT
    grep -qF -- "$2" "$1" && echo yes || echo no
}

# Waits until the file holds the text; the program is then inside the run.
await() {
    for _ in $(seq 200); do
        grep -qsF -- "$2" "$1" && return 0
        sleep 0.05
    done
    echo "FAILED  never seen in $1: $2"
    failed=1
}

stopped_by() { # stopped_by SIGNAL EXPECTED_CODE
    "$program" up -v -u fake://slow --report "$work/report.json" >"$work/out" 2>"$work/err" &
    local pid=$!
    await "$work/out" "connecting"
    kill -s "$1" "$pid"
    wait "$pid"
    check "f05_$1_exit_code" "$2" $?
    check "f05_$1_closing_sentence" yes "$(contains "$work/out" "1 target in 1.2 s: 1 cancelled")"
    check "f05_$1_is_announced" yes "$(contains "$work/err" "SIG$1: starting nothing new")"
    check "f17_$1_report_is_complete" "}" "$(tail -c 2 "$work/report.json" | head -c 1)"
    check "f17_$1_report_has_the_outcome" yes \
        "$(contains "$work/report.json" '"outcome": "cancelled"')"
    rm -f "$work/report.json"
}

stopped_by INT 130
stopped_by TERM 143

"$program" up -v -u "fake://slow" --only "user:s3cret@x://s3cret" --exclude password=s3cret \
    >"$work/out" 2>&1 &
pid=$!
await "$work/out" "connecting"
tr '\0' ' ' <"/proc/$pid/cmdline" >"$work/cmdline"
check f12_ps_shows_no_url no "$(contains "$work/cmdline" "slow")"
check f12_ps_shows_no_password no "$(contains "$work/cmdline" "://s3cret")"
check f12_ps_shows_no_password_keyword no "$(contains "$work/cmdline" "password=s3cret")"
check f12_ps_still_shows_the_command yes "$(contains "$work/cmdline" " up ")"
kill -s TERM "$pid"
wait "$pid"

"$program" up -u fake://one --report "$work/full.json" >/dev/full 2>"$work/err"
check f06_full_stdout_exit_code 1 $?
check f06_full_stdout_is_said yes "$(contains "$work/err" "cannot write to standard output")"
check f06_full_stdout_run_went_on yes "$(contains "$work/full.json" '"applied": 1')"

"$program" up -u fake://one >&- 2>"$work/err"
check f06_closed_stdout_exit_code 1 $?

{
    "$program" up -u fake://fleet/200 -v --report "$work/pipe.json" 2>"$work/err"
    echo $? >"$work/code"
} | true
check f06_broken_pipe_exit_code 1 "$(cat "$work/code")"
check f06_broken_pipe_run_went_on yes "$(contains "$work/pipe.json" '"tenant_0200"')"

"$program" up -u fake://one --report /dev/full >/dev/null 2>"$work/err"
check f06_full_report_exit_code 1 $?
check f06_full_report_is_said yes "$(contains "$work/err" "the report is missing")"

"$program" up -u fake://trio <&- >"$work/out" 2>"$work/err"
check production_closed_stdin_is_no_yes 2 $?

"$program" --help >/dev/full 2>/dev/null
check help_full_stdout_exit_code 1 $?

DATABASE_URL=fake://one "$program" up -q >"$work/out"
check database_url_is_enough "1 target in 1.2 s: 1 applied" "$(cat "$work/out")"

PGMARCH_YES=1 "$program" up -u fake://trio </dev/null >/dev/null 2>&1
check yes_is_not_taken_from_the_environment 2 $?

PGMARCH_JOBS=many "$program" help >/dev/null 2>&1
check help_works_in_any_environment 0 $?

"$program" help --man >"$work/man"
if command -v man >/dev/null; then
    check man_page_has_no_roff_warnings "" "$(man --warnings -l "$work/man" 2>&1 >/dev/null)"
fi

exit $failed
