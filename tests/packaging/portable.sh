#!/usr/bin/env bash
# portable.sh PACKAGES BUILD CLUSTER_ENV: the portable archive runs where it lies, with its own libraries; in the root
# of the container, which has nothing else, it migrates a real database.
set -uo pipefail
# shellcheck source=tests/packaging/lib.sh
. "${0%/*}/lib.sh"

archive=$(echo "$packages"/pgmarch-*-linux-x64.tar.gz)
name=${archive##*/}
name=${name%.tar.gz}
version=${name#pgmarch-}
version=${version%-linux-x64}
mkdir "$work/a folder with spaces" "$work/migrations" "$work/not"
echo 'CREATE TABLE account (id int PRIMARY KEY);' >"$work/migrations/1_account.up.sql"
tar -xzf "$archive" -C "$work/a folder with spaces"
tree="$work/a folder with spaces/$name"
program=$tree/bin/pgmarch

# ---- what is in it ----

"$root/packaging/portable" --build "$build" --out "$work/again" >/dev/null
check the_same_bytes_come_out_again "$(sha256sum <"$archive")" "$(sha256sum <"$work/again/$name.tar.gz")"
check the_readme_has_five_lines 5 "$(wc -l <"$tree/README")"
check every_library_has_a_line_and_a_licence '' "$(cd "$tree" && for file in lib/pgmarch/*; do
    package=$(awk -F '\t' -v file="$file" '$1 == file { print $2 }' bundled.tsv)
    [ -s "licenses/$package/copyright" ] || echo "$file: $package"
done)"
check what_is_inside_the_program_is_told 'libjansson-dev libuv1-dev nettle-dev uthash-dev' \
    "$(awk -F '\t' '$1 == "bin/pgmarch" { print $2 }' "$tree/bundled.tsv" | sort | paste -sd ' ')"
check glibc_stays_the_systems '' "$(find "$tree/lib" -regex '.*/\(libc\|libm\|libresolv\|libdl\|libpthread\|ld-linux.*\)\.so.*')"
check it_has_its_manual yes "$([ -s "$tree/share/man/man1/pgmarch.1.gz" ] && echo yes)"
check it_has_completions 3 "$(find "$tree/share" -name pgmarch -path '*completions*' -o -name _pgmarch -o -name pgmarch.fish | wc -l)"

# ---- it runs where it lies ----

check it_runs_with_an_empty_environment "pgmarch $version" "$(env -i "$program" --version | head -n 1)"
ln -s "$program" "$work/link"
check it_runs_by_a_link "pgmarch $version" "$("$work/link" --version | head -n 1)"

# foreign: the libraries that the last command has loaded from elsewhere, but for glibc's
foreign() {
    sed -n 's/.*calling init: //p' "$work"/loaded.* | sort -u | grep -vF "$tree/bin/../lib/pgmarch/" |
        sed 's|.*/||' | grep -vE '^(ld-linux-x86-64|libc|libresolv|libm|libdl|libpthread|libnss_[a-z]*)\.so\.[0-9]$'
}
nobody=(status -u postgresql://127.0.0.1:1/x --connect-wait 1ms -d "$work/migrations")
env -i LD_DEBUG=files LD_DEBUG_OUTPUT="$work/loaded" "$work/link" "${nobody[@]}" >"$work/out" 2>&1
check libpq_was_really_loaded 1 "$(cat "$work"/loaded.* | grep -c "calling init: $tree/bin/../lib/pgmarch/libpq.so.5")"
check all_that_libpq_needs_is_its_own '' "$(foreign)"
echo 'no library' >"$work/not/libpq.so.5"
like its_own_libraries_come_before_all_others '*Connection refused*' \
    "$(env -i LD_LIBRARY_PATH="$work/not" "$program" "${nobody[@]}" 2>&1)"
if grep -q '^PGMARCH_NEON:BOOL=ON$' "$build/CMakeCache.txt"; then
    rm "$work"/loaded.*
    printf '[b]\ndiscover = neon\nproject = p-1\ndbname = a\nuser = a\ndiscover.timeout = 1s\n' >"$work/neon.conf"
    env -i NEON_API_KEY=k NEON_API_HOST=http://127.0.0.1:1/api/v2 LD_DEBUG=files LD_DEBUG_OUTPUT="$work/loaded" \
        "$program" status -t "$work/neon.conf" -d "$work/migrations" >"$work/out" 2>&1
    check libcurl_was_really_loaded 1 "$(cat "$work"/loaded.* | grep -c "calling init: $tree/bin/../lib/pgmarch/libcurl.so.4")"
    check all_that_libcurl_needs_is_its_own '' "$(foreign)"
fi

# ---- in a root that has glibc and the archive, and nothing else ----

"$root/packaging/container-root" "$archive" "$work/root"
check the_root_is_below_60_MB yes "$([ "$(du -sk "$work/root" | cut -f1)" -lt 60000 ] && echo yes)"
check nobody_else_can_write_there '' "$(find "$work/root" ! -type l -perm /022)"
check the_containerfile_is_in_order '' "$("${0%/*}/containerfile.py" "$root" "$work/root")"
cp -r "$work/migrations" "$work/root/srv/migrations"

# inside PROGRAM_ARGUMENT...: read-only, as the user of the Containerfile
inside() {
    # shellcheck disable=SC2016 # for the other shell
    (cd / && as_admin sh -ec '
        mount --bind "$1" "$1"
        mount -t proc proc "$1/proc"
        mount -o remount,bind,ro "$1"
        root=$1
        shift
        cd "$root/srv"
        exec chroot --userspec=65532:65532 "$root" /opt/pgmarch/bin/pgmarch "$@"' \
        inside "$work/root" "$@") 2>&1
}
url=$(database packaging_portable)
like without_a_server_it_validates 'validate: 1 migration*' "$(inside validate -d /srv/migrations)"
like it_migrates_by_TLS_and_password '*1 applied*' "$(inside up -u "$url" -d /srv/migrations)"
check the_table_is_there 1 "$(psql -XAtq -d packaging_portable -c 'SELECT count(*) FROM schema_migrations, to_regclass($$account$$) t WHERE t IS NOT NULL')"
like a_report_that_cannot_be_written_is_said_before '*cannot write "/srv/r.json" of --report*' \
    "$(inside up -u "$url" -d /srv/migrations --report /srv/r.json)"

# ---- what is broken is said ----

libraries=$work/root/opt/pgmarch/lib/pgmarch
mv "$libraries/libssl.so.3" "$work/"
check a_library_of_libpq_that_is_missing_has_a_name "pgmarch: libpq.so.5, which speaks to PostgreSQL, cannot be loaded: \
libssl.so.3: cannot open shared object file: No such file or directory; install libpq (Debian: libpq5), or the \
portable archive or npm package again, with all of its lib/pgmarch" "$(inside status -u "$url" -d /srv/migrations)"
mv "$work/libssl.so.3" "$libraries/"
rm "$libraries/libpq.so.5"
like without_libpq_it_says_so '*: libpq.so.5: cannot open shared object file*portable archive*' \
    "$(inside status -u "$url" -d /srv/migrations)"
sed 's/GLIBC_2\.34/GLIBC_2.99/g' "$program" >"$work/newer"
chmod 755 "$work/newer"
like an_older_glibc_is_named_by_the_loader "*libc.so.6: version \`GLIBC_2.99' not found*" "$("$work/newer" --version 2>&1)"
exit $failed
