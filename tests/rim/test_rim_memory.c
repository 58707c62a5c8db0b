/* Out of memory anywhere: a march comes to its end all the same, leaves nothing behind, and does
 * not call applied what is not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/classify.h"
#include "rim/openings.h"
#include "support/oom.h"

/* ---- an arena that has nothing left ---- */

/* A chunk of it serves for a hundred texts: so each call is a chance to fail of its own. */
static size_t arena_calls_left; /* until one fails; 0 = none fails */
static bool arena_struck;

static bool arena_fails(void) {
    if (arena_calls_left == 0) {
        return false;
    }
    arena_struck = arena_struck || --arena_calls_left == 0;
    return arena_calls_left == 0;
}

void *__real_pgm__arena_alloc(pgm__arena *arena, size_t size);
void *__wrap_pgm__arena_alloc(pgm__arena *arena, size_t size);
void *__real_pgm__arena_calloc(pgm__arena *arena, size_t count, size_t size);
void *__wrap_pgm__arena_calloc(pgm__arena *arena, size_t count, size_t size);
char *__real_pgm__arena_strdup(pgm__arena *arena, const char *text);
char *__wrap_pgm__arena_strdup(pgm__arena *arena, const char *text);
char *__real_pgm__arena_strndup(pgm__arena *arena, const char *text, size_t len);
char *__wrap_pgm__arena_strndup(pgm__arena *arena, const char *text, size_t len);
char *__wrap_pgm__arena_printf(pgm__arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void *__wrap_pgm__arena_alloc(pgm__arena *arena, size_t size) {
    return arena_fails() ? NULL : __real_pgm__arena_alloc(arena, size);
}

void *__wrap_pgm__arena_calloc(pgm__arena *arena, size_t count, size_t size) {
    return arena_fails() ? NULL : __real_pgm__arena_calloc(arena, count, size);
}

char *__wrap_pgm__arena_strdup(pgm__arena *arena, const char *text) {
    return text != NULL && arena_fails() ? NULL : __real_pgm__arena_strdup(arena, text);
}

char *__wrap_pgm__arena_strndup(pgm__arena *arena, const char *text, size_t len) {
    return arena_fails() ? NULL : __real_pgm__arena_strndup(arena, text, len);
}

char *__wrap_pgm__arena_printf(pgm__arena *arena, const char *format, ...) {
    char text[2048];
    va_list list;
    va_start(list, format);
    int len = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    assert_true(len >= 0 && (size_t)len < sizeof text);
    return arena_fails() ? NULL : __real_pgm__arena_strdup(arena, text);
}

/* ---- one march after the other ---- */

enum { ENOUGH = 5000, STEPS = 200 };

/* What goes wrong on the way besides, so that what is said about it has to be made. */
typedef struct trouble {
    const char *at; /* a statement; NULL = nothing goes wrong */
    const char *sqlstate;
    const char *message;
    unsigned times;
    bool lost; /* there */
} trouble;

static void goes(const trouble *what) {
    unsigned left = what->at == NULL ? 0 : what->times;
    for (unsigned steps = 0; !the.ended; steps++) {
        assert_true(steps < STEPS);
        if (left == 0 || !march_has_sent(what->at)) {
            (void)march_goes_on();
            continue;
        }
        left--;
        server_answers_before(what->at);
        if (what->lost) {
            connection_is_lost(what->message);
        } else {
            server_fails(what->sqlstate, what->message);
        }
    }
}

static void let_go(const scripted_server *before) {
    pgm__session_close(the.handover.session, NULL, NULL);
    the.handover = (pgm__handover){0};
    clock_turn();
    assert_int_equal(clock_timers(), 0);
    assert_int_equal(sessions_open(), 0);
    the_server = *before;
}

static char *copy_of(const char *text) {
    char *copy = strdup(text == NULL ? "" : text);
    assert_non_null(copy);
    return copy;
}

/* What is called applied is all that was to be, and so is what was found; whoever has failed says
 * so. */
static void ends_honestly(pgm_outcome outcome, const char *done, const char *faults) {
    if (the.outcome == PGM_OUTCOME_FAILED || the.outcome == PGM_OUTCOME_UNKNOWN) {
        assert_true(the.failed);
    } else if (the.march_began) {
        march_ends(outcome);
        assert_string_equal(the.done, done);
        assert_string_equal(the.faults == NULL ? "" : the.faults, faults);
    }
}

/* False: all of its allocations, or of its arenas' calls, have had their turn. */
static bool fails_once(pgm_command command, const trouble *what, size_t heap, size_t arena) {
    arena_struck = false;
    the.fails_at = heap;
    the.arms = arena == 0 ? NULL : &arena_calls_left;
    the.arms_with = arena;
    march_starts(command);
    goes(what);
    arena_calls_left = 0;
    return oom_disarm() || arena_struck;
}

static void without_memory(pgm_command command, const trouble *what, pgm_outcome outcome) {
    const scripted_server before = the_server;
    assert_false(fails_once(command, what, 0, 0));
    march_ends(outcome);
    char *done = copy_of(the.done);
    char *faults = copy_of(the.faults);
    let_go(&before);
    for (unsigned kind = 0; kind < 2; kind++) {
        size_t nth = 0;
        for (bool struck = true; struck;) {
            assert_true(++nth < ENOUGH);
            struck = fails_once(command, what, kind == 0 ? nth : 0, kind == 0 ? 0 : nth);
            ends_honestly(outcome, done, faults);
            let_go(&before);
        }
        assert_true(nth > 5);
    }
    free(done);
    free(faults);
}

static const trouble none = {NULL, NULL, NULL, 0, false};

static void up_on_a_new_database(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.verify.sql", "SELECT true;");
    folder_has("2_b.sql", "COPY b FROM STDIN;\n1\n\\.\n");
    folder_has("3_c.sql", ALONE "CREATE INDEX CONCURRENTLY i ON a (x); VACUUM a;");
    folder_has("4_d.sql", "CREATE TABLE d (x int);");
    the.target.schema = "tenant";
    the.common.time_zone = "Europe/Vienna";
    without_memory(PGM_COMMAND_UP, &none, PGM_OUTCOME_APPLIED);
}

static void a_file_that_fails(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
    const trouble exists = {"CREATE TABLE b", "42P07", "relation \"b\" already exists", 1, false};
    without_memory(PGM_COMMAND_UP, &exists, PGM_OUTCOME_FAILED);
}

static void a_lock_that_is_not_given(void **state) {
    (void)state;
    folder_has("1_a.sql", "ALTER TABLE public.\"a\" ADD y int;");
    the_server.holders = "pid 7 (psql)";
    const trouble timeout = {"ALTER TABLE public.\"a\"", "55P03", "lock timeout", 1, false};
    without_memory(PGM_COMMAND_UP, &timeout, PGM_OUTCOME_APPLIED);
}

static void a_busy_lock(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    ledger_is_empty();
    const trouble busy = {"pg_try_advisory_lock", "22P02", "\"" PGM__MARK_BUSY ": pid 7\"", 2,
                          false};
    without_memory(PGM_COMMAND_UP, &busy, PGM_OUTCOME_APPLIED);
}

static void a_ledger_that_refuses(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    ledger_is_empty();
    the_server.watchers = "trigger t (f)";
    const trouble refused = {"AS \"pgmarch guard ", "22P02", "\"" PGM__MARK_REFUSED "\"", 1, false};
    without_memory(PGM_COMMAND_UP, &refused, PGM_OUTCOME_FAILED);
}

static void a_ledger_of_a_stranger(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    ledger_is_empty();
    const trouble stranger = {"pg_get_userbyid", "22P02",
                              "\"" PGM__MARK_STRANGER "the table x belongs to role mallory\"", 1,
                              false};
    without_memory(PGM_COMMAND_UP, &stranger, PGM_OUTCOME_FAILED);
}

static void lost_in_a_file(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    const trouble lost = {"CREATE TABLE a", "", "server closed the connection unexpectedly", 1,
                          true};
    without_memory(PGM_COMMAND_UP, &lost, PGM_OUTCOME_APPLIED);
}

static void lost_again_and_again(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    the.limits.connect_wait = 600000;
    const trouble lost = {"CREATE TABLE a", "", "server closed the connection unexpectedly", 5,
                          true};
    without_memory(PGM_COMMAND_UP, &lost, PGM_OUTCOME_FAILED);
}

static void a_statement_in_doubt(void **state) {
    (void)state;
    folder_has("1_a.sql", ALONE "CREATE INDEX CONCURRENTLY i ON a (x);");
    ledger_is_empty();
    progress_shows("1_a", "0", true, OTHER_RUN);
    the_server.index = "public.i";
    const trouble failed = {"ON a (x)", "57014", "canceling statement", 1, false};
    without_memory(PGM_COMMAND_UP, &failed, PGM_OUTCOME_FAILED);
}

static void a_verify_file_that_finds_an_error(void **state) {
    (void)state;
    folder_has("1_a.sql", ALONE "VACUUM a;");
    folder_has("1_a.verify.sql", "SELECT nothing();");
    const trouble failed = {"SELECT nothing()", "42883", "function nothing() does not exist", 1,
                            false};
    without_memory(PGM_COMMAND_UP, &failed, PGM_OUTCOME_FAILED);
}

static void an_edited_half_done_file(void **state) {
    (void)state;
    folder_has("1_a.sql", ALONE "VACUUM a;");
    ledger_is_empty();
    progress_shows("1_a", "1", true, OTHER_RUN);
    the_server.progress[0].checksum = "00";
    without_memory(PGM_COMMAND_UP, &none, PGM_OUTCOME_FAILED);
}

static void down(void **state) {
    (void)state;
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.down.sql", "DROP TABLE a;");
    ledger_lists("1_a", OTHER_RUN);
    without_memory(PGM_COMMAND_DOWN, &none, PGM_OUTCOME_APPLIED);
}

static void status_of_what_is_half_done(void **state) {
    (void)state;
    folder_has("1_a.sql", ALONE "VACUUM a; VACUUM b;");
    ledger_is_empty();
    the_server.rows[0] = (scripted_ledger_row){"0_gone", NULL, NULL, NULL};
    the_server.row_count = 1;
    progress_shows("1_a", "1", true, OTHER_RUN);
    without_memory(PGM_COMMAND_STATUS, &none, PGM_OUTCOME_NOT_RUN);
}

static void baseline(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    the.env.request.to = "1_a";
    without_memory(PGM_COMMAND_BASELINE, &none, PGM_OUTCOME_APPLIED);
}

static void repair_that_has_no_effect(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    ledger_lists("1_a", OTHER_RUN);
    the_server.rows[0].checksum = "00";
    const trouble taken = {"SET checksum=", "22P02", "\"" PGM__MARK_TAKEN "\"", 3, false};
    without_memory(PGM_COMMAND_REPAIR, &taken, PGM_OUTCOME_FAILED);
}

static void adopt(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    the.env.request.tool = PGM__TOOL_GOOSE;
    the_server.foreign[0] = (scripted_foreign_row){"1", NULL, "a"};
    the_server.foreign_count = 1;
    without_memory(PGM_COMMAND_ADOPT, &none, PGM_OUTCOME_APPLIED);
}

static void ping(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    the.wants_size = true;
    the_link.tls = (pgm__tls){"TLSv1.3", "TLS_AES_256_GCM_SHA384"};
    without_memory(PGM_COMMAND_TARGETS, &none, PGM_OUTCOME_APPLIED);
}

static void rehearsed(void **state) {
    (void)state;
    folder_has("1_a.sql", "COPY a FROM STDIN;\n1\n\\.\nSELECT 1;");
    folder_has("1_a.verify.sql", "SELECT true");
    folder_has("2_b.sql", ALONE "VACUUM b;");
    the.env.rehearses = true;
    without_memory(PGM_COMMAND_UP, &none, PGM_OUTCOME_APPLIED);
}

static void rehearsed_in_vain(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELECT 1;");
    folder_has("2_b.sql", ALONE "VACUUM b;");
    folder_has("3_c.sql", "SELECT 3;");
    the.env.rehearses = true;
    const trouble wrong = {"SELECT 3", "55P04", "unsafe use of new value", 1, false};
    without_memory(PGM_COMMAND_UP, &wrong, PGM_OUTCOME_FAILED);
}

static void rehearsed_on_a_copy(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELECT 1;");
    folder_has("2_b.sql", ALONE "VACUUM b;");
    the.env.rehearses = the.env.with_alone = true;
    the.common.is_copy = true;
    without_memory(PGM_COMMAND_UP, &none, PGM_OUTCOME_APPLIED);
}

/* The error has no position, so that the files are asked for again, one by one. */
static void files_that_are_parsed(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELEKT 1;");
    folder_has("2_b.sql", "COPY b FROM STDIN;\n1\n\\.\n");
    the.parses = true;
    const trouble wrong = {"SELEKT", "42601", "syntax error", 2, false};
    without_memory(PGM_COMMAND_UP, &wrong, PGM_OUTCOME_UP_TO_DATE);
}

static void files_that_only_some_sessions_can_ask_for(void **state) {
    (void)state;
    folder_has("1_a.sql", ALONE "SET standard_conforming_strings=off; SELECT 'a\\'b';");
    the_server.pooled = true;
    the.parses = true;
    without_memory(PGM_COMMAND_UP, &none, PGM_OUTCOME_UP_TO_DATE);
}

static void lost_while_parsing(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELECT 1;");
    the.parses = true;
    const trouble lost = {"SELECT 1", "", "server closed the connection", 3, true};
    without_memory(PGM_COMMAND_UP, &lost, PGM_OUTCOME_FAILED);
}

static void a_catalog(void **state) {
    (void)state;
    static const pgm__compare_ask ask = {.alone = true, .form = PGM__CATALOG_OBJECTS};
    the.compare = &ask;
    folder_has("1_a.sql", "SELECT 1;");
    without_memory(PGM_COMMAND_STATUS, &none, PGM_OUTCOME_UP_TO_DATE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(up_on_a_new_database),
        scene_test(a_file_that_fails),
        scene_test(a_lock_that_is_not_given),
        scene_test(a_busy_lock),
        scene_test(a_ledger_that_refuses),
        scene_test(a_ledger_of_a_stranger),
        scene_test(lost_in_a_file),
        scene_test(lost_again_and_again),
        scene_test(a_statement_in_doubt),
        scene_test(a_verify_file_that_finds_an_error),
        scene_test(an_edited_half_done_file),
        scene_test(down),
        scene_test(status_of_what_is_half_done),
        scene_test(baseline),
        scene_test(repair_that_has_no_effect),
        scene_test(adopt),
        scene_test(ping),
        scene_test(rehearsed),
        scene_test(rehearsed_in_vain),
        scene_test(rehearsed_on_a_copy),
        scene_test(files_that_are_parsed),
        scene_test(files_that_only_some_sessions_can_ask_for),
        scene_test(lost_while_parsing),
        scene_test(a_catalog),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
