#!/usr/bin/env bash
# install.sh BUILD: what is installed works from where it lies: the program, its manual pages, its completions.
set -euo pipefail
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
whole=$work/whole
fail() {
    printf 'install: %s\n' "$*"
    failed=1
}

cmake --install "$build" --prefix "$whole" >"$work/log" || {
    cat "$work/log"
    exit 1
}
"$whole/bin/pgmarch" version >/dev/null || fail 'the program does not run'
[ -e "$whole/include/pgmarch/pgmarch.h" ] || fail 'no header'

# As man(1) finds them, beside the program of the PATH. Sections keep two pages of one name apart.
title() {
    MANPATH=$whole/share/man man -P cat "$@" 2>/dev/null | head -1
}
[[ $(title pgmarch) == 'PGMARCH(1)'* ]] || fail 'no pgmarch(1)'
[[ $(title pgmarch-up) == 'PGMARCH-UP(1)'* ]] || fail 'no pgmarch-up(1)'
[[ $(title 1 pgmarch-targets) == 'PGMARCH-TARGETS(1)'* ]] || fail 'no pgmarch-targets(1)'
[[ $(title 5 pgmarch-targets) == 'PGMARCH-TARGETS(5)'* ]] || fail 'no pgmarch-targets(5)'
[[ $(title pgmarch-migrations) == 'PGMARCH-MIGRATIONS(5)'* ]] || fail 'no pgmarch-migrations(5)'
[ -z "$(find "$whole/share/man" -type f ! -name '*.gz')" ] || fail 'pages that are not packed'

[ -e "$whole/share/bash-completion/completions/pgmarch" ] || fail 'no completion for bash'
[ -e "$whole/share/fish/vendor_completions.d/pgmarch.fish" ] || fail 'no completion for fish'
[ -n "$(find "$whole/share/zsh" -name _pgmarch)" ] || fail 'no completion for zsh'

# Three parts, in which each file is once.
parts=(runtime library development)
for part in "${parts[@]}"; do
    cmake --install "$build" --prefix "$work/$part" --component "$part" >>"$work/log" || fail "no part $part"
    (cd "$work/$part" && find . ! -type d) >>"$work/apart"
done
(cd "$whole" && find . ! -type d | LC_ALL=C sort) | diff <(LC_ALL=C sort "$work/apart") - ||
    fail 'the parts are not the whole'
[ "$(cd "$work/runtime" && find . -path '*bin/*')" = ./bin/pgmarch ] || fail 'the program is no part of runtime'
[ -z "$(cd "$work/runtime" && find . -name '*.so*' -o -name '*.h')" ] || fail 'runtime holds what others link'
[ "$(cd "$work/library" && find . ! -type d | wc -l)" = 2 ] || fail 'library is more than the library'
"$work/runtime/bin/pgmarch" version >/dev/null || fail 'the program needs another part'

# Nothing of the folder it was built in: neither where libraries are looked for, nor what names a file.
library=$(find "$work/library" -name 'libpgmarch.so.*' -type f)
for binary in "$work/runtime/bin/pgmarch" "$library"; do
    readelf -d "$binary" | grep -E 'R(UN)?PATH' && fail "$binary looks for libraries in a folder of its own"
done
readelf -d "$library" | grep -qF 'soname: [libpgmarch.so.0]' || fail 'the library has another soname'
grep -rlF "$build" "$work/development" && fail 'development names the folder it was built in'
exit "$failed"
