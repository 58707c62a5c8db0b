#include "fleet/validate_syntax.h"

#include <string.h>

#include "base/error.h"
#include "fleet/parse.h"

/* Only an error of the server's has a place in its line. */
static bool add_finding(pgm_validation *v, const pgm__parse_finding *from) {
    if (strcmp(from->finding.code, "syntax-error") != 0) {
        return pgm__validation_add(v, from->finding);
    }
    pgm_syntax_error *error = pgm__arena_calloc(&v->arena, 1, sizeof *error);
    if (error == NULL) {
        return false;
    }
    *error = from->error;
    error->sqlstate = pgm__arena_strdup(&v->arena, from->error.sqlstate);
    return error->sqlstate != NULL && pgm__validation_add_error(v, from->finding, error);
}

static bool keep_asked(pgm_validation *v, const pgm__parsed *parsed) {
    pgm_syntax_asked *asked = pgm__arena_calloc(&v->arena, parsed->asked_count, sizeof *asked);
    bool kept = asked != NULL;
    for (size_t i = 0; i < parsed->asked_count && kept; i++) {
        asked[i] = parsed->asked[i];
        asked[i].target = pgm__arena_strdup(&v->arena, parsed->asked[i].target);
        kept = asked[i].target != NULL;
    }
    v->summary.asked = asked;
    v->summary.asked_count = kept ? parsed->asked_count : 0;
    return kept;
}

pgm_status pgm__validate_syntax(pgm_validation *v, pgm_error *err) {
    pgm__parsed parsed = {0};
    pgm_status status = pgm__parse_pending(v->run, &parsed, err);
    if (status != PGM_OK) {
        return status;
    }
    bool complete = keep_asked(v, &parsed);
    for (size_t i = 0; i < parsed.count && complete; i++) {
        complete = add_finding(v, &parsed.findings[i]);
    }
    return complete ? PGM_OK : pgm__error_nomem(err);
}
