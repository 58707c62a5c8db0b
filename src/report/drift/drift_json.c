#include "report/drift/drift_json.h"

#include "report/json/json.h"
#include "report/json/writer.h"

static json_t *summary_object(pgm__json_writer *w, const pgm_drift_summary *from) {
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "dir", pgm__json_text(w, from->dir));
    pgm__json_put(w, object, "norm", pgm__json_text(w, pgm_drift_norm_name(from->norm)));
    pgm__json_put(w, object, "norm_name", pgm__json_text(w, from->norm_name));
    pgm__json_put(w, object, "targets", pgm__json_number(w, (int64_t)from->target_count));
    pgm__json_put(w, object, "compared", pgm__json_number(w, (int64_t)from->compared_count));
    pgm__json_put(w, object, "drifted", pgm__json_number(w, (int64_t)from->drifted_count));
    pgm__json_put(w, object, "not_compared", pgm__json_number(w, (int64_t)from->apart_count));
    pgm__json_put(w, object, "unread", pgm__json_number(w, (int64_t)from->unread_count));
    pgm__json_put(w, object, "selected", pgm__json_number(w, (int64_t)from->selected_count));
    pgm__json_put(w, object, "shard", pgm__json_shard(w, from->shard_index, from->shard_count));
    pgm__json_put(w, object, "counted", pgm__json_texts(w, from->counted, from->counted_count));
    pgm__json_put(w, object, "norm_failed", pgm__json_number(w, (int64_t)from->unmade_count));
    pgm__json_put(w, object, "warnings", pgm__json_texts(w, from->warnings, from->warning_count));
    return object;
}

static json_t *difference_object(pgm__json_writer *w, const pgm_drift_difference *from) {
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "change", pgm__json_text(w, pgm_drift_change_name(from->change)));
    pgm__json_put(w, object, "kind", pgm__json_text(w, from->kind));
    pgm__json_put(w, object, "name", pgm__json_text(w, from->name));
    pgm__json_put(w, object, "norm", pgm__json_text(w, from->norm));
    pgm__json_put(w, object, "here", pgm__json_text(w, from->here));
    pgm__json_put(w, object, "parts", pgm__json_number(w, (int64_t)from->parts));
    pgm__json_put(w, object, "mentioned_in",
                  pgm__json_texts(w, from->mentioned, from->mentioned_count));
    return object;
}

static json_t *group_object(pgm__json_writer *w, const pgm_drift_group *from) {
    json_t *object = pgm__json_checked(w, json_object());
    json_t *differences = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < from->difference_count && !w->failed; i++) {
        pgm__json_append(w, differences, difference_object(w, &from->differences[i]));
    }
    pgm__json_put(w, object, "is_norm", json_boolean(from->is_norm));
    pgm__json_put(w, object, "fingerprint", pgm__json_text(w, from->fingerprint));
    pgm__json_put(w, object, "objects", pgm__json_number(w, (int64_t)from->object_count));
    pgm__json_put(w, object, "targets", pgm__json_texts(w, from->targets, from->target_count));
    pgm__json_put(w, object, "shown", pgm__json_text(w, from->shown));
    pgm__json_put(w, object, "error", pgm__json_failure(w, from->failure));
    pgm__json_put(w, object, "differences", differences);
    return object;
}

static json_t *cohort_object(pgm__json_writer *w, const pgm_drift_cohort *from) {
    json_t *object = pgm__json_checked(w, json_object());
    json_t *groups = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < from->group_count && !w->failed; i++) {
        pgm__json_append(w, groups, group_object(w, &from->groups[i]));
    }
    pgm__json_put(w, object, "server_version", pgm__json_number(w, from->server_version));
    pgm__json_put(w, object, "whole", json_boolean(from->whole));
    pgm__json_put(w, object, "versions",
                  from->versions_known ? pgm__json_texts(w, from->versions, from->version_count)
                                       : json_null());
    pgm__json_put(w, object, "not_compared", pgm__json_text(w, from->not_compared));
    pgm__json_put(w, object, "norm", pgm__json_text(w, from->norm));
    pgm__json_put(w, object, "tie", json_boolean(from->tie));
    pgm__json_put(w, object, "groups", groups);
    return object;
}

static json_t *unread_array(pgm__json_writer *w, const pgm_drift *drift) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < pgm_drift_unread_count(drift) && !w->failed; i++) {
        const pgm_drift_unread *from = pgm_drift_unread_at(drift, i);
        json_t *object = pgm__json_checked(w, json_object());
        pgm__json_put(w, object, "name", pgm__json_text(w, from->target));
        pgm__json_put(w, object, "error", pgm__json_failure(w, from->failure));
        pgm__json_append(w, array, object);
    }
    return array;
}

pgm_status pgm__drift_json(pgm__strbuf *out, const pgm_drift *drift, const pgm__report_style *style,
                           pgm_error *err) {
    (void)style;
    pgm__json_writer w;
    pgm__json_init(&w);
    json_t *root = pgm__json_checked(&w, json_object());
    json_t *cohorts = pgm__json_checked(&w, json_array());
    for (size_t i = 0; i < pgm_drift_cohort_count(drift) && !w.failed; i++) {
        pgm__json_append(&w, cohorts, cohort_object(&w, pgm_drift_cohort_at(drift, i)));
    }
    pgm__json_put(&w, root, "schema", pgm__json_number(&w, PGM__REPORT_SCHEMA));
    pgm__json_put(&w, root, "drift", summary_object(&w, pgm_drift_summary_of(drift)));
    pgm__json_put(&w, root, "cohorts", cohorts);
    pgm__json_put(&w, root, "unread", unread_array(&w, drift));
    pgm__json_put(&w, root, "refused", json_null());
    return pgm__json_finish(&w, root, out, err);
}
