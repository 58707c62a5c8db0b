#!/usr/bin/env bash
# The shell scripts: bash can read them, and each stops at its first error.
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"

findings=$(for file in scripts/* .ci/* tests/lint/*.sh tests/support/cluster tests/support/bouncer tests/corpora/check \
    tests/support/*.sh; do
    [ -f "$file" ] || continue
    head -n 1 "$file" | grep -q 'bash' || continue
    bash -n "$file" 2>&1 || true
    if head -n 1 "$file" | grep -q '^#!' && ! grep -q '^set -euo pipefail$' "$file"; then
        printf '%s:1: no "set -euo pipefail"\n' "$file"
    fi
    if command -v shellcheck >/dev/null; then
        shellcheck -x -S warning -f gcc "$file" || true
    fi
done)
finish "$findings"
