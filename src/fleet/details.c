/* Texts that a target file says are the targets', which live as long as the run, and so are those
 * of a login: only what is put together here is made anew. */
#include "fleet/details.h"

#include "base/error.h"
#include "base/strbuf.h"
#include "fleet/limits.h"
#include "pg/conninfo/show.h"

/* NULL: out of memory, or there is none. */
static const char *hosts_of(pgm_run *run, const pgm__conninfo *conninfo) {
    pgm__strbuf text = {0};
    pgm__conninfo_add_hosts(&text, conninfo);
    const char *hosts = pgm__strbuf_text(&text);
    hosts = pgm__arena_strdup(&run->arena, hosts);
    pgm__strbuf_fini(&text);
    return hosts;
}

static const char *ledger_of(pgm_run *run, const pgm__target *target) {
    const pgm__common *common = pgm__common_of(target);
    const char *table = common->ledger_table == NULL ? PGM__LEDGER_TABLE : common->ledger_table;
    return common->ledger_schema == NULL
               ? table
               : pgm__arena_printf(&run->arena, "%s.%s", common->ledger_schema, table);
}

/* 0: its cap is only what becomes of it when the group is full. */
static size_t group_cap_of(const pgm_run *run, const pgm__fleet_item *item) {
    size_t cap = item->group == 0 ? 0 : run->group_caps[item->group - 1];
    return cap == SIZE_MAX ? 0 : cap;
}

static void add_target(const pgm_run *run, const pgm__fleet_item *item, pgm_target_details *out) {
    const pgm__target *target = item->target;
    const pgm__common *common = pgm__common_of(target);
    const pgm__conninfo conninfo = pgm__conninfo_unpack(&item->login->conninfo);
    out->name = target->name;
    out->origin = target->origin;
    out->flaw = pgm__flaw_of(run, item);
    out->schema = target->schema;
    out->role = common->role;
    out->has_wave = common->has_wave;
    out->wave = common->wave;
    out->tags = common->tags;
    out->tag_count = common->tag_count;
    out->production = item->production;
    out->production_by = pgm__conninfo_production_by(target, &conninfo);
    if (!item->production && common->production == PGM__PRODUCTION_NO) {
        out->production_by = "file";
    }
    out->limits = pgm__limits_of(run, item);
    out->sleeps = item->sleeps;
    out->group = common->group;
    out->group_cap = group_cap_of(run, item);
}

/* False: out of memory. */
static bool add_connection(pgm_run *run, const pgm__fleet_item *item, pgm_target_details *out) {
    const pgm__conninfo conninfo = pgm__conninfo_unpack(&item->login->conninfo);
    out->ledger = ledger_of(run, item->target);
    if (out->flaw != NULL) {
        return out->ledger != NULL;
    }
    out->server = conninfo.server;
    out->database = conninfo.dbname;
    out->user = conninfo.user;
    out->host = hosts_of(run, &conninfo);
    out->server_cap = run->server_caps[item->login->server];
    return out->ledger != NULL && out->host != NULL;
}

pgm_status pgm__details_make(pgm_run *run, pgm_error *err) {
    pgm_target_details *all = pgm__arena_calloc(&run->arena, run->count, sizeof *all);
    if (all == NULL) {
        return pgm__error_nomem(err);
    }
    run->fleet = (pgm_fleet){.target_count = run->count,
                             .known_count = pgm__targets_count(run->targets),
                             .server_count = run->server_count,
                             .jobs = run->jobs,
                             .per_server = run->per_server,
                             .wake = run->wake_cap};
    for (size_t i = 0; i < run->count; i++) {
        const pgm__fleet_item *item = &run->items[i];
        add_target(run, item, &all[i]);
        if (!add_connection(run, item, &all[i])) {
            return pgm__error_nomem(err);
        }
        run->fleet.flaw_count += all[i].flaw != NULL ? 1 : 0;
        run->fleet.sleep_count += item->sleeps ? 1 : 0;
        run->fleet.production_count += item->production ? 1 : 0;
    }
    /* Those with a flaw are all on one, which is none (logins.h). */
    run->fleet.server_count -= run->fleet.flaw_count > 0 ? 1 : 0;
    run->details = all;
    return PGM_OK;
}
