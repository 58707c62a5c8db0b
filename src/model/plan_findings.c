#include "model/plan_findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

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

static const char *path_of(const pgm__migration *migration) {
    if (migration == NULL) {
        return NULL;
    }
    return migration->up.path != NULL ? migration->up.path : migration->down.path;
}

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
                "(pgmarch create NAME); or accept the file as it is now with `pgmarch repair`"};
    return add(findings, finding, err);
}

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
        .hint = "compare the database with the file, undo by hand what is there of it, forget the "
                "run with `pgmarch repair`, and run again"};
    return add(findings, finding, err);
}

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

pgm_status pgm__findings_add_renamed(pgm__findings *findings, bool stops,
                                     const pgm__ledger_row *row, const pgm__migration *migration,
                                     pgm_error *err) {
    pgm__finding finding = {
        .kind = PGM__FINDING_RENAMED,
        .stops = stops,
        .version = row->version,
        .file = path_of(migration),
        .message = pgm__arena_printf(findings->arena,
                                     "\"%s\" is applied, and the file of that number is called "
                                     "\"%s\" now",
                                     row->version, migration->version),
        .hint = "give the file its old name back; if it is another migration, give it a number of "
                "its own; if only the name changed, change the version in the ledger too"};
    return add(findings, finding, err);
}

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
        .hint = "rename its files to a newer number, or apply it all the same "
                "with --out-of-order"};
    return add(findings, finding, err);
}

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

pgm_status pgm__findings_add_no_down(pgm__findings *findings, const pgm__ledger_row *row,
                                     const pgm__migration *migration, pgm_error *err) {
    pgm__finding finding = {
        .kind = PGM__FINDING_NO_DOWN_FILE,
        .stops = true,
        .version = row->version,
        .file = path_of(migration),
        .message = pgm__arena_printf(
            findings->arena, "\"%s\" cannot be rolled back: there is no down file", row->version),
        .hint = pgm__arena_printf(findings->arena,
                                  "write \"%s.down.sql\", or undo it in a new migration "
                                  "(pgmarch create NAME)",
                                  row->version)};
    return add(findings, finding, err);
}

static int by_urgency(const void *a, const void *b) {
    const pgm__finding *left = a;
    const pgm__finding *right = b;
    if (left->stops != right->stops) {
        return left->stops ? -1 : 1;
    }
    int order = pgm__version_compare(left->version, right->version);
    return order != 0 ? order : (int)left->kind - (int)right->kind;
}

pgm_status pgm__findings_finish(pgm__findings *findings, pgm__plan *plan, pgm_error *err) {
    if (findings->count == 0) {
        return PGM_OK;
    }
    pgm__finding *kept = pgm__arena_calloc(findings->arena, findings->count, sizeof *kept);
    if (kept == NULL) {
        return pgm__error_nomem(err);
    }
    memcpy(kept, findings->items, findings->count * sizeof *kept);
    qsort(kept, findings->count, sizeof *kept, by_urgency);
    plan->findings = kept;
    plan->finding_count = findings->count;
    plan->stopped = kept[0].stops;
    return PGM_OK;
}

void pgm__findings_fini(pgm__findings *findings) {
    pgm__free(findings->items);
    findings->items = NULL;
}
