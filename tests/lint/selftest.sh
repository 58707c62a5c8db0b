#!/usr/bin/env bash
# Each lint script passes a clean little tree and fails on each violation planted in it: a check
# that cannot fail proves nothing.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

# A tree with nothing to complain about.
fresh() {
    rm -rf "$tree"
    mkdir -p "$tree"/{include/pgmarch,src/{base,model,engine,pg,report,cli},tests/unit,scripts}
    cp "$here/../../.clang-format" "$here/../../.clang-tidy" "$tree/"
    printf '%s\n' '#ifndef PGMARCH_X_H' '#define PGMARCH_X_H' \
        '#define PGM_API __attribute__((visibility("default")))' \
        '/** PGM_API in a comment(x); is nothing. */' \
        'PGM_API int pgm_x(int a);' '#endif' >"$tree/include/pgmarch/x.h"
    printf '%s\n' '#include "pgmarch/x.h"' '' '#include <string.h>' '' \
        '/* strcpy(a, b); printf("x") in a comment */' \
        'int pgm_x(int a) {' '    return a + (int)strlen("malloc(1) // \"");' '}' \
        >"$tree/src/base/x.c"
    cp "$tree/src/base/x.c" "$tree/src/model/y.c"
    printf '%s\n' '#!/usr/bin/env bash' 'set -euo pipefail' 'echo fine' >"$tree/scripts/x"
}

# passes SCRIPT [ARG...]: the clean tree.
passes() {
    local script=$1 output
    shift
    if ! output=$("$here/$script.sh" "$tree" "$@" 2>&1); then
        printf '%s.sh complains about a clean tree:\n%s\n' "$script" "$output"
        failed=1
    fi
}

# fails SCRIPT TEXT [ARG...]: with TEXT in its findings.
fails() {
    local script=$1 text=$2 output
    shift 2
    if output=$("$here/$script.sh" "$tree" "$@" 2>&1); then
        printf '%s.sh does not see: %s\n' "$script" "$text"
        failed=1
    elif [[ $output != *"$text"* ]]; then
        printf '%s.sh fails, but does not say "%s":\n%s\n' "$script" "$text" "$output"
        failed=1
    fi
}

# plant FILE LINE...: a file with these lines in a fresh tree.
plant() {
    local file=$1
    shift
    fresh
    printf '%s\n' "$@" >"$tree/$file"
}

layers() {
    fresh
    passes layers
    plant src/model/bad.c '#include "engine/step.h"'
    fails layers 'src/model/bad.c:1: model must not include "engine/step.h"'
    plant src/report/bad.c '#include "model/plan.h"'
    fails layers 'report must not include'
    plant src/cli/bad.c '#include "fleet/run.h"'
    fails layers 'cli must not include'
    plant src/engine/bad.h '#include <uv.h>'
    fails layers 'engine must not include <uv.h>'
    plant src/cli/bad.c '#include <libpq-fe.h>'
    fails layers 'cli must not include <libpq-fe.h>'
    plant src/model/bad.c '#include <nettle/sha2.h>'
    fails layers 'model must not include <nettle/sha2.h>'
    plant src/engine/bad.c '' '#include <time.h>'
    fails layers 'src/engine/bad.c:2: engine is pure'
    plant src/model/bad.c '#include <sys/stat.h>'
    fails layers 'model is pure'
    plant include/pgmarch/bad.h '#include <uv.h>'
    fails layers 'pgmarch must not include <uv.h>'
    plant src/base/bad.c '#include "error.h"'
    fails layers 'write includes with their folder'
    plant src/pg/bad.c 'static void f(void) {' '    printf("x");' '}'
    fails layers 'src/pg/bad.c:2: only src/cli prints'
    plant src/base/bad.c 'static void f(FILE *x) {' '    g(stderr, x);' '}'
    fails layers 'standard streams'
    plant src/base/bad.c 'static void f(void) {' '    abort();' '}'
    fails layers 'ends the process'
    plant src/model/bad.c 'static int f(void) {' '    return rand();' '}'
    fails layers 'model is pure: no files'
    plant src/pg/bad.c 'static void f(PGconn *c) {' '    PQsendQuery(c, "");' '}'
    fails layers 'only src/pg/session.c calls libpq'
    plant src/pg/session.c 'static void f(PGconn *c) {' '    PQsendQuery(c, "");' '}'
    passes layers
    plant src/pg/session.c 'static void f(PGconn *c) {' '    PQcancelCreate(c);' '}'
    fails layers 'only src/pg/cancel.c sends cancel requests'
    plant src/pg/cancel.c 'static void f(PGconn *c) {' '    PQcancelCreate(c);' '}'
    passes layers
    plant src/cli/good.c 'static void f(void) {' '    printf("x");' '}'
    passes layers
    plant src/base/good.c 'static void f(void) {' '    my_printf("x");' '    snprintf(a, 1, b);' '}'
    passes layers
}

headers() {
    fresh
    passes headers
    plant src/base/bad.h 'size_t f(void);'
    fails headers 'src/base/bad.h:1: does not compile alone'
    plant include/pgmarch/bad.h 'int f(int class);'
    fails headers 'does not compile as C++'
}

