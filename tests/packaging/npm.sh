#!/usr/bin/env bash
# npm.sh PACKAGES BUILD CLUSTER_ENV: the npm packages, installed from the packed files into an empty Node project on a
# system without libpq, migrate a real database; signals and exit codes go through; what is not there is said.
set -uo pipefail
# shellcheck source=tests/packaging/lib.sh
. "${0%/*}/lib.sh"

tree=$(echo "$packages"/pgmarch-*-linux-x64)
version=${tree##*/pgmarch-}
version=${version%-linux-x64}
"$root/tests/engines/deps" npm # TypeScript
"$root/packaging/npm/pack" "$tree" "$work/packed" >/dev/null
main=$work/packed/pgmarch-$version.tgz
platform=$work/packed/pgmarch-linux-x64-$version.tgz
export npm_config_cache=$work/cache npm_config_offline=true npm_config_audit=false npm_config_fund=false \
    npm_config_update_notifier=false npm_config_loglevel=error

# without_libpq COMMAND...: where the system has none
without_libpq() {
    # shellcheck disable=SC2016 # for the other shell
    as_admin bash -ec 'mount --bind /dev/null "$1"; shift; exec "$@"' without \
        "$(readlink -f "$(pkg-config --variable=libdir libpq)/libpq.so.5")" "$@"
}

mkdir -p "$work/shop/migrations"
cd "$work/shop" || exit 1
echo 'CREATE TABLE account (id int PRIMARY KEY);' >migrations/1_account.up.sql
printf '{"name": "shop", "private": true, "scripts": {"migrate:up": "pgmarch up", "migrate": "pgmarch"}}\n' >package.json
DATABASE_URL=$(database packaging_npm)
export DATABASE_URL

# ---- installed and used ----

check it_is_installed_without_asking_anybody 0 "$(npm install --save-dev "$main" "$platform" >"$work/log" 2>&1; echo $?)"
check both_packages_are_of_the_project '{"@pgmarch/linux-x64":"file","pgmarch":"file"}' "$(node -p '
    const all = require("./package.json").devDependencies;
    JSON.stringify(Object.fromEntries(Object.keys(all).sort().map((name) => [name, all[name].split(":")[0]])))')"
check nothing_runs_when_it_is_installed '' "$(grep -l '"\(pre\|post\)\?install"' node_modules/{pgmarch,@pgmarch/linux-x64}/package.json)"
like there_is_no_libpq_on_the_system '*libpq.so.5*file too short*' "$(without_libpq "$build/src/pgmarch" status 2>&1)"
like npm_run_migrates_without_libpq_on_the_system '*1 applied*' "$(without_libpq npm run migrate:up 2>&1)"
check the_table_is_there 1 "$(psql -XAtq -d packaging_npm -c 'SELECT count(*) FROM schema_migrations')"
check npx_knows_it "pgmarch $version" "$(npx pgmarch --version | head -n 1)"
check the_exit_code_is_the_programs 2 "$(npm run migrate -- up --nonsense >/dev/null 2>&1; echo $?)"
like arguments_go_through_as_they_are 'pgmarch: there is no folder "a  b$HOME"; *' "$(npm run --silent migrate -- \
    up -d 'a  b$HOME' 2>&1)"

# ---- from a program ----

cat >use.mjs <<'JS'
import {run} from 'pgmarch';
const {code, report} = await run(['status', '--exit-code']);
console.log(code, report.targets.length, report.targets[0].name);
const wrong = await run(['up', '--nonsense'], {stderr: 'ignore'});
console.log(wrong.code, wrong.report);
JS
node use.mjs >"$work/used" 2>&1
check index_reads_the_report "0 1 packaging_npm
2 null" "$(cat "$work/used")"

cat >use.ts <<'TS'
import {run, RunReport, StatusReport, Result} from 'pgmarch';
const one: Promise<Result<RunReport>> = run<RunReport>(['up'], {cwd: '.', stderr: 'ignore'});
one.then(({code, report}) => [code === 0, report?.run.counts['up-to-date'].toFixed()]);
TS
{
    printf 'const status: StatusReport = '
    npx pgmarch status --format json
    printf ';\nconst done: RunReport = '
    npx pgmarch up --format json
} >>use.ts 2>/dev/null
tsc() {
    node "$root/build/node/node_modules/typescript/bin/tsc" --noEmit --strict --moduleResolution node --module esnext \
        --target es2020 use.ts
}
check real_reports_have_the_types '' "$(tsc)"
sed -i 's/"up-to-date":/"up-to-data":/' use.ts
like reports_of_another_kind_have_not "*'\"up-to-data\"'*" "$(tsc)"

# ---- signals ----

echo 'SELECT pg_sleep(600);' >migrations/2_slow.up.sql
slow="SELECT count(*) FROM pg_stat_activity WHERE datname = 'packaging_npm' AND wait_event = 'PgSleep'"

# await_slow COUNT: until so many are at the slow migration
await_slow() {
    timeout 120 bash -c "until [ \"\$(psql -XAtq -d packaging_npm -c \"$slow\")\" = $1 ]; do sleep 0.1; done" || true
}

# interrupted COMMAND...: in a group of its own, as a terminal has it; Ctrl-C when the server is at the slow migration.
# npm and npx hear it too, and may be gone before the program is.
interrupted() {
    local status=0 leader
    set -m
    "$@" >"$work/interrupted" 2>&1 &
    leader=$!
    set +m
    await_slow 1
    kill -INT -- "-$leader"
    wait "$leader" || status=$?
    await_slow 0
    timeout 120 bash -c "while kill -0 -- -$leader 2>/dev/null; do sleep 0.1; done" || true
    echo "$status $(psql -XAtq -d packaging_npm -c "$slow")"
}
check ctrl_c_ends_the_command '130 0' "$(interrupted npx pgmarch up)"
like ctrl_c_leaves_a_report '*cancelled*' "$(cat "$work/interrupted")"
check ctrl_c_ends_npm_run '130 0' "$(interrupted npm run migrate:up)"
cat >stop.mjs <<'JS'
import {run} from 'pgmarch';
import {setTimeout} from 'node:timers/promises';
const stopped = new AbortController();
const running = run(['up'], {signal: stopped.signal, stderr: 'ignore'});
process.once('SIGUSR1', () => stopped.abort());
console.log('ready');
const {code, report} = await running;
console.log(code, report.run.counts.cancelled);
JS
node stop.mjs >"$work/stopped" 2>&1 &
node=$!
await_slow 1
kill -USR1 $node
wait $node
check abort_ends_a_run_with_its_report "130 1" "$(tail -n 1 "$work/stopped")"
rm migrations/2_slow.up.sql

# ---- as others lay packages out ----

# pnpm: what the project names is a link into a store, where the package has its own beside it.
store=$work/pnpm/node_modules/.pnpm/pgmarch@$version/node_modules
mkdir -p "$store/@pgmarch"
cp -r node_modules/pgmarch "$store/pgmarch"
cp -r node_modules/@pgmarch/linux-x64 "$store/@pgmarch/linux-x64"
ln -s ".pnpm/pgmarch@$version/node_modules/pgmarch" "$work/pnpm/node_modules/pgmarch"
check pnpm_finds_it "pgmarch $version" "$(cd "$work/pnpm" && node_modules/pgmarch/bin/pgmarch --version 2>&1 | head -n 1)"
# A workspace: the package is a member's, what it needs has been put further up.
mkdir -p "$work/shop/members/a/node_modules"
mv node_modules/pgmarch members/a/node_modules/pgmarch
check a_workspace_finds_it "pgmarch $version" "$(members/a/node_modules/pgmarch/bin/pgmarch --version 2>&1 | head -n 1)"
mv members/a/node_modules/pgmarch node_modules/pgmarch
# Global: the command is a link from another folder.
ln -s "$work/shop/node_modules/pgmarch/bin/pgmarch" "$work/pgmarch"
check a_link_from_anywhere_finds_it "pgmarch $version" "$("$work/pgmarch" --version 2>&1 | head -n 1)"

# ---- what is not there ----

rm -r node_modules/@pgmarch
like a_missing_package_has_a_name '*@pgmarch/linux-x64*is not installed*npm install --include=optional' "$(npx pgmarch up 2>&1)"
check without_the_package_nothing_is_done 2 "$(npx pgmarch up >/dev/null 2>&1; echo $?)"
mkdir "$work/other"
printf '#!/bin/sh\ncase $1 in -s) echo Darwin ;; -m) echo arm64 ;; esac\n' >"$work/other/uname"
chmod 755 "$work/other/uname"
like another_platform_is_named '*no package for Darwin on arm64, only for Linux on x86_64*' \
    "$(PATH=$work/other:$PATH node_modules/.bin/pgmarch up 2>&1)"
sed -i 's|/lib64/ld-linux-x86-64.so.2|/nowhere/ld-linux-x86-64.so.2|' node_modules/pgmarch/bin/pgmarch
like a_system_without_glibc_is_told_so '*has no glibc*' "$(node_modules/.bin/pgmarch up 2>&1)"
check the_launcher_passes_shellcheck '' "$(shellcheck "$root/packaging/npm/launcher")"
exit $failed
