#include "cli/progress.h"

#include <time.h>

#include "report/report.h"

/* Thousands of targets can fail in the same second; the report names them all. */
enum { COUNTS_EVERY_MS = 1000, LIVE_FAILURES = 20 };

int64_t pgm__progress_clock(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_large(const pgm__progress *p) {
    return p->target_count > PGM__REPORT_FOLD && !p->verbose;
}

bool pgm__progress_shows_warnings(const pgm__progress *p) {
    /* status is read at leisure: its warnings belong below the list. */
    return !p->quiet && !is_large(p) && (p->verbose || p->asked.command != PGM_COMMAND_STATUS);
}

/* ---- lines ---- */

static void begin(pgm__progress *p, const char *name, const char *mark, pgm__colour colour) {
    pgm__strbuf_clear(&p->line);
    pgm__paint_padded(&p->line, name, p->name_width);
    pgm__strbuf_adds(&p->line, "  ");
    pgm__paint_coloured(&p->line, p->colour, colour, mark);
    pgm__strbuf_addc(&p->line, ' ');
}

/* One fwrite of the whole line, so that nothing gets between its parts. */
static void end(pgm__progress *p) {
    while (p->line.len > 0 && p->line.text[p->line.len - 1] == ' ') {
        p->line.text[--p->line.len] = '\0';
    }
    pgm__strbuf_addc(&p->line, '\n');
    if (!p->line.failed && fwrite(p->line.text, 1, p->line.len, p->out) != p->line.len) {
        p->write_failed = true;
    }
    if (fflush(p->out) != 0) {
        p->write_failed = true;
    }
}

static void say(pgm__progress *p, const pgm_event *event, const char *mark, pgm__colour colour) {
    begin(p, event->name, mark, colour);
    if (event->version != NULL) {
        pgm__paint_line(&p->line, event->version);
        pgm__strbuf_adds(&p->line, event->message == NULL ? "" : ": ");
    }
    if (event->message != NULL) {
        pgm__paint_line(&p->line, event->message);
    }
    end(p);
}

/* The others write rows: the report lists them. */
static bool runs_migrations(const pgm__progress *p) {
    return p->asked.command == PGM_COMMAND_UP || p->asked.command == PGM_COMMAND_DOWN;
}

static void say_migration(pgm__progress *p, const pgm_event *event) {
    begin(p, event->name, "✓", PGM__COLOUR_GREEN);
    pgm__paint_line(&p->line, event->version == NULL ? "" : event->version);
    if (!runs_migrations(p)) {
        pgm__strbuf_addf(&p->line, " %s",
                         pgm__ending_look_of(pgm__ending_done(p->asked.command)).word);
        end(p);
        return;
    }
    pgm__strbuf_adds(&p->line, p->asked.command == PGM_COMMAND_DOWN ? " rolled back  " : "  ");
    if (event->elapsed_us > 0 && event->elapsed_us < 1000) {
        pgm__strbuf_adds(&p->line, "<1 ms");
    } else {
        pgm__paint_duration(&p->line, (int64_t)(event->elapsed_us / 1000));
    }
    end(p);
}

static void say_failure(pgm__progress *p, const pgm_event *event, pgm__ending ending) {
    const pgm_failure *failure = event->result->failure;
    pgm__ending_look look = pgm__ending_look_of(ending);
    begin(p, event->name, look.mark, look.colour);
    pgm__strbuf_adds(&p->line, look.word);
    if (failure != NULL) {
        pgm__strbuf_adds(&p->line, failure->version == NULL ? "" : " at ");
        pgm__paint_line(&p->line, failure->version == NULL ? "" : failure->version);
        pgm__strbuf_adds(&p->line, failure->message == NULL ? "" : ": ");
        pgm__paint_line(&p->line, failure->message == NULL ? "" : failure->message);
    }
    end(p);
}

static void say_well(pgm__progress *p, const pgm_event *event, pgm__ending ending) {
    pgm__ending_look look = pgm__ending_look_of(ending);
    begin(p, event->name, look.mark, look.colour);
    pgm__strbuf_adds(&p->line, look.word);
    end(p);
}

static void say_counts(pgm__progress *p) {
    int64_t now = p->now_ms();
    /* The last one is the report's. */
    if (now - p->last_ms < COUNTS_EVERY_MS || p->finished == p->target_count) {
        return;
    }
    p->last_ms = now;
    pgm__strbuf_clear(&p->line);
    pgm__strbuf_addf(&p->line, "%zu of %zu targets done, %zu running", p->finished, p->target_count,
                     p->running);
    const char *separator = ": ";
    for (int i = 0; i < PGM__ENDING_COUNT; i++) {
        if (p->endings[i] > 0) {
            pgm__strbuf_addf(&p->line, "%s%zu %s", separator, p->endings[i],
                             pgm__ending_look_of((pgm__ending)i).word);
            separator = ", ";
        }
    }
    if (p->migrations > 0) {
        pgm__strbuf_adds(&p->line, "; ");
        pgm__paint_count(&p->line, p->migrations, "migration");
    }
    end(p);
}

/* ---- events ---- */

static void target_finished(pgm__progress *p, const pgm_event *event) {
    pgm__ending ending = pgm__ending_of(&p->asked, event->result);
    p->running -= p->running > 0 ? 1 : 0;
    p->finished++;
    p->endings[ending]++;
    bool well = pgm__ending_look_of(ending).well;
    if (p->quiet || p->asked.command == PGM_COMMAND_STATUS) {
        return;
    }
    if (!well && ending != PGM__ENDING_NOT_RUN) {
        p->failures++;
        if (!is_large(p) || p->failures <= LIVE_FAILURES) {
            say_failure(p, event, ending);
        }
    } else if (p->verbose) {
        say_well(p, event, ending);
    }
}

static void count(pgm__progress *p, const pgm_event *event) {
    if (event->kind == PGM_EVENT_TARGET_STARTED) {
        p->running++;
    } else if (event->kind == PGM_EVENT_MIGRATION_FINISHED) {
        p->migrations++;
    } else if (event->kind == PGM_EVENT_TARGET_FINISHED) {
        target_finished(p, event);
    }
}

static void say_event(pgm__progress *p, const pgm_event *event) {
    switch (event->kind) {
    case PGM_EVENT_TARGET_STARTED:
        if (p->verbose) {
            begin(p, event->name, "▸", PGM__COLOUR_DIM);
            pgm__strbuf_adds(&p->line, "connecting");
            end(p);
        }
        break;
    case PGM_EVENT_MIGRATION_STARTED:
        if (p->verbose) {
            say(p, event, "▸", PGM__COLOUR_DIM);
        }
        break;
    case PGM_EVENT_MIGRATION_FINISHED:
        if (runs_migrations(p) || p->verbose) {
            say_migration(p, event);
        }
        break;
    case PGM_EVENT_TARGET_WAITING:
        say(p, event, "…", PGM__COLOUR_YELLOW);
        break;
    case PGM_EVENT_NOTICE:
        if (p->verbose) {
            say(p, event, "·", PGM__COLOUR_DIM);
        }
        break;
    case PGM_EVENT_WARNING:
        if (pgm__progress_shows_warnings(p)) {
            say(p, event, "!", PGM__COLOUR_YELLOW);
        }
        break;
    case PGM_EVENT_TARGET_FINISHED:
        break;
    }
}

void pgm__progress_event(const pgm_event *event, void *data) {
    pgm__progress *p = data;
    count(p, event);
    if (p->quiet) {
        return;
    }
    if (is_large(p)) {
        say_counts(p);
    } else {
        say_event(p, event);
    }
}

void pgm__progress_fini(pgm__progress *progress) {
    pgm__strbuf_fini(&progress->line);
}
