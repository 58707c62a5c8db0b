#!/usr/bin/env bash
# Every header compiles alone: the build has shown it of one that the file of its name includes first. Public
# ones also as C++, and with nothing but libc in sight.
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"

mapfile -t flags < <(compile_flags)
strict=(-fsyntax-only -Wall -Wextra -Wpedantic -pedantic -Werror)
status=0

# compile HOW COMPILER [OPTION...]: each of `headers`; only where one fails, one by one, to name it.
compile() {
    local how=$1 header
    shift
    if [ ${#headers[@]} -eq 0 ] || "$@" "${strict[@]}" "${headers[@]}" 2>/dev/null; then
        return
    fi
    status=1
    for header in "${headers[@]}"; do
        "$@" "${strict[@]}" "$header" || printf '%s:1: does not compile %s\n' "$header" "$how"
    done
}

# shown: the headers that stand first in the .c file of their name.
shown() {
    sources src tests/support | grep '\.c$' | xargs --no-run-if-empty awk '
        FNR == 1 { seen = 0 }
        /^#include/ && !seen {
            seen = 1
            own = FILENAME
            sub(/\.c$/, ".h", own)
            gsub(/[<>"]/, "", $2)
            if (own == "src/" $2 || own == "tests/" $2) print own
        }' | LC_ALL=C sort
}

mapfile -t headers < <(LC_ALL=C comm -23 <(sources src include tests/support | grep '\.h$') <(shown))
compile alone gcc -std=c17 -x c "${flags[@]}" -Itests
mapfile -t headers < <(sources include | grep '\.h$')
compile 'as C++' g++ -std=c++17 -x c++ -Iinclude
compile 'as C99' gcc -std=c99 -x c -Iinclude
exit $status