banned() {
    fresh
    passes banned
    plant src/pg/bad.c '' 'static void f(char *a) {' '    strcpy(a, "x");' '}'
    fails banned 'src/pg/bad.c:3: banned call'
    plant tests/unit/bad.c 'static int f(char *a) {' '    return atoi (a);' '}'
    fails banned 'tests/unit/bad.c:2: banned call'
    plant src/pg/bad.c 'static void *f(void) {' '    return malloc(1);' '}'
    fails banned 'allocation goes through'
    plant src/base/mem.c 'static void *f(void) {' '    return malloc(1);' '}'
    passes banned
    plant src/pg/good.c 'static void f(s *a) {' '    a->free(pgm__malloc(1));' '}'
    passes banned
}

sizes() {
    fresh
    passes sizes
    plant src/base/bad.c 'static int f(int a,' '             int b) {' "$(yes '    a++;' | head -n 57)" '}'
    passes sizes
    plant src/base/bad.c 'static int f(int a,' '             int b) {' "$(yes '    a++;' | head -n 58)" '}'
    fails sizes 'src/base/bad.c:1: function of 61 lines'
    plant src/base/bad.c "$(yes '// x' | head -n 601)"
    fails sizes 'file of 601 lines'
    plant src/base/good.c 'static const int a[] = {' "$(yes '    1,' | head -n 90)" '};'
    passes sizes
}

symbols() {
    fresh
    gcc -shared -fPIC -fvisibility=hidden -I"$tree/include" "$tree/src/base/x.c" -o "$tree/x.so"
    passes symbols "$tree/x.so"
    gcc -shared -fPIC -I"$tree/include" -x c - -o "$tree/x.so" \
        <<<'int pgm_x(int a) { return a; } int pgm__inner(void) { return 1; }'
    fails symbols 'pgm__inner: exported' "$tree/x.so"
    gcc -shared -fPIC -fvisibility=hidden -x c - -o "$tree/x.so" <<<'int pgm_x(int a) { return a; }'
    fails symbols 'pgm_x: PGM_API, but' "$tree/x.so"
}

format() {
    fresh
    passes format
    plant src/base/bad.c 'int  f( void ){ return 1; }'
    fails format 'src/base/bad.c:1'
}

tidy_tree() {
    printf '[{"directory": "%s", "file": "%s/src/base/bad.c", "command": "cc -c src/base/bad.c"}]' \
        "$tree" "$tree" >"$tree/compile_commands.json"
}

tidy() {
    plant src/base/bad.c 'int f(int a) {' '    return a;' '}'
    tidy_tree
    passes tidy "$tree"
    plant src/base/bad.c 'int f(int a) {' '    if (a)' '        return 1;' '    return 0;' '}'
    tidy_tree
    fails tidy 'statement should be inside braces' "$tree"
    plant src/base/bad.c 'int f(void) {' '    int *p = 0;' '    return *p;' '}'
    tidy_tree
    fails tidy 'null pointer' "$tree"
    rm "$tree/src/base/bad.c"
    fails tidy 'no source' "$tree"
}

cppcheck() {
    fresh
    passes cppcheck
    plant src/base/bad.c 'int f(void) {' '    int a[2];' '    a[2] = 1;' '    return a[2];' '}'
    fails cppcheck 'out of bounds'
}

shell() {
    fresh
    passes shell
    plant scripts/bad '#!/usr/bin/env bash' 'echo x'
    fails shell 'scripts/bad:1: no "set -euo pipefail"'
    plant scripts/bad '#!/usr/bin/env bash' 'set -euo pipefail' 'if'
    fails shell 'scripts/bad'
}

# counts EXPECTED LINE...: what scripts/count makes of ctest's file on these tests.
counts() {
    local expected=$1 got
    shift
    rm -rf "$tree"
    mkdir -p "$tree"
    printf '%s\n' "$@" >"$tree/CTestTestfile.cmake"
    ctest --test-dir "$tree" --output-junit tests.xml >/dev/null 2>&1 || true
    got=$("$here/../../scripts/count" "$tree/tests.xml")
    if [ "$got" != "$expected" ]; then
        printf 'count: "%s", not "%s", for:\n' "$got" "$expected"
        printf '    %s\n' "$@"
        failed=1
    fi
}

count() {
    counts '1 0' 'add_test(a true)'
    counts '0 1' 'add_test(a false)'
    counts '1 0' 'add_test(a true)' 'add_test(cluster_start true)'
    counts '3 0' 'add_test(a echo "[  PASSED  ] 3 test(s).")'
    counts '2 2' 'add_test(a sh -c "echo \"[  PASSED  ] 2 test(s).\"; echo \"[  FAILED  ] 2 test(s)\"; false")'
    counts '3 1' 'add_test(a sh -c "echo \"[  PASSED  ] 3 test(s).\"; false")'
    counts '1 0' 'add_test(a echo yes)' 'set_tests_properties(a PROPERTIES PASS_REGULAR_EXPRESSION yes)'
    counts '0 1' 'add_test(a echo no)' 'set_tests_properties(a PROPERTIES PASS_REGULAR_EXPRESSION yes)'
    counts '0 1' 'add_test(a sleep 5)' 'set_tests_properties(a PROPERTIES TIMEOUT 1)'
    counts '0 1' 'add_test(a "/nowhere")'
}

count
layers
headers
banned
sizes
symbols
format
tidy
cppcheck
shell
exit $failed
