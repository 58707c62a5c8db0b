#include "report/history/history_json.h"

#include "base/error.h"
#include "report/history/history.h"
#include "report/json/json.h"
#include "report/json/writer.h"

static json_t *targets_array(pgm__json_writer *w, const pgm__report *report,
                             const pgm__past_run *run) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < run->targets.count && !w->failed; i++) {
        const pgm_result *result = report->results[run->targets.members[i]];
        pgm__json_append(w, array, pgm__json_text(w, result->name));
    }
    return array;
}

static json_t *slowest_object(pgm__json_writer *w, const pgm__past_run *run) {
    if (run->slowest == NULL) {
        return json_null();
    }
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "target", pgm__json_text(w, run->slowest));
    pgm__json_put(w, object, "took_ms", pgm__json_number(w, run->slowest_ms));
    return object;
}

static json_t *run_object(pgm__json_writer *w, const pgm__report *report,
                          const pgm__past_run *run) {
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "id", pgm__json_text(w, run->id));
    pgm__json_put(w, object, "first_at", pgm__json_text(w, run->first_at));
    pgm__json_put(w, object, "last_at", pgm__json_text(w, run->last_at));
    pgm__json_put(w, object, "versions", pgm__json_texts(w, run->versions, run->version_count));
    pgm__json_put(w, object, "rows", pgm__json_number(w, (int64_t)run->row_count));
    pgm__json_put(w, object, "targets", targets_array(w, report, run));
    pgm__json_put(w, object, "slowest", slowest_object(w, run));
    return object;
}

/* Of a target whose ledger was not read nothing is known, and it must not look as if it were new.
 */
static json_t *unread_array(pgm__json_writer *w, const pgm__report *report) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < report->result_count && !w->failed; i++) {
        const pgm_result *result = report->results[i];
        if (pgm__history_lacks(result)) {
            json_t *object = pgm__json_checked(w, json_object());
            pgm__json_put(w, object, "name", pgm__json_text(w, result->name));
            pgm__json_put(w, object, "error", pgm__json_failure(w, result->failure));
            pgm__json_append(w, array, object);
        }
    }
    return array;
}

pgm_status pgm__history_json(pgm__strbuf *out, const pgm__report *report,
                             const pgm__report_style *style, pgm_error *err) {
    (void)style;
    pgm__history history;
    if (pgm__history_of(&history, report) != PGM_OK) {
        pgm__history_fini(&history);
        return pgm__error_nomem(err);
    }
    pgm__json_writer w;
    pgm__json_init(&w);
    json_t *root = pgm__json_checked(&w, json_object());
    json_t *runs = pgm__json_checked(&w, json_array());
    for (size_t i = 0; i < history.count && !w.failed; i++) {
        pgm__json_append(&w, runs, run_object(&w, report, &history.runs[i]));
    }
    pgm__json_put(&w, root, "schema", pgm__json_number(&w, PGM__REPORT_SCHEMA));
    pgm__json_put(&w, root, "runs", runs);
    pgm__json_put(&w, root, "targets", pgm__json_number(&w, (int64_t)report->result_count));
    pgm__json_put(&w, root, "unread", unread_array(&w, report));
    pgm__json_put(&w, root, "refused", json_null());
    pgm_status status = pgm__json_finish(&w, root, out, err);
    pgm__history_fini(&history);
    return status;
}
