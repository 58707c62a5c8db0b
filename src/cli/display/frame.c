#include "cli/display/frame.h"

#include <inttypes.h>
#include <string.h>

#include "report/page/paint.h"

/* Targets keep at least FEW lines, and half of a larger terminal at most: what has scrolled away
 * above is to be seen too. */
enum { FEW = 8, HEADER_ROWS = 3, INDENT = 2, SECOND = 1000, MINUTE = 60000 };

/* A frame that is being made. */
typedef struct drawing {
    pgm__strbuf *out;
    const pgm__frame *frame;
    size_t rows;    /* it may have at most */
    size_t columns; /* a line may have at most */
    pgm__frame_drawn *drawn;
} drawing;

static void end_row(const drawing *d, size_t width) {
    pgm__strbuf_adds(d->out, "\033[K\r\n");
    d->drawn->widths[d->drawn->rows++] = width;
}

static size_t rows_left(const drawing *d) {
    return d->rows - d->drawn->rows;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Whole seconds: tenths would only flicker. */
static void add_time(pgm__strbuf *out, int64_t ms) {
    if (ms < MINUTE) {
        pgm__strbuf_addf(out, "%" PRId64 " s", ms / SECOND);
    } else {
        pgm__paint_duration(out, ms);
    }
}

/* ---- the header ---- */

typedef void (*part_fn)(pgm__strbuf *out, const pgm__frame *frame);

static void add_command(pgm__strbuf *out, const pgm__frame *frame) {
    static const char *const doing[] = {[PGM__STAGE_RUN] = "",
                                        [PGM__STAGE_LOOK] = ", looking",
                                        [PGM__STAGE_SEARCH] = ", finding targets"};
    pgm__strbuf_addf(out, "%s%s:", frame->command, doing[frame->stage]);
}

static void add_wave(pgm__strbuf *out, const pgm__frame *frame) {
    if (frame->wave != NULL) {
        pgm__paint_line(out, frame->wave);
        pgm__strbuf_addf(out, " (%zu of %zu waves)", frame->wave_number, frame->wave_count);
    }
}

static void add_done(pgm__strbuf *out, const pgm__frame *frame) {
    pgm__strbuf_addf(out, "%zu of %zu %s", frame->done, frame->targets,
                     frame->stage == PGM__STAGE_SEARCH ? "sources answered" : "done");
}

static void add_failed(pgm__strbuf *out, const pgm__frame *frame) {
    if (frame->failed > 0) {
        pgm__strbuf_addf(out, "%zu failed", frame->failed);
    }
}

static void add_running(pgm__strbuf *out, const pgm__frame *frame) {
    pgm__strbuf_addf(out, "%zu %s", frame->running->count,
                     frame->stage == PGM__STAGE_SEARCH ? "asked" : "running");
}

static void add_waiting(pgm__strbuf *out, const pgm__frame *frame) {
    size_t known = frame->done + frame->running->count;
    if (known < frame->targets) {
        pgm__strbuf_addf(out, "%zu waiting", frame->targets - known);
    }
}

static void add_elapsed(pgm__strbuf *out, const pgm__frame *frame) {
    add_time(out, frame->elapsed_ms);
}

static void add_left(pgm__strbuf *out, const pgm__frame *frame) {
    if (frame->left_ms >= 0) {
        pgm__strbuf_adds(out, "about ");
        add_time(out, frame->left_ms);
        pgm__strbuf_adds(out, " left");
    }
}

/* A line of the header, and whether anything stands on it that a comma can part from what comes. */
typedef struct header_line {
    size_t used;
    bool lists;
} header_line;

/* Adds a cell in a colour, which its cutting must not see. */
static void draw_cell(const drawing *d, const char *text, size_t width, pgm__colour colour) {
    pgm__strbuf cell = {0};
    pgm__paint_cell(&cell, text, width);
    const char *shown = pgm__strbuf_text(&cell);
    d->out->failed = d->out->failed || shown == NULL;
    pgm__paint_coloured(d->out, d->frame->colour, colour, shown == NULL ? "" : shown);
    pgm__strbuf_fini(&cell);
}

/* False: there is no line left for it. */
static bool draw_part(const drawing *d, header_line *line, const char *text, pgm__colour colour) {
    const char *between = line->used == 0 ? "" : line->lists ? ", " : " ";
    size_t width = pgm__paint_width(text);
    if (line->used > 0 && line->used + strlen(between) + width > d->columns) {
        if (d->drawn->rows + 1 >= least(d->rows, HEADER_ROWS)) {
            return false;
        }
        end_row(d, line->used);
        pgm__paint_spaces(d->out, INDENT);
        line->used = INDENT;
        between = "";
    }
    pgm__strbuf_adds(d->out, between);
    line->used += strlen(between);
    width = least(width, d->columns - line->used);
    draw_cell(d, text, width, colour);
    line->used += width;
    return true;
}

/* From the left, as many on a line as fit; a part that is alone too long is cut. */
static void draw_header(const drawing *d) {
    static const struct {
        part_fn add;
        pgm__colour colour;
    } parts[] = {{add_command, PGM__COLOUR_PLAIN}, {add_wave, PGM__COLOUR_PLAIN},
                 {add_done, PGM__COLOUR_GREEN},    {add_failed, PGM__COLOUR_RED},
                 {add_running, PGM__COLOUR_PLAIN}, {add_waiting, PGM__COLOUR_PLAIN},
                 {add_elapsed, PGM__COLOUR_PLAIN}, {add_left, PGM__COLOUR_DIM}};
    header_line line = {0};
    pgm__strbuf part = {0};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        pgm__strbuf_clear(&part);
        parts[i].add(&part, d->frame);
        const char *text = part.len == 0 ? NULL : pgm__strbuf_text(&part);
        if (text != NULL && !draw_part(d, &line, text, parts[i].colour)) {
            break;
        }
        line.lists = line.lists || (text != NULL && i > 0);
    }
    end_row(d, line.used);
    d->out->failed = d->out->failed || part.failed;
    pgm__strbuf_fini(&part);
}

