#include "model/plan/findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/files/version.h"
#include "pgmarch/run.h"

/* `message` comes from the arena; NULL = memory ran out there. */
static pgm_status add(pgm__findings *findings, pgm__finding finding, pgm_error *err) {
    pgm__finding *grown = pgm__grow(findings->items, findings->count, &findings->capacity,
                                    sizeof *findings->items);
    if (grown == NULL || finding.message == NULL || finding.hint == NULL) {
        findings->items = grown != NULL ? grown : findings->items;
        return pgm__error_nomem(err);
    }
    findings->items = grown;
    findings->items[findings->count++] = finding;
    return PGM_OK;
}

static const char *down_path_of(const pgm__migration *migration) {
    return migration->down.path != NULL ? migration->down.path : migration->down_refused.path;
}

/* The file that a user would look at: the up file, where there is one. */
static const char *path_of(const pgm__migration *migration) {
    if (migration == NULL) {
        return NULL;
    }
    return migration->up.path != NULL ? migration->up.path : down_path_of(migration);
}

/* With both checksums: who searches old commits for the file as it was applied can tell when it is
 * found. */
pgm_status pgm__findings_add_edited(pgm__findings *findings, bool stops, const pgm__ledger_row *row,
                                    const pgm__migration *migration, pgm_error *err) {
    pgm__finding finding = {
        .kind = PGM__FINDING_EDITED,
        .stops = stops,
        .version = row->version,
        .file = migration->up.path,
        .message = pgm__arena_printf(findings->arena,
                                     "\"%s\" was edited after it was applied: the ledger has "
                                     "checksum %s, the file has %s",
                                     migration->up.path, row->checksum, migration->up.checksum),
        .hint = "restore the file as it was applied, and put the change into a new migration "
                "(pgmarch create NAME); where only comments changed, `pgmarch repair` accepts the "
                "file as it is now"};
    return add(findings, finding, err);
}

/* Nobody is told to remove the row at once: parts of the migration may be there, and what runs
 * again on top of them is worse than a run that stops. */
pgm_status pgm__findings_add_partial(pgm__findings *findings, bool stops,
                                     const pgm__ledger_row *row, const pgm__migration *migration,
                                     pgm_error *err) {
    pgm__finding finding = {
        .kind = PGM__FINDING_PARTIAL,
        .stops = stops,
        .version = row->version,
        .file = path_of(migration),
        .message = pgm__arena_printf(findings->arena,
                                     "\"%s\" began and its end was never recorded: parts of it may "
                                     "be in the database",
                                     row->version),
        .hint = "compare the database with the file before anything else; only where nothing of it "
                "is there, let `pgmarch repair` remove the row, and up apply it again"};
    return add(findings, finding, err);
}

/* The likely cause is an old checkout, and not the database: the hint leads there. */
pgm_status pgm__findings_add_ahead(pgm__findings *findings, bool stops, const pgm__ledger_row *row,
                                   pgm_error *err) {
    pgm__finding finding = {
        .kind = PGM__FINDING_AHEAD,
        .stops = stops,
        .version = row->version,
        .message = pgm__arena_printf(findings->arena,
                                     "\"%s\" is applied here and newer than every file of the "
                                     "migrations folder",
                                     row->version),
        .hint = "the folder is older than the database: check out the release that has this "
                "migration and run from there"};
    return add(findings, finding, err);
}

/* A file that was renamed and two branches that took one number look the same from here; the hint
 * has an answer to either. */
pgm_status pgm__findings_add_renamed(pgm__findings *findings, bool stops,
                                     const pgm__ledger_row *row, const pgm__migration *migration,
                                     pgm_error *err) {
    pgm__finding finding = {
        .kind = PGM__FINDING_RENAMED,
        .stops = stops,
        .version = row->version,
        .file = migration->up.path,
        .message = pgm__arena_printf(findings->arena,
                                     "\"%s\" is applied, and the file of that number is called "
                                     "\"%s\" now",
                                     row->version, migration->version),
        .hint =
            "give the file its old name back; if it is another migration, give it a number that "
            "no target has"};
    return add(findings, finding, err);
}

/* The content is the same, so that nothing but the row is to be changed: repair does that. */
pgm_status pgm__findings_add_moved(pgm__findings *findings, bool stops, const pgm__ledger_row *row,
                                   const pgm__migration *migration, pgm_error *err) {
    bool renamed = pgm__version_compare_number(row->version, migration->version) == 0;
    pgm__finding finding = {
        .kind = renamed ? PGM__FINDING_RENAMED : PGM__FINDING_RENUMBERED,
        .stops = stops,
        .version = row->version,
        .file = migration->up.path,
        .message = pgm__arena_printf(
            findings->arena,
            renamed ? "\"%s\" is applied, and the file of that number is called \"%s\" now"
                    : "\"%s\" is applied, and the very same file is called \"%s\" now: up would "
                      "run it a second time",
            row->version, migration->version),
        .hint = renamed
                    ? "the content is the same: `pgmarch repair` takes the row over to the new name"
                    : "`pgmarch repair` takes the row over to the new number; if it is another "
                      "migration that is to run as well, change a comment in it"};
    return add(findings, finding, err);
}

