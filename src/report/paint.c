#include "report/paint.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

pgm__ending pgm__ending_done(pgm_command command) {
    switch (command) {
    case PGM_COMMAND_DOWN:
        return PGM__ENDING_ROLLED_BACK;
    case PGM_COMMAND_BASELINE:
    case PGM_COMMAND_ADOPT:
        return PGM__ENDING_RECORDED;
    case PGM_COMMAND_REPAIR:
        return PGM__ENDING_REPAIRED;
    case PGM_COMMAND_UP:
    case PGM_COMMAND_STATUS:
        break;
    }
    return PGM__ENDING_APPLIED;
}

pgm__ending pgm__ending_of(const pgm_summary *summary, const pgm_result *result) {
    bool only_looked = summary->dry_run || summary->command == PGM_COMMAND_STATUS;
    switch (result->outcome) {
    case PGM_OUTCOME_APPLIED:
        return pgm__ending_done(summary->command);
    case PGM_OUTCOME_UP_TO_DATE:
        return PGM__ENDING_UP_TO_DATE;
    case PGM_OUTCOME_FAILED:
        return PGM__ENDING_FAILED;
    case PGM_OUTCOME_UNKNOWN:
        return PGM__ENDING_UNKNOWN;
    case PGM_OUTCOME_SKIPPED:
        return PGM__ENDING_SKIPPED;
    case PGM_OUTCOME_NOT_RUN:
        return only_looked && result->pending_count > 0 ? PGM__ENDING_PENDING : PGM__ENDING_NOT_RUN;
    case PGM_OUTCOME_CANCELLED:
        return PGM__ENDING_CANCELLED;
    case PGM_OUTCOME_COUNT:
        break;
    }
    return PGM__ENDING_UNKNOWN;
}

pgm__ending_look pgm__ending_look_of(pgm__ending ending) {
    static const pgm__ending_look looks[PGM__ENDING_COUNT] = {
        [PGM__ENDING_APPLIED] = {"applied", "✓", PGM__COLOUR_GREEN, true},
        [PGM__ENDING_ROLLED_BACK] = {"rolled back", "✓", PGM__COLOUR_GREEN, true},
        [PGM__ENDING_RECORDED] = {"recorded", "✓", PGM__COLOUR_GREEN, true},
        [PGM__ENDING_REPAIRED] = {"repaired", "✓", PGM__COLOUR_GREEN, true},
        [PGM__ENDING_UP_TO_DATE] = {"up-to-date", "✓", PGM__COLOUR_GREEN, true},
        [PGM__ENDING_PENDING] = {"pending", "–", PGM__COLOUR_YELLOW, true},
        [PGM__ENDING_SKIPPED] = {"skipped", "–", PGM__COLOUR_YELLOW, true},
        [PGM__ENDING_NOT_RUN] = {"not-run", "–", PGM__COLOUR_YELLOW, false},
        [PGM__ENDING_CANCELLED] = {"cancelled", "✗", PGM__COLOUR_YELLOW, false},
        [PGM__ENDING_UNKNOWN] = {"unknown", "?", PGM__COLOUR_RED, false},
        [PGM__ENDING_FAILED] = {"failed", "✗", PGM__COLOUR_RED, false},
    };
    return looks[ending < PGM__ENDING_COUNT ? ending : PGM__ENDING_UNKNOWN];
}

static bool is_blank(uint32_t code) {
    return code == '\n' || code == '\r' || code == '\t' || code == 0x2028 || code == 0x2029;
}

/* Adds what may be shown of the code point that starts at `at`. */
static void add_shown(pgm__strbuf *out, const char *at, size_t len, uint32_t code) {
    if (is_blank(code)) {
        pgm__strbuf_addc(out, ' ');
    } else if (code == 0xFFFD) {
        pgm__strbuf_adds(out, "\xEF\xBF\xBD");
    } else if (!pgm__utf8_is_control(code)) {
        pgm__strbuf_add(out, at, len);
    }
}

