#!/usr/bin/env bash
# cppcheck over src. A finding that is wrong is answered beside the line: // cppcheck-suppress …
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"

# normalCheckLevelMaxBranches and missingInclude… tell about cppcheck, not about the code.
cppcheck --enable=warning,performance,portability --error-exitcode=1 --inline-suppr --quiet \
    --std=c11 --language=c -j 2 -D_POSIX_C_SOURCE=200809L -Iinclude -Isrc \
    --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches src
