# shellcheck shell=bash
# Shared by the scripts that make somebody wait: what is going on, and how far it is. On a terminal one line
# that is written over, elsewhere a line for each quarter.

progress_quarter=''

# progress PERCENT TEXT
progress() {
    if [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]; then
        printf '\r\e[K  %s' "$2"
        return
    fi
    [ "$progress_quarter" = $(($1 / 25)) ] || printf '  %s\n' "$2"
    progress_quarter=$(($1 / 25))
}

# Takes the line away; what is printed next says how it ended.
progress_end() {
    progress_quarter=''
    [ ! -t 1 ] || [ "${TERM:-dumb}" = dumb ] || printf '\r\e[K'
}
