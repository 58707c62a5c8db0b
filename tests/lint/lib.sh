# shellcheck shell=bash
# Shared by the lint scripts. Each takes the folder to look at (default: this project), prints one
# line per finding, file:line: text, and ends with 1 when there is any.

lint_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "${1:-$lint_dir/../..}" && pwd)
cd "$root" || exit

# sources FOLDER...: the C files below, those that exist.
sources() {
    local folder
    for folder in "$@"; do
        [ ! -d "$folder" ] || find "$folder" -name '*.[ch]' -type f
    done | LC_ALL=C sort
}

# scripts bash|python3: the files that say so in their first line, and those with the ending of such.
scripts() {
    local ending
    case $1 in
        bash) ending='.sh' ;;
        python3) ending='.py' ;;
    esac
    {
        find . -path './build*' -prune -o -path ./.git -prune -o -type f -name "*$ending" -print
        find . -path './build*' -prune -o -path ./.git -prune -o -type f ! -name '*.*' -print0 |
            LC_ALL=C xargs -0 --no-run-if-empty awk -v word="$1" '
                FNR == 1 && $0 ~ "^#!.*[/ ]" word "([^A-Za-z0-9_]|$)" { print FILENAME }
                FNR == 1 { nextfile }'
    } | sed 's|^\./||' | LC_ALL=C sort
}

# stripped FILE...: "file:line:text" of each line, comments and strings taken out.
stripped() {
    [ $# -eq 0 ] || awk -f "$lint_dir/strip.awk" "$@"
}

# finish FINDINGS: prints them; the script's exit status.
finish() {
    if [ -n "$1" ]; then
        printf '%s\n' "$1"
        return 1
    fi
}

compile_flags() {
    printf '%s\n' -D_POSIX_C_SOURCE=200809L -Iinclude -Isrc
    pkg-config --cflags libpq libuv jansson | tr ' ' '\n' | sed '/^$/d'
}
