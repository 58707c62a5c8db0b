#include "pg/exchange/rehearsal_file.h"

#include <stdlib.h>
#include <string.h>

#include "model/sql/cursor.h"
#include "model/sql/table_names.h"
#include "pg/exchange/position.h"
#include "pg/exchange/quote.h"

/* Bytes of a statement that are shown; and how many of its words are asked about, since a file of
 * data has thousands of them. */
enum { TEXT_SHOWN = 80, MOST_NAMES = 64, MOST_TOKENS = 2000 };

/* ---- the statements ---- */

static bool is_sent(const pgm__statement *statement) {
    return !statement->empty && statement->kind != PGM__STATEMENT_BEGIN &&
           statement->kind != PGM__STATEMENT_COMMIT && statement->kind != PGM__STATEMENT_PSQL;
}

/* Goes through the text; where `to` is NULL it only counts. */
static size_t cut(const pgm__script *script, pgm__rehearsal_statement *to) {
    pgm__scanner scanner;
    pgm__statement statement;
    size_t count = 0;
    pgm__scanner_init(&scanner, script->text, script->len, true);
    bool standard = scanner.standard_strings;
    while (pgm__scanner_next(&scanner, &statement)) {
        if (is_sent(&statement)) {
            if (to != NULL) {
                to[count] = (pgm__rehearsal_statement){statement, standard};
            }
            count++;
        }
        pgm__script_follow(script, &scanner, &statement);
        standard = scanner.standard_strings;
    }
    return count;
}

bool pgm__rehearsal_file_init(pgm__rehearsal_file *file, pgm__arena *arena,
                              const pgm__script *script) {
    size_t count = cut(script, NULL);
    *file = (pgm__rehearsal_file){.script = script};
    file->statements = pgm__arena_calloc(arena, count, sizeof *file->statements);
    if (file->statements == NULL) {
        return false;
    }
    file->count = cut(script, file->statements);
    return true;
}

static const pgm__statement *where_of(const pgm__rehearsal_file *file, size_t index) {
    return &file->statements[index].where;
}

bool pgm__rehearsal_file_ends(const pgm__rehearsal_file *file, size_t index) {
    pgm__statement_kind kind = where_of(file, index)->kind;
    return kind == PGM__STATEMENT_ROLLBACK || kind == PGM__STATEMENT_TWO_PHASE;
}

void pgm__rehearsal_file_sql(pgm__strbuf *sql, const pgm__rehearsal_file *file, size_t index) {
    const pgm__statement *where = where_of(file, index);
    pgm__strbuf_add(sql, file->script->text + where->begin, where->end - where->begin);
}

bool pgm__rehearsal_file_copy(const pgm__rehearsal_file *file, size_t index, const char **data,
                              size_t *len) {
    const pgm__statement *where = where_of(file, index);
    if (where->kind != PGM__STATEMENT_COPY_IN) {
        return false;
    }
    *data = file->script->text + where->data_begin;
    *len = where->data_end - where->data_begin;
    return true;
}

/* ---- its words ---- */

static pgm__cursor cursor_of(const pgm__rehearsal_file *file, size_t index) {
    const pgm__statement *where = where_of(file, index);
    return pgm__cursor_at((pgm__lexer){
        .text = file->script->text,
        .len = where->end,
        .at = where->begin,
        .line = where->line,
        .standard_strings = file->statements[index].standard_strings,
    });
}

static void add_ident(pgm__strbuf *to, const char *text, pgm__cut part) {
    pgm__strbuf name = {0};
    pgm__table_names_fold(&name, text, part);
    const char *complete = pgm__strbuf_text(&name);
    pgm__strbuf_add_ident(to, complete == NULL ? "" : complete);
    to->failed = to->failed || complete == NULL;
    pgm__strbuf_fini(&name);
}

static void add_name(pgm__strbuf *sql, const char *text, pgm__table_name name) {
    pgm__strbuf written = {0};
    if (name.schema.end > name.schema.begin) {
        add_ident(&written, text, name.schema);
        pgm__strbuf_addc(&written, '.');
    }
    add_ident(&written, text, name.table);
    pgm__strbuf_adds(sql, "pg_catalog.to_regclass(");
    pgm__quote_take(sql, &written);
    pgm__strbuf_addc(sql, ')');
}

/* U&"..." is a name too, and not one that is worth its rules here. */
static bool is_plain(const char *text, pgm__cut part) {
    return part.end > part.begin + 1 || (text[part.begin] != 'U' && text[part.begin] != 'u');
}

