#include <stdbool.h>
#include <string.h>

#include "engine/stages.h"
#include "support/cmocka_all.h"

/* The table is small: every test looks at every stage and event, and names the one it stumbles
 * over. */
#define EACH(type, it, count) for (type it = (type)0; it < (count); it = (type)(it + 1))
#define EACH_STAGE(it)        EACH(pgm__stage, it, PGM__STAGE_COUNT_)
#define EACH_EVENT(it)        EACH(pgm__stage_event, it, PGM__STAGE_EVENT_COUNT)

static bool goes_on(pgm__stage stage, pgm__stage_event event) {
    pgm__stage_way way = pgm__stage_way_of(stage, event);
    return way.allowed && !way.leaves;
}

static void mark_reachable(pgm__stage from, bool reached[PGM__STAGE_COUNT_]) {
    if (reached[from]) {
        return;
    }
    reached[from] = true;
    EACH_EVENT(event) {
        if (goes_on(from, event)) {
            mark_reachable(pgm__stage_way_of(from, event).next, reached);
        }
    }
}

/* The same without ENCODE, behind which only that happens again which led to it. */
static void mark_straight(pgm__stage from, bool reached[PGM__STAGE_COUNT_]) {
    if (reached[from] || from == PGM__STAGE_ENCODE) {
        return;
    }
    reached[from] = true;
    EACH_EVENT(event) {
        if (goes_on(from, event)) {
            mark_straight(pgm__stage_way_of(from, event).next, reached);
        }
    }
}

static void every_stage_is_reachable_from_begin(void **state) {
    (void)state;
    bool reached[PGM__STAGE_COUNT_] = {false};
    mark_reachable(PGM__STAGE_BEGIN, reached);
    EACH_STAGE(it) {
        if (!reached[it]) {
            fail_msg("no way leads to %s", pgm__stage_name(it));
        }
    }
}

static void the_way_out_is_open_from_every_stage_and_by_leave_only(void **state) {
    (void)state;
    EACH_STAGE(it) {
        EACH_EVENT(event) {
            pgm__stage_way way = pgm__stage_way_of(it, event);
            assert_int_equal(way.allowed && way.leaves, event == PGM__STAGE_EVENT_LEAVE);
        }
    }
}

static void record_is_reachable_from_every_stage_that_comes_before_it(void **state) {
    (void)state;
    EACH_STAGE(it) {
        bool reached[PGM__STAGE_COUNT_] = {false};
        mark_straight(it, reached);
        bool over = it == PGM__STAGE_COUNT || it == PGM__STAGE_AFTER || it == PGM__STAGE_PAUSE ||
                    it == PGM__STAGE_ENCODE;
        if (reached[PGM__STAGE_RECORD] == over) {
            fail_msg("%s: the record %s be reached", pgm__stage_name(it), over ? "can" : "cannot");
        }
    }
}

/* The promise of the companion table: what runs was noted first, whatever comes before. */
static void a_statement_runs_behind_its_mark_and_nowhere_else(void **state) {
    (void)state;
    EACH_STAGE(it) {
        EACH_EVENT(event) {
            bool runs = goes_on(it, event) && pgm__stage_way_of(it, event).next == PGM__STAGE_RUN;
            assert_int_equal(runs, it == PGM__STAGE_MARK && event == PGM__STAGE_EVENT_NOTED);
        }
    }
}

static void nothing_is_recorded_before_the_check(void **state) {
    (void)state;
    EACH_STAGE(it) {
        EACH_EVENT(event) {
            if (goes_on(it, event) && pgm__stage_way_of(it, event).next == PGM__STAGE_RECORD) {
                assert_true(it == PGM__STAGE_CHECK || it == PGM__STAGE_VERIFY);
            }
        }
    }
}

/* Behind AFTER and PAUSE nothing more is sent for the file. */
static void the_last_notes_lead_nowhere(void **state) {
    (void)state;
    EACH_EVENT(event) {
        assert_false(goes_on(PGM__STAGE_AFTER, event));
        assert_false(goes_on(PGM__STAGE_PAUSE, event));
    }
}

/* What had happened before ENCODE happens again behind it, and has to lead to the same stage. */
static void encode_leads_where_the_event_before_it_would_have(void **state) {
    (void)state;
    EACH_STAGE(it) {
        EACH_EVENT(event) {
            if (it == PGM__STAGE_ENCODE || !goes_on(it, event)) {
                continue;
            }
            pgm__stage next = pgm__stage_way_of(it, event).next;
            if (!pgm__stage_needs_encoding(next)) {
                continue;
            }
            if (!goes_on(it, PGM__STAGE_EVENT_ENCODE)) {
                fail_msg("%s cannot go to ENCODE", pgm__stage_name(it));
            }
            assert_int_equal(pgm__stage_way_of(PGM__STAGE_ENCODE, event).next, next);
            assert_true(goes_on(PGM__STAGE_ENCODE, event));
        }
    }
}

static void every_event_is_used(void **state) {
    (void)state;
    EACH_EVENT(event) {
        bool used = false;
        EACH_STAGE(it) {
            used = used || pgm__stage_way_of(it, event).allowed;
        }
        if (!used) {
            fail_msg("no stage handles %s", pgm__stage_event_name(event));
        }
    }
}

static void names_and_meanings_are_unique(void **state) {
    (void)state;
    EACH_STAGE(a) {
        EACH_STAGE(b) {
            if (a != b) {
                assert_string_not_equal(pgm__stage_name(a), pgm__stage_name(b));
                assert_string_not_equal(pgm__stage_meaning(a), pgm__stage_meaning(b));
            }
        }
    }
    EACH_EVENT(a) {
        EACH_EVENT(b) {
            if (a != b) {
                assert_string_not_equal(pgm__stage_event_name(a), pgm__stage_event_name(b));
                assert_string_not_equal(pgm__stage_event_meaning(a), pgm__stage_event_meaning(b));
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_stage_is_reachable_from_begin),
        cmocka_unit_test(the_way_out_is_open_from_every_stage_and_by_leave_only),
        cmocka_unit_test(record_is_reachable_from_every_stage_that_comes_before_it),
        cmocka_unit_test(a_statement_runs_behind_its_mark_and_nowhere_else),
        cmocka_unit_test(nothing_is_recorded_before_the_check),
        cmocka_unit_test(the_last_notes_lead_nowhere),
        cmocka_unit_test(encode_leads_where_the_event_before_it_would_have),
        cmocka_unit_test(every_event_is_used),
        cmocka_unit_test(names_and_meanings_are_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
