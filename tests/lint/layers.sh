#!/usr/bin/env bash
# Who may include whom: the table of docs/architecture.md, read against the #include lines. Also
# where printing happens, what the pure layers must not touch, and which file talks to libpq.
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"

mapfile -t files < <(sources src include)
findings=$(stripped "${files[@]}" | awk '
function say(text) { print file ":" line ": " text }
function lists(list, word) { return index(" " list " ", " " word " ") > 0 }
BEGIN {
    FS = "\001"
    # Own folders: itself and those above it.
    own["pgmarch"] = "pgmarch"
    own["base"] = "pgmarch base"
    own["model"] = "pgmarch base model"
    own["engine"] = "pgmarch base model engine"
    own["pg"] = "pgmarch base model engine pg"
    own["discover"] = "pgmarch base model engine pg discover"
    own["fleet"] = "pgmarch base model engine pg discover fleet"
    own["report"] = "pgmarch base report"
    own["cli"] = "pgmarch base report cli"
    # Libraries that only some folders may see.
    library["uv.h"] = "pg discover fleet"
    library["libpq-fe.h"] = "pg discover"
    library["jansson.h"] = "report discover"
    library["curl/"] = "discover"
    library["nettle/"] = "base"
    library["ini.h"] = "base model"
    # The clock, the network, threads: what a decision must not depend on.
    impure = "time.h unistd.h fcntl.h poll.h pthread.h signal.h dirent.h netdb.h syslog.h sys/"
}
{
    match($0, /:[0-9]+:/)
    file = substr($0, 1, RSTART - 1)
    line = substr($0, RSTART + 1, RLENGTH - 2)
    text = substr($0, RSTART + RLENGTH)
    parts = split(file, path, "/")
    layer = parts > 2 ? path[2] : "src"
    pure = layer == "model" || layer == "engine"
}
text ~ /^[ \t]*#[ \t]*include[ \t]*"/ {
    name = text
    sub(/^[^"]*"/, "", name)
    sub(/".*/, "", name)
    folder = name
    if (!sub(/\/.*/, "", folder))
        say("\"" name "\": write includes with their folder")
    else if (!(layer in own))
        say("folder \"" layer "\" is not in the table of layers")
    else if (!lists(own[layer], folder))
        say(layer " must not include \"" name "\": it may use " own[layer])
    next
}
text ~ /^[ \t]*#[ \t]*include[ \t]*</ {
    name = text
    sub(/^[^<]*</, "", name)
    sub(/>.*/, "", name)
    head = name
    sub(/\/.*/, "/", head)
    key = (head in library) ? head : name
    if (key in library && !lists(library[key], layer))
        say(layer " must not include <" name ">: only " library[key])
    if (pure && (lists(impure, name) || lists(impure, head)))
        say(layer " is pure and must not include <" name ">")
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
pure && text ~ /(^|[^A-Za-z0-9_])(fopen|open|opendir|time|clock|clock_gettime|gettimeofday|rand|random|rand_r|getenv)[ \t]*\(/ {
    say(layer " is pure: no files, clock, randomness or environment")
}
file != "src/pg/session.c" && text ~ /(^|[^A-Za-z0-9_])(PQconnect[A-Za-z]*|PQsend[A-Za-z]*|PQconsumeInput|PQgetResult|PQflush|PQput[A-Za-z]*|PQgetCopy[A-Za-z]*|PQexec[A-Za-z]*|PQfinish|PQreset[A-Za-z]*)[ \t]*\(/ {
    say("only src/pg/session.c calls libpq on the socket of a session")
}
file != "src/pg/cancel.c" && text ~ /(^|[^A-Za-z0-9_])(PQcancel[A-Za-z]*|PQgetCancel|PQrequestCancel)[ \t]*\(/ {
    say("only src/pg/cancel.c sends cancel requests")
}
')
finish "$findings"
