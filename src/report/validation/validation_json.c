#include "report/validation/validation_json.h"

#include "report/json/finding.h"
#include "report/json/writer.h"

/* As any finding, and what a server says of a syntax error. */
static json_t *finding_object(pgm__json_writer *w, const pgm_finding *from,
                              const pgm_syntax_error *error) {
    json_t *object = pgm__json_finding(w, from);
    if (error != NULL) {
        pgm__json_put(w, object, "column", pgm__json_line(w, error->column));
        pgm__json_put(w, object, "sqlstate", pgm__json_text(w, error->sqlstate));
        pgm__json_put(w, object, "server_version", pgm__json_number(w, error->server_version));
    }
    return object;
}

/* All reasons, so that nobody has to ask whether there is one. */
static json_t *left_out_object(pgm__json_writer *w, const pgm_validation_summary *from) {
    json_t *object = pgm__json_checked(w, json_object());
    for (int i = 0; i < PGM_LEFT_OUT_COUNT; i++) {
        pgm__json_put(w, object, pgm_left_out_name((pgm_left_out)i),
                      pgm__json_number(w, (int64_t)from->left_out[i]));
    }
    return object;
}

static json_t *asked_object(pgm__json_writer *w, const pgm_syntax_asked *from) {
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "server_version", pgm__json_number(w, from->server_version));
    pgm__json_put(w, object, "target", pgm__json_text(w, from->target));
    pgm__json_put(w, object, "files", pgm__json_number(w, (int64_t)from->file_count));
    return object;
}

static json_t *summary_object(pgm__json_writer *w, const pgm_validation_summary *from) {
    json_t *object = pgm__json_checked(w, json_object());
    json_t *counts = pgm__json_checked(w, json_object());
    for (int i = 0; i < PGM_SEVERITY_COUNT; i++) {
        pgm__json_put(w, counts, pgm_severity_name((pgm_severity)i),
                      pgm__json_number(w, (int64_t)from->counts[i]));
    }
    pgm__json_put(w, object, "dir", pgm__json_text(w, from->dir));
    pgm__json_put(w, object, "layout", pgm__json_text(w, from->layout));
    pgm__json_put(w, object, "migrations", pgm__json_number(w, (int64_t)from->migration_count));
    pgm__json_put(w, object, "with_down", pgm__json_number(w, (int64_t)from->down_count));
    pgm__json_put(w, object, "with_verify", pgm__json_number(w, (int64_t)from->verify_count));
    pgm__json_put(w, object, "targets", pgm__json_number(w, (int64_t)from->target_count));
    pgm__json_put(w, object, "online_left_out", json_boolean(from->online_left_out));
    pgm__json_put(w, object, "selected", pgm__json_number(w, (int64_t)from->selected_count));
    pgm__json_put(w, object, "shard", pgm__json_shard(w, from->shard_index, from->shard_count));
    json_t *asked = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < from->asked_count; i++) {
        pgm__json_append(w, asked, asked_object(w, &from->asked[i]));
    }
    pgm__json_put(w, object, "parsed_by", asked);
    pgm__json_put(w, object, "counts", counts);
    pgm__json_put(w, object, "since", pgm__json_text(w, from->since));
    pgm__json_put(w, object, "pending", json_boolean(from->pending));
    pgm__json_put(w, object, "left_out", left_out_object(w, from));
    return object;
}

pgm_status pgm__validation_json(pgm__strbuf *out, const pgm_validation *validation,
                                const pgm__report_style *style, pgm_error *err) {
    (void)style;
    pgm__json_writer w;
    pgm__json_init(&w);
    json_t *root = pgm__json_checked(&w, json_object());
    json_t *findings = pgm__json_checked(&w, json_array());
    for (size_t i = 0; i < pgm_validation_count(validation) && !w.failed; i++) {
        pgm__json_append(&w, findings,
                         finding_object(&w, pgm_validation_finding(validation, i),
                                        pgm_validation_syntax_error(validation, i)));
    }
    pgm__json_put(&w, root, "schema", pgm__json_number(&w, PGM__REPORT_SCHEMA));
    pgm__json_put(&w, root, "validation",
                  summary_object(&w, pgm_validation_summary_of(validation)));
    pgm__json_put(&w, root, "findings", findings);
    pgm__json_put(&w, root, "refused", json_null());
    return pgm__json_finish(&w, root, out, err);
}
