#include "pg/march/compare.h"

#include <string.h>

#include "pg/exchange/block.h"
#include "pg/exchange/hygiene.h"
#include "pg/march/context.h"
#include "pg/march/handles.h"
#include "pg/march/link.h"
#include "pg/march/outcome.h"
#include "pg/march/waiting.h"

/* A database of ten thousand tables takes a server tens of seconds. */
enum { LONGEST_MS = 300000 };

bool pgm__march_compares(const pgm__march *march) {
    return march->target.compare != NULL;
}

bool pgm__march_only_compares(const pgm__march *march) {
    return march->target.compare != NULL && march->target.compare->alone;
}

/* The facts come before the ledger, so that they are known when it is not let be read. What may
 * pass is tried again first. */
bool pgm__march_compares_all_the_same(pgm__march *march) {
    const pgm__server_error *error = &march->link.error;
    const pgm__reading *reading = &march->read.reading;
    bool goes_on = pgm__march_only_compares(march) && !march->read.asked_more &&
                   reading->facts.pid != 0 &&
                   pgm__classify_statement(PGM__PART_BEGIN, error->sqlstate, error->message) ==
                       PGM__VERDICT_FINAL;
    march->compare.ledger_unread = march->compare.ledger_unread || goes_on;
    return goes_on;
}

bool pgm__march_compares_without_ledger(pgm__march *march) {
    bool again = pgm__march_only_compares(march) && !march->context.ledgerless &&
                 march->read.reading.facts.pid == 0 &&
                 strcmp(march->link.error.sqlstate, "42501") == 0 &&
                 !pgm__reading_is_role(&march->read.reading, &march->context);
    if (again) {
        pgm__march_context_go_without_ledger(march);
        march->compare.ledger_unread = true;
    }
    return again;
}

static void begin_anew(pgm__march *march) {
    pgm__catalog_fini(&march->compare.found);
    pgm__arena_clear(&march->compare.arena);
    march->compare.known = false;
    march->compare.failed_memory = false;
}

/* Beside a plan the catalog is the lesser thing: what was found before it stands, and that it could
 * not be asked is told of the catalog alone. */
static void set_failure_aside(pgm__march *march) {
    if (pgm__march_only_compares(march)) {
        return;
    }
    march->compare.failed = true;
    march->compare.failure = march->outcome.failure;
    pgm__march_forgive(march);
    pgm__march_end_with(march, march->compare.planned);
}

static pgm__event catalog_failed(pgm__march *march) {
    set_failure_aside(march);
    return pgm__march_failed_event(march);
}

/* What another tool's table lists are no versions of ours. */
pgm__event pgm__march_begin_comparing(pgm__march *march) {
    march->compare.planned = march->outcome.kind;
    march->compare.ledger_unread = march->compare.ledger_unread ||
                                   march->read.reading.facts.ledger_foreign;
    if (march->context.server_version >= PGM__CATALOG_SINCE) {
        return PGM__EVENT_WORK_COMPARE;
    }
    pgm__march_fail_text(march, "compare", "leave this target out (--exclude)",
                         "catalogs are compared from PostgreSQL %d on, and this server is older",
                         PGM__CATALOG_SINCE / 10000);
    return catalog_failed(march);
}

static pgm__catalog_options options_of(const pgm__march *march) {
    pgm__catalog_options options = march->target.compare->options;
    options.schema = march->target.target->schema;
    options.hidden = march->read.reading.facts.schema_hidden;
    options.ledger = march->context.table;
    options.server_version = march->context.server_version;
    return options;
}

/* Of thousands of schemas of one database, whose targets have one session after the other: the
 * server parses and plans the question once for each session, which takes it three times as long as
 * to answer. */
static bool may_be_named(const pgm__march *march, const pgm__catalog_options *options) {
    return march->target.compare->form == PGM__CATALOG_FINGERPRINT && options->schema != NULL &&
           !options->hidden && !march->context.pooled && !march->compare.nameless;
}

