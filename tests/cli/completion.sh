#!/usr/bin/env bash
# completion.sh PROGRAM ROOT: the completions of bash (without and with its framework), zsh and fish, each
# asked in its own shell what it would offer.
# shellcheck disable=SC2016,SC2317 # texts for other shells; functions that are called by their names
set -euo pipefail
program=$1
root=$2
work=$(mktemp -d)
home=$(mktemp -d)
trap 'rm -rf "$work" "$home"' EXIT
failed=0

mkdir -p "$work/bin" "$work/migrations" "$work/more"
ln -s "$program" "$work/bin/pgmarch"
PATH=$work/bin:$PATH
unset "${!PGMARCH@}" DATABASE_URL
cd "$work"
printf 'CREATE TABLE a ();\n' >migrations/20260101000000_first.up.sql
printf 'CREATE TABLE b ();\n' >migrations/20260102000000_second.up.sql
cat >fleet.conf <<'END'
[eu_1]
host = eu
dbname = one
tags = gold
[eu_2]
host = eu
dbname = two
tags = gold silver
[us_1]
host = us
dbname = one
END
printf '[all]\ndiscover = schemas\nhost = nowhere.invalid\ndbname = d\nmatch = *\n' >found.conf
cat >secret.conf <<'END'
[secret]
host = h
password = ${NOT_SET_ANYWHERE}
END

# expect SHELL LINE CANDIDATE...: exactly these, in whatever order.
expect() {
    local shell=$1 line=$2 got want
    shift 2
    got=$("offered_by_$shell" "$line" | sed '/^$/d' | LC_ALL=C sort | tr '\n' ' ')
    want=$(printf '%s\n' "$@" | sed '/^$/d' | LC_ALL=C sort | tr '\n' ' ')
    if [ "$got" != "$want" ]; then
        printf '%s: "%s": %s, and not %s\n' "$shell" "$line" "$got" "$want"
        failed=1
    fi
}

