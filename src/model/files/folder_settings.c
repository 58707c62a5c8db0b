#include "model/files/folder_settings.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/mem.h"
#include "base/suggest.h"

/* What is known while the file is read. */
struct reader {
    pgm__arena *arena;
    const char *path;
    const char **globs; /* on the heap until the end */
    size_t count;
    size_t capacity;
    pgm__folder_allow *allow; /* as well */
    size_t allow_count;
    size_t allow_capacity;
    bool skip_code;
    bool skip_code_given;
    const char *since;
    unsigned since_line;
};

static pgm_status add_glob(struct reader *reader, const pgm__ini_line *line, pgm_error *err) {
    if (line->value[0] == '\0') {
        return pgm__error_set(err, PGM_EPARSE,
                              "\"ignore\" needs a pattern, as in: ignore = seeds/");
    }
    const char *glob = pgm__arena_strdup(reader->arena, line->value);
    const char **grown = pgm__grow((void *)reader->globs, reader->count, &reader->capacity,
                                   sizeof *grown);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    reader->globs = grown;
    grown[reader->count++] = glob;
    return glob == NULL ? pgm__error_nomem(err) : PGM_OK;
}

/* Twice with different words it would depend on the reader which one counts. */
static pgm_status refuse_twice(const pgm__ini_line *line, pgm_error *err) {
    return pgm__error_set(err, PGM_EPARSE, "\"%s\" is given twice", line->key);
}

static pgm_status set_skip_code(struct reader *reader, const pgm__ini_line *line, pgm_error *err) {
    bool yes = strcmp(line->value, "true") == 0;
    if (!yes && strcmp(line->value, "false") != 0) {
        return pgm__error_set(err, PGM_EPARSE, "\"skip_code\" is true or false");
    }
    if (reader->skip_code_given) {
        return refuse_twice(line, err);
    }
    reader->skip_code_given = true;
    reader->skip_code = yes;
    return PGM_OK;
}

static pgm_status set_since(struct reader *reader, const pgm__ini_line *line, pgm_error *err) {
    if (line->value[0] == '\0') {
        return pgm__error_set(err, PGM_EPARSE, "\"since\" needs a version, as in: since = 0042");
    }
    if (reader->since != NULL) {
        return refuse_twice(line, err);
    }
    reader->since = pgm__arena_strdup(reader->arena, line->value);
    reader->since_line = line->number;
    return reader->since == NULL ? pgm__error_nomem(err) : PGM_OK;
}

/* ---- allow.CODE = PATTERN, PATTERN ---- */

static const char allow_prefix[] = "allow.";

static pgm_status refuse_allow(const char *lacks, pgm_error *err) {
    return pgm__error_set(err, PGM_EPARSE,
                          "\"allow\" needs %s, as in: allow.drop-breaks-clients = 0042_*, 0051",
                          lacks);
}

static pgm_status add_allow(struct reader *reader, pgm__folder_allow allow, pgm_error *err) {
    pgm__folder_allow *grown = pgm__grow(reader->allow, reader->allow_count,
                                         &reader->allow_capacity, sizeof *grown);
    if (grown == NULL || allow.pattern == NULL) {
        reader->allow = grown == NULL ? reader->allow : grown;
        return pgm__error_nomem(err);
    }
    reader->allow = grown;
    grown[reader->allow_count++] = allow;
    return PGM_OK;
}

/* Each pattern of the list is an entry. */
static pgm_status add_allowed(struct reader *reader, const pgm__ini_line *line, pgm_error *err) {
    static const char blanks[] = " \t\f\v";
    pgm__folder_allow allow = {.line = line->number};
    allow.code = pgm__arena_strdup(reader->arena, line->key + sizeof allow_prefix - 1);
    if (allow.code == NULL) {
        return pgm__error_nomem(err);
    }
    if (allow.code[0] == '\0') {
        return refuse_allow("the code of a warning", err);
    }
    const char *at = line->value;
    for (bool more = true; more;) {
        at += strspn(at, blanks);
        size_t len = strcspn(at, ",");
        more = at[len] == ',';
        const char *next = at + len + more;
        while (len > 0 && strchr(blanks, at[len - 1]) != NULL) {
            len--;
        }
        if (len == 0) {
            return refuse_allow("a pattern", err);
        }
        allow.pattern = pgm__arena_strndup(reader->arena, at, len);
        pgm_status status = add_allow(reader, allow, err);
        if (status != PGM_OK) {
            return status;
        }
        at = next;
    }
    return PGM_OK;
}

