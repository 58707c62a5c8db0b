/* How fast a text is split into statements: one pass over a file that is in memory already.
 *
 *     scanner scan|load|split|lex FILE
 *
 * scan   our scanner, whole text through statements
 * load   what loading a migration does once the file is read: the above, the checks, the checksum
 * split  libpg_query: PostgreSQL's own lexer, split at the semicolons
 * lex    libpg_query: the same lexer, every token put into a list
 *
 * Prints "STATEMENTS CPU_SECONDS BYTES"; statements are -1 where they are not counted. Exit code
 * 3: the file is refused, and standard error says why; 4: built without libpg_query. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/files/script.h"
#include "model/sql/scanner.h"
#include "pgmarch/error.h"

#ifdef PGMARCH_HAVE_PG_QUERY
#include <pg_query.h>
#endif

enum { FINE = 0, USAGE = 2, REFUSED = 3, ABSENT = 4 };

typedef struct job {
    const char *path;
    char *text;
    size_t len;
    long long statements;
} job;

typedef int job_fn(job *work);

/* Finer than the user time of getrusage(), which counts ticks on many a kernel. */
static double cpu_seconds(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int scan(job *work) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, work->text, work->len, true);
    pgm__statement statement;
    while (pgm__scanner_next(&scanner, &statement)) {
        work->statements += !statement.empty && statement.kind != PGM__STATEMENT_PSQL;
    }
    if (scanner.open != PGM__OPEN_NOTHING) {
        (void)fprintf(stderr, "line %u: %s is never closed\n", scanner.open_line,
                      pgm__open_text(scanner.open));
        return REFUSED;
    }
    return FINE;
}

static int load(job *work) {
    pgm__arena arena = {0};
    pgm__script script;
    pgm_error error;
    pgm__script_source source = {.path = work->path, .text = work->text, .len = work->len};
    pgm_status status = pgm__script_init(&script, &arena, &source, &error);
    if (status == PGM_OK) {
        work->statements = (long long)script.statement_count;
    } else {
        (void)fprintf(stderr, "%s\n", error.msg);
    }
    pgm__arena_clear(&arena);
    return status == PGM_OK ? FINE : REFUSED;
}

#ifdef PGMARCH_HAVE_PG_QUERY

static int outcome(const PgQueryError *error) {
    if (error != NULL) {
        (void)fprintf(stderr, "%s\n", error->message);
    }
    return error == NULL ? FINE : REFUSED;
}

static int split(job *work) {
    PgQuerySplitResult result = pg_query_split_with_scanner(work->text);
    work->statements = result.n_stmts;
    int code = outcome(result.error);
    pg_query_free_split_result(result);
    return code;
}

static int lex(job *work) {
    PgQueryScanResult result = pg_query_scan(work->text);
    work->statements = -1;
    int code = outcome(result.error);
    pg_query_free_scan_result(result);
    return code;
}

#else

static int split(job *work) {
    work->statements = -1;
    return ABSENT;
}

static int lex(job *work) {
    return split(work);
}

#endif

static job_fn *find(const char *name) {
    static const struct {
        const char *name;
        job_fn *run;
    } jobs[] = {{"scan", scan}, {"load", load}, {"split", split}, {"lex", lex}};
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        if (strcmp(jobs[i].name, name) == 0) {
            return jobs[i].run;
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    job_fn *run = argc == 3 ? find(argv[1]) : NULL;
    if (run == NULL) {
        (void)fprintf(stderr, "usage: scanner scan|load|split|lex FILE\n");
        return USAGE;
    }
    pgm_error error;
    job work = {.path = argv[2]};
    if (pgm__file_read(work.path, &work.text, &work.len, &error) != PGM_OK) {
        (void)fprintf(stderr, "%s\n", error.msg);
        return USAGE;
    }
    size_t bytes = work.len;
    double before = cpu_seconds();
    int code = run(&work);
    double after = cpu_seconds();
    if (code == FINE) {
        (void)printf("%lld %.6f %zu\n", work.statements, after - before, bytes);
    }
    pgm__free(work.text);
    return code;
}
