# shellcheck shell=bash disable=SC2034 # what the tests of this folder have in common
# They are called as NAME.sh PACKAGES BUILD CLUSTER_ENV: where packaging/portable has written, the build that it was
# made of, and the cluster of the tests.

root=$(readlink -f "${BASH_SOURCE[0]%/*}/../..")
packages=$1
build=$2
unset "${!PGMARCH@}" "${!PG@}" DATABASE_URL NO_COLOR CI "${!GITHUB@}" "${!NPM@}" "${!npm@}"
export LC_ALL=C.UTF-8
set -a
# shellcheck source=/dev/null
. "$3"
set +a
unset "${!PGMARCH@}"
# shellcheck source=tests/support/check.sh
. "$root/tests/support/check.sh"
work=$(mktemp -d)
chmod 755 "$work" # also for who is not root
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# database NAME: an empty one; prints its URL for a user with a password, by TLS.
database() {
    psql -Xq -d postgres -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1 OWNER pw_user" >/dev/null 2>&1
    printf 'postgresql://pw_user:pw_secret@127.0.0.1:%s/%s?sslmode=require\n' "$PGPORT" "$1"
}

# as_admin COMMAND...: with mounts of its own, as root or as one who may make himself root of a namespace
as_admin() {
    if [ "$(id -u)" = 0 ]; then
        unshare --mount --pid --fork --kill-child "$@"
    else
        unshare --map-root-user --mount --pid --fork --kill-child "$@"
    fi
}
