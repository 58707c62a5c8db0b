#include "cli/options/report_file.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/suggest.h"

/* No name of a form is longer, and a drive of Windows is shorter. */
enum { LONGEST = 16, SHORTEST = 2, NAMES = 32 };

/* The word before the first colon; false: there is none that could be a form's. */
static bool word_of(const char *text, char word[LONGEST + 1]) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    size_t len = strspn(text, letters);
    if (text[len] != ':' || len < SHORTEST || len > LONGEST) {
        return false;
    }
    memcpy(word, text, len);
    word[len] = '\0';
    return true;
}

/* The name of the form that is nearest to the word; NULL: it is none that somebody misspelt. */
static const char *nearest(const char *word) {
    const char *names[NAMES];
    size_t count;
    const pgm__form *forms = pgm__forms(&count);
    for (size_t i = 0; i < count && i < NAMES; i++) {
        names[i] = forms[i].name;
    }
    return pgm__suggest(word, names, count < NAMES ? count : NAMES, PGM__SUGGEST_SHORTENED);
}

/* Which form, and where the path begins. */
static pgm_status split(const char *text, const char *source, pgm__report_file *out,
                        pgm_error *err) {
    char word[LONGEST + 1];
    *out = (pgm__report_file){.form = pgm__form_of_file(text), .path = text};
    if (!word_of(text, word)) {
        return PGM_OK;
    }
    const pgm__form *form = pgm__form_by_word(word);
    const char *near = form == NULL ? nearest(word) : NULL;
    if (near != NULL) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "%s: there is no form \"%s\": did you mean \"%s:\"? A file of that "
                              "name is written as \"./%s:...\"",
                              source, word, near, word);
    }
    if (form != NULL) {
        *out = (pgm__report_file){.form = form, .path = text + strlen(word) + 1};
    }
    return *out->path == '\0'
               ? pgm__error_set(err, PGM_EUSAGE, "%s needs a file behind \"%s\"", source, text)
               : PGM_OK;
}

pgm_status pgm__report_files_add(pgm__report_files *files, pgm__arena *arena, const char *text,
                                 const char *source, pgm_error *err) {
    pgm__report_file file;
    pgm_status status = split(text, source, &file, err);
    if (status != PGM_OK) {
        return status;
    }
    file.path = pgm__arena_strdup(arena, file.path);
    void *grown = file.path == NULL ? NULL
                                    : pgm__grow(files->items, files->count, &files->capacity,
                                                sizeof *files->items);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    files->items = grown;
    files->items[files->count++] = file;
    return PGM_OK;
}

void pgm__report_files_fini(pgm__report_files *files) {
    pgm__free(files->items);
    *files = (pgm__report_files){0};
}