static void add_question(const pgm__march *march, pgm__strbuf *sql,
                         const pgm__catalog_options *options) {
    if (!may_be_named(march, options)) {
        (void)pgm__catalog_sql_settings(sql, options);
        pgm__catalog_sql(sql, options, march->target.compare->form);
        return;
    }
    if (!march->link.catalog_named) {
        pgm__catalog_sql_prepare(sql, options);
    }
    pgm__catalog_sql_execute(sql, options);
}

pgm__event pgm__march_send_catalog(pgm__march *march) {
    const pgm__catalog_options options = options_of(march);
    int64_t limit = march->target.limits.statement_timeout;
    pgm__strbuf sql = {0};
    begin_anew(march);
    pgm__march_end_transaction(march, &sql);
    pgm__block_sql_look(&sql, &march->context);
    (void)pgm__hygiene_sql_timeouts(&sql, &march->context);
    add_question(march, &sql, &options);
    pgm__strbuf_adds(&sql, ";COMMIT");
    pgm__march_set_timer(march, limit > 0 ? (uint64_t)limit : LONGEST_MS);
    return pgm__march_send(march, &sql, "compare");
}

void pgm__march_catalog_reply(pgm__march *march, const pgm__reply *reply) {
    pgm__compare_part *compare = &march->compare;
    compare->failed_memory = compare->failed_memory ||
                             !pgm__catalog_take(&compare->found, &compare->arena,
                                                march->target.compare->form, reply);
}

/* An object that goes while it is being printed is an error of the server's own kind ("cache lookup
 * failed", "could not open relation"): a second look does not find it any more. */
static pgm__verdict verdict_of(const pgm__server_error *error) {
    pgm__verdict verdict = pgm__classify_statement(PGM__PART_BEGIN, error->sqlstate,
                                                   error->message);
    bool gone = strcmp(error->sqlstate, "XX000") == 0 || strncmp(error->sqlstate, "42", 2) == 0;
    bool denied = strcmp(error->sqlstate, "42501") == 0;
    return verdict == PGM__VERDICT_FINAL && gone && !denied ? PGM__VERDICT_RETRY_FEW : verdict;
}

static pgm__event failed(pgm__march *march) {
    march->compare.nameless = true;
    if (pgm__march_may_retry(march, verdict_of(&march->link.error))) {
        return PGM__EVENT_TRANSIENT;
    }
    const pgm_failure failure = pgm__march_failure_of_server(march, "compare");
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    return catalog_failed(march);
}

pgm__event pgm__march_catalog_ready(pgm__march *march) {
    pgm__compare_part *compare = &march->compare;
    const pgm__catalog_options options = options_of(march);
    pgm__march_set_timer(march, 0);
    if (compare->failed_memory) {
        (void)pgm__march_fail_memory(march, "compare");
        return pgm__march_failed_event(march);
    }
    if (march->link.errored) {
        return failed(march);
    }
    bool told = march->target.compare->form != PGM__CATALOG_FINGERPRINT ||
                compare->found.fingerprint != NULL;
    if (!told) {
        pgm__march_fail_text(march, "compare",
                             "let this target lead to the PostgreSQL server itself",
                             "the server did not say what is in its catalog");
        return catalog_failed(march);
    }
    if (may_be_named(march, &options)) {
        pgm__march_set_catalog_named(march);
    }
    compare->known = true;
    if (pgm__march_only_compares(march)) {
        pgm__march_end_with(march, PGM_OUTCOME_UP_TO_DATE);
    }
    return PGM__EVENT_DONE;
}

pgm__event pgm__march_catalog_silent(pgm__march *march) {
    pgm__march_fail_text(
        march, "compare",
        "give it more with --statement-timeout, or look at what the server is busy "
        "with",
        "the server did not say in time what is in its catalog");
    set_failure_aside(march);
    return PGM__EVENT_TIMEOUT;
}

const pgm_failure *pgm__march_catalog_failure(const pgm__march *march) {
    return march->compare.failed ? &march->compare.failure : NULL;
}

const pgm__catalog_found *pgm__march_catalog_found(const pgm__march *march) {
    return march->compare.known ? &march->compare.found : NULL;
}

void pgm__march_free_compare(pgm__march *march) {
    begin_anew(march);
}
