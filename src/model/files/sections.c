#include "model/files/sections.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/files/script_comments.h"
#include "model/sql/scanner.h"

/*
 * A file with two sections becomes two texts with the file's own lines: what is not of a section is
 * an empty line there, so that a message has the file's line without any reckoning. Whose marks
 * they are is told in mark_of(), how the sections of a tool follow each other in rules_of(); the
 * rest is the same for all.
 */

/* What a line is to the tool. */
typedef enum mark_kind {
    MARK_NONE,
    MARK_UP,
    MARK_DOWN,
    MARK_ALONE,      /* of the whole file */
    MARK_ALONE_HERE, /* of the section it stands in */
    MARK_STATEMENT,  /* how the tool splits the file: the server does it here, so it is left out */
    MARK_ENVSUB,     /* goose puts in environment variables, which is refused */
    MARK_TEMPLATE,   /* tern puts in values, which is refused */
    MARK_UNKNOWN,    /* the tool's own word in front, and behind it one that is not known here */
    MARK_LOOSE /* more in its line than pgmarch takes for a mark, and its tool does not mind */
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

/* How the sections of a tool follow each other. */
struct rules {
    bool repeats;   /* several sections of one direction are one */
    bool any_order; /* the down section may be the first */
    bool headless;  /* the up section begins with the file */
    bool optional;  /* a file without marks is an up section */
};

static const struct rules *rules_of(pgm__sections_tool tool) {
    static const struct rules all[PGM__SECTIONS_COUNT] = {
        [PGM__SECTIONS_SQL_MIGRATE] = {.repeats = true, .any_order = true},
        [PGM__SECTIONS_TERN] = {.headless = true, .optional = true},
        [PGM__SECTIONS_NODE_PG] = {.any_order = true, .optional = true},
    };
    return &all[tool];
}

bool pgm__sections_may_lack(pgm__sections_tool tool) {
    return rules_of(tool)->optional;
}

struct splitter {
    pgm__sections_tool tool;
    const char *path;
    unsigned line;
    place place;
    bool seen_up;
    bool seen_down;
    size_t below; /* where the text goes on behind the first mark of a section */
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
    case PGM__SECTIONS_TERN:
    case PGM__SECTIONS_NODE_PG:
    case PGM__SECTIONS_COUNT:
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

/* What stands behind the direction is refused unless it is known: it could change how the section
 * is run. */
static struct mark direction_mark(pgm__sections_tool tool, struct span word) {
    struct span rest = word;
    mark_kind kind = MARK_UP;
    if (!take_prefix(&rest, "up")) {
        kind = MARK_DOWN;
        if (!take_prefix(&rest, "down")) {
            /* "-- migrate: the data too" is a comment, "-- migrate:dwon" a slip. */
            bool comment = tool == PGM__SECTIONS_DBMATE && (word.len == 0 || word.at[-1] != ':');
            return (struct mark){.kind = comment ? MARK_NONE : MARK_UNKNOWN};
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

static bool is_rule(struct span span) {
    for (size_t i = 0; i < span.len; i++) {
        if (span.at[i] != '-' && span.at[i] != '=' && !is_blank(span.at[i])) {
            return false;
        }
    }
    return true;
}

static const char *find_in(struct span span, const char *text) {
    size_t len = strlen(text);
    for (size_t i = 0; i + len <= span.len; i++) {
        if (memcmp(span.at + i, text, len) == 0) {
            return span.at + i;
        }
    }
    return NULL;
}

/* tern looks for its divider anywhere, and all that has braces is a template to it. */
static struct mark tern_mark(struct span line) {
    static const char divider[] = "---- create above / drop below ----";
    const char *at = find_in(line, divider);
    if (at != NULL) {
        struct span before = {line.at, (size_t)(at - line.at)};
        struct span after = {at + sizeof divider - 1, line.len - before.len - (sizeof divider - 1)};
        bool alone = is_rule(before) && is_rule(after);
        return (struct mark){.kind = alone ? MARK_DOWN : MARK_UNKNOWN};
    }
    struct span word = trimmed(line);
    if (is_word(word, "---- tern: disable-tx ----")) {
        return (struct mark){.kind = MARK_ALONE_HERE};
    }
    return (struct mark){.kind = take_prefix(&word, "---- tern:") ? MARK_UNKNOWN : MARK_NONE};
}

/* node-pg-migrate: /^\s*--[\s-]*down\s+migration/i, whatever follows. */
static struct mark node_pg_mark(struct span line) {
    struct span word = trimmed(line);
    if (!take_prefix(&word, "--")) {
        return (struct mark){.kind = MARK_NONE};
    }
    while (word.len > 0 && (word.at[0] == '-' || is_blank(word.at[0]))) {
        word.at++;
        word.len--;
    }
    mark_kind kind = take_prefix(&word, "up") ? MARK_UP : MARK_DOWN;
    if (kind == MARK_DOWN && !take_prefix(&word, "down")) {
        return (struct mark){.kind = MARK_NONE};
    }
    bool apart = word.len > 0 && is_blank(word.at[0]);
    word = trimmed(word);
    if (!apart || !take_prefix(&word, "migration")) {
        return (struct mark){.kind = MARK_NONE};
    }
    return (struct mark){.kind = is_rule(word) || is_word(word, ":") ? kind : MARK_LOOSE};
}

/* The two without a prefix of their own are told by their whole lines; of the others the prefix
 * says whose the line is, and all that follows it must be known. */
static struct mark mark_of(pgm__sections_tool tool, struct span line) {
    struct span word;
    if (tool == PGM__SECTIONS_TERN) {
        return tern_mark(line);
    }
    if (tool == PGM__SECTIONS_NODE_PG) {
        return node_pg_mark(line);
    }
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

/* The mark of a line that does not stand below `-- pgmarch: not-a-section`. */
static struct mark mark_below(pgm__sections_tool tool, struct span line, struct span above) {
    struct mark mark = mark_of(tool, line);
    if (mark.kind == MARK_NONE) {
        return mark;
    }
    above = trimmed(above);
    mark.kind = pgm__script_excuses_head(above.at, above.len) ? MARK_NONE : mark.kind;
    return mark;
}

/* The first mark decides, and not the number of them: what else there is of another tool's is
 * refused when the text is checked as a script. */
pgm__sections_tool pgm__sections_find_tool(const char *text, size_t len) {
    pgm__sections_tool found = PGM__SECTIONS_NONE;
    struct span line = {text, 0};
    for (size_t at = bom_len(text, len); at < len;) {
        struct span above = line;
        line = line_at(text, at, len, &at);
        if (memchr(line.at, '-', line.len) == NULL) {
            continue;
        }
        for (pgm__sections_tool tool = PGM__SECTIONS_DBMATE; tool < PGM__SECTIONS_COUNT; tool++) {
            mark_kind kind = mark_below(tool, line, above).kind;
            if (kind == MARK_NONE || kind == MARK_LOOSE) {
                continue;
            }
            /* "-- Up Migration" may be a remark above another tool's mark. */
            if (!pgm__sections_may_lack(tool)) {
                return tool;
            }
            found = found == PGM__SECTIONS_NONE ? tool : found;
        }
    }
    return found;
}

static pgm_status refuse(const struct splitter *splitter, const char *what) {
    return pgm__error_set(splitter->err, PGM_EPARSE, "%s:%u: %s", splitter->path, splitter->line,
                          what);
}

/* Where a tool allows what here is refused, it does so in silence; a second section of one
 * direction is mostly a mistake of copying. */
static pgm_status enter(struct splitter *splitter, struct mark mark) {
    const struct rules *rules = rules_of(splitter->tool);
    bool once = !rules->repeats;
    if (mark.kind == MARK_UP) {
        if (once && splitter->seen_up) {
            return refuse(splitter, "a second up section; join the two");
        }
        if (!rules->any_order && splitter->seen_down) {
            return refuse(splitter, "the up section stands below the down section; put it first");
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
    case MARK_ALONE_HERE:
        (splitter->place == IN_DOWN ? splitter->down : splitter->up)->alone = true;
        return PGM_OK;
    case MARK_TEMPLATE:
        return refuse(splitter, "tern puts values in where {{ stands; pgmarch runs files as they "
                                "lie: write the values, or read them with current_setting()");
    case MARK_LOOSE:
        return refuse(splitter, "node-pg-migrate begins a section at this line; write \"-- Up "
                                "Migration\" or \"-- Down Migration\" and nothing else, or put "
                                "\"-- pgmarch: not-a-section\" right above it");
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

/* Room is there: a section has no more bytes than its file. */
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

/* Lines are all that is looked at, as these tools do it: a mark inside a string or a body is one
 * too, and so is a line of data, unless it is said to be none (-- pgmarch: not-a-section). */
static pgm_status walk(struct splitter *splitter, const char *text, size_t len) {
    struct span line = {text, 0};
    for (size_t at = bom_len(text, len); at < len;) {
        splitter->line++;
        size_t from = at;
        struct span above = line;
        line = line_at(text, from, len, &at);
        size_t feed = at - from - line.len;
        struct mark mark = mark_below(splitter->tool, line, above);
        if (splitter->tool == PGM__SECTIONS_TERN && find_in(line, "{{") != NULL) {
            mark.kind = MARK_TEMPLATE;
        }
        pgm_status status = obey(splitter, mark);
        if (status != PGM_OK) {
            return status;
        }
        if (splitter->below == 0 && (mark.kind == MARK_UP || mark.kind == MARK_DOWN)) {
            splitter->below = at;
        }
        /* A mark's own line is in neither section. */
        if (mark.kind != MARK_NONE) {
            line.len = 0;
        }
        place_line(splitter, line, feed);
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

/* What stands above the first mark is of neither section, and would not be run. */
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

/* Without a line: what is missing has none. */
static pgm_status refuse_upless(const struct splitter *splitter, const char *remedy) {
    return pgm__error_set(splitter->err, PGM_EPARSE, "%s: there is no up section; %s",
                          splitter->path, remedy);
}

/* Is there something to run on the way up, and does it stand where its tool runs it? */
static pgm_status check_up(struct splitter *splitter, const char *text, size_t len) {
    const struct rules *rules = rules_of(splitter->tool);
    unsigned line = 0;
    if (rules->headless) {
        bool upless = splitter->seen_down &&
                      !has_statement(splitter->up->text, splitter->up->len, &line) &&
                      has_statement(splitter->down->text, splitter->down->len, &line);
        return upless ? refuse_upless(splitter, "no statement stands above the mark: put what "
                                                "applies the migration there")
                      : PGM_OK;
    }
    if (splitter->seen_up) {
        return check_header(splitter, text, len);
    }
    if (!rules->optional) {
        return refuse_upless(splitter, "the mark of its first line is missing");
    }
    bool below = splitter->seen_down &&
                 has_statement(text + splitter->below, len - splitter->below, &line);
    return below ? refuse_upless(splitter, "put \"-- Up Migration\" above what applies the "
                                           "migration: without it node-pg-migrate would run the "
                                           "down section too")
                 : PGM_OK;
}

/* Memory is looked at here, so that the one who made both texts has one place to free them. */
static pgm_status split(struct splitter *splitter, const char *text, size_t len) {
    if (splitter->up->text == NULL || splitter->down->text == NULL) {
        return pgm__error_nomem(splitter->err);
    }
    if (rules_of(splitter->tool)->headless) {
        splitter->place = IN_UP;
        splitter->seen_up = true;
    }
    pgm_status status = walk(splitter, text, len);
    return status == PGM_OK ? check_up(splitter, text, len) : status;
}

/* Without a mark for the way up, what stands above the one for the way down was taken for both;
 * below it there is nothing to run (check_up()). */
static void blank(pgm__section *section) {
    for (size_t i = 0; i < section->len; i++) {
        section->text[i] = section->text[i] == '\n' ? '\n' : ' ';
    }
}

/* Both texts are as long as the file at most, so that they are made once and never grow. */
pgm_status pgm__sections_split(pgm__sections_tool tool, const char *path, const char *text,
                               size_t len, pgm__section *up, pgm__section *down, pgm_error *err) {
    pgm__section made_up = {.text = pgm__calloc(len + 1, 1)};
    pgm__section made_down = {.text = pgm__calloc(len + 1, 1)};
    struct splitter splitter = {
        .tool = tool, .path = path, .up = &made_up, .down = &made_down, .err = err};
    pgm_status status = split(&splitter, text, len);
    if (status != PGM_OK) {
        pgm__free(made_up.text);
        pgm__free(made_down.text);
        return status;
    }
    if (!splitter.seen_down) {
        pgm__free(made_down.text);
        made_down = (pgm__section){0};
    } else if (!splitter.seen_up) {
        blank(&made_down);
    }
    *up = made_up;
    *down = made_down;
    return PGM_OK;
}
