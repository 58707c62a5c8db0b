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

validate() { # validate NAME EXPECTED_CODE ARG...
    local name=$1 expected=$2
    shift 2
    "$program" validate -d "$work/files" "$@" >"$work/out" 2>"$work/err"
    check "validate_$name" "$expected" $?
}

mkdir "$work/files"
validate empty_folder_is_a_usage_error 2
echo 'CREATE TABLE a (id int);' >"$work/files/1_a.up.sql"
validate clean_is_0 0 --strict
check validate_clean_says_so yes "$(contains "$work/out" '1 migration, 0 with a way down')"
check validate_notes_are_one_line yes "$(contains "$work/out" '1 no-down-file: 1_a')"
echo 'DROP TABLE b;' >"$work/files/2_b.up.sql"
validate warnings_are_0 0
check validate_file_line_and_code yes \
    "$(contains "$work/out" "$work/files/2_b.up.sql:1  drop-breaks-clients")"
check validate_warning_says_what_to_do yes "$(contains "$work/out" '→ first release programs')"
check validate_closing yes "$(contains "$work/out" '1 warning, 2 notes')"
validate warnings_are_1_when_strict 1 --strict
PGMARCH_STRICT=1 validate strict_by_environment 1
validate no_warnings_are_none 0 --strict --no-warnings
check validate_nothing_found yes "$(contains "$work/out" 'nothing found')"
echo 'COMMIT;' >"$work/files/3_c.up.sql"
echo '\connect x' >"$work/files/4_d.up.sql"
validate errors_are_1 1
check validate_every_bad_file yes "$(contains "$work/out" '2 errors, 1 warning')"
validate quiet_is_errors_and_the_closing_line 1 -q
check validate_quiet_names_errors yes "$(contains "$work/out" 'files/3_c.up.sql:1  file-refused')"
check validate_quiet_names_no_warning no "$(contains "$work/out" '2_b')"
validate json 1 --format json --report "$work/validate.json"
check validate_json_on_stdout yes "$(contains "$work/out" '"code": "drop-breaks-clients"')"
check validate_json_in_the_file "" "$(cmp "$work/out" "$work/validate.json" 2>&1)"
validate online_is_left_out_after_errors 1 --online -u fake://one
check validate_online_left_out yes "$(contains "$work/out" 'no ledger was read')"
validate online_without_a_target_is_a_usage_error 2 --online
rm "$work/files/3_c.up.sql" "$work/files/4_d.up.sql"
validate online_reads_the_targets 0 --online -u fake://trio
check validate_online_counts_targets yes "$(contains "$work/out" ', 3 targets')"
check validate_online_names_the_target yes "$(contains "$work/out" 'target: staging')"
validate online_unreached_targets_are_errors 1 --online -u fake://fleet/300
check validate_online_unreached yes "$(contains "$work/out" 'target-unread')"
validate online_wrong_target_file_is_a_usage_error 2 --online -u fake://wrong
validate takes_no_operand 2 1_a
"$program" validate -d "$work/files" >/dev/full 2>"$work/err"
check validate_full_stdout 1 $?

"$program" help --man >"$work/man"
if command -v man >/dev/null; then
    check man_page_has_no_roff_warnings "" "$(man --warnings -l "$work/man" 2>&1 >/dev/null)"
fi

exit $failed
