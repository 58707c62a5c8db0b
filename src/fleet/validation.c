#include "fleet/validation.h"

#include "base/mem.h"

_Static_assert((int)PGM_SEVERITY_COUNT <= (int)PGM_COUNTS, "every severity is counted");
_Static_assert((int)PGM_LEFT_OUT_COUNT <= (int)PGM_COUNTS, "every reason is counted");

static bool keep(pgm_validation *v, const char **text) {
    const char *copy = pgm__arena_strdup(&v->arena, *text);
    bool kept = copy != NULL || *text == NULL;
    *text = copy;
    return kept;
}

bool pgm__validation_add(pgm_validation *v, pgm_finding finding) {
    return pgm__validation_add_error(v, finding, NULL);
}

bool pgm__validation_add_error(pgm_validation *v, pgm_finding finding,
                               const pgm_syntax_error *error) {
    if (v->errors_only && finding.severity != PGM_SEVERITY_ERROR) {
        return true;
    }
    pgm__known_finding *items = pgm__grow(v->items, v->count, &v->capacity, sizeof *items);
    if (items == NULL) {
        return false;
    }
    v->items = items;
    if (!keep(v, &finding.target) || !keep(v, &finding.version) || !keep(v, &finding.file) ||
        !keep(v, &finding.message) || !keep(v, &finding.advice)) {
        return false;
    }
    v->items[v->count++] = (pgm__known_finding){finding, error};
    v->summary.counts[finding.severity]++;
    return true;
}

void pgm__validation_seal(pgm_validation *v) {
    pgm_run_free(v->run);
    pgm__migrations_free(v->migrations);
    v->run = NULL;
    v->migrations = NULL;
    v->history = (pgm__hazard_history){0};
}

size_t pgm_validation_count(const pgm_validation *validation) {
    return validation->count;
}

const pgm_finding *pgm_validation_finding(const pgm_validation *validation, size_t index) {
    return &validation->items[index].finding;
}

const pgm_syntax_error *pgm_validation_syntax_error(const pgm_validation *validation,
                                                    size_t index) {
    return validation->items[index].error;
}

const pgm_validation_summary *pgm_validation_summary_of(const pgm_validation *validation) {
    return &validation->summary;
}

void pgm_validation_free(pgm_validation *validation) {
    if (validation == NULL) {
        return;
    }
    pgm__validation_seal(validation);
    pgm__free(validation->items);
    pgm__arena_clear(&validation->arena);
    pgm__free(validation);
}
