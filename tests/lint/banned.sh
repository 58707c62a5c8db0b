#!/usr/bin/env bash
# Calls that have a better form, and allocation past the seam (src/base/mem.c), which the
# out-of-memory tests would not see.
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"

calls='sprintf|vsprintf|strcpy|strcat|stpcpy|strtok|atoi|atol|atoll|atof|gets|gmtime|localtime|ctime|asctime|strerror|alloca|system|popen|tmpnam|mktemp'
allocation='malloc|calloc|realloc|free|strdup|strndup|asprintf|vasprintf|getline'

# calls_of REGEX: reads stripped lines; a call is a whole word before a parenthesis.
calls_of() {
    grep -E "(^|[^A-Za-z0-9_>.])($1)[[:space:]]*\(" || true
}

mapfile -t everywhere < <(sources src include tests bench)
mapfile -t own < <(sources src | grep -v '^src/base/mem\.c$')
findings=$({
    # Tests are one thread: strerror() is fine there.
    stripped "${everywhere[@]}" | calls_of "$calls" | grep -Ev '^tests/.*strerror' |
        sed -E 's/^([^:]*:[0-9]+):(.*)$/\1: banned call:\2/'
    stripped "${own[@]}" | calls_of "$allocation" |
        sed -E 's/^([^:]*:[0-9]+):(.*)$/\1: allocation goes through base\/mem.h:\2/'
} || true)
finish "$findings"
