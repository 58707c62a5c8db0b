#include "model/targets/source_section.h"

#include <string.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/suggest.h"
#include "model/targets/source_template.h"
#include "model/targets/target_key.h"

#define OWN_PREFIX PGM__SOURCE_KEY "."
#define TIMEOUT    OWN_PREFIX "timeout"

/* ---- keys ---- */

static const char *behind_prefix(const char *key) {
    size_t len = strlen(OWN_PREFIX);
    return strncmp(key, OWN_PREFIX, len) == 0 ? key + len : NULL;
}

bool pgm__source_is_own_key(const char *key) {
    return strcmp(key, PGM__SOURCE_KEY) == 0 || behind_prefix(key) != NULL ||
           pgm__source_word_find(key) != PGM__SOURCE_WORD_COUNT;
}

/* "databases, schemas" */
static pgm_status wrong_kind(const char *key, unsigned kinds, pgm_error *err) {
    pgm__strbuf list = {0};
    for (size_t i = 0; i < PGM__SOURCE_KIND_COUNT; i++) {
        if ((kinds & (1U << i)) != 0) {
            pgm__strbuf_addf(&list, "%s" PGM__SOURCE_KEY " = %s", list.len > 0 ? ", " : "",
                             pgm__source_kind_at((pgm__source_kind)i)->name);
        }
    }
    const char *text = pgm__strbuf_text(&list);
    pgm_status status = text == NULL
                            ? pgm__error_nomem(err)
                            : pgm__error_set(err, PGM_EPARSE,
                                             "\"%s\" is a word of another section: %s", key, text);
    pgm__strbuf_fini(&list);
    return status;
}

/* Of our own keys only these two say how to connect; the others are about what a target is. */
static bool says_how_to_connect(const char *key) {
    pgm__target_key ours = pgm__target_key_find(key);
    return ours == PGM__TARGET_KEY_COUNT || ours == PGM__TARGET_KEY_URL ||
           ours == PGM__TARGET_KEY_CONNECT_TIMEOUT;
}

static pgm_status check_own(pgm__source_kind kind, const char *key, const char *keyword,
                            pgm__keyword_fn is_keyword, pgm_error *err) {
    if (strcmp(key, TIMEOUT) == 0) {
        return PGM_OK;
    }
    if (!pgm__source_kind_at(kind)->connects) {
        return pgm__error_set(
            err, PGM_EPARSE,
            "unknown key: a source of this kind makes no connection to a database; "
            "of the source itself there is \"" TIMEOUT "\" alone");
    }
    if (!says_how_to_connect(keyword)) {
        return pgm__error_set(
            err, PGM_EPARSE,
            "\"%s\": behind \"" OWN_PREFIX "\" stands how the source itself is "
            "reached: url, or a connection keyword of libpq; write \"%s\" for the "
            "targets that it finds",
            key, keyword);
    }
    pgm_status status = pgm__draft_check_key(keyword, false, is_keyword, err);
    if (status == PGM_EPARSE) {
        pgm__error_context(err, "behind \"" OWN_PREFIX "\"");
    }
    return status;
}

pgm_status pgm__source_check_key(pgm__source_kind kind, const char *key, pgm__keyword_fn is_keyword,
                                 pgm_error *err) {
    if (kind == PGM__SOURCE_KIND_COUNT) {
        return pgm__error_set(err, PGM_EPARSE,
                              "\"%s\" belongs in a section that says where targets come from: "
                              "\"" PGM__SOURCE_KEY " = ...\" is missing in this one",
                              key);
    }
    if (strcmp(key, PGM__SOURCE_KEY) == 0) {
        return PGM_OK;
    }
    const char *keyword = behind_prefix(key);
    if (keyword != NULL) {
        return check_own(kind, key, keyword, is_keyword, err);
    }
    const pgm__source_word_row *word = pgm__source_word_at(pgm__source_word_find(key));
    return (word->kinds & (1U << kind)) != 0 ? PGM_OK : wrong_kind(key, word->kinds, err);
}

