#include <stdbool.h>
#include <string.h>

#include "engine/states.h"
#include "support/cmocka_all.h"

/* The table is small: every test looks at every state and event, and names the one it stumbles
 * over. */
#define EACH(type, it, count) for (type it = (type)0; it < (count); it = (type)(it + 1))
#define EACH_STATE(it)        EACH(pgm__state, it, PGM__STATE_COUNT)
#define EACH_EVENT(it)        EACH(pgm__event, it, PGM__EVENT_COUNT)
#define EACH_ACTION(it)       EACH(pgm__action, it, PGM__ACTION_COUNT)

static bool handled(pgm__state state, pgm__event event) {
    return pgm__transition_of(state, event).allowed;
}

static void must_handle(pgm__state state, pgm__event event) {
    if (!handled(state, event)) {
        fail_msg("%s does not handle %s", pgm__state_name(state), pgm__event_name(event));
    }
}

/* Marks every state that can come after `from`, itself included. */
static void mark_reachable(pgm__state from, bool reached[PGM__STATE_COUNT]) {
    if (reached[from]) {
        return;
    }
    reached[from] = true;
    EACH_EVENT(event) {
        pgm__transition transition = pgm__transition_of(from, event);
        if (transition.allowed) {
            mark_reachable(transition.next, reached);
        }
    }
}

static void every_state_is_reachable_from_queued(void **state) {
    (void)state;
    bool reached[PGM__STATE_COUNT] = {false};
    mark_reachable(PGM__STATE_QUEUED, reached);
    EACH_STATE(it) {
        if (!reached[it]) {
            fail_msg("no way leads to %s", pgm__state_name(it));
        }
    }
}

static void finished_is_reachable_from_every_state(void **state) {
    (void)state;
    EACH_STATE(it) {
        bool reached[PGM__STATE_COUNT] = {false};
        mark_reachable(it, reached);
        if (!reached[PGM__STATE_FINISHED]) {
            fail_msg("no way leads from %s to the end", pgm__state_name(it));
        }
    }
}

static void finished_has_no_way_out(void **state) {
    (void)state;
    EACH_EVENT(event) {
        assert_false(handled(PGM__STATE_FINISHED, event));
    }
}

static void f05_both_stops_are_handled_everywhere_before_the_end(void **state) {
    (void)state;
    EACH_STATE(it) {
        if (it != PGM__STATE_FINISHED) {
            must_handle(it, PGM__EVENT_STOP);
            must_handle(it, PGM__EVENT_STOP_HARD);
        }
    }
}

static void stop_hard_leads_to_no_new_work(void **state) {
    (void)state;
    EACH_STATE(it) {
        if (it == PGM__STATE_FINISHED) {
            continue;
        }
        bool reached[PGM__STATE_COUNT] = {false};
        mark_reachable(pgm__transition_of(it, PGM__EVENT_STOP_HARD).next, reached);
        EACH_STATE(later) {
            bool winds_up = later == PGM__STATE_CANCELLING || later == PGM__STATE_ROLLING_BACK ||
                            later == PGM__STATE_CLOSING || later == PGM__STATE_FINISHED;
            if (reached[later] && !winds_up) {
                fail_msg("STOP_HARD in %s can lead to %s", pgm__state_name(it),
                         pgm__state_name(later));
            }
        }
    }
}

static void lost_is_handled_wherever_a_connection_exists(void **state) {
    (void)state;
    EACH_STATE(it) {
        if (pgm__state_connected(it)) {
            must_handle(it, PGM__EVENT_LOST);
        }
    }
}

static void timeout_is_handled_wherever_something_is_waited_for(void **state) {
    (void)state;
    EACH_STATE(it) {
        if (it != PGM__STATE_QUEUED && it != PGM__STATE_CLOSING && it != PGM__STATE_FINISHED) {
            must_handle(it, PGM__EVENT_TIMEOUT);
        }
    }
}

static void timer_is_handled_in_the_pauses_and_nowhere_else(void **state) {
    (void)state;
    EACH_STATE(it) {
        bool pauses = it == PGM__STATE_LOCK_WAIT || it == PGM__STATE_RETRY_WAIT ||
                      it == PGM__STATE_BACKOFF;
        assert_int_equal(handled(it, PGM__EVENT_TIMER), pauses);
    }
}

static void closing_ends_with_closed_only(void **state) {
    (void)state;
    EACH_EVENT(event) {
        pgm__transition transition = pgm__transition_of(PGM__STATE_CLOSING, event);
        if (event == PGM__EVENT_CLOSED) {
            assert_true(transition.allowed);
            assert_int_equal(transition.next, PGM__STATE_FINISHED);
            assert_int_equal(transition.action, PGM__ACTION_FINISH);
        } else if (transition.allowed) {
            assert_int_equal(transition.next, PGM__STATE_CLOSING);
            assert_int_equal(transition.action, PGM__ACTION_NONE);
        }
    }
    EACH_STATE(it) {
        assert_int_equal(handled(it, PGM__EVENT_CLOSED), it == PGM__STATE_CLOSING);
    }
}

/* A state is entered with the action that makes its event come: else the march would hang there.
 * Staying with NONE is not entering. */