ask_bash() {
    bash --norc --noprofile -c '
        [ -z "$3" ] || source "$3"
        source "$1"
        COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=9 COMP_KEY=9
        read -ra COMP_WORDS <<<"$2"
        COMP_CWORD=${#COMP_WORDS[@]}
        _pgmarch pgmarch
        printf "%s\n" "${COMPREPLY[@]}"
    ' ask "$root/completions/pgmarch.bash" "$1" "$2" 2>&1
}
offered_by_bash() {
    ask_bash "$1" ''
}
offered_by_framework() {
    ask_bash "$1" /usr/share/bash-completion/bash_completion
}
offered_by_fish() {
    HOME=$home XDG_CONFIG_HOME=$home XDG_DATA_HOME=$home fish --no-config -c '
        source $argv[1]
        complete -C $argv[2]
    ' "$root/completions/pgmarch.fish" "$1" 2>&1 | cut -f1
}

for shell in bash framework fish; do
    expect "$shell" 'pgmarch st' status
    expect "$shell" 'pgmarch migr' migrate
    expect "$shell" 'pgmarch up --shard-' --shard-index --shard-count
    expect "$shell" 'pgmarch create --sha' ''
    expect "$shell" 'pgmarch adopt --from go' golang-migrate goose
    expect "$shell" 'pgmarch status --format t' text tap
    expect "$shell" 'pgmarch up --to 2026' 20260101000000_first 20260102000000_second
    expect "$shell" 'pgmarch baseline 20260102' 20260102000000_second
    expect "$shell" 'pgmarch up -d more --to ' ''
    expect "$shell" 'pgmarch up -t fleet.conf --only e' eu_1 eu_2
    expect "$shell" 'pgmarch up -t found.conf --only ' ''
    expect "$shell" 'pgmarch up -t secret.conf --only s' secret
    expect "$shell" 'pgmarch up -t nothing.conf --only ' ''
    expect "$shell" 'pgmarch up -t - --only ' ''
    expect "$shell" 'pgmarch report ' show convert merge
    expect "$shell" 'pgmarch help sq' squash
    expect "$shell" 'pgmarch version ' ''
done
# bash completes what stands behind the colon, and the others the word.
expect bash 'pgmarch up -t fleet.conf --only tag:' gold silver
expect bash 'pgmarch up -t fleet.conf --only us_1,eu' us_1,eu_1 us_1,eu_2
expect bash 'pgmarch up --format=js' json
expect bash 'pgmarch up --to=20260102' 20260102000000_second
expect bash 'pgmarch up -t f' fleet.conf found.conf
expect bash 'pgmarch up --report j' json: junit:
expect bash 'pgmarch up --report json:f' fleet.conf found.conf
expect bash 'pgmarch up --report=json:f' fleet.conf found.conf
expect bash 'pgmarch up -d m' migrations more
expect bash 'pgmarch up --report=f' fleet.conf found.conf
expect fish 'pgmarch up -t fleet.conf --only tag:' tag:gold tag:silver
expect fish 'pgmarch up --format=js' --format=json
expect fish 'pgmarch up -t fl' fleet.conf
expect fish 'pgmarch up --report=fl' --report=fleet.conf
expect fish 'pgmarch up --report json:fl' json:fleet.conf
expect fish 'pgmarch up --report js' json:
expect fish 'pgmarch up -d m' migrations/ more/

# zsh offers only on a terminal: what stands on the line behind the key is what it has put there.
/usr/bin/python3 - "$root/completions" "$home" <<'PYTHON' || failed=1
import os, pty, re, select, sys, time

folder, home = sys.argv[1:]
cases = [
    ("pgmarch stat", "pgmarch status "),
    ("pgmarch up --shard-i", "pgmarch up --shard-index "),
    ("pgmarch adopt --from rail", "pgmarch adopt --from rails "),
    ("pgmarch up -t fleet.conf --only us", "pgmarch up -t fleet.conf --only us_1 "),
    ("pgmarch up -t fleet.conf --only tag:s", "pgmarch up -t fleet.conf --only tag:silver "),
    ("pgmarch up --to 20260102", "pgmarch up --to 20260102000000_second "),
    ("pgmarch up --report js", "pgmarch up --report json:"),
    ("pgmarch up --report json:fle", "pgmarch up --report json:fleet.conf "),
    ("pgmarch up --report=fle", "pgmarch up --report=fleet.conf "),
    ("pgmarch up --format=js", "pgmarch up --format=json "),
    ("pgmarch up -t fle", "pgmarch up -t fleet.conf "),
    ("pgmarch up -d mor", "pgmarch up -d more/"),
]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb", HOME=home, ZDOTDIR=home, PS1="% ", PATH=os.environ["PATH"])
    os.execvp("zsh", ["zsh", "-f", "-i"])


def read_until(wanted, limit=60):
    seen = ""
    end = time.monotonic() + limit
    while wanted not in seen and time.monotonic() < end:
        if select.select([fd], [], [], 0.2)[0]:
            seen += os.read(fd, 4096).decode(errors="replace")
    return seen


os.write(fd, f"fpath=({folder} $fpath); autoload -U compinit; compinit -u -D; "
             "unsetopt zle_bracketed_paste; PS1='> '; print re''ady\n".encode())
failed = "ready" not in read_until("ready\r\n")
# ^X prints the line between marks, and empties it: no waiting for what may not come.
os.write(fd, b"show() { print -r -- \"<<$BUFFER>>\"; BUFFER=; zle redisplay }; zle -N show; bindkey '^X' show; print re''ady2\n")
failed |= "ready2" not in read_until("ready2\r\n")
for typed, wanted in cases:
    os.write(fd, typed.encode() + b"\t\x18")
    seen = read_until(">>\r\n")
    found = re.findall(r"<<(.*?)>>\r?\n", seen, re.S)
    if not found or found[-1] != wanted:
        print(f'zsh: "{typed}": {found or seen!r}, and not "{wanted}"')
        failed = True
os.write(fd, b"exit\n")
os.waitpid(pid, 0)
sys.exit(failed)
PYTHON

exit "$failed"
