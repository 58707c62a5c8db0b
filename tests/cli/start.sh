#!/usr/bin/env bash
# start.sh PROGRAM [neon]: which libraries a command has loaded, as the loader itself tells it, and what is said
# where one of them is missing.
set -uo pipefail
export LC_ALL=C.UTF-8

program=$1
with_neon=${2-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset "${!PGMARCH@}" DATABASE_URL NO_COLOR CI "${!GITHUB@}"
# shellcheck source=tests/support/check.sh
. "${0%/*}/../support/check.sh"

# loads LIBRARY WORD...: yes, when the loader has looked for it before the command with these words ended.
loads() {
    local library=$1
    shift
    rm -rf "$work/log"
    mkdir "$work/log"
    LD_DEBUG=files LD_DEBUG_OUTPUT=$work/log/loader "$program" "$@" >"$work/out" 2>&1
    grep -qF 'file=libc.so.6' "$work"/log/* || echo 'the loader tells nothing'
    grep -qF "file=$library" "$work"/log/* && echo yes || echo no
}

mkdir "$work/migrations"
echo 'CREATE TABLE a ();' >"$work/migrations/20240101000000_a.up.sql"
nobody=(status -u postgresql://127.0.0.1:1/x --connect-wait 1ms -d "$work/migrations")

for library in libpq.so.5 libldap libgnutls libgssapi_krb5 libcrypto.so libcurl.so.4; do
    check "the_version_needs_no_$library" no "$(loads "$library" --version)"
    check "help_needs_no_$library" no "$(loads "$library" help up)"
    check "validate_needs_no_$library" no "$(loads "$library" validate -d "$work/migrations")"
done
check a_url_needs_libpq yes "$(loads libpq.so.5 "${nobody[@]}")"
check a_url_needs_no_libcurl no "$(loads libcurl.so.4 "${nobody[@]}")"
check a_url_was_really_tried yes "$(grep -qF 'Connection refused' "$work/out" && echo yes || echo no)"

# What lies where the loader looks first is not that library.
missing() { # missing LIBRARY WORD...
    mkdir -p "$work/not"
    echo 'no library' >"$work/not/$1"
    LD_LIBRARY_PATH=$work/not "$program" "${@:2}" >"$work/out" 2>"$work/err"
    echo $?
    rm -r "$work/not"
}

check without_libpq_nothing_is_tried 2 "$(missing libpq.so.5 "${nobody[@]}")"
check that_libpq_is_missing_is_said \
    "pgmarch: libpq.so.5, which speaks to PostgreSQL, cannot be loaded: $work/not/libpq.so.5: file too short; install \
libpq (Debian: libpq5), or the portable archive or npm package again, with all of its lib/pgmarch" "$(cat "$work/err")"
check without_libpq_migrations_are_validated 0 "$(missing libpq.so.5 validate -d "$work/migrations")"

# What the program is made of is said by the libraries themselves.
about() { # about LIBRARY: its version, and the file's name
    "$program" --version --verbose | sed -n "s|^$1: \([^ ,]*\).*/\([^/]*\)) *\$|\1 \2|p"
}
check the_version_is_its_first_line "$("$program" --version)" "$("$program" --version -v | head -n 1)"
check the_command_says_the_same "$("$program" --version -v)" "$("$program" version --verbose)"
check libpq_is_named "$(pkg-config --modversion libpq) libpq.so.5" "$(about libpq)"
check tls_is_named "OpenSSL libcrypto.so.3" "$(about TLS)"
check libuv_is_named "$(pkg-config --modversion libuv) libuv.so.1" "$(about libuv)"
check jansson_is_named "$(pkg-config --modversion jansson) libjansson.so.4" "$(about jansson)"
nettle=$(pkg-config --modversion nettle | cut -d. -f1-2) # of its third number there is no function
check nettle_is_named "$nettle libnettle.so.8" "$(about nettle)"
check libc_is_named "glibc libc.so.6" "$(about libc)"
check the_build_is_named 1 "$("$program" --version -v | grep -cE '^build: [A-Za-z]+, [A-Za-z]+ [0-9.]+, ')"
check without_libpq_the_version_is_told 0 "$(missing libpq.so.5 --version -v)"
check that_it_is_missing_is_a_line \
    "libpq: cannot be loaded: $work/not/libpq.so.5: file too short; install libpq (Debian: libpq5)" \
    "$(grep '^libpq' "$work/out")"

if [ "$with_neon" = neon ]; then
    check libcurl_is_named "$(pkg-config --modversion libcurl) libcurl.so.4" "$(about libcurl)"
    check without_libcurl_the_version_is_told 0 "$(missing libcurl.so.4 --version -v)"
    check that_libcurl_is_missing_is_a_line 1 "$(grep -c '^libcurl: cannot be loaded: .*libcurl4)$' "$work/out")"
    export NEON_API_KEY=k NEON_API_HOST=http://127.0.0.1:1/api/v2
    cat >"$work/neon.conf" <<'CONF'
[branches]
discover = neon
project = p-1
dbname = app
user = app
discover.timeout = 1s
CONF
    branches=(status -t "$work/neon.conf" -d "$work/migrations")
    check branches_need_libcurl yes "$(loads libcurl.so.4 "${branches[@]}")"
    check without_libcurl_nothing_is_asked 2 "$(missing libcurl.so.4 "${branches[@]}")"
    check what_is_missing_has_a_name \
        "pgmarch: $work/neon.conf:1: [branches]: libcurl.so.4, which the Neon API is asked by, cannot be loaded: \
$work/not/libcurl.so.4: file too short; install libcurl (Debian: libcurl4), or the portable archive or npm \
package again, with all of its lib/pgmarch" "$(cat "$work/err")"
    check without_libcurl_all_else_works 0 "$(missing libcurl.so.4 validate -d "$work/migrations")"
fi
exit $failed
