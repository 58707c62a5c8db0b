#include "fleet/scratch.h"

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "pg/conninfo/make.h"

/* Milliseconds. A template is copied file by file; what is dropped is flushed by a checkpoint. */
enum { CONNECT_MS = 30000, LONGEST_MS = 180000 };

/* DROP DATABASE … WITH (FORCE). */
enum { FORCE_SINCE = 130000 };

#define ORIGIN "--against-migrations"

/* ---- is it fit? ---- */

static pgm_status refuse_production(const pgm__scratch *scratch, const pgm__fleet_item *item,
                                    pgm_error *err) {
    return pgm__error_set(err, PGM_EUSAGE,
                          ORIGIN ": %s is the server of target \"%s\", which is production, and no "
                                 "database is made there: name a server for tests; nothing was "
                                 "touched",
                          scratch->info.server_key, item->target->name);
}

static pgm_status refuse_target(const pgm__scratch *scratch, const pgm__fleet_item *item,
                                pgm_error *err) {
    return pgm__error_set(err, PGM_EUSAGE,
                          ORIGIN ": \"%s\" is the database of target \"%s\": name another one of a "
                                 "server for tests (\"postgres\" is on every one); nothing was "
                                 "touched",
                          scratch->info.dbname, item->target->name);
}

static pgm_status check(const pgm__scratch *scratch, pgm_error *err) {
    const pgm_run *run = scratch->run;
    for (size_t i = 0; i < run->count; i++) {
        const pgm__fleet_item *item = &run->items[i];
        const pgm__packed *info = &item->login->conninfo;
        if (strcmp(info->common->server_key, scratch->info.server_key) != 0) {
            continue;
        }
        if (item->production) {
            return refuse_production(scratch, item, err);
        }
        if (strcmp(info->dbname, scratch->info.dbname) == 0) {
            return refuse_target(scratch, item, err);
        }
    }
    return PGM_OK;
}

static pgm_status connection_of(const pgm__scratch *scratch, const pgm__target *target,
                                pgm__conninfo *out, pgm_error *err) {
    pgm__arena *arena = &scratch->run->arena;
    const char *name = pgm__arena_printf(arena, "pgmarch/%s", scratch->run->id);
    return name == NULL ? pgm__error_nomem(err) : pgm__conninfo_make(arena, target, name, out, err);
}

pgm_status pgm__scratch_open(pgm__scratch *out, pgm_run *run, const char *url, pgm_error *err) {
    *out = (pgm__scratch){.run = run, .url = url};
    const pgm__target target = {.name = ORIGIN, .origin = ORIGIN, .url = url};
    pgm_status status = connection_of(out, &target, &out->info, err);
    return status == PGM_OK ? check(out, err) : status;
}

/* ---- one statement ---- */

typedef struct answer {
    pgm_run *run;
    pgm__errand_end end;
} answer;

static void on_ended(const pgm__errand_end *end, void *data) {
    answer *self = data;
    self->end = *end;
    self->run->errand = NULL;
}

static uint64_t connect_limit(const pgm__conninfo *info) {
    return info->connect_timeout == PGM_UNSET ? CONNECT_MS : (uint64_t)info->connect_timeout;
}

/* `stops`: pgm_run_stop() ends it, also when it came before. */
static pgm_status run_errand(const pgm__scratch *scratch, const pgm__conninfo *info,
                             const char *sql, bool stops, pgm__errand_end *end, pgm_error *err) {
    pgm_run *run = scratch->run;
    const pgm__errand_wish wish = {
        .info = info, .sql = sql, .connect_ms = connect_limit(info), .run_ms = LONGEST_MS};
    answer answered = {.run = run};
    pgm__errand *errand = NULL;
    if (stops && atomic_load(&run->stops) > 0) {
        return pgm__error_set(err, PGM_ECANCELLED, "stopped on request");
    }
    pgm__resolver *resolver = pgm__resolver_new(&run->loop);
    pgm_status status = resolver == NULL ? pgm__error_nomem(err)
                                         : pgm__errand_start(&errand, run->login_threads, resolver,
                                                             &wish, on_ended, &answered, err);
    if (status == PGM_OK) {
        run->errand = stops ? errand : NULL;
        (void)uv_run(&run->loop, UV_RUN_DEFAULT);
        *end = answered.end;
        run->lingers = run->lingers || end->lingers;
        status = end->error.status;
    }
    if (status != PGM_OK && errand != NULL && err != NULL) {
        *err = end->error;
    }
    pgm__resolver_free(resolver);
    return status;
}

