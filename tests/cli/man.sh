#!/usr/bin/env bash
# man.sh PROGRAM ROOT: all manual pages are made and read by mandoc and groff without a remark; those of
# section 5 name every key, word and directive that the program knows, and no other.
set -euo pipefail
program=$1
root=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() {
    printf 'man: %s\n' "$*"
    failed=1
}

"$root/cmake/pages.sh" "$program" "$work" 1.2.3 2001-02-03 "$root"/docs/man/*.5

# ---- read without a remark ----

cd "$work"
pages=(man?/*.[15])
for page in "${pages[@]}"; do
    remarks=$(mandoc -T lint -W style "$page" 2>&1 | grep -v 'referenced manual not found' || true)
    [ -z "$remarks" ] || fail "mandoc: $remarks"
    remarks=$(groff -man -ww -Tutf8 -z "$page" 2>&1)
    [ -z "$remarks" ] || fail "groff: $remarks"
    gunzip -c "$page.gz" | cmp -s - "$page" || fail "$page.gz is not $page"
    if [ "$(od -An -tu4 -j4 -N4 "$page.gz" | tr -d ' ')" != 0 ]; then
        fail "$page.gz holds a time"
    fi
    head -3 "$page" | grep -Eq '"20[0-9]{2}-[0-9]{2}-[0-9]{2}" "pgmarch [0-9.]+"' || fail "$page has no date and version"
done

# ---- one for each command, and what is referred to is there ----

commands=$("$program" help --markdown | sed -n 's/^#### \([a-z]*\).*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 12 ] || fail "only these commands: $commands"
for command in $commands; do
    page=man1/pgmarch-$command.1
    grep -q "^pgmarch\\\\-$command \\\\- " "$page" || fail "$page does not name its command"
done
[ "$(find man1 -name '*.1' | wc -l)" = $(($(wc -w <<<"$commands") + 1)) ] ||
    fail "not one page of section 1 for each command"
references=$(sed -nE 's/^\.BR (pgmarch[a-z\\-]*) \(([15])\).*/\1.\2/p' "${pages[@]}" | tr -d "\\\\" | sort -u)
for reference in $references; do
    [ -e "man${reference##*.}/$reference" ] || fail "nobody wrote $reference"
done

# ---- section 5 holds what the tables hold ----

# in_table FILE MACRO: the names in the rows of an X-macro.
in_table() {
    sed -n "/define $2(XX)/,/[^\\\\]\$/p" "$root/$1" | sed -nE 's/^ *XX\([A-Z_]+, "([a-z_]+)".*/\1/p'
}
# in_page FILE SECTION: the words in bold of its list.
in_page() {
    sed -n "/^\\.SH $2\$/,/^\\.SH /p" "$root/docs/man/$1" |
        awk 'tag { print $2 } { tag = /^\.TP$/ }'
}
same() {
    [ "$(wc -w <<<"$2")" -ge 3 ] || fail "$1: the program's are not found"
    if ! diff <(sort -u <<<"$2") <(sort -u <<<"$3") >"$work/diff"; then
        fail "$1: < in the program, > in the page"
        cat "$work/diff"
    fi
}
same 'keys of target files' \
    "$(in_table src/model/targets/target_key.h PGM__TARGET_KEY_MAP && echo var.)" \
    "$(in_page pgmarch-targets.5 KEYS)"
same 'words of sources' "$(in_table src/model/targets/source_kind.h PGM__SOURCE_WORD_MAP)" \
    "$(in_page pgmarch-targets.5 SOURCES)"
for kind in $(in_table src/model/targets/source_kind.h PGM__SOURCE_MAP |
    cat - <(sed -nE 's/^ *XX\([A-Z]+, ([a-z]+), "[a-z]+", "[a-z]+".*/\1/p' \
        "$root/src/model/targets/source_kind.h")); do
    grep -q "^\.BR\? $kind\b" "$root/docs/man/pgmarch-targets.5" || fail "no source $kind in the page"
done
same 'keys of [rollout]' \
    "$(sed -nE 's/^    \{"[a-z_.]+", "([a-z_]+\.?).*", take_.*/\1/p' "$root/src/model/targets/target_rollout.c")" \
    "$(in_page pgmarch-targets.5 ROLLOUT)"
same 'keys of pgmarch.conf' \
    "$(sed -n '/^} keys\[\] = {{/p' "$root/src/model/files/folder_settings.c" |
        grep -oE '\{"[a-z_]+"' | tr -d '{"' && echo allow.)" \
    "$(in_page pgmarch-migrations.5 FILES | grep -v '^pgmarch.conf$')"
same 'directives' \
    "$(grep -oE -- '-- pgmarch: [a-z-]+' "$root/src/model/files/script_remarks.c" | sed 's/.*: //')" \
    "$(sed -nE 's/.*pgmarch: ([a-z\\-]+).*/\1/p' "$root/docs/man/pgmarch-migrations.5" | tr -d "\\\\")"

exit "$failed"