static size_t columns(uint32_t code) {
    return is_blank(code) ? 1 : pgm__utf8_columns(code);
}

void pgm__paint_line(pgm__strbuf *out, const char *text) {
    uint32_t code;
    for (size_t len = pgm__utf8_next(text, &code); len > 0; len = pgm__utf8_next(text, &code)) {
        add_shown(out, text, len, code);
        text += len;
    }
}

void pgm__paint_block(pgm__strbuf *out, const char *text, size_t indent) {
    size_t end = strlen(text);
    while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r')) {
        end--;
    }
    const char *stop = text + end;
    uint32_t code;
    for (size_t len = pgm__utf8_next(text, &code); len > 0 && text < stop;
         len = pgm__utf8_next(text, &code)) {
        if (code == '\n') {
            pgm__strbuf_addc(out, '\n');
            pgm__paint_spaces(out, indent);
        } else if (code != '\r') {
            add_shown(out, text, len, code);
        }
        text += len;
    }
}

size_t pgm__paint_width(const char *text) {
    size_t width = 0;
    uint32_t code;
    for (size_t len = pgm__utf8_next(text, &code); len > 0; len = pgm__utf8_next(text, &code)) {
        width += columns(code);
        text += len;
    }
    return width;
}

void pgm__paint_spaces(pgm__strbuf *out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addc(out, ' ');
    }
}

void pgm__paint_padded(pgm__strbuf *out, const char *text, size_t width) {
    size_t used = pgm__paint_width(text);
    pgm__paint_line(out, text);
    pgm__paint_spaces(out, used < width ? width - used : 0);
}

void pgm__paint_cell(pgm__strbuf *out, const char *text, size_t width) {
    if (pgm__paint_width(text) <= width) {
        pgm__paint_padded(out, text, width);
        return;
    }
    size_t used = 0;
    uint32_t code;
    for (size_t len = pgm__utf8_next(text, &code); len > 0; len = pgm__utf8_next(text, &code)) {
        if (used + columns(code) + 1 > width) {
            break;
        }
        add_shown(out, text, len, code);
        used += columns(code);
        text += len;
    }
    pgm__strbuf_adds(out, "…");
    pgm__paint_spaces(out, used + 1 < width ? width - used - 1 : 0);
}

void pgm__paint_coloured(pgm__strbuf *out, bool on, pgm__colour colour, const char *text) {
    static const char *const codes[] = {[PGM__COLOUR_PLAIN] = "",
                                        [PGM__COLOUR_GREEN] = "\033[32m",
                                        [PGM__COLOUR_RED] = "\033[31m",
                                        [PGM__COLOUR_YELLOW] = "\033[33m",
                                        [PGM__COLOUR_DIM] = "\033[2m"};
    bool coloured = on && colour != PGM__COLOUR_PLAIN;
    if (coloured) {
        pgm__strbuf_adds(out, codes[colour]);
    }
    pgm__strbuf_adds(out, text);
    if (coloured) {
        pgm__strbuf_adds(out, "\033[0m");
    }
}

void pgm__paint_duration(pgm__strbuf *out, int64_t ms) {
    int64_t t = ms < 0 ? 0 : ms;
    if (t < 1000) {
        pgm__strbuf_addf(out, "%" PRId64 " ms", t);
    } else if (t < 60000) {
        pgm__strbuf_addf(out, "%" PRId64 ".%" PRId64 " s", t / 1000, t % 1000 / 100);
    } else if (t < 3600000) {
        pgm__strbuf_addf(out, "%" PRId64 " min %02" PRId64 " s", t / 60000, t % 60000 / 1000);
    } else {
        pgm__strbuf_addf(out, "%" PRId64 " h %02" PRId64 " min", t / 3600000, t % 3600000 / 60000);
    }
}

void pgm__paint_count(pgm__strbuf *out, size_t count, const char *noun) {
    pgm__strbuf_addf(out, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}
