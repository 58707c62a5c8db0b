#!/usr/bin/env bash
# consumers.sh BUILD ROOT: projects of others, one in C and one in C++, are built against what is installed, by
# find_package and by pkg-config, and run.
set -uo pipefail
build=$1
root=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/support/check.sh
. "${0%/*}/../support/check.sh"

for part in library development; do
    cmake --install "$build" --prefix "$work/tree" --component "$part" >>"$work/log" || cat "$work/log"
done
libraries=$(dirname "$(find "$work/tree" -name libpgmarch.so)")
version=$(sed -n 's/^project(pgmarch VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")

mkdir "$work/migrations"
echo 'CREATE TABLE a (b int);' >"$work/migrations/20240101000000_a.up.sql"
echo 'DROP TABLE a;' >"$work/migrations/20240101000000_a.down.sql"
echo 'ALTER TABLE a ALTER COLUMN b TYPE bigint;' >"$work/migrations/20240102000000_b.up.sql"

# by_cmake LANGUAGE: prints where the program is.
by_cmake() {
    {
        cmake -S "$root/tests/consumers/$1" -B "$work/$1" -DCMAKE_PREFIX_PATH="$work/tree" &&
            cmake --build "$work/$1"
    } >"$work/$1.log" 2>&1 || cat "$work/$1.log" >&2
    echo "$work/$1/consumer"
}

# by_pkg_config LANGUAGE COMPILER FILE: the same, with nothing but what pkg-config says.
by_pkg_config() {
    local flags
    read -ra flags < <(PKG_CONFIG_PATH=$libraries/pkgconfig pkg-config --cflags --libs pgmarch)
    "$2" "$root/tests/consumers/$1/$3" "${flags[@]}" -Wl,-rpath,"$libraries" -o "$work/$1.plain" >&2
    echo "$work/$1.plain"
}

c() { "$1" "$work/migrations" postgresql://127.0.0.1:1/none 2>&1; }
cxx() { "$1" "$work/migrations" 2>&1; }
of_c="libpgmarch $version: 2 migrations, failed, connect"
of_cxx=$'2 migrations\nwarning: type-change-rewrites\ninfo: no-down-file'

check c_by_find_package "$of_c" "$(c "$(by_cmake c)")"
check c_by_pkg_config "$of_c" "$(c "$(by_pkg_config c cc consumer.c)")"
check cxx_by_find_package "$of_cxx" "$(cxx "$(by_cmake cxx)")"
check cxx_by_pkg_config "$of_cxx" "$(cxx "$(by_pkg_config cxx c++ consumer.cpp)")"

# What a program that is built today asks the loader for.
check the_soname libpgmarch.so.0 \
    "$(readelf -d "$work/c/consumer" | sed -n 's/.*NEEDED.*\[\(libpgmarch.*\)\]/\1/p')"
check the_version_of_its_symbols PGMARCH_0.1 \
    "$(nm -D --with-symbol-versions "$work/c/consumer" | sed -n 's/.* pgm_run_open@//p')"
check pkg_config_knows_the_version "$version" \
    "$(PKG_CONFIG_PATH=$libraries/pkgconfig pkg-config --modversion pgmarch)"

# Another second number may break it, as long as the first one is 0.
mkdir "$work/later"
printf '%s\n' 'cmake_minimum_required(VERSION 3.16)' 'project(later LANGUAGES NONE)' \
    'find_package(pgmarch 0.2 REQUIRED)' >"$work/later/CMakeLists.txt"
check a_later_version_is_not_there 1 "$(cmake -S "$work/later" -B "$work/later/build" \
    -DCMAKE_PREFIX_PATH="$work/tree" 2>&1 | grep -cF "pgmarchConfig.cmake, version: $version")"
exit $failed
