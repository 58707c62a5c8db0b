#!/usr/bin/env bash
# Every shell script of the project, found by its first line: bash can read it, it stops at its first
# error, or counts its failures and ends with "exit $failed", and shellcheck has nothing to say.
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"

# stops_or_counts FILE
stops_or_counts() {
    grep -q '^set -euo pipefail$' "$1" ||
        { grep -q '^set -uo pipefail$' "$1" && [ "$(tail -n 1 "$1")" = "exit \$failed" ]; }
}

mapfile -t files < <(scripts bash)
findings=$({
    for file in "${files[@]}"; do
        bash -n "$file" 2>&1 || true
        if [[ $(head -n 1 "$file") = '#!'* ]] && ! stops_or_counts "$file"; then
            printf '%s:1: no "set -euo pipefail"\n' "$file"
        fi
    done
    [ ${#files[@]} -eq 0 ] || shellcheck -x -S warning -f gcc "${files[@]}" || true
})
finish "$findings"