/* ---- lines ---- */

static void draw_sentence(const drawing *d, const pgm__strbuf *sentence, pgm__colour colour) {
    if (rows_left(d) > 0 && sentence->len > 0) {
        size_t width = least(pgm__paint_width(sentence->text), d->columns);
        draw_cell(d, sentence->text, width, colour);
        end_row(d, width);
    }
}

/* What is still awaited, and what whoever is tired of waiting can do. */
static void draw_stopping(const drawing *d) {
    if (d->frame->stops == 0) {
        return;
    }
    pgm__strbuf sentence = {0};
    pgm__strbuf_adds(&sentence, d->frame->stops == 1 ? "stopping" : "cancelling");
    pgm__strbuf_adds(&sentence, ", still awaited: ");
    pgm__paint_count(&sentence, d->frame->running->count,
                     d->frame->stage == PGM__STAGE_SEARCH ? "source" : "target");
    draw_sentence(d, &sentence, PGM__COLOUR_YELLOW);
    pgm__strbuf_clear(&sentence);
    pgm__strbuf_adds(&sentence, d->frame->stops > 1
                                    ? "  what hangs is left as it is in 12 s at the latest"
                                : d->frame->stage == PGM__STAGE_RUN
                                    ? "  once more to cancel what cannot be rolled back too"
                                    : "  once more to cancel what is asked");
    draw_sentence(d, &sentence, PGM__COLOUR_YELLOW);
    d->out->failed = d->out->failed || sentence.failed;
    pgm__strbuf_fini(&sentence);
}

/* Adds a cell two columns behind what stands there, as much of it as there is room for.
 * @return The columns that are used then. */
static size_t draw_next(const drawing *d, size_t used, const char *text, size_t most,
                        pgm__colour colour) {
    enum { GAP = 2, SENSE = 4 };
    size_t room = least(most, d->columns - least(d->columns, used + GAP));
    size_t width = least(pgm__paint_width(text), room);
    if (text[0] == '\0' || room < SENSE) {
        return used;
    }
    pgm__paint_spaces(d->out, GAP);
    draw_cell(d, text, width, colour);
    return used + GAP + width;
}

