#!/usr/bin/env bash
# pages.sh PROGRAM OUT VERSION DATE SOURCE.5...: writes all manual pages below OUT, packed; one of section 1
# for the program and for each command that it knows.
set -euo pipefail
program=$1
out=$2
version=$3
date=$4
shift 4

rm -rf "$out"
mkdir -p "$out/man1" "$out/man5"
"$program" help --man >"$out/man1/pgmarch.1"
for command in $("$program" help --markdown | sed -n 's/^#### \([a-z]*\).*/\1/p'); do
    "$program" help "$command" --man >"$out/man1/pgmarch-$command.1"
done
for source in "$@"; do
    sed "s/@VERSION@/$version/; s/@DATE@/$date/" "$source" >"$out/man5/$(basename "$source")"
done
for page in "$out"/man?/*; do
    gzip -9nc "$page" >"$page.gz"
done
touch "$out/stamp"
