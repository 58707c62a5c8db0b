#!/usr/bin/env bash
# Each lint script passes a clean little tree and fails on each violation planted in it: a check
# that cannot fail proves nothing.
#
#   tests/lint/selftest.sh [quick | PART...]      tests/lint/selftest.sh tidy tidy_remembers
#
# quick: the parts that take seconds; scripts/sweep --lints has all.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

# A tree with nothing to complain about.
fresh() {
    rm -rf "$tree"
    mkdir -p "$tree"/{docs/inside,tests/unit,scripts}
    cp "$here/../../docs/inside/architecture.md" "$tree/docs/inside/"
    sed -n 's/^| `\([a-z/]*\)`.*/\1/p' "$tree/docs/inside/architecture.md" |
        (cd "$tree" && xargs mkdir -p)
    cp "$here/../../.clang-format" "$here/../../.clang-tidy" "$tree/"
    printf '%s\n' '#ifndef PGMARCH_X_H' '#define PGMARCH_X_H' \
        '#define PGM_API __attribute__((visibility("default")))' \
        '/** PGM_API in a comment(x); is nothing. */' \
        'PGM_API int pgm_x(int a);' '#endif' >"$tree/include/pgmarch/x.h"
    printf '%s\n' '#include "pgmarch/x.h"' '' '#include <string.h>' '' \
        '/* strcpy(a, b); printf("x") in a comment */' \
        'int pgm_x(int a) {' '    return a + (int)strlen("malloc(1) // \"");' '}' \
        >"$tree/src/base/x.c"
    cp "$tree/src/base/x.c" "$tree/src/model/files/y.c"
    printf '%s\n' '#!/usr/bin/env bash' 'set -euo pipefail' 'echo fine' >"$tree/scripts/x"
}

# lint SCRIPT [ARG...]: runs it over the tree.
lint() {
    local script=$here/$1.sh
    [ -f "$script" ] || script=$here/$1.py
    "$script" "$tree" "${@:2}" 2>&1
}

# passes SCRIPT [ARG...]: the clean tree.
passes() {
    local script=$1 output
    if ! output=$(lint "$@"); then
        printf '%s complains about a clean tree:\n%s\n' "$script" "$output"
        failed=1
    fi
}