/* What a target is at before anything is known of it. */
static const char *beginning(const drawing *d) {
    return d->frame->stage == PGM__STAGE_SEARCH ? "asked" : "connecting";
}

/* A name is where terminals differ over widths: behind it the column is named and not counted to.
 * What it waits for matters more than the end of a long version. */
static void draw_target(const drawing *d, const pgm__running_target *item, size_t name_width) {
    enum { TELLING = 40 }; /* columns in which both can be told */
    bool waits = item->waits[0] != '\0';
    size_t used = INDENT + name_width;
    pgm__strbuf time = {0};
    add_time(&time, d->frame->now_ms - item->since_ms);
    const char *shown = pgm__strbuf_text(&time);
    d->out->failed = d->out->failed || shown == NULL;
    pgm__paint_spaces(d->out, INDENT);
    draw_cell(d, item->name, name_width, PGM__COLOUR_PLAIN);
    pgm__strbuf_addf(d->out, "\033[%zuG", used + 1);
    used = draw_next(d, used, shown == NULL ? "" : shown, d->columns, PGM__COLOUR_DIM);
    const char *version = item->version[0] == '\0' && !waits ? beginning(d) : item->version;
    if (!waits || used + TELLING <= d->columns) {
        used = draw_next(d, used, version, waits ? (d->columns - used) / 2 : d->columns,
                         PGM__COLOUR_PLAIN);
    }
    used = draw_next(d, used, item->waits, d->columns, PGM__COLOUR_YELLOW);
    end_row(d, used);
    pgm__strbuf_fini(&time);
}

/* Of those that are shown. */
static size_t name_width_of(const drawing *d, size_t shown) {
    size_t widest = 1;
    const pgm__running_target *item = pgm__running_first(d->frame->running);
    for (size_t i = 0; i < shown && item != NULL; i++) {
        size_t width = pgm__paint_width(item->name);
        widest = width > widest ? width : widest;
        item = pgm__running_next(d->frame->running, item);
    }
    return least(widest, d->columns / 3);
}

static void draw_targets(const drawing *d, size_t rows) {
    size_t count = d->frame->running->count;
    size_t room = least(rows_left(d), rows / 2 > FEW ? rows / 2 : FEW);
    size_t shown = count <= room ? count : room - (room > 0 ? 1 : 0);
    size_t name_width = name_width_of(d, shown);
    const pgm__running_target *item = pgm__running_first(d->frame->running);
    for (size_t i = 0; i < shown && item != NULL; i++) {
        draw_target(d, item, name_width);
        item = pgm__running_next(d->frame->running, item);
    }
    if (shown < count) {
        pgm__strbuf rest = {0};
        pgm__strbuf_addf(&rest, "  … and %zu more", count - shown);
        draw_sentence(d, &rest, PGM__COLOUR_DIM);
        pgm__strbuf_fini(&rest);
    }
}

void pgm__frame_add(pgm__strbuf *out, const pgm__frame *frame, size_t rows, size_t columns,
                    pgm__frame_drawn *drawn) {
    enum { NARROWEST = 12 };
    *drawn = (pgm__frame_drawn){0};
    /* In less, nothing can be told from anything; and a line may not reach the last column. */
    if (rows < 2 || columns < NARROWEST) {
        return;
    }
    const drawing d = {.out = out,
                       .frame = frame,
                       .rows = least(rows - 1, PGM__FRAME_ROWS),
                       .columns = columns - 1,
                       .drawn = drawn};
    draw_header(&d);
    draw_stopping(&d);
    draw_targets(&d, rows);
}

size_t pgm__frame_height(const pgm__frame_drawn *drawn, size_t columns) {
    size_t height = 0;
    for (size_t i = 0; i < drawn->rows; i++) {
        size_t width = drawn->widths[i];
        height += columns == 0 || width <= columns ? 1 : (width + columns - 1) / columns;
    }
    return height;
}