pgm_status pgm__source_parse_kind(const char *value, pgm__source_kind *out, pgm_error *err) {
    *out = pgm__source_kind_find(value);
    if (*out != PGM__SOURCE_KIND_COUNT) {
        return PGM_OK;
    }
    const char *names[PGM__SOURCE_KIND_COUNT];
    for (size_t i = 0; i < PGM__SOURCE_KIND_COUNT; i++) {
        names[i] = pgm__source_kind_at((pgm__source_kind)i)->name;
    }
    const char *nearest = pgm__suggest(value, names, PGM__SOURCE_KIND_COUNT, PGM__SUGGEST_MISSPELT);
    return pgm__error_set(err, PGM_EPARSE,
                          "\"" PGM__SOURCE_KEY "\" must be one of: query, "
                          "databases, schemas, command, neon%s%s%s",
                          nearest == NULL ? "" : "; did you mean \"",
                          nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?");
}

/* ---- a section ---- */

/* Where its lines go while it is made. */
typedef struct maker {
    pgm__arena *arena;
    const pgm__source_draft *draft;
    pgm__source source;
    pgm__setting *settings;
    pgm__target_line *lines;
    size_t line_count;
} maker;

static pgm_status take_timeout(maker *m, const char *value, pgm_error *err) {
    if (!pgm__duration_parse(value, PGM__BARE_NUMBER_REFUSED, &m->source.timeout) ||
        m->source.timeout == 0) {
        return pgm__error_set(err, PGM_EPARSE,
                              "\"" TIMEOUT "\" must be a whole number with a unit: ms, s, m or h, "
                              "as in \"30s\"");
    }
    return PGM_OK;
}

/* The whole source cannot be asked where a line of its own cannot be read. */
static pgm_status take_own(maker *m, const pgm__target_line *line, pgm_error *err) {
    if (line->flaw != NULL) {
        m->source.flaw = m->source.flaw == NULL ? line->flaw : m->source.flaw;
        return PGM_OK;
    }
    pgm__source_word word = pgm__source_word_find(line->key);
    if (strcmp(line->key, PGM__SOURCE_KEY) == 0) {
        return pgm__source_parse_kind(line->value, &m->source.kind, err);
    }
    if (line->value[0] == '\0') {
        return PGM_OK;
    }
    if (strcmp(line->key, TIMEOUT) == 0) {
        return take_timeout(m, line->value, err);
    }
    if (word != PGM__SOURCE_WORD_COUNT) {
        m->source.words[word] = line->value;
        return word == PGM__SOURCE_WORD_NAME ? pgm__template_check(line->value, err) : PGM_OK;
    }
    m->settings[m->source.setting_count++] = (pgm__setting){behind_prefix(line->key), line->value};
    return PGM_OK;
}

/* One database for all that a query finds is nearly always the database that is asked. */
static pgm_status check_url(const maker *m, const pgm__target_line *line, pgm_error *err) {
    if (strcmp(line->key, "url") == 0 && line->flaw == NULL && line->value[0] != '\0' &&
        m->source.kind == PGM__SOURCE_QUERY && !pgm__template_has_any(line->value)) {
        return pgm__error_set(err, PGM_EPARSE,
                              "\"url\" would be the same for every target that the query finds: "
                              "write \"" OWN_PREFIX "url\" for the database that is asked, and "
                              "dbname, {COLUMN} or a column \"url\" for the targets");
    }
    return PGM_OK;
}

static pgm_status take_line(maker *m, const pgm__target_line *line, pgm_error *err) {
    if (pgm__source_is_own_key(line->key)) {
        return take_own(m, line, err);
    }
    m->lines[m->line_count++] = *line;
    return line->flaw == NULL ? pgm__template_check(line->value, err) : PGM_OK;
}

static pgm_status check_needed(const maker *m, pgm_error *err) {
    for (size_t i = 0; i < PGM__SOURCE_WORD_COUNT; i++) {
        const pgm__source_word_row *word = pgm__source_word_at((pgm__source_word)i);
        if ((word->needed & (1U << m->source.kind)) != 0 && m->source.words[i] == NULL &&
            m->source.flaw == NULL) {
            return pgm__error_set(
                err, PGM_EPARSE, "%s: \"" PGM__SOURCE_KEY " = %s\" needs \"%s = ...\"",
                m->draft->origin, pgm__source_kind_at(m->source.kind)->name, word->name);
        }
    }
    return PGM_OK;
}

static pgm_status take_lines(maker *m, pgm_error *err) {
    const pgm__target_lines *lines = m->draft->lines;
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < lines->count && status == PGM_OK; i++) {
        status = pgm__target_lines_place(lines, &lines->items[i],
                                         take_line(m, &lines->items[i], err), err);
    }
    for (size_t i = 0; i < m->line_count && status == PGM_OK; i++) {
        status = pgm__target_lines_place(lines, &m->lines[i], check_url(m, &m->lines[i], err), err);
    }
    return status == PGM_OK ? check_needed(m, err) : status;
}

pgm_status pgm__source_make(pgm__arena *arena, const pgm__source_draft *draft, pgm__source *out,
                            pgm_error *err) {
    maker m = {.arena = arena, .draft = draft};
    m.settings = pgm__arena_calloc(arena, draft->lines->count, sizeof *m.settings);
    m.lines = pgm__arena_calloc(arena, draft->lines->count, sizeof *m.lines);
    pgm__target_lines *lines = pgm__arena_calloc(arena, 1, sizeof *lines);
    if (m.settings == NULL || m.lines == NULL || lines == NULL) {
        return pgm__error_nomem(err);
    }
    m.source = (pgm__source){.name = draft->name,
                             .origin = draft->origin,
                             .settings = m.settings,
                             .timeout = PGM_UNSET,
                             .lines = lines,
                             .said = draft->said,
                             .defaults = draft->defaults,
                             .is_keyword = draft->is_keyword};
    pgm_status status = take_lines(&m, err);
    if (status == PGM_OK) {
        *lines = (pgm__target_lines){draft->lines->path, m.lines, m.line_count};
        *out = m.source;
    }
    return status;
}
