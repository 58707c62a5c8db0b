/**
 * @file scripted_march.h  A march without a server and without waiting: a test reads like the
 * conversation.
 *
 *     folder_has("1_a.sql", "CREATE TABLE a (x int);");
 *     march_starts(PGM_COMMAND_UP);
 *     server_connects();
 *     march_reads();                              // the reading, answered: there is no ledger
 *     march_sends("CREATE TABLE a");
 *     server_answers_before("COMMIT");            // ... of the first block, as all went well
 *     connection_is_lost("server closed the connection unexpectedly");
 *     time_passes(200);
 *     ...
 *     march_ends(PGM_OUTCOME_APPLIED);
 *     assert_string_equal(the.done, "1_a");
 *
 * A march that does not follow fails the test at its own line, with what it sent instead and with
 * all that was said before. Left over at the end (a string without an answer, a timer, a session)
 * is as wrong. What the server would say is in scripted_server.h, what the network does in
 * scripted_session.h, when it happens in scripted_time.h.
 */
#ifndef PGM_TESTS_SCRIPTED_MARCH_H
#define PGM_TESTS_SCRIPTED_MARCH_H

#include "support/cmocka_all.h"

#include "engine/stages.h"
#include "engine/states.h"
#include "pg/march/march.h"
#include "support/scripted_server.h"
#include "support/scripted_session.h"
#include "support/scripted_time.h"

#define THIS_RUN  "00112233aabbccdd"
#define OTHER_RUN "ffeeddccbbaa9988"

/** One for all tests of a program: what may be changed before march_starts(), and what came of it.
 */
typedef struct scripted_march {
    /* before */
    const char *url;
    pgm__march_env env; /* request, look_only, flush_each, trust_ledger */
    pgm__target target; /* its name, url and origin are filled in, */
    pgm__common common; /* and this is its own */
    pgm_limits limits;
    const char *same_place; /* the target that `arrived` names, or NULL */
    const size_t *shown;    /* a survey's; `surveyed` says that there was one */
    size_t shown_count;
    bool surveyed;
    bool wants_size;
    size_t cap_to_tell;
    bool parses; /* all files of the folder are parsed, and nothing else is done */
    const pgm__compare_ask *compare; /* the catalog is asked for; or NULL */
    pgm__handover handover;          /* what the last march left, or what the next one gets */
    size_t fails_at; /* the n-th allocation of the next march fails (oom.h); 0 = none */
    size_t *arms;    /* set to `arms_with` when the next march begins; or NULL */
    size_t arms_with;
    /* behind */
    pgm__march *march;
    bool march_began; /* else there was no memory for it */
    char *told;       /* events, a line each: "WAITING 1_a: text" */
    bool ended;
    pgm_outcome outcome;
    char *done;            /* "1_a 2_b" */
    char *pending;         /* likewise */
    char *warnings;        /* a line each */
    unsigned asking;       /* marches of the run that ask a second session */
    char *slow;            /* a line each: "migrate 1_a 1_a.sql:0 45000 waits for pid 7" */
    char *faults;          /* a line each: "1_a.sql:3:8 42601 message", "1_a.sql not asked: why" */
    char *catalog;         /* "abc 7", or "table users UNLOGGED"; NULL: nothing is known of it */
    char *catalog_failure; /* the message, where the march went well without it; or NULL */
    bool ledger_unread;
    int server_version;
    bool failed;
    pgm_failure failure;
    unsigned attempts;
    uint64_t duration_ms;
    uint64_t waited_ms;
    bool lingers;
    bool unreachable;
    size_t half_done_count;
    size_t edit_count;
    bool pinged;
    pgm_ping ping;
    unsigned crowded;
    unsigned reached;
    unsigned other_runs;
} scripted_march;

extern scripted_march the;

/* cmocka fixtures. */
int scene_setup(void **state);
int scene_teardown(void **state);
#define scene_test(test) cmocka_unit_test_setup_teardown(test, scene_setup, scene_teardown)

/** The place in the test, for what goes wrong. Every word below notes it by itself. */
void scene_at(const char *file, int line);
#define AT scene_at(__FILE__, __LINE__)

/** Ends the test: the conversation so far, and why it is wrong. */
void scene_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/** Notes it, for what is shown when it goes wrong. */
void scene_says(const char *who, const char *what);

/** The march's state, by its name. */
const char *scene_state(void);

/* ---- what there is ---- */

/** A file of the migrations folder; before march_starts(). */
void folder_has(const char *name, const char *text);

/** The up file's checksum. */
const char *checksum_of(const char *version);

/** The next reading finds the ledger there, with one row more: of the file as it is, by that run.
 */
void ledger_lists(const char *version, const char *run_id);

/** The next reading finds the ledger there, and nothing in it. */
void ledger_is_empty(void);

/** The next reading finds this row in the companion table; the checksum is the file's. */
void progress_shows(const char *version, const char *statement, bool running, const char *run_id);
void progress_is_empty(void);

/* ---- beginning ---- */

void march_starts_(pgm_command command);
#define march_starts(command) (AT, march_starts_(command))

void name_resolves_(const char *host, const char *addresses);
#define name_resolves(host, addresses) (AT, name_resolves_(host, addresses))

void name_fails_(const char *host, int status);
#define name_fails(host, status) (AT, name_fails_(host, status))

void server_connects_(void);
#define server_connects() (AT, server_connects_())

