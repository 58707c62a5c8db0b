#!/usr/bin/env bash
# symbols.sh [ROOT] LIBRARY: the shared library exports exactly what the public headers mark with
# PGM_API; nothing internal (pgm__…), nothing of a library linked in. Each has the version that
# src/libpgmarch.map says.
set -euo pipefail
# shellcheck source=tests/lint/lib.sh
. "$(dirname "$0")/lib.sh"
library=${2:?usage: symbols.sh ROOT LIBRARY}

# "pgm_version@@PGMARCH_0.1"; the versions themselves stand there, too, as absolute symbols.
map=src/libpgmarch.map
versioned=$(nm -D --with-symbol-versions --defined-only "$library" | awk '$(NF - 1) != "A" { print $NF }')
exported=$(sed 's/@.*//' <<<"$versioned" | LC_ALL=C sort -u)
mapfile -t headers < <(sources include)
# A declaration may span lines: join them, cut at ';', take the word before the first parenthesis
# that is not an attribute's.
declared=$(stripped "${headers[@]}" | sed 's/^[^:]*:[0-9]*://' |
    grep -v '^[[:space:]]*#' | tr '\n' ' ' | tr ';' '\n' | grep -w PGM_API |
    sed -E 's/.*PGM_API//; s/PGM_PRINTF\([^)]*\)//g; s/^([^(]*)\(.*/\1/; s/.*[^A-Za-z0-9_]([A-Za-z0-9_]+)[[:space:]]*$/\1/' |
    LC_ALL=C sort -u)

# mapped: "NAME@@VERSION" of each line of the map.
mapped() {
    awk '/^[A-Z0-9_.]+ \{$/ { node = $1 } /^ +pgm_[a-z0-9_]+;$/ { sub(/;/, "", $1); print $1 "@@" node }' "$map" |
        LC_ALL=C sort
}

findings=$({
    comm -23 <(printf '%s\n' "$exported") <(printf '%s\n' "$declared") |
        sed 's/.*/&: exported, but no public header declares it with PGM_API/'
    comm -13 <(printf '%s\n' "$exported") <(printf '%s\n' "$declared") |
        sed 's/.*/&: PGM_API, but the library does not export it/'
    printf '%s\n' "$exported" | grep -vE '^pgm_[a-z0-9]' |
        sed 's/.*/&: exported names begin with pgm_/'
    comm -3 <(LC_ALL=C sort <<<"$versioned") <(mapped) |
        awk -v map="$map" '{ print map ":1: not the same in library and map: " $1 }'
} | sed '/^:/d' || true)
finish "$findings"
