#include "engine/stages.h"

#define GO(stage)                                                                                  \
    { true, false, PGM__STAGE_##stage }
#define OUT                                                                                        \
    { true, true, PGM__STAGE_BEGIN }

/* An event that is not in a stage's row cannot happen there; tests/unit/engine/test_stages.c proves
 * what must be: every stage reachable, and the way out open from each. */
static const pgm__stage_way table[PGM__STAGE_COUNT_][PGM__STAGE_EVENT_COUNT] = {
    [PGM__STAGE_BEGIN] =
        {
            [PGM__STAGE_EVENT_NEXT] = GO(MARK),
            [PGM__STAGE_EVENT_LAST] = GO(CHECK),
            [PGM__STAGE_EVENT_LOOK] = GO(LOOK),
            [PGM__STAGE_EVENT_ENCODE] = GO(ENCODE),
            [PGM__STAGE_EVENT_LEAVE] = OUT,
        },
    [PGM__STAGE_LOOK] =
        {
            [PGM__STAGE_EVENT_NEXT] = GO(MARK),
            [PGM__STAGE_EVENT_LAST] = GO(CHECK),
            [PGM__STAGE_EVENT_REBUILD] = GO(DROP),
            [PGM__STAGE_EVENT_STOP] = GO(PAUSE),
            [PGM__STAGE_EVENT_ENCODE] = GO(ENCODE),
            [PGM__STAGE_EVENT_LEAVE] = OUT,
        },
    [PGM__STAGE_DROP] =
        {
            [PGM__STAGE_EVENT_NEXT] = GO(MARK),
            [PGM__STAGE_EVENT_FAILED] = GO(AFTER),
            [PGM__STAGE_EVENT_ENCODE] = GO(ENCODE),
            [PGM__STAGE_EVENT_LEAVE] = OUT,
        },
    [PGM__STAGE_ENCODE] =
        {
            [PGM__STAGE_EVENT_NEXT] = GO(MARK),
            [PGM__STAGE_EVENT_FAILED] = GO(AFTER),
            [PGM__STAGE_EVENT_STOP] = GO(PAUSE),
            [PGM__STAGE_EVENT_LEAVE] = OUT,
        },
    [PGM__STAGE_MARK] =
        {
            [PGM__STAGE_EVENT_NOTED] = GO(RUN),
            [PGM__STAGE_EVENT_LEAVE] = OUT,
        },
    [PGM__STAGE_RUN] =
        {
            [PGM__STAGE_EVENT_NEXT] = GO(MARK),
            [PGM__STAGE_EVENT_LAST] = GO(CHECK),
            [PGM__STAGE_EVENT_STOP] = GO(PAUSE),
            [PGM__STAGE_EVENT_FAILED] = GO(AFTER),
            [PGM__STAGE_EVENT_UNSURE] = GO(COUNT),
            [PGM__STAGE_EVENT_ENCODE] = GO(ENCODE),
            [PGM__STAGE_EVENT_LEAVE] = OUT,
        },
    [PGM__STAGE_COUNT] =
        {
            [PGM__STAGE_EVENT_FAILED] = GO(AFTER),
            [PGM__STAGE_EVENT_ENCODE] = GO(ENCODE),
            [PGM__STAGE_EVENT_LEAVE] = OUT,
        },
    [PGM__STAGE_CHECK] =
        {
            [PGM__STAGE_EVENT_VERIFY] = GO(VERIFY),
            [PGM__STAGE_EVENT_RECORD] = GO(RECORD),
            [PGM__STAGE_EVENT_LEAVE] = OUT,
        },
    [PGM__STAGE_VERIFY] =
        {
            [PGM__STAGE_EVENT_RECORD] = GO(RECORD),
            [PGM__STAGE_EVENT_STOP] = GO(PAUSE),
            [PGM__STAGE_EVENT_ENCODE] = GO(ENCODE),
            [PGM__STAGE_EVENT_LEAVE] = OUT,
        },
    [PGM__STAGE_RECORD] =
        {
            [PGM__STAGE_EVENT_STOP] = GO(PAUSE),
            [PGM__STAGE_EVENT_ENCODE] = GO(ENCODE),
            [PGM__STAGE_EVENT_LEAVE] = OUT,
        },
    [PGM__STAGE_AFTER] =
        {
            [PGM__STAGE_EVENT_LEAVE] = OUT,
        },
    [PGM__STAGE_PAUSE] =
        {
            [PGM__STAGE_EVENT_LEAVE] = OUT,
        },
};

pgm__stage_way pgm__stage_way_of(pgm__stage stage, pgm__stage_event event) {
    return table[stage][event];
}

bool pgm__stage_needs_encoding(pgm__stage stage) {
    return stage == PGM__STAGE_MARK || stage == PGM__STAGE_AFTER || stage == PGM__STAGE_PAUSE;
}

bool pgm__stage_is_between(pgm__stage stage) {
    return stage == PGM__STAGE_MARK || stage == PGM__STAGE_ENCODE || stage == PGM__STAGE_CHECK ||
           stage == PGM__STAGE_RECORD;
}

/* ---- names and meanings ---- */

struct words {
    const char *name;
    const char *meaning;
};

#define XX(name, text, meaning) {text, meaning},
static const struct words stages[PGM__STAGE_COUNT_] = {PGM__STAGE_MAP(XX)};
static const struct words events[PGM__STAGE_EVENT_COUNT] = {PGM__STAGE_EVENT_MAP(XX)};
#undef XX

const char *pgm__stage_name(pgm__stage stage) {
    return stages[stage].name;
}

const char *pgm__stage_meaning(pgm__stage stage) {
    return stages[stage].meaning;
}

const char *pgm__stage_event_name(pgm__stage_event event) {
    return events[event].name;
}

const char *pgm__stage_event_meaning(pgm__stage_event event) {
    return events[event].meaning;
}
