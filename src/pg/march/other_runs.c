#include "pg/march/other_runs.h"

#include <stdio.h>

#include "pg/exchange/other_runs.h"
#include "pg/march/outcome.h"

static bool is_to_ask(const pgm__march *march) {
    return march->target.cap_to_tell > 0 && !march->other_runs.done;
}

int pgm__march_ask_other_runs(pgm__march *march, pgm__strbuf *sql) {
    return is_to_ask(march) ? pgm__other_runs_sql(sql, &march->context) : 0;
}

static void tell(pgm__march *march, const pgm__other_runs *found) {
    char who[64] = "another run of pgmarch holds";
    if (found->runs > 1) {
        (void)snprintf(who, sizeof who, "%zu other runs of pgmarch hold", found->runs);
    }
    const char *text = pgm__arena_printf(
        &march->arena, "%s: %s %zu session%s here; each run keeps its own per_server (%zu)",
        march->target.conninfo.server_key, who, found->sessions, found->sessions == 1 ? "" : "s",
        march->target.cap_to_tell);
    march->no_memory = march->no_memory || text == NULL;
    if (text != NULL) {
        pgm__march_warn(march, text);
    }
}

void pgm__march_hear_other_runs(pgm__march *march, const pgm__reply *reply) {
    pgm__other_runs found;
    if (!is_to_ask(march) || !pgm__other_runs_feed(&found, &march->context, reply)) {
        return;
    }
    march->other_runs.done = true;
    if (found.runs > 0 && found.sessions > 0) {
        tell(march, &found);
        march->env->other_runs(march->target.index, march->env->data);
    }
}

void pgm__march_forget_other_runs(pgm__march *march) {
    march->other_runs.done = true;
}
