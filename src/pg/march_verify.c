#include "pg/march_private.h"

/* Not final before the string has ended: the connection may be lost, and then all begins anew. */
void pgm__march_refuse(pgm__march *march, const pgm__migration *migration, unsigned line,
                       const pgm__reply *reply, const char *hint) {
    const pgm_failure failure = {
        .phase = "verify",
        .version = migration->version,
        .file = migration->verify.path,
        .line = line,
        .message = pgm__verify_message(&march->arena, reply),
        .detail = pgm__verify_row(&march->arena, reply),
        .hint = hint,
    };
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    march->refused = true;
}

void pgm__march_forget_refusal(pgm__march *march) {
    march->has_failure = march->has_failure && !march->refused;
    march->refused = false;
}
