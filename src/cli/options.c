#include "cli/options.h"

#include <string.h>

#define FIELD(name) offsetof(pgm__settings, name)

/* NOLINTBEGIN: one row per option; the row is the option. */
static const pgm__option table[] = {
    {"url", 'u', "URL", PGM__OPTION_TEXT, "DATABASE_URL", 0, FIELD(url), PGM__FOR_RUN, NULL,
     "the database, when there is only one: postgresql://user@host/name"},
    {"targets", 't', "FILE|DIR", PGM__OPTION_LIST, "PGMARCH_TARGETS", ':', FIELD(targets),
     PGM__FOR_RUN, NULL,
     "target file, or a folder meaning all its *.conf files; may be repeated. Wins over "
     "DATABASE_URL"},
    {"dir", 'd', "DIR", PGM__OPTION_TEXT, "PGMARCH_DIR", 0, FIELD(dir), PGM__FOR_ALL, "migrations",
     "folder of the migrations"},
    {"only", 0, "GLOB", PGM__OPTION_LIST, "PGMARCH_ONLY", ',', FIELD(only), PGM__FOR_RUN, NULL,
     "only targets whose name matches; tag:GLOB looks at tags; may be repeated"},
    {"exclude", 0, "GLOB", PGM__OPTION_LIST, "PGMARCH_EXCLUDE", ',', FIELD(exclude), PGM__FOR_RUN,
     NULL, "no targets whose name (tag:GLOB: tag) matches; may be repeated"},
    {"to", 0, "VERSION", PGM__OPTION_TEXT, "PGMARCH_TO", 0, FIELD(to), PGM__FOR_MARCH, NULL,
     "up: stop after this version. down: roll back every newer one (without --to: only the "
     "newest)"},
    {"from", 0, "TOOL", PGM__OPTION_TEXT, NULL, 0, FIELD(from), PGM__FOR_ADOPT, NULL,
     "the tool whose history is taken over: golang-migrate, dbmate, goose, flyway, rails, sqlx, "
     "prisma, node-pg-migrate or diesel"},
    {"ledger", 0, "[SCHEMA.]TABLE", PGM__OPTION_TEXT, "PGMARCH_LEDGER", 0, FIELD(ledger),
     PGM__FOR_RUN, "schema_migrations", "the ledger's table, for targets whose file names none"},
    {"dry-run", 0, NULL, PGM__OPTION_FLAG, "PGMARCH_DRY_RUN", 0, FIELD(dry_run), PGM__FOR_WRITE,
     NULL, "look, and say what would be done; change nothing"},
    {"out-of-order", 0, NULL, PGM__OPTION_FLAG, "PGMARCH_OUT_OF_ORDER", 0, FIELD(out_of_order),
     PGM__FOR_UP | PGM__FOR_VALIDATE, NULL,
     "apply migrations that are older than the newest applied one"},
    {"same-numbers", 0, NULL, PGM__OPTION_FLAG, "PGMARCH_SAME_NUMBERS", 0, FIELD(same_numbers),
     PGM__FOR_RUN, NULL,
     "take several migrations of one number, in the order of their names; up and down files then "
     "belong together by their whole names"},
    {"fold-transactions", 0, NULL, PGM__OPTION_FLAG, "PGMARCH_FOLD_TRANSACTIONS", 0,
     FIELD(fold_transactions), PGM__FOR_RUN, NULL,
     "leave out every plain BEGIN and COMMIT of files that hold several, so that each file runs in "
     "one transaction"},
    {"flush-each", 0, NULL, PGM__OPTION_FLAG, "PGMARCH_FLUSH_EACH", 0, FIELD(flush_each),
     PGM__FOR_MARCH, NULL,
     "let every migration's COMMIT wait for the disk; otherwise one flush, at a target's end, "
     "covers them all"},
    {"yes", 0, NULL, PGM__OPTION_FLAG, NULL, 0, FIELD(yes), PGM__FOR_WRITE, NULL,
     "touch production targets without asking; on purpose there is no variable for it"},
    {"online", 0, NULL, PGM__OPTION_FLAG, NULL, 0, FIELD(online), PGM__FOR_VALIDATE, NULL,
     "validate: read the targets' ledgers too, and change nothing"},
    {"strict", 0, NULL, PGM__OPTION_FLAG, "PGMARCH_STRICT", 0, FIELD(strict), PGM__FOR_VALIDATE,
     NULL, "validate: warnings fail too"},
    {"no-warnings", 0, NULL, PGM__OPTION_FLAG, "PGMARCH_NO_WARNINGS", 0, FIELD(no_warnings),
     PGM__FOR_VALIDATE, NULL, "validate: errors only"},
    {"jobs", 'j', "N", PGM__OPTION_COUNT, "PGMARCH_JOBS", 0, FIELD(jobs), PGM__FOR_RUN,
     "target file, else 32", "targets at once"},
    {"per-server", 0, "N", PGM__OPTION_COUNT, "PGMARCH_PER_SERVER", 0, FIELD(per_server),
     PGM__FOR_RUN, "target file, else 8", "targets at once on one host and port"},
    {"connect-timeout", 0, "TIME", PGM__OPTION_DURATION, "PGMARCH_CONNECT_TIMEOUT", 0,
     FIELD(limits.connect_timeout), PGM__FOR_RUN, "30s", "limit of one attempt to connect"},
    {"connect-wait", 0, "TIME", PGM__OPTION_DURATION, "PGMARCH_CONNECT_WAIT", 0,
     FIELD(limits.connect_wait), PGM__FOR_RUN, "10s",
     "keep trying this long when a server refuses or is starting"},
    {"lock-wait", 0, "TIME", PGM__OPTION_DURATION, "PGMARCH_LOCK_WAIT", 0, FIELD(limits.lock_wait),
     PGM__FOR_WRITE, "60s", "wait this long for another run on the same target"},
    {"ddl-lock-timeout", 0, "TIME", PGM__OPTION_DURATION, "PGMARCH_DDL_LOCK_TIMEOUT", 0,
     FIELD(limits.ddl_lock_timeout), PGM__FOR_WRITE, "5s",
     "lock_timeout of migrations that run in a transaction"},
    {"statement-timeout", 0, "TIME", PGM__OPTION_DURATION, "PGMARCH_STATEMENT_TIMEOUT", 0,
     FIELD(limits.statement_timeout), PGM__FOR_WRITE, "0", "statement_timeout of migrations"},
    {"target-timeout", 0, "TIME", PGM__OPTION_DURATION, "PGMARCH_TARGET_TIMEOUT", 0,
     FIELD(limits.target_timeout), PGM__FOR_RUN, "0", "limit of one target, from start to end"},
    {"report", 0, "FILE", PGM__OPTION_TEXT, "PGMARCH_REPORT", 0, FIELD(report), PGM__FOR_RUN, NULL,
     "write the report as JSON to FILE, also when the run is stopped by a signal"},
    {"format", 0, "text|json", PGM__OPTION_FORMAT, "PGMARCH_FORMAT", 0, FIELD(format), PGM__FOR_RUN,
     "text", "form of the report on standard output; json sends all else to stderr"},
    {"quiet", 'q', NULL, PGM__OPTION_FLAG, "PGMARCH_QUIET", 0, FIELD(quiet), PGM__FOR_ALL, NULL,
     "say only what failed, and the closing sentence"},
    {"verbose", 'v', NULL, PGM__OPTION_FLAG, "PGMARCH_VERBOSE", 0, FIELD(verbose), PGM__FOR_RUN,
     NULL, "say every step and every notice; fold nothing"},
    {"help", 'h', NULL, PGM__OPTION_FLAG, NULL, 0, FIELD(help), PGM__FOR_ALL, NULL,
     "this help, or that of a command"},
    {"version", 'V', NULL, PGM__OPTION_FLAG, NULL, 0, FIELD(version), PGM__FOR_ALL, NULL,
     "the version of pgmarch"},
    /* For `pgmarch help` alone, and not in the help: commands 0. */
    {"man", 0, NULL, PGM__OPTION_FLAG, NULL, 0, FIELD(man), 0, NULL, "the manual page, as roff"},
    {"markdown", 0, NULL, PGM__OPTION_FLAG, NULL, 0, FIELD(markdown), 0, NULL,
     "this reference, as Markdown"},
};
/* NOLINTEND */
_Static_assert(sizeof table / sizeof *table <= PGM__OPTIONS_MAX, "raise PGM__OPTIONS_MAX");

const pgm__option *pgm__options(size_t *count) {
    *count = sizeof table / sizeof *table;
    return table;
}

const pgm__option *pgm__option_by_name(const char *name, size_t len) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

const pgm__option *pgm__option_by_letter(char letter) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].letter != 0 && table[i].letter == letter) {
            return &table[i];
        }
    }
    return NULL;
}