void pgm__rehearsal_file_names(pgm__strbuf *sql, const pgm__rehearsal_file *file, size_t index) {
    const char *text = file->script->text;
    pgm__cursor c = cursor_of(file, index);
    pgm__table_names seen = {0};
    size_t count = 0;
    for (size_t tokens = 0; tokens < MOST_TOKENS && count < MOST_NAMES && !pgm__cursor_at_end(&c);
         tokens++) {
        if (!pgm__cursor_is_name(&c)) {
            pgm__cursor_advance(&c);
            continue;
        }
        pgm__table_name name = pgm__table_name_read(&c);
        if (is_plain(text, name.table) && !pgm__table_names_has(&seen, text, name)) {
            pgm__table_names_add(&seen, text, name);
            pgm__strbuf_adds(sql, count++ > 0 ? "," : "");
            add_name(sql, text, name);
        }
    }
    sql->failed = sql->failed || seen.failed;
    pgm__table_names_fini(&seen);
}

const char *pgm__rehearsal_file_text(const pgm__rehearsal_file *file, size_t index,
                                     pgm__arena *arena) {
    const pgm__statement *where = where_of(file, index);
    const char *text = file->script->text + where->begin;
    size_t len = where->end - where->begin - (where->terminated ? 1 : 0);
    size_t shown = pgm__position_cut(text, len, TEXT_SHOWN);
    char *copy = pgm__arena_strndup(arena, text, shown);
    size_t to = 0;
    for (size_t i = 0; copy != NULL && i < shown; i++) {
        bool blank = (unsigned char)copy[i] <= ' ';
        if (!blank || (to > 0 && copy[to - 1] != ' ')) {
            copy[to++] = blank ? ' ' : copy[i];
        }
    }
    if (copy != NULL) {
        copy[to] = '\0';
    }
    return copy == NULL || shown == len ? copy : pgm__arena_printf(arena, "%s…", copy);
}

bool pgm__rehearsal_file_begins(const pgm__rehearsal_file *file, size_t index, const char *word) {
    pgm__cursor c = cursor_of(file, index);
    return pgm__cursor_is(&c, word);
}

bool pgm__rehearsal_file_defines(const pgm__rehearsal_file *file, size_t index) {
    static const char *const rows[] = {"INSERT", "UPDATE", "DELETE", "COPY",      "MERGE",
                                       "SET",    "RESET",  "NOTIFY", "SAVEPOINT", "RELEASE",
                                       "LOCK",   "VALUES", "TABLE",  "ANALYZE",   "SHOW"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (pgm__rehearsal_file_begins(file, index, rows[i])) {
            return false;
        }
    }
    return true;
}

pgm__origin pgm__rehearsal_file_origin(const pgm__rehearsal_file *file, size_t index,
                                       size_t position) {
    const pgm__statement *where = where_of(file, index);
    if (position == 0) {
        return (pgm__origin){.line = where->line, .at = where->begin};
    }
    const char *text = file->script->text + where->begin;
    size_t byte = pgm__position_byte(text, where->end - where->begin, position - 1);
    return pgm__origin_of_byte(file->script, where->begin + byte, true);
}

/* ---- without a transaction ---- */

/* https://www.postgresql.org/docs/current/explicit-locking.html; what is not named here takes no
 * lock of a table that others would wait for. */
static const struct {
    const char *what;
    pgm_lock_mode mode;
} modes[] = {
    {"CREATE INDEX CONCURRENTLY", PGM_LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"DROP INDEX CONCURRENTLY", PGM_LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"REINDEX CONCURRENTLY", PGM_LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"ALTER TABLE DETACH PARTITION CONCURRENTLY", PGM_LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"VACUUM", PGM_LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"REINDEX SCHEMA", PGM_LOCK_SHARE},
    {"REINDEX DATABASE", PGM_LOCK_SHARE},
    {"REINDEX SYSTEM", PGM_LOCK_SHARE},
    {"CLUSTER", PGM_LOCK_ACCESS_EXCLUSIVE},
};

static bool has_word(const pgm__rehearsal_file *file, size_t index, const char *word) {
    pgm__cursor c = cursor_of(file, index);
    size_t tokens = 0;
    while (!pgm__cursor_at_end(&c) && !pgm__cursor_is(&c, word) && tokens++ < MOST_TOKENS) {
        pgm__cursor_advance(&c);
    }
    return pgm__cursor_is(&c, word);
}

pgm_lock_mode pgm__rehearsal_file_mode(const pgm__rehearsal_file *file, size_t index) {
    const char *what = where_of(file, index)->what;
    for (size_t i = 0; i < sizeof modes / sizeof *modes && what != NULL; i++) {
        if (strcmp(modes[i].what, what) == 0) {
            bool full = strcmp(what, "VACUUM") == 0 && has_word(file, index, "FULL");
            return full ? PGM_LOCK_ACCESS_EXCLUSIVE : modes[i].mode;
        }
    }
    return PGM_LOCK_ACCESS_SHARE;
}

int64_t pgm__rehearsal_tag_rows(const char *tag) {
    const char *space = strrchr(tag, ' ');
    bool number = space != NULL && space[1] >= '0' && space[1] <= '9';
    return number ? strtoll(space + 1, NULL, 10) : -1;
}
