#!/usr/bin/env bash
# What somebody sees who runs the program by hand: a terminal (tmux) with a shell that has jobs.
# Usage: screen.sh PROGRAM (pgmarch, linked with the scripted run of tests/support/fake_run.c)
set -uo pipefail
export LC_ALL=C.UTF-8

program=$(readlink -f "$1")
work=$(mktemp -d)
socket=$work/tmux
unset "${!PGMARCH@}" DATABASE_URL NO_COLOR TMUX CI "${!GITHUB@}"
# shellcheck source=tests/support/check.sh
. "${0%/*}/../support/check.sh"

tm() { tmux -S "$socket" -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null; rm -rf "$work"' EXIT

screen() { tm capture-pane -p -t "$1:"; }
cursor() { tm display -p -t "$1:" '#{cursor_flag}'; }
keys() { # keys SESSION KEY...
    local session=$1
    shift
    tm send-keys -t "$session:" "$@"
}

has() { # has SESSION TEXT
    screen "$1" | grep -qF -- "$2" && echo yes || echo no
}

# Waits until the screen shows the text.
await() { # await SESSION TEXT
    for _ in $(seq 1200); do
        [ "$(has "$1" "$2")" = yes ] && return 0
        sleep 0.1
    done
    echo "FAILED  never seen: $2"
    screen "$1"
    failed=1
}

# Does the last line that is not empty match? Looked at more than once: a terminal shows a frame while it is drawn.
ends_in() { # ends_in SESSION PATTERN
    for _ in $(seq 600); do
        screen "$1" | grep -v '^$' | tail -n 1 | grep -q "$2" && echo yes && return 0
        sleep 0.1
    done
    echo no
}

# A shell with jobs, and a prompt that nothing else looks like.
open_terminal() { # open_terminal SESSION COLUMNS ROWS
    tm new-session -d -s "$1" -x "$2" -y "$3" "env PS1='at:prompt\$ ' PATH='$work:$PATH' bash --norc -i"
    await "$1" 'at:prompt$'
}

run() { # run SESSION LINE: on an empty screen
    keys "$1" "clear; $2" Enter
}
ln -s "$program" "$work/pgmarch"

# Left at once where it does not end: looked at last, because that takes a while.
open_terminal stuck 60 14
run stuck "pgmarch up -u fake://stuck; echo code \$?"
await stuck '1 running'
keys stuck C-c
await stuck 'stopping, still awaited: 1 target'
keys stuck C-c

# ---- the block, ^Z, fg, another size, the end ----
open_terminal main 80 24
mkdir "$work/go"
run main "FAKE_HOLD=20,48,68,199 FAKE_GO='$work/go' pgmarch up -u fake://fleet/200"
await main ' of 200 done, '
check the_block_is_at_the_bottom yes "$(ends_in main '^up: .* waiting, ')"
check the_cursor_is_there_while_it_runs 1 "$(cursor main)"
await main 'tenant_0014  ✗ failed at'
keys main C-z
await main 'Stopped'
check stopped_has_a_cursor 1 "$(cursor main)"
check stopped_leaves_no_block no "$(has main ' of 200 done, ')"
check stopped_keeps_what_scrolled yes "$(has main 'tenant_0004  ✗ failed at')"
tm resize-window -t main: -x 50 -y 16
keys main fg Enter
await main ' of 200 done, '
check fg_has_a_cursor 1 "$(cursor main)"
touch "$work/go/20"
await main 'tenant_0044  ✗ failed at'
await main ' of 200 done, '
check there_is_one_block 1 "$(screen main | grep -c ' of 200 done, ')"
tm resize-window -t main: -x 40 -y 12
touch "$work/go/48"
await main 'tenant_0064  ✗ failed at'
await main ' of 200 done'
check a_narrower_terminal_has_one_block 1 "$(screen main | grep -c ' of 200 done')"
tm resize-window -t main: -x 100 -y 30
touch "$work/go/68" "$work/go/199"
await main 'targets in 1.2 s: '
await main 'at:prompt$'
check the_end_has_a_cursor 1 "$(cursor main)"
check the_end_leaves_no_block no "$(has main ' of 200 done')"
tm kill-session -t main:

# ---- ^C: what is awaited, and what a second one does ----
open_terminal stop 60 14
run stop "pgmarch up -u fake://stubborn; echo code \$?"
await stop '1 running'
keys stop C-c
await stop 'stopping, still awaited: 1 target'
check once_more_is_explained yes "$(has stop 'once more to cancel what cannot be rolled back too')"
check once_is_announced yes "$(has stop 'pgmarch: SIGINT: starting nothing new')"
keys stop C-c
await stop 'code 130'
check twice_is_announced yes "$(has stop 'pgmarch: SIGINT: cancelling everything')"
check twice_has_a_report yes "$(has stop '1 target in 1.2 s: 1 cancelled')"
check twice_leaves_no_block no "$(has stop 'still awaited')"
check twice_has_a_cursor 1 "$(cursor stop)"

# ---- killed: nothing is left to be put right ----
run stop "pgmarch up -u fake://slow"
await stop '1 running'
keys stop C-z
await stop 'Stopped'
keys stop 'kill -9 %1; fg' Enter
await stop 'Killed'
check killed_has_a_cursor 1 "$(cursor stop)"

# ---- in the background the terminal is the shell's ----
run stop "FAKE_PAUSE_MS=20 pgmarch up -u fake://fleet/60 2>&1 &"
await stop 'targets in 1.2 s: '
check the_background_has_no_block no "$(has stop ' of 60 done')"

# ---- where there is none ----
lines_only() { # lines_only NAME LINE
    run stop "$2; echo all of it"
    await stop 'all of it'
    check "${1}_has_lines" yes "$(has stop 'dev  ✓ 20240110090000_orders_by_customer')"
    check "${1}_has_no_block" no "$(has stop ' of 1 done')"
}
lines_only plain 'FAKE_PAUSE_MS=300 pgmarch up -u fake://one --progress plain'
lines_only dumb 'FAKE_PAUSE_MS=300 TERM=dumb pgmarch up -u fake://one'
lines_only ci 'FAKE_PAUSE_MS=300 CI=true pgmarch up -u fake://one'
run stop 'FAKE_PAUSE_MS=300 LC_ALL=C pgmarch up -u fake://one; echo all of it'
await stop 'all of it'
check ascii_report yes "$(has stop '+ dev  applied  3 migrations')"
run stop 'FAKE_PAUSE_MS=300 pgmarch up -q -u fake://one; echo all of it'
await stop 'all of it'
check quiet_shows_the_sentence_alone '1 target in 1.2 s: 1 applied' "$(screen stop | grep -v -e prompt -e '^all' -e '^$')"

# ---- left at once ----
await stuck 'code 130'
check leaving_is_said yes "$(has stuck 'the run does not end, and is left as it is')"
check leaving_leaves_no_block no "$(has stuck 'still awaited')"
check leaving_has_a_cursor 1 "$(cursor stuck)"

exit $failed
