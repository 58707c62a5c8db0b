#!/usr/bin/env bash
# packages.sh BUILD ROOT: what cpack makes of this build: three packages, with what belongs into each, what they
# depend on, and a bill of materials. How they do when they are installed is a command of its own: scripts/packages.
set -uo pipefail
build=$1
root=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/support/check.sh
. "${0%/*}/../support/check.sh"
export SOURCE_DATE_EPOCH=1767225600

(cd "$work" && cpack --config "$build/CPackConfig.cmake" -D CPACK_DEBIAN_COMPRESSION_TYPE=gzip -B "$work") \
    >"$work/log" 2>&1 || cat "$work/log"
version=$(sed -n 's/^project(pgmarch VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
arch=$(dpkg --print-architecture)
program=$work/pgmarch_$version-1_$arch.deb
library=$work/libpgmarch0_$version-1_$arch.deb
headers=$work/libpgmarch-dev_$version-1_$arch.deb

field() { dpkg-deb --field "$1" "$2"; }
# holds PACKAGE PATTERN: how many files' names are like this
holds() { dpkg-deb --contents "$1" | grep -cE -- "$2"; }
# names PACKAGE FIELD: the names in it, without versions
names() { field "$1" "$2" | sed 's/ ([^)]*)//g; s/, /\n/g' | LC_ALL=C sort | xargs; }

check three_packages 3 "$(find "$work" -maxdepth 1 -name '*.deb' | wc -l)"
check the_program_needs "libc6 libjansson4 libnettle8 libpq5 libuv1" "$(names "$program" Depends)"
check the_library_needs "libc6 libnettle8 libpq5 libuv1" "$(names "$library" Depends)"
check headers_need_this_library "libpgmarch0 (= $version-1)" "$(field "$headers" Depends)"
neon=$(grep -q '^PGMARCH_NEON:BOOL=ON' "$build/CMakeCache.txt" && echo libcurl4)
check the_program_recommends "$neon" "$(field "$program" Recommends)"
check the_library_recommends "$neon" "$(field "$library" Recommends)"
for package in "$program" "$library" "$headers"; do
    name=$(field "$package" Package)
    check "${name}_is_summed_up" 1 "$(field "$package" Description | grep -c '^migrations of many PostgreSQL databases')"
    check "${name}_has_its_documents" 3 \
        "$(holds "$package" "/usr/share/doc/$name/(copyright|changelog.gz|changelog.Debian.gz)\$")"
    check "${name}_is_of_root" 0 "$(dpkg-deb --contents "$package" | grep -vc ' root/root ')"
    check "${name}_has_no_other_rights" 0 "$(dpkg-deb --contents "$package" | grep -cvE '^(-rw-r--r--|[-d]rwxr-xr-x|l)')"
done
check the_program_is_one_file 1 "$(holds "$program" '^-.* \./usr/bin/')"
check the_program_has_its_pages yes "$([ "$(holds "$program" '/man/man[15]/pgmarch.*gz$')" -gt 15 ] && echo yes)"
check the_program_has_no_library 0 "$(holds "$program" '\.so|\.h$')"
check the_library_is_a_file_and_a_link 2 "$(holds "$library" '/libpgmarch\.so\.0(\.[0-9.]+)?( ->|$)')"
check headers_have_a_link_pc_and_cmake 3 \
    "$(holds "$headers" '/libpgmarch\.so ->|/pkgconfig/pgmarch\.pc$|/cmake/pgmarch/pgmarchConfig\.cmake$')"
check headers_are_all_there "$(find "$root/include" -name '*.h' | wc -l)" "$(holds "$headers" '/include/pgmarch/.*\.h$')"

dpkg-deb --control "$library" "$work/control"
check the_loader_is_told 'activate-noawait ldconfig' "$(cat "$work/control/triggers")"
check nothing_else_is_run no "$([ -e "$work/control/postinst" ] && echo yes || echo no)"
check symbols_have_a_version " pgm_run_open@PGMARCH_0.1 0.1.0" "$(grep 'pgm_run_open@' "$work/control/symbols")"

"$root/packaging/sbom" "$build" "$work/sbom.json" "$work"/*.deb
"$root/tests/cli/sbom.py" "$work/sbom.json" "$program" "$library" || failed=1
exit $failed
