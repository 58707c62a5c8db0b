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

findings=$(scripts bash | while IFS= read -r file; do
    bash -n "$file" 2>&1 || true
    if head -n 1 "$file" | grep -q '^#!' && ! stops_or_counts "$file"; then
        printf '%s:1: no "set -euo pipefail"\n' "$file"
    fi
    shellcheck -x -S warning -f gcc "$file" || true
done)
finish "$findings"