void pgm__scratch_stop(const pgm_run *run) {
    if (run->errand != NULL) {
        pgm__errand_stop(run->errand);
    }
}

/* ---- what is asked of the server ---- */

pgm_status pgm__scratch_meet(pgm__scratch *scratch, pgm_error *err) {
    pgm__errand_end end = {0};
    pgm_status status = run_errand(scratch, &scratch->info, NULL, true, &end, err);
    scratch->server_version = end.server_version;
    return status;
}

/* "CREATE DATABASE "x" TEMPLATE template0": name between two texts. NULL: out of memory. */
static const char *statement(const pgm__scratch *scratch, const char *before, const char *name,
                             const char *behind) {
    pgm__strbuf sql = {0};
    pgm__strbuf_adds(&sql, before);
    pgm__strbuf_add_ident(&sql, name);
    pgm__strbuf_adds(&sql, behind);
    const char *text = pgm__strbuf_text(&sql);
    const char *copy = text == NULL ? NULL : pgm__arena_strdup(&scratch->run->arena, text);
    pgm__strbuf_fini(&sql);
    return copy;
}

pgm_status pgm__scratch_make(pgm__scratch *scratch, const char *name, bool *made, pgm_error *err) {
    pgm__errand_end end = {0};
    const char *sql = statement(scratch, "CREATE DATABASE ", name, " TEMPLATE template0");
    if (sql == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = run_errand(scratch, &scratch->info, sql, true, &end, err);
    *made = end.sent;
    return status;
}

pgm_status pgm__scratch_make_schema(pgm__scratch *scratch, const pgm__target *target,
                                    pgm_error *err) {
    pgm__errand_end end = {0};
    pgm__conninfo info;
    const char *sql = statement(scratch, "CREATE SCHEMA IF NOT EXISTS ", target->schema, "");
    pgm_status status = sql == NULL ? pgm__error_nomem(err)
                                    : connection_of(scratch, target, &info, err);
    return status == PGM_OK ? run_errand(scratch, &info, sql, true, &end, err) : status;
}

/* It may not be there, where nobody knows what became of CREATE DATABASE. */
pgm_status pgm__scratch_drop(pgm__scratch *scratch, const char *name, pgm_error *err) {
    pgm__errand_end end = {0};
    bool force = scratch->server_version >= FORCE_SINCE;
    const char *sql = statement(scratch, "DROP DATABASE IF EXISTS ", name,
                                force ? " WITH (FORCE)" : "");
    if (sql == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = run_errand(scratch, &scratch->info, sql, false, &end, err);
    /* A second session may get through where the first was lost. */
    return status == PGM_ECONNECT ? run_errand(scratch, &scratch->info, sql, false, &end, err)
                                  : status;
}

/* ---- a database of it ---- */

bool pgm__scratch_target(const pgm__scratch *scratch, const char *name, const pgm__target *like,
                         pgm__target *out) {
    pgm__arena *arena = &scratch->run->arena;
    pgm__setting *database = pgm__arena_calloc(arena, 1, sizeof *database);
    pgm__common *common = pgm__arena_calloc(arena, 1, sizeof *common);
    if (database == NULL || common == NULL) {
        return false;
    }
    const pgm__common *from = pgm__common_of(like);
    *database = (pgm__setting){.keyword = "dbname", .value = name};
    *common = (pgm__common){
        .extra_schemas = from->extra_schemas,
        .extra_schema_count = from->extra_schema_count,
        .ledger_schema = from->ledger_schema,
        .ledger_table = from->ledger_table,
        .time_zone = from->time_zone,
        .variables = from->variables,
        .variable_count = from->variable_count,
        .create_schema = true,
        .production = PGM__PRODUCTION_NO,
    };
    *out = (pgm__target){
        .name = "the scratch database",
        .origin = ORIGIN,
        .url = scratch->url,
        .schema = like->schema,
        .common = common,
        .settings = database,
        .setting_count = 1,
    };
    return true;
}
