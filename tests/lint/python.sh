#!/usr/bin/env bash
# Every Python file of the project, those without .py found by their first line: pyflakes has nothing
# to say.
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"

mapfile -t files < <(scripts python3)
[ ${#files[@]} -eq 0 ] || pyflakes3 "${files[@]}"