/* What runs again anyway need not be stopped for. */
pgm_status pgm__findings_add_again(pgm__findings *findings, bool kept, const pgm__ledger_row *row,
                                   const pgm__migration *migration, pgm_error *err) {
    pgm__finding finding = {
        .kind = PGM__FINDING_RENAMED,
        .version = row->version,
        .file = migration->up.path,
        .message = pgm__arena_printf(findings->arena,
                                     "\"%s\" is applied, and the very same file is called \"%s\" "
                                     "now%s",
                                     row->version, migration->version,
                                     kept ? ", which has run too" : ": up runs it once more"),
        .hint = kept ? "`pgmarch repair` takes the old row away"
                     : "`pgmarch repair` takes the row over to the new name"};
    return add(findings, finding, err);
}

/* Whether it is a squash is for the user to say, and squash looks once more. */
pgm_status pgm__findings_add_squashed(pgm__findings *findings, bool stops,
                                      const pgm__ledger_row *row, const pgm__migration *migration,
                                      pgm_error *err) {
    bool same = strcmp(row->version, migration->version) == 0;
    pgm__finding finding = {
        .kind = same ? PGM__FINDING_EDITED : PGM__FINDING_RENAMED,
        .stops = stops,
        .version = row->version,
        .file = migration->up.path,
        .message = pgm__arena_printf(findings->arena,
                                     "\"%s\" is applied, and its file is \"%s\" now, with another "
                                     "content; files of older migrations are gone",
                                     row->version, migration->up.path),
        .hint = pgm__arena_printf(findings->arena,
                                  "if it stands for all of them, `pgmarch squash %s` records that; "
                                  "else restore the files as they were applied",
                                  migration->version)};
    return add(findings, finding, err);
}

/* Nobody guesses: the wrong one of two would run again, and the right one never. */
pgm_status pgm__findings_add_unsure(pgm__findings *findings, bool stops, const pgm__ledger_row *row,
                                    const char *files, pgm_error *err) {
    pgm__finding finding = {
        .kind = PGM__FINDING_RENUMBERED,
        .stops = stops,
        .version = row->version,
        .message = pgm__arena_printf(findings->arena,
                                     "\"%s\" is applied and has no file, and %s may be it: the "
                                     "content is the same, and not for this one alone",
                                     row->version, files),
        .hint = "give the file that was applied as this one its old name back; in a file that is "
                "to run as well, change a comment"};
    return add(findings, finding, err);
}

/* A new number is the better way, but not where a target has the migration already: there it would
 * run twice. */
pgm_status pgm__findings_add_late(pgm__findings *findings, bool stops,
                                  const pgm__migration *migration, const char *newest,
                                  pgm_error *err) {
    pgm__finding finding = {
        .kind = PGM__FINDING_OUT_OF_ORDER,
        .stops = stops,
        .version = migration->version,
        .file = migration->up.path,
        .message = pgm__arena_printf(findings->arena,
                                     "\"%s\" is pending and older than \"%s\", which is applied",
                                     migration->version, newest),
        .hint = "where the order does not matter, apply it with --out-of-order; a newer number for "
                "its files is right only while no target has it"};
    return add(findings, finding, err);
}

/* It stops nothing, because the target is as it should be: what lacks is in the folder. */
pgm_status pgm__findings_add_missing(pgm__findings *findings, const pgm__ledger_row *row,
                                     pgm_error *err) {
    pgm__finding finding = {
        .kind = PGM__FINDING_MISSING_FILE,
        .version = row->version,
        .message = pgm__arena_printf(findings->arena,
                                     "\"%s\" is applied and has no file in the migrations folder",
                                     row->version),
        .hint = "restore the file: a new database would come out without it, and it cannot be "
                "rolled back"};
    return add(findings, finding, err);
}

/* How far one can get is said in the same breath, since whoever asks is mostly in trouble and in a
 * hurry. */
static const char *hint_of_reach(const pgm__findings *findings, const char *reach,
                                 const char *remedy) {
    return reach == NULL ? pgm__arena_strdup(findings->arena, remedy)
                         : pgm__arena_printf(findings->arena,
                                             "`pgmarch down --to %s` goes as far as one can get; "
                                             "to get below it, %s",
                                             reach, remedy);
}

