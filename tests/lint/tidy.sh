#!/usr/bin/env bash
# tidy.sh [ROOT] BUILD: clang-tidy (.clang-tidy says which checks) over src, with the compile
# commands of BUILD, two files at a time.
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"
build=${2:?usage: tidy.sh ROOT BUILD}

# Only what the build compiles: a file without a compile command would be checked with wrong flags.
list=$(mktemp)
trap 'rm -f "$list"' EXIT
for file in $(sources src | grep '\.c$'); do
    ! grep -qF "\"file\": \"$root/$file\"" "$build/compile_commands.json" || printf '%s\n' "$file"
done >"$list"
[ -s "$list" ] || {
    printf 'tidy.sh: no source of %s is compiled in "%s"\n' "$root" "$build"
    exit 1
}
# The count of suppressed warnings on stderr is noise.
xargs -n 4 -P 2 clang-tidy -p "$build" --quiet --warnings-as-errors='*' <"$list" \
    2> >(grep -vE '^[0-9]+ warnings? (generated|treated)|^Suppressed|^Use -' >&2)
