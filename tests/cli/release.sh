#!/usr/bin/env bash
# release.sh ROOT: scripts/release --dry-run, but for the packages, on a copy of this project with a history of its
# own: the source tarball, what it would tag, and what holds a release up.
set -uo pipefail
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/support/check.sh
. "${0%/*}/../support/check.sh"

# What is committed there, and here not yet, too.
mkdir "$work/project"
cd "$root" || exit 1
if [ -e .git ]; then
    git ls-files -co --exclude-standard -z | xargs -0 ls -d 2>/dev/null | tr '\n' '\0'
else
    find . -path './build*' -prune -o -type f -print0
fi | xargs -0 cp --parents -t "$work/project"
cd "$work/project" || exit 1
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
commit() {
    git add --all
    GIT_COMMITTER_DATE='2026-01-01T00:00:00Z' git -c user.name=tests -c user.email=tests@localhost \
        commit --quiet --allow-empty --message "$1"
}
git init --quiet
commit first

release() { scripts/release "$@" >"$work/out" 2>&1; echo $?; }
says() { grep -cF -- "$1" "$work/out"; }
version=$(sed -n 's/^project(pgmarch VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
major=${version%%.*}

check a_dry_run_is_made 0 "$(release --dry-run --sources "$work/one")"
check it_says_what_it_would_tag 1 "$(says "would tag $(git rev-parse --short HEAD) as v$version, with:")"
check it_tells_the_changes 1 "$(grep -c '^### Added' "$work/out")"
check nothing_is_tagged '' "$(git tag)"
check the_sums_are_right 0 "$(cd "$work/one" && sha256sum --check --quiet SHA256SUMS; echo $?)"
mkdir "$work/unpacked"
tar -xzf "$work/one/pgmarch-$version.tar.gz" -C "$work/unpacked"
check the_tarball_holds_what_is_committed '' \
    "$(diff -r --exclude=.git "$work/project" "$work/unpacked/pgmarch-$version" 2>&1 | head -3)"
(umask 077 && TZ=Asia/Kathmandu scripts/release --dry-run --sources "$work/two" >"$work/log" 2>&1) || cat "$work/log"
check the_tarball_is_the_same_bytes_again yes \
    "$(cmp "$work/one/pgmarch-$version.tar.gz" "$work/two/pgmarch-$version.tar.gz" && echo yes)"
check what_is_there_is_not_overwritten "1 1" "$(release --dry-run --sources "$work/one") $(says 'is not empty')"

# What holds it up.
echo >>README.md
check uncommitted_work "1 1" "$(release --dry-run --sources "$work/bad") $(says 'not committed:  M README.md')"
git checkout --quiet README.md
sed -i "s/^## \[$version\] - .*/## [$version] - Unreleased/" CHANGELOG.md
commit unreleased
check no_date_in_a_dry_run "0 1" "$(release --dry-run --sources "$work/three") $(says 'has no date')"
check no_date "1 1" "$(release --sources "$work/bad") $(says 'has no date')"
sed -i "s/^## \[$version\] - .*/## [$version] - 2099-01-01/" CHANGELOG.md
commit later
check a_date_to_come "1 1" "$(release --dry-run --sources "$work/bad") $(says 'a date to come')"
sed -i "s/^## \[$version\] - .*/## [$version] - 2026-01-01/" CHANGELOG.md
sed -i "s/^project(pgmarch VERSION $version/project(pgmarch VERSION $((major + 1)).0.0/" CMakeLists.txt
commit raised
check a_version_without_changes "1 1" "$(release --dry-run --sources "$work/bad") $(says "and not of $((major + 1)).0.0")"
check nothing_is_left_of_it no "$([ -e "$work/bad" ] && echo yes || echo no)"
sed -i "s/^project(pgmarch VERSION $((major + 1)).0.0/project(pgmarch VERSION $version/" CMakeLists.txt
commit back

# And the tag.
git config user.name tests && git config user.email tests@localhost
check a_release_is_made 0 "$(release --sources "$work/four")"
check it_is_tagged "v$version" "$(git tag)"
check the_tag_tells_the_changes 1 "$(git tag --list --format='%(contents)' | grep -c '^### Added')"
check once "1 1" "$(release --sources "$work/bad") $(says "v$version is there already")"
exit $failed