static void state_is_entered_with_the_action_it_waits_for(void **state) {
    (void)state;
    static const pgm__action enters[PGM__STATE_COUNT] = {
        [PGM__STATE_RESOLVING] = PGM__ACTION_RESOLVE,
        [PGM__STATE_CONNECTING] = PGM__ACTION_CONNECT,
        [PGM__STATE_READING] = PGM__ACTION_READ,
        [PGM__STATE_MARCHING] = PGM__ACTION_SEND_BATCH,
        [PGM__STATE_ALONE] = PGM__ACTION_SEND_ALONE,
        [PGM__STATE_PARSING] = PGM__ACTION_SEND_PARSE,
        [PGM__STATE_REHEARSING] = PGM__ACTION_SEND_REHEARSAL,
        [PGM__STATE_COMPARING] = PGM__ACTION_SEND_CATALOG,
        [PGM__STATE_LOCK_WAIT] = PGM__ACTION_WAIT_LOCK,
        [PGM__STATE_RETRY_WAIT] = PGM__ACTION_WAIT_RETRY,
        [PGM__STATE_BACKOFF] = PGM__ACTION_WAIT_BACKOFF,
        [PGM__STATE_CANCELLING] = PGM__ACTION_CANCEL,
        [PGM__STATE_ROLLING_BACK] = PGM__ACTION_ROLLBACK,
        [PGM__STATE_CLOSING] = PGM__ACTION_CLOSE,
        [PGM__STATE_FINISHED] = PGM__ACTION_FINISH,
    };
    EACH_STATE(it) {
        EACH_EVENT(event) {
            pgm__transition transition = pgm__transition_of(it, event);
            bool stays = transition.next == it && transition.action == PGM__ACTION_NONE;
            if (transition.allowed && !stays && transition.action != enters[transition.next]) {
                fail_msg("%s on %s goes to %s with %s", pgm__state_name(it), pgm__event_name(event),
                         pgm__state_name(transition.next), pgm__action_name(transition.action));
            }
        }
    }
}

static void only_states_without_connection_resolve_or_finish(void **state) {
    (void)state;
    EACH_STATE(it) {
        EACH_EVENT(event) {
            pgm__transition transition = pgm__transition_of(it, event);
            if (transition.allowed && (transition.action == PGM__ACTION_RESOLVE ||
                                       transition.action == PGM__ACTION_FINISH)) {
                assert_false(pgm__state_connected(it));
            }
        }
    }
}

static void every_event_is_used(void **state) {
    (void)state;
    EACH_EVENT(event) {
        bool used = false;
        EACH_STATE(it) {
            used = used || handled(it, event);
        }
        if (!used) {
            fail_msg("no state handles %s", pgm__event_name(event));
        }
    }
}

static void every_action_is_used(void **state) {
    (void)state;
    bool used[PGM__ACTION_COUNT] = {false};
    EACH_STATE(it) {
        EACH_EVENT(event) {
            pgm__transition transition = pgm__transition_of(it, event);
            if (transition.allowed) {
                assert_in_range(transition.action, 0, PGM__ACTION_COUNT - 1);
                used[transition.action] = true;
            }
        }
    }
    EACH_ACTION(action) {
        if (!used[action]) {
            fail_msg("no transition does %s", pgm__action_name(action));
        }
    }
}

/* Steps that are not allowed carry nothing a careless driver could act upon. */
static void step_that_is_not_allowed_is_empty(void **state) {
    (void)state;
    EACH_STATE(it) {
        EACH_EVENT(event) {
            pgm__transition transition = pgm__transition_of(it, event);
            if (!transition.allowed) {
                assert_int_equal(transition.action, PGM__ACTION_NONE);
            }
        }
    }
}

static void must_be_text(const char *text) {
    assert_non_null(text);
    assert_true(strlen(text) > 0);
}

static void names_and_meanings_of_states_are_unique(void **state) {
    (void)state;
    EACH_STATE(a) {
        must_be_text(pgm__state_name(a));
        must_be_text(pgm__state_meaning(a));
        EACH(pgm__state, b, a) {
            assert_string_not_equal(pgm__state_name(a), pgm__state_name(b));
            assert_string_not_equal(pgm__state_meaning(a), pgm__state_meaning(b));
        }
    }
}

static void names_and_meanings_of_events_are_unique(void **state) {
    (void)state;
    EACH_EVENT(a) {
        must_be_text(pgm__event_name(a));
        must_be_text(pgm__event_meaning(a));
        EACH(pgm__event, b, a) {
            assert_string_not_equal(pgm__event_name(a), pgm__event_name(b));
            assert_string_not_equal(pgm__event_meaning(a), pgm__event_meaning(b));
        }
    }
}

static void names_and_meanings_of_actions_are_unique(void **state) {
    (void)state;
    EACH_ACTION(a) {
        must_be_text(pgm__action_name(a));
        must_be_text(pgm__action_meaning(a));
        EACH(pgm__action, b, a) {
            assert_string_not_equal(pgm__action_name(a), pgm__action_name(b));
            assert_string_not_equal(pgm__action_meaning(a), pgm__action_meaning(b));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_is_reachable_from_queued),
        cmocka_unit_test(finished_is_reachable_from_every_state),
        cmocka_unit_test(finished_has_no_way_out),
        cmocka_unit_test(f05_both_stops_are_handled_everywhere_before_the_end),
        cmocka_unit_test(stop_hard_leads_to_no_new_work),
        cmocka_unit_test(lost_is_handled_wherever_a_connection_exists),
        cmocka_unit_test(timeout_is_handled_wherever_something_is_waited_for),
        cmocka_unit_test(timer_is_handled_in_the_pauses_and_nowhere_else),
        cmocka_unit_test(closing_ends_with_closed_only),
        cmocka_unit_test(state_is_entered_with_the_action_it_waits_for),
        cmocka_unit_test(only_states_without_connection_resolve_or_finish),
        cmocka_unit_test(every_event_is_used),
        cmocka_unit_test(every_action_is_used),
        cmocka_unit_test(step_that_is_not_allowed_is_empty),
        cmocka_unit_test(names_and_meanings_of_states_are_unique),
        cmocka_unit_test(names_and_meanings_of_events_are_unique),
        cmocka_unit_test(names_and_meanings_of_actions_are_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
