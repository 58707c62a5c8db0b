#include "cli/options/patterns.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"

/* ---- lists ---- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Up to the next comma that parts something. */
static size_t part_length(const char *text) {
    size_t len = 0;
    while (text[len] != '\0' && text[len] != ',') {
        len += text[len] == '\\' && text[len + 1] != '\0' ? 2 : 1;
    }
    return len;
}

/* Cuts blanks off both ends: no name has any there. */
static const char *trimmed(const char *text, size_t *len) {
    while (*len > 0 && is_blank(text[0])) {
        text++;
        (*len)--;
    }
    while (*len > 0 && is_blank(text[*len - 1])) {
        (*len)--;
    }
    return text;
}

static pgm_status add(pgm__settings *settings, pgm__patterns *patterns, const char *text,
                      size_t len, const char *origin, pgm_error *err) {
    const char *glob = pgm__arena_strndup(&settings->arena, text, len);
    if (glob == NULL || !pgm__list_add(&patterns->globs, glob) ||
        !pgm__list_add(&patterns->origins, origin)) {
        return pgm__error_nomem(err);
    }
    return PGM_OK;
}

/* `option "--only"` → --only */
static const char *origin_of(pgm__settings *settings, const char *source) {
    const char *quote = strchr(source, '"');
    const char *name = quote == NULL ? source : quote + 1;
    return pgm__arena_strndup(&settings->arena, name, strcspn(name, "\""));
}

pgm_status pgm__patterns_add(pgm__settings *settings, pgm__patterns *patterns, const char *text,
                             const char *source, const char *expected, pgm_error *err) {
    size_t before = patterns->globs.count;
    const char *origin = origin_of(settings, source);
    pgm_status status = origin == NULL ? pgm__error_nomem(err) : PGM_OK;
    while (*text != '\0' && status == PGM_OK) {
        size_t len = part_length(text);
        size_t kept = len;
        const char *part = trimmed(text, &kept);
        if (kept > 0) {
            status = add(settings, patterns, part, kept, origin, err);
        }
        text += len + (text[len] == '\0' ? 0 : 1);
    }
    /* "," for "$A,$B" whose parts are empty must not widen a run to everything. */
    if (status == PGM_OK && patterns->globs.count == before) {
        return pgm__error_set(err, PGM_EUSAGE, "%s needs a value (%s), not an empty one", source,
                              expected);
    }
    return status;
}

/* ---- files ---- */

/* The files of a list become its lines, while it is written anew. */
typedef struct reader {
    pgm__settings *settings;
    FILE *in;
    bool in_tty;
    bool in_was_read;
    pgm__patterns *out;
    const char *name;   /* of the file that is read */
    const char *origin; /* where it was named */
    pgm_error *err;
} reader;

static pgm_status read_input(reader *r, char **text, size_t *len) {
    if (r->in_was_read) {
        return pgm__error_set(r->err, PGM_EUSAGE,
                              "\"@-\" is given twice, and standard input can "
                              "be read once");
    }
    if (r->in_tty) {
        return pgm__error_set(r->err, PGM_EUSAGE,
                              "\"@-\" (%s) takes patterns from standard input, which is a "
                              "terminal: name a file, or use a pipe",
                              r->origin);
    }
    r->in_was_read = true;
    return pgm__file_read_open(fileno(r->in), r->name, text, len, r->err);
}

/* A file that names files would have to say from where their paths count. */
static pgm_status take_line(reader *r, const char *text, size_t len, size_t number) {
    const char *line = trimmed(text, &len);
    if (len == 0 || line[0] == '#') {
        return PGM_OK;
    }
    if (memchr(line, '\0', len) != NULL) {
        return pgm__error_set(r->err, PGM_EUSAGE,
                              "%s:%zu: there is a NUL byte in this line; is "
                              "this a text file?",
                              r->name, number);
    }
    if (line[0] == '@') {
        return pgm__error_set(r->err, PGM_EUSAGE,
                              "%s:%zu: a list of patterns cannot name another file; a name that "
                              "begins with \"@\" is written \"\\@\"",
                              r->name, number);
    }
    const char *origin = pgm__arena_printf(&r->settings->arena, "%s:%zu of %s", r->name, number,
                                           r->origin);
    return origin == NULL ? pgm__error_nomem(r->err)
                          : add(r->settings, r->out, line, len, origin, r->err);
}

static pgm_status take_lines(reader *r, const char *text, size_t len) {
    const char *end = text + len;
    size_t before = r->out->globs.count;
    size_t number = 0;
    pgm_status status = PGM_OK;
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
    }
    while (text < end && status == PGM_OK) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline == NULL ? end : newline;
        status = take_line(r, text, (size_t)(stop - text), ++number);
        text = newline == NULL ? end : newline + 1;
    }
    /* Nothing in it must not mean every target. */
    if (status == PGM_OK && r->out->globs.count == before) {
        return pgm__error_set(r->err, PGM_EUSAGE, "%s (%s): there is no pattern in it", r->name,
                              r->origin);
    }
    return status;
}

static pgm_status read_file(reader *r, const char *path) {
    char *text = NULL;
    size_t len = 0;
    if (*path == '\0') {
        return pgm__error_set(r->err, PGM_EUSAGE,
                              "\"@\" (%s) names no file: @FILE, or @- for "
                              "standard input",
                              r->origin);
    }
    bool input = strcmp(path, "-") == 0;
    r->name = input ? "standard input" : path;
    pgm_status status = input ? read_input(r, &text, &len)
                              : pgm__file_read(path, &text, &len, r->err);
    if (status == PGM_OK) {
        status = take_lines(r, text, len);
    } else if (status == PGM_EIO) {
        pgm__error_context(r->err, "%s", r->origin);
    }
    pgm__free(text);
    return status;
}

/* A list that is only in memory stays as it is; else it is written anew, in its order. */
static pgm_status expand(reader *r, pgm__patterns *patterns) {
    pgm__patterns before = *patterns;
    pgm_status status = PGM_OK;
    *patterns = (pgm__patterns){0};
    r->out = patterns;
    for (size_t i = 0; i < before.globs.count && status == PGM_OK; i++) {
        const char *glob = before.globs.items[i];
        r->origin = before.origins.items[i];
        status = glob[0] == '@' ? read_file(r, glob + 1)
                                : add(r->settings, patterns, glob, strlen(glob), r->origin, r->err);
    }
    pgm__patterns_free(&before);
    return status;
}

pgm_status pgm__patterns_read_files(pgm__settings *settings, FILE *in, bool in_tty,
                                    pgm_error *err) {
    reader r = {.settings = settings, .in = in, .in_tty = in_tty, .err = err};
    pgm_status status = expand(&r, &settings->only);
    return status == PGM_OK ? expand(&r, &settings->exclude) : status;
}
