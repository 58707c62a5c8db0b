#include "model/hazards/hazard.h"

const pgm__hazard_text *pgm__hazard_text_of(pgm__hazard_kind kind) {
    static const pgm__hazard_text texts[PGM__HAZARD_COUNT] = {
#define SEVERITY_ERROR   true
#define SEVERITY_WARNING false
#define XX(name, severity, code, before, after, advice)                                            \
    [PGM__HAZARD_##name] = {SEVERITY_##severity, code, before, after, advice},
        PGM__HAZARD_MAP(XX)
#undef XX
#undef SEVERITY_ERROR
#undef SEVERITY_WARNING
    };
    return &texts[kind];
}
