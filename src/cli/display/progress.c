#include "cli/display/progress.h"

#include <time.h>

#include "cli/display/console.h"
#include "report/report.h"

/* Thousands of targets can fail in the same second; the report names them all. */
enum { COUNTS_EVERY_MS = 10000, LIVE = 20, LIVE_WAVES = 20 };

int64_t pgm__progress_clock(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_large(const pgm__progress *p) {
    return pgm__report_folds(p->target_count, p->verbose);
}

/* On a terminal a block shows who is at what; what is over is in the report. */
static bool has_block(const pgm__progress *p) {
    return p->cli->live != NULL;
}

bool pgm__progress_shows_warnings(const pgm__progress *p) {
    /* status is read at leisure: its warnings belong below the list. */
    return !p->quiet && !is_large(p) && (p->verbose || p->asked.command != PGM_COMMAND_STATUS);
}

/* ---- lines ---- */

/* Every line has its target in front: several targets speak at the same time. */
static void begin(pgm__progress *p, const char *name, const char *mark, pgm__colour colour) {
    pgm__strbuf_clear(&p->line);
    pgm__paint_padded(&p->line, name, p->name_width);
    pgm__strbuf_adds(&p->line, "  ");
    pgm__paint_coloured(&p->line, p->colour, colour, mark);
    pgm__strbuf_addc(&p->line, ' ');
}

/* The whole line at once, so that nothing gets between its parts. Where nobody can read it any
 * more, the report still says everything. */
static void end(pgm__progress *p) {
    pgm__paint_end_line(&p->line);
    (void)pgm__console_tell(p->cli, &p->line);
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
    return p->asked.command == PGM_COMMAND_UP || p->asked.command == PGM_COMMAND_DOWN ||
           p->asked.command == PGM_COMMAND_REHEARSE;
}

static void say_migration(pgm__progress *p, const pgm_event *event) {
    begin(p, event->name, "✓", PGM__COLOUR_GREEN);
    pgm__paint_line(&p->line, event->version == NULL ? "" : event->version);
    if (!runs_migrations(p)) {
        pgm__strbuf_addf(&p->line, " %s",
                         pgm__outcome_look(pgm__outcome_words(p->asked.command).done).word);
        end(p);
        return;
    }
    pgm__strbuf_adds(&p->line, p->asked.command == PGM_COMMAND_DOWN       ? " rolled back  "
                               : p->asked.command == PGM_COMMAND_REHEARSE ? " rehearsed  "
                                                                          : "  ");
    if (event->elapsed_us > 0 && event->elapsed_us < 1000) {
        pgm__strbuf_adds(&p->line, "<1 ms");
    } else {
        pgm__paint_duration(&p->line, (int64_t)(event->elapsed_us / 1000));
    }
    if (event->message != NULL) {
        pgm__strbuf_adds(&p->line, ", ");
        pgm__paint_line(&p->line, event->message);
    }
    end(p);
}

/* At once, because somebody may want to stop the run for it; the report says the rest. */
static void say_failure(pgm__progress *p, const pgm_event *event, pgm__ending ending) {
    const pgm_failure *failure = event->result->failure;
    pgm__ending_look look = pgm__outcome_look(ending);
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
    pgm__ending_look look = pgm__outcome_look(ending);
    begin(p, event->name, look.mark, look.colour);
    pgm__strbuf_adds(&p->line, look.word);
    end(p);
}

/* At most so often: in a fleet of thousands, targets may end every millisecond. */
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
    pgm__outcome_counts(&p->line, p->endings);
    if (p->migrations > 0) {
        pgm__strbuf_adds(&p->line, "; ");
        pgm__paint_count(&p->line, p->migrations, "migration");
    }
    end(p);
}

/* Where there is a wave for each tenant, their lines would be all that one sees. */
static bool tells_waves(const pgm__progress *p) {
    return p->wave_count > 1 && (p->wave_count <= LIVE_WAVES || p->verbose);
}

static void wave_started(pgm__progress *p, const pgm_event *event) {
    if (!tells_waves(p) || (has_block(p) && !p->verbose)) {
        return;
    }
    pgm__strbuf_clear(&p->line);
    pgm__strbuf_adds(&p->line, "▸ ");
    pgm__paint_line(&p->line, event->name);
    pgm__strbuf_adds(&p->line, ": ");
    pgm__paint_count(&p->line, event->wave->targets, "target");
    end(p);
}

/* That the rollout ends here is said whatever its size, and with its reason. */
static void wave_ended(pgm__progress *p, const pgm_event *event) {
    if (event->message == NULL) {
        return;
    }
    pgm__strbuf_clear(&p->line);
    pgm__paint_coloured(&p->line, p->colour, PGM__COLOUR_RED, "✗");
    pgm__strbuf_adds(&p->line, " nothing more starts: ");
    pgm__paint_line(&p->line, event->message);
    end(p);
}

/* Said once, where the first of them was not named: silence would be read as none. */
static void say_that_more_come(pgm__progress *p, const char *what) {
    pgm__strbuf_clear(&p->line);
    pgm__strbuf_addf(&p->line, "… more %s: the report has them all", what);
    end(p);
}

/* ---- events ---- */

