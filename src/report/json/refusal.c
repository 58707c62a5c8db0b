#include "report/json/refusal.h"

#include "report/json/finding.h"
#include "report/json/json.h"
#include "report/json/writer.h"

/* Whoever goes through the targets of a run finds none. */
pgm_status pgm__refusal_json(pgm__strbuf *out, const pgm__refusal *refusal, pgm_error *err) {
    pgm__json_writer w;
    pgm__json_init(&w);
    json_t *root = pgm__json_checked(&w, json_object());
    json_t *findings = pgm__json_checked(&w, json_array());
    for (size_t i = 0; i < refusal->finding_count; i++) {
        pgm__json_append(&w, findings, pgm__json_finding(&w, refusal->findings[i]));
    }
    pgm__json_put(&w, root, "schema", pgm__json_number(&w, PGM__REPORT_SCHEMA));
    if (refusal->run != NULL) {
        pgm__json_put(&w, root, "run", pgm__json_run(&w, refusal->run));
        if (refusal->run->command == PGM_COMMAND_STATUS) {
            pgm__json_put(&w, root, "versions", pgm__json_checked(&w, json_array()));
        }
        pgm__json_put(&w, root, "targets", pgm__json_checked(&w, json_array()));
    } else {
        pgm__json_put(&w, root, "validation", json_null());
    }
    pgm__json_put(&w, root, "findings", findings);
    pgm__json_put(&w, root, "refused", pgm__json_text(&w, refusal->why));
    return pgm__json_finish(&w, root, out, err);
}