/** The attempt to connect fails. */
void server_refuses_(const char *sqlstate, const char *message);
#define server_refuses(sqlstate, message) (AT, server_refuses_(sqlstate, message))

/* ---- strings ---- */

/** The march has sent a string that has `text` in it, and waits for its answer. */
void march_sends_(const char *text);
#define march_sends(text) (AT, march_sends_(text))

/** ... and not this. */
void march_does_not_send_(const char *text);
#define march_does_not_send(text) (AT, march_does_not_send_(text))

/** Nothing is in flight. */
void march_is_silent_(void);
#define march_is_silent() (AT, march_is_silent_())

/** The march asks for the facts and the ledger, and is answered. */
void march_reads_(void);
#define march_reads() (AT, march_reads_())

/** All that is left of the string goes well. */
void server_answers_(void);
#define server_answers() (AT, server_answers_())

/** All up to the next statement that has `text` in it, which is not answered yet. */
void server_answers_before_(const char *text);
#define server_answers_before(text) (AT, server_answers_before_(text))

/** The same, and that statement too. */
void server_answers_through_(const char *text);
#define server_answers_through(text) (AT, server_answers_through_(text))

/** The same, `times` statements of that kind. */
void server_answers_many_(const char *text, unsigned times);
#define server_answers_many(text, times) (AT, server_answers_many_(text, times))

/** The statement that is next fails, and the string ends with it. */
void server_fails_(const char *sqlstate, const char *message);
#define server_fails(sqlstate, message) (AT, server_fails_(sqlstate, message))

/** The same, without the end of the string. */
void server_complains_(const char *sqlstate, const char *message);
#define server_complains(sqlstate, message) (AT, server_complains_(sqlstate, message))

/** The statement that is next fails with a mark of engine/classify.h, as our own casts make it. */
void server_marks_(const char *mark);
#define server_marks(mark) (AT, server_marks_(mark))

/** All up to the next question for the lock, which another run has: `by` is "", or ": pid 7, ...".
 */
void lock_is_held_(const char *by);
#define lock_is_held(by) (AT, lock_is_held_(by))

/** The string as a whole is refused: a syntax error where `near` stands in it; NULL = nowhere. */
void server_rejects_(const char *message, const char *near);
#define server_rejects(message, near) (AT, server_rejects_(message, near))

/** The statement that is next returns one row of one column. */
void server_returns_(const char *column, unsigned type, const char *value);
#define server_returns(column, type, value) (AT, server_returns_(column, type, value))

/** The statement that is next ends with this tag and no rows. */
void server_tags_(const char *tag);
#define server_tags(tag) (AT, server_tags_(tag))

/** The string has ended. */
void server_is_ready_(void);
#define server_is_ready() (AT, server_is_ready_())

void server_notes_(const char *severity, const char *message);
#define server_notes(severity, message) (AT, server_notes_(severity, message))

void connection_is_lost_(const char *message);
#define connection_is_lost(message) (AT, connection_is_lost_(message))

/* ---- time and people ---- */

void time_passes_(uint64_t ms);
#define time_passes(ms) (AT, time_passes_(ms))

/** To the next timer. */
void pause_ends_(void);
#define pause_ends() (AT, pause_ends_())

void user_stops_(void);
#define user_stops() (AT, user_stops_())

void user_stops_hard_(void);
#define user_stops_hard() (AT, user_stops_hard_())

/** A cancel request has been sent, the first since it was last asked about. */
void march_cancels_(void);
#define march_cancels() (AT, march_cancels_())

/** Is a string in flight that has `text` in it? */
bool march_has_sent(const char *text);

/** One step of the way on which nothing happens; false = it has ended. */
bool march_goes_on_(void);
#define march_goes_on() (AT, march_goes_on_())

/** From here on to the end: the server lets in and answers, and the pauses pass. */
void all_goes_well_(void);
#define all_goes_well() (AT, all_goes_well_())

/* ---- the end ---- */

/** It has ended so; nothing is in flight, no timer runs. */
void march_ends_(pgm_outcome outcome);
#define march_ends(outcome) (AT, march_ends_(outcome))

/** However: what the test was about has happened. */
void march_is_given_up_(void);
#define march_is_given_up() (AT, march_is_given_up_())

void march_is_(pgm__state state);
#define march_is(state) (AT, march_is_(state))

/** The failure has this phase, version (NULL = none) and a message with `text` in it. */
void failure_is_(const char *phase, const char *version, const char *text);
#define failure_is(phase, version, text) (AT, failure_is_(phase, version, text))

/** `text` is in `whole`. */
void says_(const char *whole, const char *text);
#define hint_says(text)      (AT, says_(the.failure.hint, text))
#define detail_says(text)    (AT, says_(the.failure.detail, text))
#define warnings_say(text)   (AT, says_(the.warnings, text))
#define observer_hears(text) (AT, says_(the.told, text))

/** How often `text` is in `whole`. */
unsigned times_in(const char *whole, const char *text);

/** Does the state table allow this? */
bool is_in_table(pgm__state state, pgm__event event);

/** Was this transition made by any march of the program? Needs --wrap=pgm__transition_of. */
bool was_visited(pgm__state state, pgm__event event);

/** The same of the stages of a file without a transaction (engine/stages.h). */
bool is_in_stages(pgm__stage stage, pgm__stage_event event);
bool was_stage_visited(pgm__stage stage, pgm__stage_event event);

#endif
