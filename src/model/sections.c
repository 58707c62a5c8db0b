#include "model/sections.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/scanner.h"

/* What a line is to the tool. */
typedef enum mark_kind {
    MARK_NONE,
    MARK_UP,
    MARK_DOWN,
    MARK_ALONE, /* of the whole file */
    MARK_STATEMENT,
    MARK_ENVSUB,
    MARK_UNKNOWN
} mark_kind;

struct mark {
    mark_kind kind;
    bool alone; /* of this section */
};

/* A word or several, at a place of the text. */
struct span {
    const char *at;
    size_t len;
};

typedef enum place { IN_HEADER, IN_UP, IN_DOWN } place;

struct splitter {
    pgm__sections_tool tool;
    const char *path;
    unsigned line;
    place place;
    bool seen_up;
    bool seen_down;
    pgm__section *up;
    pgm__section *down;
    pgm_error *err;
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static struct span trimmed(struct span span) {
    while (span.len > 0 && is_blank(span.at[0])) {
        span.at++;
        span.len--;
    }
    while (span.len > 0 && is_blank(span.at[span.len - 1])) {
        span.len--;
    }
    return span;
}

static bool take_prefix(struct span *span, const char *prefix) {
    size_t len = strlen(prefix);
    if (span->len < len || strncasecmp(span->at, prefix, len) != 0) {
        return false;
    }
    span->at += len;
    span->len -= len;
    return true;
}

static bool is_word(struct span span, const char *word) {
    return span.len == strlen(word) && strncasecmp(span.at, word, span.len) == 0;
}

/* Behind the tool's own word; false when the line is no mark of the tool. */
static bool take_tool(pgm__sections_tool tool, struct span line, struct span *rest) {
    if (!take_prefix(&line, "--")) {
        return false;
    }
    line = trimmed(line);
    bool found = false;
    switch (tool) {
    case PGM__SECTIONS_DBMATE:
        found = take_prefix(&line, "migrate:");
        break;
    case PGM__SECTIONS_GOOSE:
        found = take_prefix(&line, "+goose") && (line.len == 0 || is_blank(line.at[0]));
        break;
    case PGM__SECTIONS_SQL_MIGRATE:
        found = take_prefix(&line, "+migrate") && (line.len == 0 || is_blank(line.at[0]));
        break;
    case PGM__SECTIONS_NONE:
        break;
    }
    *rest = trimmed(line);
    return found;
}

/* Up or Down with what the tool allows behind it. */
static struct mark section_mark(mark_kind kind, struct span option, const char *alone,
                                const char *together) {
    option = trimmed(option);
    if (option.len == 0 || (together != NULL && is_word(option, together))) {
        return (struct mark){.kind = kind};
    }
    if (alone != NULL && is_word(option, alone)) {
        return (struct mark){.kind = kind, .alone = true};
    }
    return (struct mark){.kind = MARK_UNKNOWN};
}

static struct mark direction_mark(pgm__sections_tool tool, struct span word) {
    struct span rest = word;
    mark_kind kind = MARK_UP;
    if (!take_prefix(&rest, "up")) {
        kind = MARK_DOWN;
        if (!take_prefix(&rest, "down")) {
            /* "-- migrate: the data too" is a comment. */
            return (struct mark){.kind = tool == PGM__SECTIONS_DBMATE ? MARK_NONE : MARK_UNKNOWN};
        }
    }
    if (rest.len > 0 && !is_blank(rest.at[0])) {
        return (struct mark){.kind = MARK_UNKNOWN};
    }
    if (tool == PGM__SECTIONS_DBMATE) {
        return section_mark(kind, rest, "transaction:false", "transaction:true");
    }
    return section_mark(kind, rest, tool == PGM__SECTIONS_SQL_MIGRATE ? "notransaction" : NULL,
                        NULL);
}

static struct mark mark_of(pgm__sections_tool tool, struct span line) {
    struct span word;
    if (!take_tool(tool, line, &word)) {
        return (struct mark){.kind = MARK_NONE};
    }
    if (tool != PGM__SECTIONS_DBMATE) {
        if (is_word(word, "StatementBegin") || is_word(word, "StatementEnd")) {
            return (struct mark){.kind = MARK_STATEMENT};
        }
    }
    if (tool == PGM__SECTIONS_GOOSE) {
        if (is_word(word, "NO TRANSACTION")) {
            return (struct mark){.kind = MARK_ALONE};
        }
        if (is_word(word, "ENVSUB ON")) {
            return (struct mark){.kind = MARK_ENVSUB};
        }
        if (is_word(word, "ENVSUB OFF")) {
            return (struct mark){.kind = MARK_STATEMENT};
        }
    }
    return direction_mark(tool, word);
}

/* The line at `from`, without its line feed; *next is where the one after it begins. */
static struct span line_at(const char *text, size_t from, size_t len, size_t *next) {
    const char *end = memchr(text + from, '\n', len - from);
    size_t to = end == NULL ? len : (size_t)(end - text);
    *next = end == NULL ? len : to + 1;
    return (struct span){text + from, to - from};
}

static size_t bom_len(const char *text, size_t len) {
    return len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

pgm__sections_tool pgm__sections_find_tool(const char *text, size_t len) {
    static const pgm__sections_tool tools[] = {PGM__SECTIONS_DBMATE, PGM__SECTIONS_GOOSE,
                                               PGM__SECTIONS_SQL_MIGRATE};
    for (size_t at = bom_len(text, len); at < len;) {
        struct span line = line_at(text, at, len, &at);
        for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++) {
            if (mark_of(tools[i], line).kind != MARK_NONE) {
                return tools[i];
            }
        }
    }
    return PGM__SECTIONS_NONE;
}

static pgm_status refuse(const struct splitter *splitter, const char *what) {
    return pgm__error_set(splitter->err, PGM_EPARSE, "%s:%u: %s", splitter->path, splitter->line,
                          what);
}

static pgm_status enter(struct splitter *splitter, struct mark mark) {
    bool once = splitter->tool != PGM__SECTIONS_SQL_MIGRATE;
    if (mark.kind == MARK_UP) {
        if (once && (splitter->seen_up || splitter->seen_down)) {
            return refuse(splitter, splitter->seen_down ? "the up section stands below the down "
                                                          "section; put it first"
                                                        : "a second up section; join the two");
        }
        splitter->place = IN_UP;
        splitter->seen_up = true;
        splitter->up->alone = splitter->up->alone || mark.alone;
        return PGM_OK;
    }
    if (once && splitter->seen_down) {
        return refuse(splitter, "a second down section; join the two");
    }
    splitter->place = IN_DOWN;
    splitter->seen_down = true;
    splitter->down->alone = splitter->down->alone || mark.alone;
    return PGM_OK;
}

static pgm_status obey(struct splitter *splitter, struct mark mark) {
    switch (mark.kind) {
    case MARK_UP:
    case MARK_DOWN:
        return enter(splitter, mark);
    case MARK_ALONE:
        splitter->up->alone = true;
        splitter->down->alone = true;
        return PGM_OK;
    case MARK_ENVSUB:
        return refuse(splitter, "goose's ENVSUB puts environment variables into the SQL; pgmarch "
                                "runs files as they lie: write the values, or read them with "
                                "current_setting()");
    case MARK_UNKNOWN:
        return refuse(splitter, "a mark of the migration tool with a word that pgmarch does not "
                                "know; correct it");
    case MARK_NONE:
    case MARK_STATEMENT:
        break;
    }
    return PGM_OK;
}

static void append(pgm__section *section, const char *text, size_t len) {
    memcpy(section->text + section->len, text, len);
    section->len += len;
    section->text[section->len] = '\0';
}

/* Each line goes to its section; the other one keeps its line feed, so that lines are the file's.
 */
static void place_line(struct splitter *splitter, struct span line, size_t feed) {
    if (splitter->place != IN_DOWN) {
        append(splitter->up, line.at, line.len);
    }
    if (splitter->place != IN_UP) {
        append(splitter->down, line.at, line.len);
    }
    append(splitter->up, "\n", feed);
    append(splitter->down, "\n", feed);
}

static pgm_status walk(struct splitter *splitter, const char *text, size_t len) {
    for (size_t at = bom_len(text, len); at < len;) {
        splitter->line++;
        size_t from = at;
        struct span line = line_at(text, from, len, &at);
        size_t feed = at - from - line.len;
        struct mark mark = mark_of(splitter->tool, line);
        pgm_status status = obey(splitter, mark);
        if (status != PGM_OK) {
            return status;
        }
        /* A mark's own line is in neither section. */
        if (mark.kind != MARK_NONE) {
            line.len = 0;
        }
        place_line(splitter, line, feed);
    }
    if (!splitter->seen_up) {
        return pgm__error_set(splitter->err, PGM_EPARSE,
                              "%s: there is no up section; the mark of its first line is missing",
                              splitter->path);
    }
    return PGM_OK;
}

/* The first statement of the text's first `len` bytes; false when they hold none. */
static bool has_statement(const char *text, size_t len, unsigned *line) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, text, len, true);
    pgm__statement statement;
    while (pgm__scanner_next(&scanner, &statement)) {
        if (!statement.empty) {
            *line = statement.line;
            return true;
        }
    }
    *line = scanner.open_line;
    return scanner.open != PGM__OPEN_NOTHING;
}

