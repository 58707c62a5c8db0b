#include "report/fleet/fleet_json.h"

#include "report/json/json.h"
#include "report/json/writer.h"

static json_t *limits_object(pgm__json_writer *w, const pgm_limits *limits) {
    const struct {
        const char *name;
        int64_t ms;
    } all[] = {
        {"connect_timeout_ms", limits->connect_timeout},
        {"connect_wait_ms", limits->connect_wait},
        {"lock_wait_ms", limits->lock_wait},
        {"ddl_lock_timeout_ms", limits->ddl_lock_timeout},
        {"statement_timeout_ms", limits->statement_timeout},
        {"target_timeout_ms", limits->target_timeout},
    };
    json_t *object = pgm__json_checked(w, json_object());
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        pgm__json_put(w, object, all[i].name, pgm__json_number(w, all[i].ms));
    }
    return object;
}

/* What is not known is null, as everywhere; inside it is a number that none can be. */
static json_t *known(pgm__json_writer *w, int64_t number) {
    return number < 0 ? json_null() : pgm__json_number(w, number);
}

static json_t *ping_object(pgm__json_writer *w, const pgm_ping *ping) {
    if (ping == NULL) {
        return json_null();
    }
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "server_version", pgm__json_text(w, ping->server_version));
    pgm__json_put(w, object, "login_us", known(w, ping->login_us));
    pgm__json_put(w, object, "round_trip_us", known(w, ping->round_trip_us));
    pgm__json_put(w, object, "login_role", pgm__json_text(w, ping->login_role));
    pgm__json_put(w, object, "current_role", pgm__json_text(w, ping->current_role));
    pgm__json_put(w, object, "current_schema", pgm__json_text(w, ping->current_schema));
    pgm__json_put(w, object, "pooled", json_boolean(ping->pooled));
    pgm__json_put(w, object, "standby", json_boolean(ping->standby));
    pgm__json_put(w, object, "tls", pgm__json_text(w, ping->tls));
    pgm__json_put(w, object, "cipher", pgm__json_text(w, ping->cipher));
    pgm__json_put(w, object, "database_bytes", known(w, ping->database_size));
    return object;
}

static void put_place(pgm__json_writer *w, json_t *object, const pgm_target_details *from) {
    pgm__json_put(w, object, "flaw", pgm__json_text(w, from->flaw));
    pgm__json_put(w, object, "server", pgm__json_text(w, from->server));
    pgm__json_put(w, object, "host", pgm__json_text(w, from->host));
    pgm__json_put(w, object, "database", pgm__json_text(w, from->database));
    pgm__json_put(w, object, "user", pgm__json_text(w, from->user));
    pgm__json_put(w, object, "schema", pgm__json_text(w, from->schema));
    pgm__json_put(w, object, "role", pgm__json_text(w, from->role));
    pgm__json_put(w, object, "ledger", pgm__json_text(w, from->ledger));
}

static json_t *target_object(pgm__json_writer *w, const pgm__fleet_report *report, size_t index) {
    const pgm_target_details *from = report->targets[index];
    const pgm_result *result = report->run.results[index];
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "name", pgm__json_text(w, from->name));
    pgm__json_put(w, object, "from",
                  pgm__json_text(w, result->origin == NULL ? from->origin : result->origin));
    put_place(w, object, from);
    pgm__json_put(w, object, "wave", pgm__json_text(w, result->wave));
    pgm__json_put(w, object, "wave_number",
                  from->has_wave ? pgm__json_number(w, from->wave) : json_null());
    pgm__json_put(w, object, "tags", pgm__json_texts(w, from->tags, from->tag_count));
    pgm__json_put(w, object, "production", json_boolean(from->production));
    pgm__json_put(w, object, "production_by", pgm__json_text(w, from->production_by));
    pgm__json_put(w, object, "limits", limits_object(w, &from->limits));
    pgm__json_put(w, object, "at_once_on_server", pgm__json_number(w, (int64_t)from->server_cap));
    pgm__json_put(w, object, "group", pgm__json_text(w, from->group));
    pgm__json_put(w, object, "at_once_of_group",
                  from->group_cap == 0 ? json_null()
                                       : pgm__json_number(w, (int64_t)from->group_cap));
    pgm__json_put(w, object, "sleeps", json_boolean(from->sleeps));
    pgm__json_put(w, object, "warnings",
                  pgm__json_texts(w, result->warnings, result->warning_count));
    if (report->pinged) {
        pgm__json_put(w, object, "outcome", pgm__json_text(w, pgm_outcome_name(result->outcome)));
        pgm__json_put(w, object, "duration_ms", pgm__json_number(w, result->duration_ms));
        pgm__json_put(w, object, "attempts", pgm__json_number(w, result->attempts));
        pgm__json_put(w, object, "ping", ping_object(w, result->ping));
        pgm__json_put(w, object, "error", pgm__json_failure(w, result->failure));
    }
    return object;
}

static json_t *fleet_object(pgm__json_writer *w, const pgm__fleet_report *report) {
    const pgm_fleet *from = report->fleet;
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "targets", pgm__json_number(w, (int64_t)from->target_count));
    pgm__json_put(w, object, "selected",
                  pgm__json_number(w, (int64_t)report->run.summary->selected_count));
    pgm__json_put(
        w, object, "shard",
        pgm__json_shard(w, report->run.summary->shard_index, report->run.summary->shard_count));
    pgm__json_put(w, object, "known", pgm__json_number(w, (int64_t)from->known_count));
    pgm__json_put(w, object, "flaws", pgm__json_number(w, (int64_t)from->flaw_count));
    pgm__json_put(w, object, "production", pgm__json_number(w, (int64_t)from->production_count));
    pgm__json_put(w, object, "servers", pgm__json_number(w, (int64_t)from->server_count));
    pgm__json_put(w, object, "jobs", pgm__json_number(w, (int64_t)from->jobs));
    pgm__json_put(w, object, "per_server", pgm__json_number(w, (int64_t)from->per_server));
    pgm__json_put(w, object, "sleeping", pgm__json_number(w, (int64_t)from->sleep_count));
    pgm__json_put(w, object, "wake", pgm__json_number(w, (int64_t)from->wake));
    pgm__json_put(w, object, "waves", pgm__json_waves(w, report->run.summary));
    pgm__json_put(w, object, "sources", pgm__json_sources(w, report->run.summary));
    return object;
}

pgm_status pgm__fleet_json(pgm__strbuf *out, const pgm__fleet_report *report,
                           const pgm__report_style *style, pgm_error *err) {
    (void)style;
    pgm__json_writer w;
    pgm__json_init(&w);
    json_t *root = pgm__json_checked(&w, json_object());
    json_t *targets = pgm__json_checked(&w, json_array());
    for (size_t i = 0; i < report->run.result_count && !w.failed; i++) {
        pgm__json_append(&w, targets, target_object(&w, report, i));
    }
    pgm__json_put(&w, root, "schema", pgm__json_number(&w, PGM__REPORT_SCHEMA));
    pgm__json_put(&w, root, "fleet", fleet_object(&w, report));
    if (report->pinged) {
        pgm__json_put(&w, root, "run", pgm__json_run(&w, report->run.summary));
    }
    pgm__json_put(&w, root, "targets", targets);
    pgm__json_put(&w, root, "refused", json_null());
    return pgm__json_finish(&w, root, out, err);
}
