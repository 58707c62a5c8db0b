#include "support/hazard_sheet.h"

#include <string.h>

#include "support/cmocka_all.h"

static int len_of(pgm__cut cut) {
    return cut.end > cut.begin ? (int)(cut.end - cut.begin) : 0;
}

bool hazard_sheet_note(const pgm__hazard *hazard, void *data) {
    struct hazard_sheet *sheet = data;
    const pgm__hazard_text *words = pgm__hazard_text_of(hazard->kind);
    sheet->count++;
    pgm__strbuf_addf(&sheet->out, "%s%s%s@%u:%.*s", sheet->out.len > 0 ? " " : "",
                     words->error ? "!" : "", words->code, hazard->line, len_of(hazard->name),
                     sheet->text + hazard->name.begin);
    if (len_of(hazard->part) > 0) {
        pgm__strbuf_addf(&sheet->out, ".%.*s", len_of(hazard->part),
                         sheet->text + hazard->part.begin);
    }
    if (hazard->more > 0) {
        pgm__strbuf_addf(&sheet->out, "+%u", hazard->more);
    }
    pgm__strbuf_adds(&sheet->out, hazard->of_earlier ? "~" : "");
    return true;
}

bool hazard_keep_kind(const pgm__hazard *hazard, void *data) {
    *(pgm__hazard_kind *)data = hazard->kind;
    return true;
}

static void look(pgm__hazard_folder *folder, const char *text, bool transactional,
                 const char *expected) {
    struct hazard_sheet sheet = {.text = text};
    const pgm__script script = {
        .path = "m/1_x.sql", .text = text, .len = strlen(text), .transactional = transactional};
    assert_int_equal(pgm__hazards_find(&script, folder, hazard_sheet_note, &sheet, NULL), PGM_OK);
    if (strcmp(pgm__strbuf_text(&sheet.out), expected) != 0) {
        fail_msg("wanted [%s], got [%s] <- %s", expected, pgm__strbuf_text(&sheet.out), text);
    }
    pgm__strbuf_fini(&sheet.out);
}

void assert_hazards(const char *text, const char *expected) {
    pgm__hazard_folder folder = {0};
    look(&folder, text, true, expected);
    pgm__hazard_folder_fini(&folder);
}

void assert_hazards_alone(const char *text, const char *expected) {
    pgm__hazard_folder folder = {0};
    look(&folder, text, false, expected);
    pgm__hazard_folder_fini(&folder);
}

void assert_hazards_in(pgm__hazard_folder *folder, const char *text, const char *expected) {
    look(folder, text, true, expected);
}
