#!/usr/bin/env bash
# Every header compiles alone. Public ones also as C++, and with nothing but libc in sight.
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"

mapfile -t flags < <(compile_flags)
strict=(-fsyntax-only -Wall -Wextra -Wpedantic -pedantic -Werror)
status=0

for header in $(sources src include tests/support | grep '\.h$'); do
    gcc -std=c17 -x c "${strict[@]}" "${flags[@]}" -Itests "$header" || {
        printf '%s:1: does not compile alone\n' "$header"
        status=1
    }
done
for header in $(sources include | grep '\.h$'); do
    g++ -std=c++17 -x c++ "${strict[@]}" -Iinclude "$header" || {
        printf '%s:1: does not compile as C++\n' "$header"
        status=1
    }
    gcc -std=c99 -x c "${strict[@]}" -Iinclude "$header" || {
        printf '%s:1: does not compile as C99\n' "$header"
        status=1
    }
done
exit $status
