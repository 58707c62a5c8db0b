#!/usr/bin/env bash
# Who may include whom: the table of docs/inside/architecture.md, which this script reads, against the
# #include lines. Also where printing happens, what a pure folder must not touch, and which file talks
# to libpq.
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"

table=docs/inside/architecture.md

# rows: "folder<TAB>what it may use<TAB>pure, or nothing", a line for each row of the table; a planned
# folder says so where its row tells what it holds.
rows() {
    awk -F ' *[|] *' '
    /^## / { inside = ($0 ~ /^## Layers/) }
    inside && $2 ~ /^`(src|include)\// {
        folder = $2
        gsub(/^`(src|include)\/|\/`$/, "", folder)
        uses = $4
        gsub(/, */, " ", uses)
        print folder "\t" uses "\t" $5 "\t" ($3 ~ /^planned/ ? "planned" : "")
    }' "$table"
}

# A row for a folder that is not there allows what nobody looks at.
stale() {
    local folder planned
    while IFS='|' read -r folder _ _ planned; do
        [ -d "src/$folder" ] || [ -d "include/$folder" ] || [ -n "$planned" ] ||
            printf '%s:1: there is no folder "%s"\n' "$table" "$folder"
    done < <(rows | tr '\t' '|')
}

mapfile -t files < <(sources src include)
findings=$(stale; stripped "${files[@]}" | awk -v rows="$(rows)" -v table="$table" '
function say(text) { print file ":" line ": " text }
function lists(list, word) { return index(" " list " ", " " word " ") > 0 }
# Does the row of `room` name this folder, or the layer that it is a room of? A layer with a row of its
# own is a folder like others.
function may_use(room, folder,   layer) {
    layer = folder
    sub(/\/.*/, "", layer)
    return folder == room || folder == "pgmarch" || lists(uses[room], folder) ||
           (lists(uses[room], layer) && !(layer in uses))
}
BEGIN {
    count = split(rows, row, "\n")
    for (i = 1; i <= count; i++) {
        split(row[i], cell, "\t")
        uses[cell[1]] = cell[2]
        is_pure[cell[1]] = cell[3] == "pure"
    }
    # Libraries that only the folders with their name in the table may see.
    library["uv.h"] = "libuv"
    library["libpq-fe.h"] = "libpq"
    library["jansson.h"] = "jansson"
    library["curl/"] = "curl"
    library["nettle/"] = "nettle"
    library["uthash.h"] = "uthash"
    # The clock, the network, threads: what a decision must not depend on.
    impure = "time.h unistd.h fcntl.h poll.h pthread.h signal.h dirent.h netdb.h syslog.h sys/"
}
{
    match($0, /:[0-9]+:/)
    file = substr($0, 1, RSTART - 1)
    line = substr($0, RSTART + 1, RLENGTH - 2)
    text = substr($0, RSTART + RLENGTH)
    room = file
    sub(/^(src|include)\//, "", room)
    layer = room
    sub(/\/[^\/]*$/, "", room)
    sub(/\/.*/, "", layer)
    pure = is_pure[room]
}
file != last_file {
    last_file = file
    if (!(room in uses))
        say("folder \"" room "\" is not in the table of " table)
}
text ~ /^[ \t]*#[ \t]*include[ \t]*"/ {
    name = text
    sub(/^[^"]*"/, "", name)
    sub(/".*/, "", name)
    folder = name
    if (!sub(/\/[^\/]*$/, "", folder))
        say("\"" name "\": write includes with their folder")
    else if (room in uses && !may_use(room, folder))
        say(room " must not include \"" name "\": it may use " uses[room])
    next
}
text ~ /^[ \t]*#[ \t]*include[ \t]*</ {
    name = text
    sub(/^[^<]*</, "", name)
    sub(/>.*/, "", name)
    head = name
    sub(/\/.*/, "/", head)
    key = (head in library) ? head : name
    if (key in library && !lists(uses[room], library[key]))
        say(room " must not include <" name ">: its row does not name " library[key])
    if (pure && (lists(impure, name) || lists(impure, head)))
        say(room " is pure and must not include <" name ">")
    next
}
# Words with what stands before and after them, so that my_puts( is not puts(.
layer != "cli" && text ~ /(^|[^A-Za-z0-9_])(printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|fputc|putc|perror|fwrite|dprintf)[ \t]*\(/ {
    say("only src/cli prints")
}
layer != "cli" && text ~ /(^|[^A-Za-z0-9_])(exit|_exit|_Exit|quick_exit|abort)[ \t]*\(/ {
    say("only src/cli ends the process")
}
layer != "cli" && text ~ /(STDOUT_FILENO|STDERR_FILENO|[^A-Za-z0-9_](stdout|stderr)[^A-Za-z0-9_])/ {
    say("only src/cli knows the standard streams")
}
file != "src/cli/main.c" && text ~ /(^|[^A-Za-z0-9_])(setenv|unsetenv|putenv|clearenv)[ \t]*\(/ {
    say("only src/cli/main.c changes the environment: it is the process\047s")
}
pure && text ~ /(^|[^A-Za-z0-9_])(fopen|open|opendir|time|clock|clock_gettime|gettimeofday|rand|random|rand_r|getenv)[ \t]*\(/ {
    say(room " is pure: no files, clock, randomness or environment")
}
# Single steps of a login, which may compute for long, are taken on a thread of their own.
file == "src/pg/link/handshake.c" && text ~ /(^|[^A-Za-z0-9_])(PQconnectPoll|PQfinish)[ \t]*\(/ { next }

room == "pg/conninfo" && text ~ /(^|[^A-Za-z0-9_])PQ[A-Za-z]+[ \t]*\(/ &&
text !~ /(^|[^A-Za-z0-9_])(PQconndefaults|PQconninfoParse|PQconninfoFree|PQfreemem|PQlibVersion)[ \t]*\(/ {
    say("pg/conninfo reads defaults and connection strings, nothing else of libpq")
}
file != "src/pg/link/session.c" && text ~ /(^|[^A-Za-z0-9_])(PQconnect[A-Za-z]*|PQsend[A-Za-z]*|PQconsumeInput|PQgetResult|PQflush|PQput[A-Za-z]*|PQgetCopy[A-Za-z]*|PQexec[A-Za-z]*|PQfinish|PQreset[A-Za-z]*)[ \t]*\(/ {
    say("only src/pg/link/session.c calls libpq on the socket of a session")
}
file !~ /^src\/pg\/link\/cancel(_poll|_thread)?\.c$/ && text ~ /(^|[^A-Za-z0-9_])(PQcancel[A-Za-z]*|PQgetCancel|PQrequestCancel)[ \t]*\(/ {
    say("only src/pg/link/cancel*.c send cancel requests")
}
')
finish "$findings"
