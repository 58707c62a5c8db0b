#include "pg/march/half_done.h"

#include <string.h>

#include "pg/exchange/position.h"
#include "pg/march/outcome.h"

enum { STATEMENT_SHOWN = 80 /* bytes of the statement in doubt */ };

/* ---- what it is ---- */

/* The statement's beginning on one line, cut between two characters. */
static const char *first_words(pgm__march *march, const pgm__statements *alone) {
    const char *text = alone->script->text + alone->where.begin;
    size_t len = alone->where.end - alone->where.begin;
    len -= len > 0 && text[len - 1] == ';' ? 1 : 0;
    size_t shown = pgm__position_cut(text, len, STATEMENT_SHOWN);
    char *copy = pgm__arena_strndup(&march->arena, text, shown);
    for (char *c = copy; c != NULL && *c != '\0'; c++) {
        *c = (unsigned char)*c < 0x20 ? ' ' : *c;
    }
    return copy == NULL || shown == len ? copy : pgm__arena_printf(&march->arena, "%s…", copy);
}

static void describe_file(pgm__march *march, const pgm__progress_row *row, pgm_half_done *out) {
    size_t index = 0;
    if (!pgm__migrations_find_exact(march->env->migrations, row->version, &index)) {
        return;
    }
    pgm__statements alone;
    const pgm__migration *migration = pgm__migrations_at(march->env->migrations, index);
    pgm__statements_init(&alone, migration, row->down);
    bool same = row->checksum == NULL || strcmp(row->checksum, alone.script->checksum) == 0;
    if (alone.script->path == NULL || !same) {
        return;
    }
    out->file = alone.script->path;
    out->statements = alone.count;
    if (pgm__statements_seek(&alone, row->statement)) {
        out->line = alone.where.line;
        out->statement = first_words(march, &alone);
    }
}

/* "1 of 3 statements ran", "none of its 3 statements ran" */
static const char *count_of(pgm__march *march, const pgm_half_done *half) {
    if (half->ran == 0 && half->statements > 0) {
        return pgm__arena_printf(&march->arena, "none of its %zu statement%s ran", half->statements,
                                 half->statements == 1 ? "" : "s");
    }
    if (half->statements > 0) {
        return pgm__arena_printf(&march->arena, "%zu of %zu statement%s ran", half->ran,
                                 half->statements, half->statements == 1 ? "" : "s");
    }
    return pgm__arena_printf(&march->arena,
                             "%zu statement%s ran of a file that is gone or another one now",
                             half->ran, half->ran == 1 ? "" : "s");
}

/* "2_b is half done: 1 of 3 statements ran, and statement 2 may or may not have run (file:7: ...)"
 */
static const char *in_words(pgm__march *march, const pgm_half_done *half) {
    const char *ran = count_of(march, half);
    const char *doubt = "";
    if (half->in_doubt && half->statement != NULL) {
        doubt = pgm__arena_printf(&march->arena,
                                  ", and statement %zu may or may not have run (%s:%u: %s)",
                                  half->ran + 1, half->file, half->line, half->statement);
    } else if (half->in_doubt) {
        doubt = pgm__arena_printf(&march->arena, ", and statement %zu may or may not have run",
                                  half->ran + 1);
    }
    return pgm__arena_printf(&march->arena, "%s%s %s: %s%s", half->version,
                             half->down ? " (down)" : "",
                             half->ran == 0 && !half->in_doubt ? "was begun" : "is half done",
                             ran == NULL ? "" : ran, doubt == NULL ? "" : doubt);
}

/* ---- status ---- */

