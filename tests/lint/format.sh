#!/usr/bin/env bash
# Everything in C is as clang-format 14 lays it out.
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"

mapfile -t files < <(sources src include tests bench)
clang-format --dry-run -Werror "${files[@]}"