static pgm_status check_header(struct splitter *splitter, const char *text, size_t len) {
    size_t at = bom_len(text, len);
    size_t end = at;
    while (at < len) {
        end = at;
        mark_kind kind = mark_of(splitter->tool, line_at(text, at, len, &at)).kind;
        if (kind == MARK_UP || kind == MARK_DOWN) {
            break;
        }
    }
    return has_statement(text, end, &splitter->line)
               ? refuse(splitter, "SQL above the up section; move it below the mark")
               : PGM_OK;
}

pgm_status pgm__sections_split(pgm__sections_tool tool, const char *path, const char *text,
                               size_t len, pgm__section *up, pgm__section *down, pgm_error *err) {
    pgm__section made_up = {.text = pgm__calloc(len + 1, 1)};
    pgm__section made_down = {.text = pgm__calloc(len + 1, 1)};
    struct splitter splitter = {
        .tool = tool, .path = path, .up = &made_up, .down = &made_down, .err = err};
    pgm_status status = PGM_OK;
    if (made_up.text == NULL || made_down.text == NULL) {
        status = pgm__error_nomem(err);
    }
    if (status == PGM_OK) {
        status = walk(&splitter, text, len);
    }
    if (status == PGM_OK) {
        status = check_header(&splitter, text, len);
    }
    if (status != PGM_OK) {
        pgm__free(made_up.text);
        pgm__free(made_down.text);
        return status;
    }
    unsigned line = 0;
    if (!has_statement(made_down.text, made_down.len, &line)) {
        pgm__free(made_down.text);
        made_down = (pgm__section){0};
    }
    *up = made_up;
    *down = made_down;
    return PGM_OK;
}