pgm_status pgm__findings_add_no_down(pgm__findings *findings, const pgm__ledger_row *row,
                                     const pgm__migration *migration, const char *reach,
                                     const char *way, pgm_error *err) {
    const char *remedy = pgm__arena_printf(
        findings->arena, "undo it in a new migration, or give it a way down: %s", way);
    pgm__finding finding = {
        .kind = PGM__FINDING_NO_DOWN_FILE,
        .stops = true,
        .version = row->version,
        .file = path_of(migration),
        .message = pgm__arena_printf(
            findings->arena, "\"%s\" cannot be rolled back: there is no way down", row->version),
        .hint = remedy == NULL ? NULL : hint_of_reach(findings, reach, remedy)};
    return add(findings, finding, err);
}

/* With place and reason in the message: a report shows warnings by that alone. */
pgm_status pgm__findings_add_down_refused(pgm__findings *findings, bool stops,
                                          const pgm__migration *migration, const char *reach,
                                          pgm_error *err) {
    const pgm__script_refusal *refusal = &migration->down_refused;
    const char *line = refusal->line == 0
                           ? ""
                           : pgm__arena_printf(findings->arena, ":%u", refusal->line);
    const char *remedy = strcmp(refusal->path, path_of(migration)) == 0
                             ? "correct the way down in the file; where the migration is applied, "
                               "`pgmarch repair` then accepts the file as it is"
                             : "correct the down file; the ledger holds nothing of it";
    pgm__finding finding = {
        .kind = PGM__FINDING_DOWN_REFUSED,
        .stops = stops,
        .version = migration->version,
        .file = refusal->path,
        .line = refusal->line,
        .message = line == NULL ? NULL
                                : pgm__arena_printf(
                                      findings->arena, "\"%s\" cannot be rolled back: %s%s: %s",
                                      migration->version, refusal->path, line, refusal->why),
        .hint = hint_of_reach(findings, reach, remedy)};
    return add(findings, finding, err);
}

/* Said, because "nothing to do" would be read as "is where the others are". */
pgm_status pgm__findings_add_past(pgm__findings *findings, const pgm__ledger_row *row,
                                  const pgm__migration *to, pgm_error *err) {
    pgm__finding finding = {
        .kind = PGM__FINDING_PAST,
        .version = row->version,
        .message = pgm__arena_printf(findings->arena,
                                     "\"%s\" is applied here, and newer than \"%s\", where up was "
                                     "to stop: up takes nothing back",
                                     row->version, to->version),
        .hint = "`pgmarch status` shows which targets are ahead of the others"};
    return add(findings, finding, err);
}

/* Applied, the down file is still the way back and stays usable; not applied, the up file was most
 * likely left out of a commit. */
pgm_status pgm__findings_add_no_up(pgm__findings *findings, bool stops, bool applied,
                                   const pgm__migration *migration, pgm_error *err) {
    pgm__finding finding = {
        .kind = PGM__FINDING_NO_UP_FILE,
        .stops = stops,
        .version = migration->version,
        .file = down_path_of(migration),
        .message = pgm__arena_printf(findings->arena, "\"%s\" %s no up file, only \"%s\"",
                                     migration->version, applied ? "is applied and has" : "has",
                                     down_path_of(migration)),
        .hint = applied ? "restore its up file: a new database would come out without it"
                        : "put its up file beside it (was it left out of a commit?); if there is "
                          "no such migration, take the down file out of the folder"};
    return add(findings, finding, err);
}

/* What stops comes first, because a report has room for few: then the order of the versions, so
 * that two targets with the same trouble tell it alike and are folded into one. */
static int by_urgency(const void *a, const void *b) {
    const pgm__finding *left = a;
    const pgm__finding *right = b;
    if (left->stops != right->stops) {
        return left->stops ? -1 : 1;
    }
    int order = pgm_migration_compare(left->version, right->version);
    return order != 0 ? order : (int)left->kind - (int)right->kind;
}

pgm_status pgm__findings_finish(const pgm__findings *findings, const pgm__finding **items,
                                pgm_error *err) {
    if (findings->count == 0) {
        return PGM_OK;
    }
    pgm__finding *kept = pgm__arena_calloc(findings->arena, findings->count, sizeof *kept);
    if (kept == NULL) {
        return pgm__error_nomem(err);
    }
    memcpy(kept, findings->items, findings->count * sizeof *kept);
    qsort(kept, findings->count, sizeof *kept, by_urgency);
    *items = kept;
    return PGM_OK;
}

void pgm__findings_fini(pgm__findings *findings) {
    pgm__free(findings->items);
    findings->items = NULL;
}
