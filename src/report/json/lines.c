#include "report/json/lines.h"

#include "report/json/json.h"
#include "report/json/writer.h"

static json_t *line_of(pgm__json_writer *w, const char *event) {
    pgm__json_init(w);
    json_t *line = pgm__json_checked(w, json_object());
    pgm__json_put(w, line, "event", pgm__json_text(w, event));
    return line;
}

static pgm_status run_line(pgm__strbuf *out, const char *event, const pgm_summary *summary,
                           pgm_error *err) {
    pgm__json_writer w;
    json_t *line = line_of(&w, event);
    pgm__json_put(&w, line, "schema", pgm__json_number(&w, PGM__REPORT_SCHEMA));
    pgm__json_put(&w, line, "run", pgm__json_run(&w, summary));
    return pgm__json_finish_line(&w, line, out, err);
}

pgm_status pgm__lines_begin(pgm__strbuf *out, const pgm_summary *summary, pgm_error *err) {
    return run_line(out, "run", summary, err);
}

pgm_status pgm__lines_end(pgm__strbuf *out, const pgm_summary *summary, pgm_error *err) {
    return run_line(out, "summary", summary, err);
}

/* ---- events ---- */

static const char *const event_names[] = {
    [PGM_EVENT_TARGET_STARTED] = "target-started",
    [PGM_EVENT_MIGRATION_STARTED] = "migration-started",
    [PGM_EVENT_MIGRATION_FINISHED] = "migration-finished",
    [PGM_EVENT_TARGET_WAITING] = "target-waiting",
    [PGM_EVENT_NOTICE] = "notice",
    [PGM_EVENT_WARNING] = "warning",
    [PGM_EVENT_TARGET_FINISHED] = "target-finished",
    [PGM_EVENT_WAVE_STARTED] = "wave-started",
    [PGM_EVENT_WAVE_ENDED] = "wave-ended",
    [PGM_EVENT_TARGET_SLOW] = "target-slow",
    [PGM_EVENT_TARGET_BRANCH] = "target-branch",
};

static void put_result(pgm__json_writer *w, json_t *line, const pgm__report *report, size_t index) {
    pgm__json_put(w, line, "result", pgm__json_target(w, report, index));
}

pgm_status pgm__lines_event(pgm__strbuf *out, const pgm_summary *summary, const pgm_event *event,
                            int64_t ms, pgm_error *err) {
    pgm__json_writer w;
    json_t *line = line_of(&w, event_names[event->kind]);
    pgm__json_put(&w, line, "ms", pgm__json_number(&w, ms));
    pgm__json_put(&w, line, event->wave == NULL ? "target" : "wave",
                  pgm__json_text(&w, event->name));
    if (event->version != NULL) {
        pgm__json_put(&w, line, "version", pgm__json_text(&w, event->version));
    }
    if (event->elapsed_us > 0) {
        pgm__json_put(&w, line, "took_us", pgm__json_number(&w, (int64_t)event->elapsed_us));
    }
    if (event->message != NULL) {
        pgm__json_put(&w, line, "message", pgm__json_text(&w, event->message));
    }
    if (event->result != NULL) {
        const pgm__report report = {
            .summary = summary, .results = &event->result, .result_count = 1};
        put_result(&w, line, &report, 0);
    }
    return pgm__json_finish_line(&w, line, out, err);
}

/* ---- of a run that has ended ---- */

pgm_status pgm__lines_run(pgm__strbuf *out, const pgm__report *report,
                          const pgm__report_style *style, pgm_error *err) {
    (void)style;
    pgm_status status = pgm__lines_begin(out, report->summary, err);
    for (size_t i = 0; i < report->result_count && status == PGM_OK; i++) {
        const pgm_result *result = report->results[i];
        pgm__json_writer w;
        json_t *line = line_of(&w, event_names[PGM_EVENT_TARGET_FINISHED]);
        bool started = result->started_ms >= 0;
        pgm__json_put(&w, line, "ms",
                      started ? pgm__json_number(&w, result->started_ms + result->duration_ms)
                              : json_null());
        pgm__json_put(&w, line, "target", pgm__json_text(&w, result->name));
        put_result(&w, line, report, i);
        status = pgm__json_finish_line(&w, line, out, err);
    }
    return status == PGM_OK ? pgm__lines_end(out, report->summary, err) : status;
}

pgm_status pgm__lines_refusal(pgm__strbuf *out, const pgm__refusal *refusal, pgm_error *err) {
    pgm__json_writer w;
    json_t *line = line_of(&w, "refused");
    pgm__json_put(&w, line, "schema", pgm__json_number(&w, PGM__REPORT_SCHEMA));
    pgm__json_put(&w, line, "refused", pgm__json_text(&w, refusal->why));
    return pgm__json_finish_line(&w, line, out, err);
}