/* ---- the file ---- */

static const struct key {
    const char *name;
    pgm_status (*take)(struct reader *reader, const pgm__ini_line *line, pgm_error *err);
} keys[] = {{"ignore", add_glob}, {"skip_code", set_skip_code}, {"since", set_since}};

enum { KEYS = sizeof keys / sizeof *keys };

/* A setting that is passed over could be one that leaves a file out, or does not. */
static pgm_status refuse_key(const char *key, pgm_error *err) {
    const char *names[KEYS + 1];
    for (size_t i = 0; i < KEYS; i++) {
        names[i] = keys[i].name;
    }
    names[KEYS] = "allow";
    char word[40];
    size_t len = strcspn(key, ".");
    len = len < sizeof word ? len : 0;
    memcpy(word, key, len);
    word[len] = '\0';
    const char *meant = pgm__suggest(word, names, KEYS + 1, PGM__SUGGEST_MISSPELT);
    if (meant == NULL) {
        return pgm__error_set(err, PGM_EPARSE,
                              "no setting of a migrations folder; there are \"ignore\", "
                              "\"skip_code\", \"since\" and \"allow.CODE\"");
    }
    return pgm__error_set(err, PGM_EPARSE,
                          "no setting of a migrations folder; did you mean \"%s%s\"?", meant,
                          meant == names[KEYS] ? ".CODE" : "");
}

static pgm_status take(struct reader *reader, const pgm__ini_line *line, pgm_error *err) {
    if (line->key == NULL) {
        return pgm__error_set(err, PGM_EPARSE,
                              "a migrations folder's settings have no sections; remove the line");
    }
    if (strncmp(line->key, allow_prefix, sizeof allow_prefix - 1) == 0) {
        return add_allowed(reader, line, err);
    }
    if (strcmp(line->key, "allow") == 0) {
        return refuse_allow("the code of a warning", err);
    }
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(line->key, keys[i].name) == 0) {
            return keys[i].take(reader, line, err);
        }
    }
    return refuse_key(line->key, err);
}

static pgm_status take_line(const pgm__ini_line *line, void *data, pgm_error *err) {
    struct reader *reader = data;
    pgm_status status = take(reader, line, err);
    if (status == PGM_EPARSE) {
        pgm__error_context(err, "%s:%u", reader->path, line->number);
    }
    return status;
}

static pgm_status keep(struct reader *reader, pgm__folder_settings *out, pgm_error *err) {
    const char **ignore = pgm__arena_calloc(reader->arena, reader->count + 1, sizeof *ignore);
    pgm__folder_allow *allow = pgm__arena_calloc(reader->arena, reader->allow_count + 1,
                                                 sizeof *allow);
    if (ignore == NULL || allow == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < reader->count; i++) {
        ignore[i] = reader->globs[i];
    }
    for (size_t i = 0; i < reader->allow_count; i++) {
        allow[i] = reader->allow[i];
    }
    *out = (pgm__folder_settings){.path = reader->path,
                                  .ignore = ignore,
                                  .ignore_count = reader->count,
                                  .skip_code = reader->skip_code,
                                  .since = reader->since,
                                  .since_line = reader->since_line,
                                  .allow = allow,
                                  .allow_count = reader->allow_count};
    return PGM_OK;
}

pgm_status pgm__folder_settings_read(pgm__arena *arena, const char *dir, pgm__folder_settings *out,
                                     pgm_error *err) {
    size_t dir_len = strlen(dir);
    const char *slash = dir_len > 0 && dir[dir_len - 1] == '/' ? "" : "/";
    const char *path = pgm__arena_printf(arena, "%s%spgmarch.conf", dir, slash);
    if (path == NULL) {
        return pgm__error_nomem(err);
    }
    struct reader reader = {.arena = arena, .path = path};
    char *text = NULL;
    size_t len = 0;
    pgm_error reason = {0};
    pgm_status status = pgm__file_read(path, &text, &len, &reason);
    if (status == PGM_EIO && (reason.sys == ENOENT || reason.sys == ENOTDIR)) {
        return PGM_OK;
    }
    if (status == PGM_OK) {
        status = pgm__ini_read_in("", path, text, len, take_line, &reader, &reason);
    }
    if (status == PGM_OK) {
        status = keep(&reader, out, &reason);
    }
    pgm__free(text);
    pgm__free((void *)reader.globs);
    pgm__free(reader.allow);
    if (status != PGM_OK && err != NULL) {
        *err = reason;
    }
    return status;
}
