#!/usr/bin/env bash
# What only a whole process can show: signals, closed and full outputs, what ps sees.
# Usage: program.sh PROGRAM (pgmarch, linked with the scripted run of tests/support/fake_run.c)
set -uo pipefail
export LC_ALL=C.UTF-8 # signs are compared as they are

program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset "${!PGMARCH@}" DATABASE_URL NO_COLOR CI "${!GITHUB@}"
# shellcheck source=tests/support/check.sh
. "${0%/*}/../support/check.sh"

contains() { # contains FILE TEXT
    grep -qF -- "$2" "$1" && echo yes || echo no
}

# Waits until the file holds the text; the program is then inside the run.
# await FILE TEXT: what stood there before the program was started must not count: fresh_out() first.
await() {
    for _ in $(seq 1200); do
        grep -qsF -- "$2" "$1" && return 0
        sleep 0.05
    done
    echo "FAILED  never seen in $1: $2"
    failed=1
}

# The shell makes a new file only in the child, which may not have come to it when the first look is
# taken.
fresh_out() {
    rm -f "$work/out" "$work/err"
}

stopped_by() { # stopped_by SIGNAL EXPECTED_CODE
    fresh_out
    "$program" up -v -u fake://slow --report "$work/report.json" >"$work/out" 2>"$work/err" &
    local pid=$!
    await "$work/err" "connecting"
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

# A second time says more, a third time nothing: the first signal decides over the exit code.
fresh_out
"$program" up -v -u fake://stubborn >"$work/out" 2>"$work/err" &
pid=$!
await "$work/err" "connecting"
kill -s INT "$pid"
await "$work/err" "SIGINT: starting nothing new"
kill -s TERM "$pid"
await "$work/err" "SIGTERM: cancelling everything"
wait "$pid"
check f05_second_signal_exit_code 130 $?
check f05_second_signal_still_reports yes "$(contains "$work/out" "1 cancelled")"

stopped_by INT 130
stopped_by TERM 143

fresh_out
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

# Nobody hears how it goes on: that is no failure, the report is there.
"$program" up -u fake://one >"$work/out" 2>/dev/full
check f06_full_stderr_exit_code 0 $?
check f06_full_stderr_leaves_the_report "1 target in 1.2 s: 1 applied" "$(tail -n 1 "$work/out")"

# Where signs cannot be shown, letters stand for them; what a program reads keeps its own.
LC_ALL=C "$program" up --progress plain -u fake://one >"$work/out" 2>"$work/err"
check ascii_report "+ dev  applied  3 migrations     8 ms" "$(head -n 1 "$work/out")"
check ascii_progress yes "$(contains "$work/err" 'dev  + 20231107083000_create_orders')"
LC_ALL=C "$program" plan -u fake://hostile --format json >"$work/ascii" 2>/dev/null
"$program" plan -u fake://hostile --format json >"$work/out" 2>/dev/null
check json_is_the_same_in_every_locale "" "$(cmp "$work/ascii" "$work/out" 2>&1)"

# In one log each warning is said once; a report by itself has it too.
"$program" up --yes -u fake://trio >"$work/out" 2>&1
check one_log_says_a_warning_once 1 "$(grep -cF 'is applied, and there is no file of it' "$work/out")"
"$program" up --yes -u fake://trio >"$work/out" 2>"$work/err"
check a_report_by_itself_has_its_warnings 1 \
    "$(grep -cF 'is applied, and there is no file of it' "$work/out")"

exec {gone}> >(true)
wait $! # who would have read it has gone
"$program" up -u fake://fleet/200 -v --report "$work/pipe.json" 1>&"$gone" 2>"$work/err"
check f06_broken_pipe_exit_code 1 $?
exec {gone}>&-
check f06_broken_pipe_run_went_on yes "$(contains "$work/pipe.json" '"tenant_0200"')"

"$program" up -u fake://one --report /dev/full >/dev/null 2>"$work/err"
check f06_full_report_exit_code 1 $?
check f06_full_report_is_said yes "$(contains "$work/err" "the report is missing")"

# Where the report goes: nothing that somebody put there is followed, and nothing waits for ever.
mkdir "$work/shared"
report() { timeout 300 "$program" up -u fake://one --report "$1" >/dev/null 2>"$work/err"; }
left_over() { find "$work/shared" -name '.pgmarch*' | wc -l; }
report "$work/shared/r.json"
check report_new_file_has_the_rights_of_new_files 644 "$(umask 022 && stat -c %a "$work/shared/r.json")"
chmod 600 "$work/shared/r.json"
report "$work/shared/r.json"
check report_keeps_the_rights_of_the_old_one 600 "$(stat -c %a "$work/shared/r.json")"
echo mine >"$work/mine"
ln -s "$work/mine" "$work/shared/link.json"
report "$work/shared/link.json"
check report_link_is_replaced "0 regular file" "$? $(stat -c %F "$work/shared/link.json")"
check report_link_is_not_followed mine "$(cat "$work/mine")"
mkfifo "$work/shared/pipe"
report "$work/shared/pipe"
check report_pipe_without_a_reader_exit_code 1 $?
check report_pipe_without_a_reader_is_said yes "$(contains "$work/err" 'nobody reads it')"
exec {pipe}<>"$work/shared/pipe" # the other end is there before the program looks for it
timeout 300 cat "$work/shared/pipe" >"$work/read" {pipe}>&- &
pid=$!
report "$work/shared/pipe"
check report_pipe_exit_code 0 $?
for _ in {1..300}; do # what nobody has read when the last end closes is gone
    [ -s "$work/read" ] && break
    sleep 0.1
done
exec {pipe}>&-
wait "$pid"
check report_pipe_is_complete yes "$(contains "$work/read" '"applied": 1')"
timeout 300 sleep 280 0<>"$work/shared/pipe" &
pid=$!
timeout 300 "$program" up -u fake://fleet/2000 --report "$work/shared/pipe" >/dev/null 2>"$work/err"
check report_pipe_that_takes_nothing_exit_code 1 $?
kill "$pid"
"$program" up -q -u fake://one --report /dev/stdout >"$work/both" 2>"$work/err"
check report_stdout_file_exit_code 0 $?
check report_stdout_file_has_the_text yes "$(contains "$work/both" '1 target in')"
check report_stdout_file_has_the_json yes "$(contains "$work/both" '"applied": 1')"
"$program" up -q -u fake://one --report >(cat >"$work/sub") >/dev/null 2>&1
check report_to_a_command_exit_code 0 $?
report "$work/shared"
check report_folder_is_a_usage_error 2 $?
check report_leaves_nothing_else 0 "$(left_over)"

"$program" up -u fake://trio <&- >"$work/out" 2>"$work/err"
check production_closed_stdin_is_no_yes 2 $?

"$program" --help >/dev/full 2>/dev/null
check help_full_stdout_exit_code 1 $?

DATABASE_URL=fake://one "$program" up -q >"$work/out"
check database_url_is_enough "1 target in 1.2 s: 1 applied" "$(cat "$work/out")"

"$program" up -u fake://environment >/dev/null 2>"$work/err"
check a_fleet_looks_up_sixteen_names_at_once yes \
    "$(contains "$work/err" 'look-ups have 16 threads')"
UV_THREADPOOL_SIZE=3 "$program" up -u fake://environment >/dev/null 2>"$work/err"
check a_thread_pool_that_is_set_stands yes "$(contains "$work/err" 'look-ups have 3 threads')"

PGMARCH_DRYRUN=1 "$program" up -u fake://one >"$work/out" 2>"$work/err"
check misspelt_variable_exit_code 2 $?
check misspelt_variable_runs_nothing "" "$(cat "$work/out")"
check misspelt_variable_is_named yes "$(contains "$work/err" 'did you mean "PGMARCH_DRY_RUN"?')"
PGMARCH_TO=9 "$program" status -u fake://one >/dev/null 2>&1
check variable_of_another_command_is_let_be 0 $?
PGMARCH_DRYRUN=1 "$program" --version >/dev/null 2>&1
check version_works_in_any_environment 0 $?

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
check validate_online_says_who_has_parsed yes \
    "$(contains "$work/out" '4 files parsed by PostgreSQL 15 (dev), 1 by 17 (staging)')"
validate online_names_a_syntax_error 1 --online -u fake://typo
check validate_syntax_error_is_clicked yes \
    "$(contains "$work/out" 'create_orders.up.sql:14:8  syntax-error')"
check validate_syntax_error_has_its_code yes \
    "$(contains "$work/out" '42601: syntax error at or near "TABEL"')"
check validate_syntax_error_names_who_was_asked yes "$(contains "$work/out" 'target: dev')"
validate online_syntax_error_as_json 1 --online -u fake://typo --format json
check validate_syntax_error_in_json yes "$(contains "$work/out" '"column": 8')"
check validate_sqlstate_in_json yes "$(contains "$work/out" '"sqlstate": "42601"')"
check validate_parsed_by_in_json yes "$(contains "$work/out" '"parsed_by": [')"
validate online_unreached_targets_are_errors 1 --online -u fake://fleet/300
check validate_online_unreached yes "$(contains "$work/out" 'target-unread')"
validate online_wrong_target_file_is_a_usage_error 2 --online -u fake://wrong
echo "ALTER TYPE m ADD VALUE 'x'; SELECT 'x'::m;" >"$work/files/3_c.up.sql"
validate a_file_that_fails_for_certain 1 --online -u fake://trio
check validate_certain_failure yes "$(contains "$work/out" '3_c.up.sql:1  enum-value-used')"
check validate_certain_failure_does_not_hide_the_ledgers yes \
    "$(contains "$work/out" ', 3 targets')"
echo 'CREATE INDEX ON a (id); ALTER TABLE a ADD b int UNIQUE;' >"$work/files/3_c.up.sql"
printf 'CREATE INDEX ON a (id);\nCREATE INDEX ON a (b);\n' >"$work/files/4_d.up.sql"
validate what_an_earlier_file_makes_may_be_old 0
check validate_says_where_it_matters yes \
    "$(contains "$work/out" 'an earlier file makes it: this matters where that one is applied')"
check validate_notes_of_a_code_are_one_line yes "$(contains "$work/out" '4 no-down-file: 1_a, 2_b')"
rm "$work/files/3_c.up.sql" "$work/files/4_d.up.sql"
validate takes_no_operand 2 1_a

# What is history: the files are 1_a and 2_b, of which the second drops a table.
validate since_leaves_out 0 --since 3 --strict
check validate_since_says_so yes \
    "$(contains "$work/out" 'nothing found; left out: 1 warning of migrations before 3')"
validate since_the_newest_tells_it 1 --since 2_b --strict
check validate_since_warns yes "$(contains "$work/out" '2_b.up.sql:1  drop-breaks-clients')"
PGMARCH_SINCE=3 validate since_by_environment 0 --strict
PGMARCH_SINCE=3 validate since_of_the_command_line_wins 1 --since 1 --strict
validate since_what_is_no_version_is_a_usage_error 2 --since 2_c
check validate_since_names_the_nearest yes \
    "$(contains "$work/err" 'pgmarch: --since: no migration "2_c"; did you mean "2_b"?')"
validate since_what_runs_nothing_says_nothing 2 --since 20240101
check validate_since_prints_no_report "" "$(cat "$work/out")"
echo 'since = 3' >"$work/files/pgmarch.conf"
validate since_by_the_folder 0 --strict
validate since_0_undoes_the_folder 1 --since 0 --strict
echo 'allow.drop-breaks-clients = 2_*' >"$work/files/pgmarch.conf"
validate allowed_by_the_folder 0 --strict
check validate_allowed_says_so yes \
    "$(contains "$work/out" '2 notes; left out: 1 warning that pgmarch.conf allows')"
validate quiet_says_what_is_left_out 0 -q
check validate_quiet_left_out '2 notes; left out: 1 warning that pgmarch.conf allows' \
    "$(cat "$work/out")"
echo 'allow.drop-break-clients = 2' >"$work/files/pgmarch.conf"
validate a_mistake_in_the_folder_fails_when_strict 1 --strict
check validate_names_the_line yes "$(contains "$work/out" 'pgmarch.conf:1  unknown-code')"
check validate_names_the_nearest_code yes "$(contains "$work/out" 'did you mean "drop-breaks-clients"?')"
rm "$work/files/pgmarch.conf"
validate pending_needs_online 2 --pending
check validate_pending_says_so "pgmarch: --pending needs --online: what is pending only the targets' \
ledgers say" "$(cat "$work/err")"
validate pending_needs_targets 2 --pending --online
validate pending_reads_the_targets 0 --pending --online -u fake://one
check validate_pending_left_out yes \
    "$(contains "$work/out" 'left out: 1 warning of migrations that are pending on no target')"
"$program" validate -d "$work/files" >/dev/full 2>"$work/err"
check validate_full_stdout 1 $?

exit $failed