# fails SCRIPT TEXT [ARG...]: with TEXT in its findings.
fails() {
    local script=$1 text=$2 output
    shift 2
    if output=$(lint "$script" "$@"); then
        printf '%s does not see: %s\n' "$script" "$text"
        failed=1
    elif [[ $output != *"$text"* ]]; then
        printf '%s fails, but does not say "%s":\n%s\n' "$script" "$text" "$output"
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

# row FOLDER TEXT: the table's row of this folder becomes this text; "" takes it out.
row() {
    local table=$tree/docs/inside/architecture.md
    awk -v folder="| \`$1/\` " -v text="$2" '
        index($0, folder) == 1 { if (text != "") print text; next }
        { print }' "$table" >"$tree/table"
    mv "$tree/table" "$table"
}

# Which folder may include which: the table's rows, each kind of violation once.
layers_table() {
    fresh
    passes layers
    plant src/model/sql/bad.c '#include "engine/step.h"'
    fails layers 'src/model/sql/bad.c:1: model/sql must not include "engine/step.h"'
    plant src/model/sql/bad.c '#include "model/files/migrations.h"'
    fails layers 'model/sql must not include "model/files/migrations.h": it may use base'
    plant src/pg/exchange/bad.c '#include "pg/link/session.h"'
    fails layers 'pg/exchange must not include "pg/link/session.h"'
    plant src/pg/link/bad.h '#include "pg/march/march.h"'
    fails layers 'pg/link must not include "pg/march/march.h"'
    plant src/report/page/bad.c '#include "report/text/sections.h"'
    fails layers 'report/page must not include'
    plant src/report/text/bad.c '#include "model/plan/plan.h"'
    fails layers 'report/text must not include'
    plant src/cli/cmd/bad.c '#include "fleet/run_data.h"'
    fails layers 'cli/cmd must not include'
    plant src/base/bad.c '#include "error.h"'
    fails layers 'write includes with their folder'
    plant src/model/bad.c 'int x;'
    fails layers 'src/model/bad.c:1: folder "model" is not in the table'
    plant src/pg/link/good.c '#include "pg/exchange/reply.h"' '#include "pg/link/session.h"'
    passes layers
    plant src/discover/good.c '#include "model/targets/targets.h"'
    passes layers
}

# The table is read, not copied: what it says counts.
layers_row() {
    plant src/model/sql/x.c '#include "engine/step.h"'
    row src/model/sql '| `src/model/sql/` | x | base, engine | pure |'
    passes layers
    row src/model/sql ''
    fails layers 'folder "model/sql" is not in the table'
    fresh
    rmdir "$tree/src/pg/march"
    fails layers 'there is no folder "pg/march"'
    row src/pg/march '| `src/pg/march/` | planned: x | base | |'
    passes layers
    row src/pg/march ''
    passes layers
}

layers_libraries() {
    plant src/engine/bad.h '#include <uv.h>'
    fails layers 'engine must not include <uv.h>'
    plant src/pg/exchange/bad.h '#include <libpq-fe.h>'
    fails layers 'pg/exchange must not include <libpq-fe.h>'
    plant src/pg/conninfo/bad.h '#include <uv.h>'
    fails layers 'pg/conninfo must not include <uv.h>'
    plant src/cli/bad.c '#include <libpq-fe.h>'
    fails layers 'cli must not include <libpq-fe.h>'
    plant src/model/files/bad.c '#include <nettle/sha2.h>'
    fails layers 'model/files must not include <nettle/sha2.h>'
    plant src/model/files/bad.c '#include <uthash.h>'
    fails layers 'model/files must not include <uthash.h>'
    plant src/report/text/bad.c '#include <jansson.h>'
    fails layers 'report/text must not include <jansson.h>'
    plant src/fleet/bad.c '#include <curl/curl.h>'
    fails layers 'fleet must not include <curl/curl.h>'
    plant include/pgmarch/bad.h '#include <uv.h>'
    fails layers 'pgmarch must not include <uv.h>'
}

layers_purity() {
    plant src/engine/bad.c '' '#include <time.h>'
    fails layers 'src/engine/bad.c:2: engine is pure'
    plant src/model/plan/bad.c '#include <sys/stat.h>'
    fails layers 'model/plan is pure'
    plant src/pg/exchange/bad.c 'static int f(void) {' '    return rand();' '}'
    fails layers 'pg/exchange is pure: no files'
    plant src/report/json/good.c '#include <time.h>'
    passes layers
}

layers_calls() {
    plant src/pg/link/bad.c 'static void f(void) {' '    printf("x");' '}'
    fails layers 'src/pg/link/bad.c:2: only src/cli prints'
    plant src/base/bad.c 'static void f(FILE *x) {' '    g(stderr, x);' '}'
    fails layers 'standard streams'
    plant src/pg/bad.c 'int f(void) { return setenv("A", "b", 0); }'
    fails layers 'src/pg/bad.c:1: only src/cli/main.c changes the environment'
    plant src/base/bad.c 'static void f(void) {' '    abort();' '}'
    fails layers 'ends the process'
    plant src/pg/march/bad.c 'static void f(PGconn *c) {' '    PQsendQuery(c, "");' '}'
    fails layers 'only src/pg/link/session.c calls libpq'
    plant src/pg/link/session.c 'static void f(PGconn *c) {' '    PQsendQuery(c, "");' '}'
    passes layers
    plant src/pg/link/session.c 'static void f(PGconn *c) {' '    PQcancelCreate(c);' '}'
    fails layers 'only src/pg/link/cancel*.c send cancel requests'
    plant src/pg/link/cancel_thread.c 'static void f(PGconn *c) {' '    PQcancelCreate(c);' '}'
    passes layers
    plant src/pg/link/handshake.c 'static void f(PGconn *c) {' '    PQconnectPoll(c);' '}'
    passes layers
    plant src/pg/conninfo/bad.c 'static void f(PGconn *c) {' '    PQhost(c);' '}'
    fails layers 'pg/conninfo reads defaults and connection strings'
    plant src/pg/conninfo/good.c 'static void f(void) {' '    x = PQconndefaults();' '}'
    passes layers
    plant src/cli/good.c 'static void f(void) {' '    printf("x");' '}'
    passes layers
    plant src/base/good.c 'static void f(void) {' '    my_printf("x");' '    snprintf(a, 1, b);' '}'
    passes layers
}

# objects BUILD: compiles the tree's sources as the build does.
objects() {
    local file object
    for file in $(cd "$tree/src" && find . -name '*.c'); do
        object=$1/src/CMakeFiles/objects.dir/$file.o
        mkdir -p "$(dirname "$object")"
        gcc -c -I"$tree/include" -I"$tree/src" "$tree/src/$file" -o "$object"
    done
}

circles() {
    local build=$tree/build
    plant src/base/a.c 'int b(void);' 'int a(void) { return b(); }' 'int twice(void) { return a(); }'
    printf '%s\n' 'int c(void);' 'int b(void) { return c(); }' >"$tree/src/base/b.c"
    printf '%s\n' 'int c(void) { return 1; }' >"$tree/src/base/c.c"
    rm "$tree/src/model/files/y.c"
    objects "$build"
    passes circles "$build"
    printf '%s\n' 'int a(void);' 'int c(void) { return a(); }' >"$tree/src/base/c.c"
    objects "$build"
    fails circles 'src/base/a.c:1: 3 files call each other: base/a base/b base/c' "$build"
    fails circles 'base/c -> base/a: needs a' "$build"
    rm "$build/src/CMakeFiles/objects.dir/./base/b.c.o"
    fails circles 'src/base/b.c:1: no object of it' "$build"
}

circles_include() {
    local build=$tree/build
    plant src/base/a.h 'typedef int a;'
    printf '%s\n' '#include "base/a.h"' 'typedef a b;' >"$tree/src/base/b.h"
    printf '%s\n' '#include "base/a.h"' >"$tree/src/base/a.c"
    printf '%s\n' '#include "base/b.h"' >"$tree/src/base/b.c"
    rm "$tree/src/model/files/y.c"
    objects "$build"
    passes circles "$build"
    printf '%s\n' '#include "base/b.h"' >>"$tree/src/base/a.c"
    fails circles '2 files include each other: base/a base/b' "$build"
    fails circles 'base/a -> base/b: a.c includes base/b.h' "$build"
}

homes() {
    local build=$tree/build
    plant src/base/a.h '/**' ' * pgm__b() is another one.' ' */' 'int pgm__a(void);'
    printf '%s\n' '#include "base/a.h"' 'int pgm__a(void) { return 1; }' >"$tree/src/base/a.c"
    printf '%s\n' 'int pgm__b(void);' 'int pgm__b(void) { return 1; }' >"$tree/src/base/b.c"
    rm "$tree/src/model/files/y.c"
    objects "$build"
    passes homes "$build"
    printf '%s\n' 'int pgm__b(void);' >>"$tree/src/base/a.h"
    fails homes 'src/base/a.h:5: pgm__b() is defined in src/base/b.c: declare it in src/base/b.h' "$build"
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
    plant src/pg/link/bad.c '' 'static void f(char *a) {' '    strcpy(a, "x");' '}'
    fails banned 'src/pg/link/bad.c:3: banned call'
    plant tests/unit/bad.c 'static int f(char *a) {' '    return atoi (a);' '}'
    fails banned 'tests/unit/bad.c:2: banned call'
    plant src/pg/link/bad.c 'static void *f(void) {' '    return malloc(1);' '}'
    fails banned 'allocation goes through'
    plant src/base/mem.c 'static void *f(void) {' '    return malloc(1);' '}'
    passes banned
    plant src/pg/link/good.c 'static void f(s *a) {' '    a->free(pgm__malloc(1));' '}'
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
    plant tests/unit/bad.c "$(yes '// x' | head -n 601)"
    fails sizes 'tests/unit/bad.c:601: file of 601 lines'
    plant tests/unit/good.c 'static int f(void) {' "$(yes '    a++;' | head -n 70)" '}'
    passes sizes
    plant src/base/good.c 'static const int a[] = {' "$(yes '    1,' | head -n 90)" '};'
    passes sizes
}

symbols() {
    fresh
    plant src/libpgmarch.map 'X_1 {' 'global:' '    pgm_x;' 'local:' '    *;' '};'
    gcc -shared -fPIC -fvisibility=hidden -I"$tree/include" "$tree/src/base/x.c" -o "$tree/x.so" \
        -Wl,--version-script="$tree/src/libpgmarch.map"
    passes symbols "$tree/x.so"
    gcc -shared -fPIC -fvisibility=hidden -I"$tree/include" "$tree/src/base/x.c" -o "$tree/x.so"
    fails symbols 'in library and map: pgm_x' "$tree/x.so"
    gcc -shared -fPIC -I"$tree/include" -x c - -o "$tree/x.so" \
        <<<'int pgm_x(int a) { return a; } int pgm__inner(void) { return 1; }'
    fails symbols 'pgm__inner: exported' "$tree/x.so"
    gcc -shared -fPIC -fvisibility=hidden -x c - -o "$tree/x.so" <<<'int pgm_x(int a) { return a; }'
    fails symbols 'pgm_x: PGM_API, but' "$tree/x.so"
}

# abi_library OPTIONS_MEMBERS LIMITS_MEMBERS [MORE]: a library with a struct that may grow and one that
# may not.
abi_library() {
    mkdir -p "$tree/include/pgmarch" "$tree/tests/lint"
    cp "$here/../../scripts/abi" "$tree/scripts/"
    cp "$here"/abi*.suppr "$tree/tests/lint/"
    printf '%s\n' "typedef struct pgm_options { $1 } pgm_options;" \
        "typedef struct pgm_limits { $2 } pgm_limits;" \
        '__attribute__((visibility("default"))) int pgm_take(const pgm_options *o, const pgm_limits *l);' \
        "${3:-}" >"$tree/include/pgmarch/abi.h"
    gcc -g -shared -fPIC -fvisibility=hidden -I"$tree/include" -x c - -o "$tree/x.so" <<<'
        #include "pgmarch/abi.h"
        typedef struct inner { int x; } inner;
        int pgm_take(const pgm_options *o, const pgm_limits *l) { inner i = {1}; return o && l ? i.x : 0; }'
}

abi() {
    fresh
    abi_library 'int a;' 'int b;'
    "$tree/scripts/abi" --update "$tree/x.so"
    ! grep -q "inner\|$tree" "$tree/tests/lint/libpgmarch.abi" || {
        printf 'abi: private types or paths are in the dump\n'
        failed=1
    }
    passes abi "$tree/x.so"
    abi_library 'int a; int more;' 'int b;' 'static inline int pgm_inline(void) { return 1; }'
    passes abi "$tree/x.so"
    abi_library 'int more; int a;' 'int b;'
    fails abi 'pgm_options' "$tree/x.so"
    abi_library 'int a;' 'int b; int more;'
    fails abi 'pgm_limits' "$tree/x.so"
    sed -i 's/pgm_take/pgm_took/' "$tree/include/pgmarch/abi.h"
    gcc -g -shared -fPIC -x c - -o "$tree/x.so" <<<'int pgm_took(void) { return 1; }'
    fails abi 'pgm_take' "$tree/x.so"
    strip --strip-debug "$tree/x.so"
    fails abi 'no debug information' "$tree/x.so"
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
    passes tidy "$tree"
    fails analyzer 'null pointer' "$tree"
    rm "$tree/src/base/bad.c"
    fails tidy 'no source' "$tree"
}

clang() {
    fresh
    printf '[{"directory": "%s", "file": "%s/tests/unit/t.c", "command": "cc -Wsign-conversion -c tests/unit/t.c"}]' \
        "$tree" "$tree" >"$tree/compile_commands.json"
    printf '%s\n' 'int f(int a) {' '    return a;' '}' >"$tree/tests/unit/t.c"
    passes clang "$tree"
    printf '%s\n' 'unsigned f(int a) {' '    return a;' '}' >"$tree/tests/unit/t.c"
    fails clang 'changes signedness' "$tree"
}

# asks COUNT [ARG...]: the lint passes, having checked so many files.
asks() {
    local output
    output=$(lint tidy "$tree" "${@:2}") || true
    if [[ $output != "$1 of 1 files checked"* ]]; then
        printf 'tidy: not "%s of 1 files checked", but:\n%s\n' "$1" "$output"
        failed=1
    fi
}

# What passed is not asked again, until something changes that the answer depends on.
tidy_remembers() {
    plant src/base/bad.c '#include "h.h"' 'int f(int a) {' '    return a;' '}'
    printf '/* a */\n' >"$tree/src/base/h.h"
    tidy_tree
    asks 1
    asks 0
    asks 1 --all
    printf '/* b */\n' >"$tree/src/base/h.h"
    asks 1
    asks 0
    printf '# changed\n' >>"$tree/.clang-tidy"
    asks 1
    sed -i 's/cc -c/cc -DX -c/' "$tree/compile_commands.json"
    asks 1
    printf '%s\n' 'int g(int a) {' '    if (a)' '        return 1;' '    return 0;' '}' >>"$tree/src/base/bad.c"
    fails tidy 'inside braces' "$tree"
    fails tidy 'inside braces' "$tree"
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
    plant tests/unit/bad '#!/usr/bin/env bash' 'set -euo pipefail' 'unused=1'
    fails shell 'tests/unit/bad:3:1: warning: unused appears unused'
    plant tests/unit/bad.sh '# shellcheck shell=bash' 'cd "$1"'
    fails shell 'tests/unit/bad.sh:2:1: warning:'
    plant scripts/bad '#!/usr/bin/env bash' 'set -uo pipefail' 'false' 'exit 0'
    fails shell 'no "set -euo pipefail"'
    plant scripts/good '#!/usr/bin/env bash' 'set -uo pipefail' 'failed=0' 'exit $failed'
    passes shell
    plant scripts/good '#!/usr/bin/env python3' 'echo = 1'
    passes shell
}

python() {
    fresh
    passes python
    plant tests/unit/bad.py 'import os'
    fails python "tests/unit/bad.py:1:1: 'os' imported but unused"
    plant scripts/bad '#!/usr/bin/env python3' 'print(x)'
    fails python "scripts/bad:2:7: undefined name 'x'"
}

unused() {
    plant src/base/bad.c '#include "h.h"' '#include <string.h>' 'int f(h *a);' 'int f(h *a) {' \
        '    return a == NULL;' '}'
    printf '%s\n' 'typedef int h;' >"$tree/src/base/h.h"
    tidy_tree
    passes unused "$tree"
    sed -i 's/<string.h>/<stddef.h>/' "$tree/src/base/bad.c"
    passes unused "$tree"
    sed -i '1i #include <errno.h>' "$tree/src/base/bad.c"
    fails unused 'src/base/bad.c:1: does not use #include <errno.h>' "$tree"
    plant src/base/bad.c '#include "nowhere.h"'
    tidy_tree
    fails unused 'the compiler does not read it' "$tree"
}

# page FILE LINE...: as plant, without the page that the lint of layers reads.
page() {
    plant "$@"
    rm "$tree/docs/inside/architecture.md"
}

links() {
    page README.md ''
    printf '%s\n' '# A page' '' '## Two words, and more' '' '[there](#two-words-and-more)' \
        '[here](../src/base/x.c)' '`src/base/x.c`, `base/x.c`, `x.c`, `pgm_x()`' \
        '```' '[not](a-link)' '```' >"$tree/docs/page.md"
    passes links
    page README.md '' '[page](docs/page.md)'
    fails links 'README.md:2: link to "docs/page.md"'
    page README.md '# Page' '[part](#parts)'
    fails links 'README.md:2: link to "#parts": no such heading'
    page README.md 'See `src/base/gone.c`.'
    fails links 'README.md:1: there is no "src/base/gone.c"'
    page README.md '`src/base/gone.c` is planned.'
    passes links
    page README.md '`base/y.c` says more.'
    fails links 'there is no "base/y.c"'
    page README.md '`pgm_y()` says more.'
    fails links 'there is no pgm_y()'
    page README.md '`gone()` says more than `PQfinish()` and `pgm_x()`.'
    fails links 'there is no gone()'
    page README.md '`a01_lost`, `n02_…` and `test_gone` prove it.'
    fails links 'no test is named "a01_lost"'
    fails links 'no test is named "n02_…"'
    fails links 'no test is named "test_gone"'
    page src/base/bad.c '/* Two lines, the second with' ' * the name (gone.h). */'
    fails links 'src/base/bad.c:2: there is no "gone.h"'
    page src/base/good.c 'static const char a[] = "gone.c";' '/* As x.c says, and xact.c of the server. */'
    passes links
    mkdir -p "$tree/docs/inside"
    printf '%s\n' '# Facts' '## libpq' >"$tree/docs/inside/facts.md"
    printf '%s\n' '/* docs/inside/facts.md, "libpq" */' >"$tree/src/base/x.h"
    passes links
    printf '%s\n' '/* docs/inside/facts.md,' ' * "libuv" */' >"$tree/src/base/x.h"
    fails links 'src/base/x.h:1: docs/inside/facts.md has no heading "libuv"'
}

blocks() {
    page README.md ''
    mkdir -p "$tree/docs/users" "$tree/tests/cli"
    printf '%s\n' 'foreach(page one two)' >"$tree/tests/cli/CMakeLists.txt"
    printf '%s\n' '<!-- run -->' '```sh' 'ls' '```' >"$tree/docs/users/two.md"
    printf '%s\n' '# Page' '<!-- not run: it is only shown -->' '```sh' 'ls' '```' '```text' '' '    ls' '```' \
        >"$tree/README.md"
    passes blocks
    mv "$tree/docs/users/two.md" "$tree/docs/users/three.md"
    fails blocks 'docs/users/three.md:1: has blocks to be run, and tests/cli/CMakeLists.txt does not name it'
    page README.md '# Page' '```sh' 'ls' '```'
    fails blocks 'README.md:2: a block of commands that no test runs'
    page README.md '# Page' '<!-- not run -->' '```sh' 'ls' '```'
    fails blocks 'README.md:2: "<!-- not run -->" is no mark'
    page README.md '# Page' '' '    ls'
    fails blocks 'README.md:3: an indented block'
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
    counts '1 0 0' 'add_test(a true)'
    counts '0 1 0' 'add_test(a false)'
    counts '1 0 0' 'add_test(a true)' 'add_test(cluster_start true)'
    counts '3 0 0' 'add_test(a echo "[  PASSED  ] 3 test(s).")'
    counts '2 2 0' 'add_test(a sh -c "echo \"[  PASSED  ] 2 test(s).\"; echo \"[  FAILED  ] 2 test(s)\"; false")'
    counts '3 1 0' 'add_test(a sh -c "echo \"[  PASSED  ] 3 test(s).\"; false")'
    counts '1 0 0' 'add_test(a echo yes)' 'set_tests_properties(a PROPERTIES PASS_REGULAR_EXPRESSION yes)'
    counts '0 1 0' 'add_test(a echo no)' 'set_tests_properties(a PROPERTIES PASS_REGULAR_EXPRESSION yes)'
    counts '0 1 0' 'add_test(a sleep 5)' 'set_tests_properties(a PROPERTIES TIMEOUT 1)'
    counts '0 1 0' 'add_test(a "/nowhere")'
    counts '2 0 3' 'add_test(a sh -c "echo \"[  PASSED  ] 2 test(s).\"; echo \"[  SKIPPED ] 3 test(s), listed below:\"")'
    counts '0 0 1' 'add_test(a sh -c "exit 77")' 'set_tests_properties(a PROPERTIES SKIP_RETURN_CODE 77)'
}

quick=(
    layers_table layers_row layers_libraries layers_purity layers_calls circles circles_include homes headers banned
    sizes symbols abi format shell python links blocks
)
parts=("${quick[@]}" count tidy tidy_remembers clang unused cppcheck)
case ${1:-} in
'') ;;
quick) parts=("${quick[@]}") ;;
*) parts=("$@") ;;
esac
for part in "${parts[@]}"; do
    "$part"
done
exit $failed
