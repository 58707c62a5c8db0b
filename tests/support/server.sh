# shellcheck shell=bash disable=SC2154 # `self` is the script that reads this
# Shared by `cluster` and `bouncer`: a server in the background that never outlives its user.
#
# DIR is the caller's folder. DIR/home holds the path of the folder the server itself works in:
# DIR/server, or one under /tmp when the server's user cannot reach DIR or when its name is too long
# for a Unix socket.

MARKER=.pgmarch-server # only a folder with this file in it is ever removed

die() {
    printf '%s: %s\n' "${self##*/}" "$*" >&2
    exit 1
}

# PostgreSQL and PgBouncer refuse to run as root.
as_server() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
    else
        "$@"
    fi
}

absolute() {
    case $1 in
    /*) printf '%s\n' "$1" ;;
    *) printf '%s/%s\n' "$PWD" "$1" ;;
    esac
}

# When the process was started: tells a process from a later one of the same number.
started_at() {
    local line
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    # The name in parentheses may hold spaces; behind it the field of proc(5) is number 22 - 2.
    # shellcheck disable=SC2086
    set -- ${line##*) }
    printf '%s\n' "${20}"
}

# is_same PID STARTED_AT; a zombie counts as gone.
is_same() {
    [ -n "$1" ] && [ "$(started_at "$1")" = "$2" ] && ! grep -q '^State:.*Z' "/proc/$1/status"
} 2>/dev/null

# wait_gone PID STARTED_AT SECONDS
wait_gone() {
    local left=$(($3 * 20))
    while is_same "$1" "$2"; do
        [ $((left--)) -gt 0 ] || return 1
        sleep 0.05
    done
}

# A port below the ephemeral range, so that no client socket sits on it by chance.
free_port() {
    local port tries=50
    while [ $((tries--)) -gt 0 ]; do
        port=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            printf '%s\n' "$port"
            return
        fi
    done
    die "no free port found"
}

accepts() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Makes DIR and the server's own folder; prints the latter.
make_home() {
    local dir=$1 home=$1/server
    if [ -e "$dir" ] && [ ! -e "$dir/$MARKER" ] && [ -n "$(ls -A "$dir")" ]; then
        die "\"$dir\" is not empty and not ours: choose another folder"
    fi
    rm -rf "$dir"
    mkdir -p "$dir" "$home"
    touch "$dir/$MARKER"
    if [ "$(id -u)" = 0 ]; then
        chown postgres:postgres "$home"
    fi
    if [ ${#home} -gt 80 ] || ! as_server test -w "$home"; then
        rmdir "$home"
        home=$(as_server mktemp -d /tmp/pgmarch-server.XXXXXX)
    fi
    printf '%s\n' "$home" >"$dir/home"
    printf '%s\n' "$home"
}

home_of() {
    [ -e "$1/$MARKER" ] && cat "$1/home" 2>/dev/null
}

# Keeps the log, removes everything else of the server.
drop_home() {
    local dir=$1 home=$2
    if [ -d "$dir" ] && [ -e "$home/log" ]; then
        cp "$home/log" "$dir/log.stopped"
    fi
    rm -rf "$home"
    rm -f "$dir/env" "$dir/server.id"
}

# start_watcher DIR SERVER_PID [WATCHED_PID]: a process that stops the server as soon as the watched
# process or DIR is gone, however that came about. Own session: Ctrl-C must not reach it first.
start_watcher() {
    local dir=$1 pid=$2 watched=${3:-} watched_start=''
    local pid_start
    pid_start=$(started_at "$pid") || die "the server ended right after its start: see $dir"
    if [ -n "$watched" ]; then
        watched_start=$(started_at "$watched") || watched_start=gone
    fi
    printf '%s %s\n' "$pid" "$pid_start" >"$dir/server.id"
    # No descriptor may be inherited: a test runner waits until its pipes are closed.
    setsid bash "$self" watch "$dir" "$pid" "$pid_start" "$(home_of "$dir")" "$watched" \
        "$watched_start" </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    printf '%s %s\n' "$!" "$(started_at $!)" >"$dir/watcher.id"
}

# watch DIR SERVER_PID SERVER_START HOME WATCHED_PID WATCHED_START
watch() {
    local dir=$1 pid=$2 pid_start=$3 home=$4 watched=$5 watched_start=$6
    while is_same "$pid" "$pid_start"; do
        if [ ! -e "$dir/$MARKER" ]; then
            kill -QUIT "$pid" 2>/dev/null || true
            wait_gone "$pid" "$pid_start" 10 || kill -KILL "$pid" 2>/dev/null || true
            rm -rf "$home"
            return
        fi
        if [ -n "$watched" ] && ! is_same "$watched" "$watched_start"; then
            stop "$dir"
            return
        fi
        sleep 0.3
    done
    # A restart puts a new server in place; its own watcher takes over.
}

stop_watcher() {
    local pid start
    read -r pid start 2>/dev/null <"$1/watcher.id" || return 0
    if [ "$pid" != $$ ] && is_same "$pid" "$start"; then
        kill -- "-$pid" 2>/dev/null || true
        wait_gone "$pid" "$start" 5 || true
    fi
    rm -f "$1/watcher.id"
}

# stop_process DIR GENTLE HARD: the two signals are tried one after the other.
stop_process() {
    local pid start
    read -r pid start 2>/dev/null <"$1/server.id" || return 0
    is_same "$pid" "$start" || return 0
    kill "-$2" "$pid" 2>/dev/null || true
    wait_gone "$pid" "$start" 10 && return
    kill "-$3" "$pid" 2>/dev/null || true
    wait_gone "$pid" "$start" 10 || die "process $pid does not end"
}
