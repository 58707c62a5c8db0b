#include "model/files/name_list.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

/* Leaves a pgm_error room for the folder, the reason and the remedy. */
enum { NAMES_MAX = 256 };

/* The name is somebody's file and may hold anything; the message goes to terminals, and must stay
 * whole UTF-8 for the reports. */
static void add_shown(pgm__strbuf *text, const char *name) {
    bool utf8 = pgm__utf8_is_valid(name, strlen(name));
    pgm__strbuf_addc(text, '"');
    for (const char *c = name; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        bool printable = byte >= 0x20 && byte != 0x7f && (byte < 0x80 || utf8);
        pgm__strbuf_addc(text, printable ? *c : '?');
    }
    pgm__strbuf_addc(text, '"');
}

void pgm__name_list_add(pgm__name_list *list, const char *name, const char *remark) {
    size_t wanted = strlen(name) + strlen(remark) + 7;
    list->count++;
    /* Once one is left out all behind it are, lest a short name looks like the next of the list. */
    if (list->left_out > 0 || (list->count > 1 && list->text.len + wanted > NAMES_MAX)) {
        list->left_out++;
        return;
    }
    if (list->count > 1) {
        pgm__strbuf_adds(&list->text, ", ");
    }
    add_shown(&list->text, name);
    if (remark[0] != '\0') {
        pgm__strbuf_addf(&list->text, " (%s)", remark);
    }
}

pgm_status pgm__name_list_error(const pgm__name_list *list, const char *dir, const char *problem,
                                const char *remedy, pgm_error *err) {
    const char *names = pgm__strbuf_text(&list->text);
    if (names == NULL) {
        return pgm__error_nomem(err);
    }
    if (list->left_out > 0) {
        return pgm__error_set(err, PGM_EPARSE, "\"%s\" %s: %s and %zu more; %s", dir, problem,
                              names, list->left_out, remedy);
    }
    return pgm__error_set(err, PGM_EPARSE, "\"%s\" %s: %s; %s", dir, problem, names, remedy);
}

void pgm__name_list_fini(pgm__name_list *list) {
    pgm__strbuf_fini(&list->text);
}
