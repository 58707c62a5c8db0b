#include "integration/rehearsal/rehearsed_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static rehearsed run(pgm_options *options, void (*change)(pgm_options *options)) {
    pgm_error err = {0};
    rehearsed of = {0};
    if (change != NULL) {
        change(options);
    }
    if (pgm_run_open(&of.run, options, &err) != PGM_OK || pgm_run_execute(of.run, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    of.result = pgm_run_result(of.run, 0);
    of.rehearsal = of.result->rehearsal;
    return of;
}

enum { PATH_BYTES = 512 };

/* `dir` is kept until the run is open. */
static void begin(const scene *s, pgm_options *options, char dir[PATH_BYTES]) {
    pgm_options_init(options);
    (void)snprintf(dir, PATH_BYTES, "%s/migrations", s->folder);
    options->command = PGM_COMMAND_REHEARSE;
    options->dir = dir;
}

rehearsed rehearse(scene *s, const char *database, void (*change)(pgm_options *options)) {
    char dir[PATH_BYTES];
    pgm_options options;
    begin(s, &options, dir);
    options.url = scene_url(s, database);
    return run(&options, change);
}

rehearsed rehearse_files(scene *s, const char *const *files, void (*change)(pgm_options *options)) {
    char dir[PATH_BYTES];
    pgm_options options;
    begin(s, &options, dir);
    options.target_files = files;
    options.target_file_count = 1;
    return run(&options, change);
}

void rehearsed_free(rehearsed *of) {
    pgm_run_free(of->run);
    *of = (rehearsed){0};
}

const pgm_rehearsed_migration *rehearsed_migration(const rehearsed *of, const char *version) {
    for (size_t i = 0; of->rehearsal != NULL && i < of->rehearsal->migration_count; i++) {
        if (strcmp(of->rehearsal->migrations[i].version, version) == 0) {
            return &of->rehearsal->migrations[i];
        }
    }
    fail_msg("%s was not rehearsed: %s", version,
             of->result->failure == NULL ? "" : of->result->failure->message);
    return NULL;
}

static void add_changed(FILE *to, const pgm_rehearsed_rows *of, const char *separator) {
    const struct {
        const char *word;
        int64_t rows;
    } kinds[] = {{"inserts", of->inserted},
                 {"updates", of->updated},
                 {"deletes", of->deleted},
                 {"reads", of->scanned}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].rows > 0) {
            (void)fprintf(to, "%s %s %lld%s", kinds[i].word, of->relation, (long long)kinds[i].rows,
                          separator);
        }
    }
}

static void add_effects(FILE *to, const pgm_rehearsed_statement *of, const char *separator) {
    for (size_t i = 0; i < of->lock_count; i++) {
        const pgm_rehearsed_lock *lock = &of->locks[i];
        (void)fprintf(to, "%s%s %s %s%s", lock->held_before ? "perhaps " : "",
                      pgm_lock_mode_name(lock->mode), lock->kind, lock->relation, separator);
    }
    for (size_t i = 0; i < of->rewrite_count; i++) {
        (void)fprintf(to, "rewrites %s %s%s", of->rewrites[i].kind, of->rewrites[i].relation,
                      separator);
    }
    for (size_t i = 0; i < of->table_count; i++) {
        add_changed(to, &of->tables[i], separator);
    }
}

static const char *taken(scene *s, char *text) {
    const char *kept = scene_text(s, "%s", text);
    free(text);
    return kept;
}

const char *rehearsed_effects(scene *s, const pgm_rehearsed_statement *statement,
                              const char *separator) {
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);
    assert_non_null(to);
    add_effects(to, statement, separator);
    (void)fclose(to);
    return taken(s, text);
}

const char *rehearsed_text(scene *s, const rehearsed *of) {
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);
    assert_non_null(to);
    for (size_t i = 0; of->rehearsal != NULL && i < of->rehearsal->migration_count; i++) {
        const pgm_rehearsed_migration *migration = &of->rehearsal->migrations[i];
        (void)fprintf(to, "%s %s\n", migration->version, pgm_rehearsed_name(migration->state));
        for (size_t j = 0; j < migration->statement_count; j++) {
            (void)fprintf(to, "  %s\n", migration->statements[j].text);
            add_effects(to, &migration->statements[j], "\n");
        }
    }
    (void)fclose(to);
    return taken(s, text);
}

const pgm_rehearsed_lock *rehearsed_lock(const pgm_rehearsed_statement *statement,
                                         const char *relation) {
    for (size_t i = 0; i < statement->lock_count; i++) {
        if (strcmp(statement->locks[i].relation, relation) == 0) {
            return &statement->locks[i];
        }
    }
    return NULL;
}

/* For a server that pg_dump cannot read: its own catalogs, but for what is counted in them, and the
 * rows. */
static char *catalogs_and_rows(const char *database) {
    char *all = psql(
        database,
        "SELECT string_agg(x, E'\\n' ORDER BY x) FROM ("
        "SELECT concat_ws('|', oid, relname, relnamespace, relowner, relkind, relfilenode, "
        "relnatts, "
        "relpersistence, relchecks, relhasrules, relhastriggers, reloptions) AS x FROM pg_class "
        "UNION ALL SELECT a::text FROM pg_attribute a UNION ALL SELECT c::text FROM pg_constraint "
        "c "
        "UNION ALL SELECT p::text FROM pg_proc p UNION ALL SELECT t::text FROM pg_type t "
        "UNION ALL SELECT e::text FROM pg_enum e UNION ALL SELECT i::text FROM pg_index i "
        "UNION ALL SELECT t::text FROM pg_trigger t UNION ALL SELECT n::text FROM pg_namespace n) "
        "s");
    char *tables = psql(database,
                        "SELECT string_agg(format('SELECT %%L, t::text FROM %%s t', oid::regclass, "
                        "oid::regclass), ' UNION ALL ') FROM pg_class WHERE relkind = 'r' AND "
                        "oid >= 16384");
    char *rows = psql(database, "%s ORDER BY 1, 2", tables);
    char *text = text_format("%s\n%s", all, rows);
    free(all);
    free(tables);
    free(rows);
    return text;
}

/* What differs from dump to dump is a random word of pg_dump's own. */
char *database_dump(const char *database) {
    if (!server_has_dump()) {
        return catalogs_and_rows(database);
    }
    shell_result result = shell_sh("pg_dump --restrict-key=x '%s' 2>/dev/null || pg_dump '%s' | "
                                   "grep -v '^.restrict\\|^.unrestrict'",
                                   database, database);
    assert_status(&result, 0);
    char *dump = strdup(result.out);
    assert_non_null(dump);
    shell_free(&result);
    return dump;
}
