#include "model/files/script_length.h"

#include "model/sql/encoding_setting.h"

static void follow_encoding(pgm__length *length, const pgm__scanner *scanner,
                            const pgm__statement *statement) {
    pgm__encoding_setting setting =
        pgm__encoding_setting_of(pgm__scanner_lexer_of(scanner, statement));
    if (setting != PGM__ENCODING_KEPT) {
        length->other_encoding = setting == PGM__ENCODING_OTHER;
    }
}

/* How strings are read is set anew between two pieces, so that it must be known. */
void pgm__length_follow(pgm__length *length, pgm__strings *strings, const pgm__scanner *scanner,
                        const pgm__statement *statement, const pgm__strings_place *place) {
    if (!length->cuts) {
        return;
    }
    follow_encoding(length, scanner, statement);
    size_t end = statement->data_after > statement->end ? statement->data_after : statement->end;
    size_t sent = end - place->data;
    if (sent - length->sent < PGM__PIECE_BYTES || !statement->terminated ||
        length->other_encoding || strings->is_unsure) {
        return;
    }
    length->sent = sent;
    pgm__strings_cut_behind(strings, scanner->standard_strings, end, place);
}