/* What did not run was never begun, and there is nothing to say about it before the report. */
static void target_finished(pgm__progress *p, const pgm_event *event) {
    pgm__ending ending = pgm__outcome_ending(&p->asked, event->result);
    p->running -= p->running > 0 ? 1 : 0;
    p->finished++;
    p->endings[ending]++;
    bool well = pgm_result_verdict(&p->asked, event->result) == PGM_VERDICT_WELL;
    if (p->quiet || p->asked.command == PGM_COMMAND_STATUS) {
        return;
    }
    if (!well && ending != PGM__ENDING_NOT_RUN) {
        p->failures++;
        /* Nobody can stop anything for what a look has found; the plan says it in few lines. */
        size_t live = p->asked.dry_run ? 0 : LIVE;
        if (!is_large(p) || p->failures <= live) {
            say_failure(p, event, ending);
        } else if (p->failures == live + 1 && live > 0) {
            say_that_more_come(p, "failures");
        }
    } else if (p->verbose) {
        say_well(p, event, ending);
    }
}

/* Counted is always, also when nothing is said: the next line of counts must be right. */
static void count(pgm__progress *p, const pgm_event *event) {
    if (event->kind == PGM_EVENT_TARGET_STARTED) {
        p->running++;
    } else if (event->kind == PGM_EVENT_MIGRATION_FINISHED) {
        p->migrations++;
    } else if (event->kind == PGM_EVENT_TARGET_FINISHED) {
        target_finished(p, event);
    }
}

/* Whatever the size of the fleet: somebody may have to end what it waits for. The report lists them
 * all. */
static void say_slow(pgm__progress *p, const pgm_event *event) {
    p->slow++;
    if (!is_large(p) || p->slow <= LIVE) {
        say(p, event, "…", PGM__COLOUR_YELLOW);
    } else if (p->slow == LIVE + 1) {
        say_that_more_come(p, "that take long");
    }
}

/* Of a large fleet the report tells them again: most often a warning is one of all targets. Those
 * of status, which is read at leisure, are told below its list alone. */
static void say_warning(pgm__progress *p, const pgm_event *event) {
    p->warnings++;
    if (pgm__progress_shows_warnings(p) ||
        (p->warnings <= LIVE && p->asked.command != PGM_COMMAND_STATUS)) {
        say(p, event, "!", PGM__COLOUR_YELLOW);
    } else if (p->warnings == LIVE + 1 && is_large(p) && p->asked.command != PGM_COMMAND_STATUS) {
        say_that_more_come(p, "warnings");
    }
}

/* A small fleet: migrations and what is waited for; every step only when asked for. */
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
    case PGM_EVENT_TARGET_BRANCH:
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
    case PGM_EVENT_TARGET_FINISHED:
    case PGM_EVENT_WAVE_STARTED:
    case PGM_EVENT_WAVE_ENDED:
    case PGM_EVENT_SOURCE_ASKED:
    case PGM_EVENT_SOURCE_ANSWERED:
    case PGM_EVENT_TARGET_SLOW:
        break;
    }
}

/* A look, before a run or instead of one: what is found is shown when all is known. That it is
 * waited for is said at once. */
static void survey_event(pgm__progress *p, const pgm_event *event) {
    if (event->kind == PGM_EVENT_TARGET_FINISHED) {
        p->looked_at++;
    }
    if (p->quiet || has_block(p)) {
        return;
    }
    int64_t now = p->now_ms();
    if (!is_large(p)) {
        if (event->kind == PGM_EVENT_TARGET_WAITING) {
            say(p, event, "…", PGM__COLOUR_YELLOW);
        }
    } else if (now - p->last_ms >= COUNTS_EVERY_MS && p->looked_at < p->target_count) {
        p->last_ms = now;
        pgm__strbuf_clear(&p->line);
        pgm__strbuf_addf(&p->line, "looked at %zu of %zu targets", p->looked_at, p->target_count);
        end(p);
    }
}

/* How many it found is said when all have answered. */
static void source_event(pgm__progress *p, const pgm_event *event) {
    if (p->quiet || !p->verbose) {
        return;
    }
    bool asked = event->kind == PGM_EVENT_SOURCE_ASKED;
    pgm__strbuf_clear(&p->line);
    pgm__strbuf_adds(&p->line, "[");
    pgm__paint_line(&p->line, event->name);
    pgm__strbuf_adds(&p->line, "]  ");
    pgm__paint_coloured(&p->line, p->colour, PGM__COLOUR_DIM, asked ? "▸ asking" : "· answered");
    end(p);
}

void pgm__progress_event(const pgm_event *event, void *data) {
    pgm__progress *p = data;
    if (event->kind == PGM_EVENT_SOURCE_ASKED || event->kind == PGM_EVENT_SOURCE_ANSWERED) {
        source_event(p, event);
        return;
    }
    if (event->survey || p->looks) {
        survey_event(p, event);
        return;
    }
    count(p, event);
    if (p->quiet) {
        return;
    }
    if (event->kind == PGM_EVENT_WAVE_STARTED) {
        wave_started(p, event);
    } else if (event->kind == PGM_EVENT_WAVE_ENDED) {
        wave_ended(p, event);
    } else if (event->kind == PGM_EVENT_TARGET_SLOW) {
        say_slow(p, event);
    } else if (event->kind == PGM_EVENT_WARNING) {
        say_warning(p, event);
    } else if (has_block(p) && !p->verbose) {
        return;
    } else if (is_large(p)) {
        say_counts(p);
    } else {
        say_event(p, event);
    }
}

void pgm__progress_fini(pgm__progress *progress) {
    pgm__strbuf_fini(&progress->line);
}
