#!/usr/bin/env bash
# install.sh BUILD: what is installed works from where it lies: the program, its manual pages, its completions.
set -euo pipefail
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() {
    printf 'install: %s\n' "$*"
    failed=1
}

cmake --install "$build" --prefix "$work" >"$work/log" || {
    cat "$work/log"
    exit 1
}
"$work/bin/pgmarch" version >/dev/null || fail 'the program does not run'
[ -e "$work/include/pgmarch/pgmarch.h" ] || fail 'no header'

# As man(1) finds them, beside the program of the PATH. Sections keep two pages of one name apart.
title() {
    MANPATH=$work/share/man man -P cat "$@" 2>/dev/null | head -1
}
[[ $(title pgmarch) == 'PGMARCH(1)'* ]] || fail 'no pgmarch(1)'
[[ $(title pgmarch-up) == 'PGMARCH-UP(1)'* ]] || fail 'no pgmarch-up(1)'
[[ $(title 1 pgmarch-targets) == 'PGMARCH-TARGETS(1)'* ]] || fail 'no pgmarch-targets(1)'
[[ $(title 5 pgmarch-targets) == 'PGMARCH-TARGETS(5)'* ]] || fail 'no pgmarch-targets(5)'
[[ $(title pgmarch-migrations) == 'PGMARCH-MIGRATIONS(5)'* ]] || fail 'no pgmarch-migrations(5)'
[ -z "$(find "$work/share/man" -type f ! -name '*.gz')" ] || fail 'pages that are not packed'

[ -e "$work/share/bash-completion/completions/pgmarch" ] || fail 'no completion for bash'
[ -e "$work/share/fish/vendor_completions.d/pgmarch.fish" ] || fail 'no completion for fish'
[ -n "$(find "$work/share/zsh" -name _pgmarch)" ] || fail 'no completion for zsh'
exit "$failed"