void pgm__march_list_half_done(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    pgm_half_done *all = pgm__arena_calloc(&march->arena, facts->progress_count, sizeof *all);
    if (all == NULL) {
        march->no_memory = true;
        return;
    }
    for (size_t i = 0; i < facts->progress_count; i++) {
        const pgm__progress_row *row = &facts->progress[i];
        all[i] = (pgm_half_done){.version = pgm__arena_strdup(&march->arena, row->version),
                                 .down = row->down,
                                 .ran = row->statement,
                                 .in_doubt = row->running,
                                 .run_id = pgm__arena_strdup(&march->arena, row->run_id)};
        describe_file(march, row, &all[i]);
        const char *text = in_words(march, &all[i]);
        if (text == NULL || all[i].version == NULL) {
            march->no_memory = true;
            return;
        }
        pgm__march_warn(march, text);
    }
    march->half_done.list = all;
    march->half_done.count = facts->progress_count;
}

/* ---- when it happens ---- */

/* A statement was sent, and its end is not known. */
static bool is_in_doubt(const pgm__march *march) {
    return march->alone.stage == PGM__STAGE_RUN || march->alone.stage == PGM__STAGE_COUNT;
}

/* It is known how far the file has come, but the table could not be told. */
static bool is_unnoted(const pgm__march *march) {
    return march->alone.stage != PGM__STAGE_PAUSE &&
           (pgm__stage_is_between(march->alone.stage) ||
            march->alone.known == march->alone.statements.migration);
}

/* The next run will ask about a statement whose answer is known here. */
static const char *answer_hint(pgm__march *march, const char *version, size_t ran, size_t count) {
    const char *behind = "";
    if (ran > 0) {
        behind = pgm__arena_printf(
            &march->arena, "about statement %zu `pgmarch repair %s --ran %zu`", ran, version, ran);
    }
    const char *before = "";
    if (ran < count) {
        before = pgm__arena_printf(&march->arena,
                                   "%sabout statement %zu `pgmarch repair %s --not-run %zu`",
                                   ran > 0 ? ", " : "", ran + 1, version, ran + 1);
    }
    return pgm__arena_printf(
        &march->arena,
        "that could not be noted any more: should the next run ask, the answer "
        "is %s%s",
        behind == NULL ? "" : behind, before == NULL ? "" : before);
}

static const char *settle_hint(pgm__march *march, bool doubt, const char *version,
                               size_t statement) {
    if (!doubt) {
        return pgm__arena_printf(&march->arena, "the next run goes on with statement %zu",
                                 statement);
    }
    return pgm__arena_printf(&march->arena,
                             "look whether it took effect, and say so: `pgmarch repair %s --ran "
                             "%zu` when it did, `--not-run %zu` when it did not; then run again",
                             version, statement, statement);
}

static bool is_begun(const pgm__march *march) {
    bool known = march->alone.statements.migration != NULL &&
                 march->alone.known == march->alone.statements.migration;
    return march->alone.statements.migration != NULL && march->alone.stage != PGM__STAGE_VERIFY &&
           (known || march->alone.stage != PGM__STAGE_BEGIN);
}

void pgm__march_tell_consequence(pgm__march *march) {
    if (!march->outcome.has_failure || !is_begun(march)) {
        return;
    }
    const pgm__statements *alone = &march->alone.statements;
    bool doubt = is_in_doubt(march);
    bool unnoted = !doubt && is_unnoted(march);
    size_t ran = unnoted && march->alone.known == alone->migration ? march->alone.done
                                                                   : alone->statement;
    if (ran == 0 && !doubt && (!unnoted || march->refusal.explains)) {
        return;
    }
    pgm_half_done half = {.version = alone->migration->version,
                          .down = alone->down,
                          .file = alone->script->path,
                          .ran = ran,
                          .statements = alone->count,
                          .in_doubt = doubt,
                          .line = alone->where.line,
                          .statement = doubt ? first_words(march, alone) : NULL};
    const char *what = in_words(march, &half);
    const char *next = unnoted ? answer_hint(march, half.version, ran, alone->count)
                               : settle_hint(march, doubt, half.version, ran + 1);
    pgm__march_fail_hint(march, pgm__arena_printf(&march->arena, "%s; %s", what == NULL ? "" : what,
                                                  next == NULL ? "" : next));
}
