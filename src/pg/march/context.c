#include "pg/march/context.h"

#include "pg/march/edit.h"

void pgm__march_context_set_up(pgm__march *march) {
    const pgm__target *target = march->target.target;
    const pgm__common *common = pgm__common_of(target);
    pgm__context *context = &march->context;
    context->schema = common->ledger_schema != NULL ? common->ledger_schema : target->schema;
    context->table = common->ledger_table != NULL ? common->ledger_table : PGM__LEDGER_TABLE;
    context->search_path = target->schema;
    context->extra_schemas = common->extra_schemas;
    context->extra_schema_count = common->extra_schema_count;
    context->role = common->role;
    context->time_zone = common->time_zone;
    context->variables = common->variables;
    context->variable_count = common->variable_count;
    context->run_id = march->env->run_id;
    context->string_room = march->env->string_room;
    context->flush_each = march->env->flush_each;
    context->trusted = common->trust_ledger || march->env->trust_ledger;
    context->elsewhere = common->ledger_schema != NULL;
    context->introduces = march->env->request.command == PGM_COMMAND_TARGETS;
    /* A dry run says what the run would say. */
    context->owner_asked = context->owner_asked ||
                           (march->env->look_only && !context->introduces &&
                            march->env->request.command != PGM_COMMAND_STATUS);
    context->lock_timeout = march->target.limits.ddl_lock_timeout;
    context->statement_timeout = march->target.limits.statement_timeout;
    context->server_version = pgm__session_server_version(march->link.session);
    /* Once seen off it stays so: our own SET turns it on in this session. */
    context->counts_bytes = pgm__session_counts_bytes(march->link.session);
    context->strings_off = context->strings_off || pgm__session_strings_off(march->link.session);
}

bool pgm__march_context_settle(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    pgm__context *context = &march->context;
    if (context->schema == NULL) {
        const char *found = facts->table_schema != NULL ? facts->table_schema : facts->schema;
        context->schema = pgm__arena_strdup(&march->arena, found);
    }
    context->lacks_schema = context->search_path != NULL && facts->schema == NULL;
    context->lacks_own_schema = facts->ledger_homeless;
    context->pooled = facts->pid != pgm__session_pid(march->link.session);
    return context->schema != NULL;
}

/* Whoever edits a ledger runs nothing in the schema. */
pgm__prepares pgm__march_prepares(const pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    if (!facts->ledger_complete) {
        return facts->ledger_exists ? PGM__PREPARES_COLUMNS : PGM__PREPARES_TABLE;
    }
    return march->context.lacks_schema && !pgm__march_is_edit(march) ? PGM__PREPARES_SCHEMAS
                                                                     : PGM__PREPARES_NOTHING;
}

void pgm__march_context_prepared(pgm__march *march) {
    march->context.lacks_schema = false;
    march->context.lacks_own_schema = false;
}

/* What the reading finds out anyway is not taken over: schema and settings are the new target's. */
void pgm__march_context_take_over(pgm__march *march, const pgm__handover *from) {
    march->context.ran_file = from->used;
    march->context.inherited = from->used;
    march->context.pooled = from->pooled;
    march->context.strings_off = from->strings_off;
}

void pgm__march_context_clean(pgm__march *march) {
    march->context.ran_file = march->context.ran_file && march->context.pooled;
    march->context.inherited = false;
}

void pgm__march_context_ran_file(pgm__march *march) {
    march->context.ran_file = true;
}

void pgm__march_context_nameless(pgm__march *march) {
    march->context.nameless = true;
}

void pgm__march_context_name_holder(pgm__march *march) {
    march->context.name_holder = true;
}

void pgm__march_context_ask_owner(pgm__march *march) {
    march->context.owner_asked = true;
}

void pgm__march_context_go_without_ledger(pgm__march *march) {
    march->context.ledgerless = true;
}
