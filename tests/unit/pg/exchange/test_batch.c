/* A string of blocks, and the replies followed through it. */
#include "support/exchange_fixture.h"

#include "pg/exchange/ahead.h"
#include "pg/exchange/batch.h"
#include "pg/exchange/block.h"
#include "support/oom_loop.h"

static const char up_text[] = "CREATE TABLE t (x int);\n"
                              "INSERT INTO t VALUES (1);\n"
                              "COPY t FROM stdin;\n1\n2\n\\.\n"
                              "SELECT 'last';\n";

typedef struct scene {
    pgm__arena arena;
    pgm__context context;
    pgm__migration migration;
    pgm__batch batch;
    /* what was fed */
    char milestones[128]; /* one letter each; behind it the block's index */
} scene;

static int setup(void **state) {
    scene *s = test_calloc(1, sizeof *s);
    assert_non_null(s);
    s->context = plain_context();
    s->migration = make_migration(&s->arena, up_text, "DROP TABLE t;", NULL);
    pgm__batch_clear(&s->batch, &s->context);
    *state = s;
    return 0;
}

static int teardown(void **state) {
    scene *s = *state;
    pgm__batch_fini(&s->batch);
    pgm__arena_clear(&s->arena);
    test_free(s);
    return 0;
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* ---- feeding ---- */

static void note(scene *s, pgm__milestone reached, size_t index) {
    static const char letters[] = {
        [PGM__MILESTONE_NONE] = '.',      [PGM__MILESTONE_PREPARED] = 'P',
        [PGM__MILESTONE_FLUSHED] = 'F',   [PGM__MILESTONE_RECORDED] = 'R',
        [PGM__MILESTONE_COMMITTED] = 'C', [PGM__MILESTONE_UNDONE] = 'U',
        [PGM__MILESTONE_REFUSED] = 'X'};
    if (reached != PGM__MILESTONE_NONE) {
        size_t len = strlen(s->milestones);
        assert_true(len + 3 < sizeof s->milestones && index < 10);
        s->milestones[len] = letters[reached];
        s->milestones[len + 1] = (char)('0' + index);
    }
}

static void feed(const pgm__reply *reply, void *data) {
    scene *s = data;
    size_t index = 0;
    pgm__milestone reached = pgm__batch_feed(&s->batch, reply, &index);
    note(s, reached, index);
}

static void feed_one(scene *s, pgm__reply reply) {
    feed(&reply, s);
}

/* The first `limit` statements of the string are answered. */
static void answer(scene *s, size_t limit) {
    (void)replies_to(text_of(&s->batch.sql), limit, feed, s);
}

static void answer_all(scene *s) {
    answer(s, SIZE_MAX);
}

/* How many statements the server has ended when it comes to the first one with this text. */
static size_t statements_before(const scene *s, const char *text) {
    const char *at = strstr(s->batch.sql.text, text);
    assert_non_null(at);
    char *head = test_malloc((size_t)(at - s->batch.sql.text) + 1);
    memcpy(head, s->batch.sql.text, (size_t)(at - s->batch.sql.text));
    head[at - s->batch.sql.text] = '\0';
    size_t count = replies_to(head, SIZE_MAX, NULL, NULL);
    test_free(head);
    return count;
}

/* As the server counts: characters, from 1. */
static size_t position_of(const scene *s, const char *text) {
    const char *at = strstr(s->batch.sql.text, text);
    assert_non_null(at);
    size_t position = 1;
    for (const char *c = s->batch.sql.text; c < at; c++) {
        position += ((unsigned char)*c & 0xC0U) != 0x80U ? 1 : 0;
    }
    return position;
}

/* ---- following ---- */

/* The migration, its verify file behind it. */
static pgm__held verified(const scene *s) {
    return (pgm__held){.migration = &s->migration, .piece = 1};
}

/* Whatever is in the string, the replies are counted as the server sends them. */
static void every_string_reaches_its_milestones(void **state) {
    scene *s = *state;
    for (unsigned i = 0; i < CONTEXTS; i++) {
        s->context = context_number(i);
        pgm__batch_clear(&s->batch, &s->context);
        memset(s->milestones, 0, sizeof s->milestones);
        pgm__batch_end_open(&s->batch, PGM__TRANSACTION_FAILED);
        pgm__batch_add_orphan_end(&s->batch, &s->context);
        pgm__batch_enter(&s->batch, &s->context, !s->context.pooled, (i & 2U) != 0);
        pgm__batch_add_prepare(&s->batch, &s->context,
                               (i & 4U) != 0 ? PGM__PREPARES_COLUMNS : PGM__PREPARES_TABLE);
        for (size_t block = 0; block < 5; block++) {
            pgm__batch_add(&s->batch, &s->context, &s->migration, (i & 8U) != 0);
        }
        pgm__batch_add_flush(&s->batch);
        pgm__batch_end(&s->batch);
        assert_false(s->batch.no_memory);
        answer_all(s);
        assert_string_equal(s->milestones, "P0C1C2C3C4C5F6");
        assert_true(s->batch.guard_us == 1000);
    }
}

static void a_string_that_only_enters_has_no_milestone(void **state) {
    scene *s = *state;
    pgm__batch_enter(&s->batch, &s->context, true, true);
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_LOCK);
    answer_all(s);
    assert_string_equal(s->milestones, "");
    pgm__batch_clear(&s->batch, &s->context);
    pgm__batch_enter(&s->batch, &s->context, false, false);
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_BEGIN);
}

static void edits_are_recorded_with_their_commit(void **state) {
    scene *s = *state;
    const pgm__edit items[] = {
        {.kind = PGM__EDIT_INSERT, .version = "1_a", .migration = &s->migration},
        {.kind = PGM__EDIT_DELETE, .version = "2_b", .run_id = "x"},
    };
    const pgm__edits edits = {.items = items, .count = 2, .fresh = true};
    pgm__batch_enter(&s->batch, &s->context, true, false);
    pgm__batch_add_prepare(&s->batch, &s->context, PGM__PREPARES_TABLE);
    pgm__batch_add_edits(&s->batch, &s->context, &edits);
    answer(s, statements_before(s, "INSERT INTO"));
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_CLAIM);
    pgm__batch_clear(&s->batch, &s->context);
    memset(s->milestones, 0, sizeof s->milestones);
    pgm__batch_add_edits(&s->batch, &s->context, &edits);
    answer_all(s);
    assert_string_equal(s->milestones, "R0");
}

/* The server has rolled back, and said so only there. */
static void a_commit_that_rolled_back_is_told(void **state) {
    scene *s = *state;
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    answer(s, replies_to(s->batch.sql.text, SIZE_MAX, NULL, NULL) - 1);
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_COMMIT);
    feed_one(s, reply_command("ROLLBACK"));
    assert_string_equal(s->milestones, "U0");
}

/* They end no statement. */
static void questions_and_empty_strings_do_not_count(void **state) {
    scene *s = *state;
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    answer(s, statements_before(s, "COPY t FROM"));
    size_t ended = s->batch.replies;
    feed_one(s, reply_copy_in());
    feed_one(s, reply_empty());
    feed_one(s, REPLY_ROW({"x", "1", OID_INT4}));
    assert_int_equal(s->batch.replies, ended);
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_FILE);
}

static void replies_behind_the_last_block_mean_nothing(void **state) {
    scene *s = *state;
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    answer_all(s);
    feed_one(s, reply_command("COMMIT"));
    assert_string_equal(s->milestones, "C0");
}

static void each_part_of_a_block_is_known_while_it_runs(void **state) {
    scene *s = *state;
    static const struct {
        const char *text;
        pgm__part part;
    } parts[] = {
        {"SELECT CASE WHEN pg_catalog.pg_try_advisory_lock", PGM__PART_LOCK},
        {"CREATE TABLE \"public\"", PGM__PART_PREPARE},
        {"SET LOCAL DateStyle", PGM__PART_BEGIN},
        {"INSERT INTO \"public\"", PGM__PART_CLAIM},
        {"CREATE TABLE t", PGM__PART_FILE},
        {"SELECT 'last'", PGM__PART_FILE},
        {"RELEASE SAVEPOINT", PGM__PART_GUARD},
        {"RESET ROLE", PGM__PART_GUARD},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        pgm__batch_clear(&s->batch, &s->context);
        pgm__batch_enter(&s->batch, &s->context, true, false);
        pgm__batch_add_prepare(&s->batch, &s->context, PGM__PREPARES_TABLE);
        pgm__batch_add(&s->batch, &s->context, &s->migration, false);
        answer(s, statements_before(s, parts[i].text));
        assert_int_equal(pgm__batch_at_work(&s->batch), parts[i].part);
    }
}

static void a_notice_between_two_blocks_opens_the_second(void **state) {
    scene *s = *state;
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    assert_false(pgm__batch_is_opening(&s->batch));
    size_t first = replies_to(s->batch.sql.text, SIZE_MAX, NULL, NULL);
    while (!pgm__batch_is_opening(&s->batch) && first > 0) {
        size_t limit = replies_to(s->batch.sql.text, SIZE_MAX, NULL, NULL) - --first;
        pgm__batch_clear(&s->batch, &s->context);
        pgm__batch_add(&s->batch, &s->context, &s->migration, false);
        pgm__batch_add(&s->batch, &s->context, &s->migration, false);
        answer(s, limit);
    }
    assert_int_equal(s->batch.block, 1);
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_BEGIN);
}

/* ---- on another session ---- */

static void what_is_not_heard_of_is_asked_for_by_its_versions(void **state) {
    scene *s = *state;
    pgm__strbuf sql = {0};
    pgm__migration others[] = {s->migration, s->migration, s->migration};
    others[0].version = "1_a";
    others[1].version = "2_o'b";
    others[2].version = "3_c";
    pgm__batch_add_prepare(&s->batch, &s->context, PGM__PREPARES_TABLE);
    for (size_t i = 0; i < 3; i++) {
        pgm__batch_add(&s->batch, &s->context, &others[i], false);
    }
    pgm__ahead_sql(&sql, &s->batch);
    assert_non_null(strstr(pgm__strbuf_text(&sql), "ANY(ARRAY['1_a','2_o''b']"));
    assert_non_null(strstr(sql.text, "TABLESAMPLE pg_catalog.system(100) WHERE l.run_id"));
    pgm__strbuf_fini(&sql);
}

/* ---- copies ---- */

static void the_data_of_copies_is_left_out_and_given_in_order(void **state) {
    scene *s = *state;
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    assert_lacks(s->batch.sql.text, "1\n2");
    for (size_t i = 0; i < 2; i++) {
        const pgm__copy *copy = pgm__batch_next_copy(&s->batch);
        assert_non_null(copy);
        assert_int_equal(copy->len, 4);
        assert_memory_equal(copy->data, "1\n2\n", 4);
    }
    assert_null(pgm__batch_next_copy(&s->batch));
}

/* ---- errors ---- */

static void an_error_without_a_position_belongs_to_the_statement_at_work(void **state) {
    scene *s = *state;
    static const struct {
        const char *text;
        unsigned line;
    } places[] = {{"CREATE TABLE t", 1}, {"INSERT INTO t", 2}, {"SELECT 'last'", 7}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        pgm__batch_clear(&s->batch, &s->context);
        pgm__batch_add(&s->batch, &s->context, &s->migration, false);
        answer(s, statements_before(s, places[i].text));
        const pgm__place place = pgm__batch_locate(&s->batch, 0);
        assert_int_equal(place.block, 0);
        assert_ptr_equal(place.script, &s->migration.up);
        assert_int_equal(place.origin.line, places[i].line);
    }
}

static void an_error_with_a_position_is_found_behind_what_was_left_out(void **state) {
    scene *s = *state;
    s->migration = make_migration(&s->arena,
                                  "SELECT '\xC3\xA9\xE2\x82\xAC',\n1/0;\nCOPY t FROM stdin;\n1\n"
                                  "\\.\nSELECT\n2/0;",
                                  NULL, NULL);
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    answer(s, statements_before(s, "SELECT '\xC3\xA9"));
    pgm__place place = pgm__batch_locate(&s->batch, position_of(s, "1/0"));
    assert_int_equal(place.origin.line, 2);
    place = pgm__batch_locate(&s->batch, position_of(s, "2/0"));
    assert_int_equal(place.origin.line, 7);
    assert_int_equal(place.block, 0);
}

/* The server reads the whole string first: its error has no statement at work. */
static void an_error_of_parsing_is_found_in_any_block(void **state) {
    scene *s = *state;
    pgm__migration second = make_migration(&s->arena, "SELECT 1;\nSELEKT 2;", NULL, NULL);
    pgm__batch_enter(&s->batch, &s->context, true, false);
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    pgm__batch_add(&s->batch, &s->context, &second, false);
    pgm__place place = pgm__batch_locate(&s->batch, position_of(s, "SELEKT"));
    assert_int_equal(place.block, 1);
    assert_ptr_equal(place.script, &second.up);
    assert_int_equal(place.origin.line, 2);
    /* In what is ours: of a block, and of none. */
    place = pgm__batch_locate(&s->batch, position_of(s, "SET LOCAL DateStyle"));
    assert_int_equal(place.block, 0);
    assert_int_equal(place.origin.line, 0);
    place = pgm__batch_locate(&s->batch, 1);
    assert_int_equal(place.block, s->batch.count);
    place = pgm__batch_locate(&s->batch, 0);
    assert_int_equal(place.block, s->batch.count);
}

/* The position of an error in a prepared statement is that of its PREPARE. */
static void positions_of_statements_of_ours_do_not_count(void **state) {
    scene *s = *state;
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    answer(s, statements_before(s, "INSERT INTO \"public\""));
    const pgm__place place = pgm__batch_locate(&s->batch, position_of(s, "SELECT 'last'"));
    assert_int_equal(place.block, 0);
    assert_int_equal(place.origin.line, 0);
}

/* ---- verify files ---- */

static void add_verified(scene *s) {
    s->migration = make_migration(&s->arena, "CREATE TABLE t (x int);", NULL,
                                  "SELECT true AS a;\nSELECT\nfalse AS b;");
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
}

static void a_verified_block_waits_for_its_verdict(void **state) {
    scene *s = *state;
    assert_null(pgm__batch_held(&s->batch).migration);
    add_verified(s);
    assert_lacks(s->batch.sql.text, "COMMIT;");
    assert_ptr_equal(pgm__batch_held(&s->batch).migration, &s->migration);
    assert_false(pgm__batch_has_room(&s->batch, &s->migration.up));
    answer_all(s);
    assert_string_equal(s->milestones, "");
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_VERIFY);
}

static void a_row_that_is_not_true_refuses(void **state) {
    scene *s = *state;
    add_verified(s);
    answer(s, statements_before(s, "SELECT true AS a"));
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_VERIFY);
    feed_one(s, REPLY_ROW({"a", "t", OID_BOOL}));
    assert_string_equal(s->milestones, "");
    feed_one(s, REPLY_ROW({"a", "f", OID_BOOL}));
    assert_string_equal(s->milestones, "X0");
}

static void an_error_of_the_verify_file_is_found_there(void **state) {
    scene *s = *state;
    add_verified(s);
    answer(s, statements_before(s, "SELECT\nfalse"));
    pgm__place place = pgm__batch_locate(&s->batch, 0);
    assert_ptr_equal(place.script, &s->migration.verify);
    assert_int_equal(place.origin.line, 2);
    place = pgm__batch_locate(&s->batch, position_of(s, "false AS b"));
    assert_ptr_equal(place.script, &s->migration.verify);
    assert_int_equal(place.origin.line, 3);
}

static void the_next_string_begins_with_guard_and_commit(void **state) {
    scene *s = *state;
    add_verified(s);
    pgm__migration plain = make_migration(&s->arena, "SELECT 1;", NULL, NULL);
    pgm__batch_clear(&s->batch, &s->context);
    pgm__batch_continue(&s->batch, &s->context, verified(s));
    pgm__batch_add(&s->batch, &s->context, &plain, false);
    pgm__batch_end(&s->batch);
    assert_int_equal(strncmp(s->batch.sql.text, "RELEASE SAVEPOINT", 17), 0);
    answer_all(s);
    assert_string_equal(s->milestones, "C0C1");
    pgm__batch_clear(&s->batch, &s->context);
    pgm__batch_continue(&s->batch, &s->context, verified(s));
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_GUARD);
}

/* ---- building ---- */

static void names_are_given_from_the_third_block_on(void **state) {
    scene *s = *state;
    for (size_t i = 0; i < 5; i++) {
        pgm__batch_add(&s->batch, &s->context, &s->migration, false);
        assert_int_equal(s->batch.names_used, i >= 2);
    }
    const char *prepare = strstr(s->batch.sql.text, "PREPARE \"pgmarch lock\"");
    assert_non_null(prepare);
    assert_null(strstr(prepare + 1, "PREPARE \"pgmarch lock\""));
}

/* ... but where they cannot be, or a file would see them. */
static void names_are_not_given_where_they_would_be_in_the_way(void **state) {
    scene *s = *state;
    pgm__migration prepares = make_migration(&s->arena, "PREPARE p AS SELECT 1;", NULL, NULL);
    for (unsigned i = 0; i < 4; i++) {
        s->context.nameless = i == 1;
        s->context.pooled = i == 2;
        pgm__batch_clear(&s->batch, &s->context);
        for (size_t block = 0; block < 4; block++) {
            pgm__batch_add(&s->batch, &s->context, i == 0 ? &prepares : &s->migration, i == 3);
        }
        assert_false(s->batch.names_used);
        assert_lacks(s->batch.sql.text, "EXECUTE");
    }
}

static void only_the_last_commit_waits_for_the_disk(void **state) {
    scene *s = *state;
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    size_t len = s->batch.sql.len;
    assert_true(s->batch.blocks[1].async_at > 0);
    pgm__batch_end(&s->batch);
    assert_int_equal(s->batch.sql.len, len); /* positions stay */
    assert_true(s->batch.blocks[0].async_at > 0);
    assert_int_equal(s->batch.blocks[1].async_at, 0);
    const char *async = strstr(s->batch.sql.text, PGM__ASYNC_COMMIT);
    assert_non_null(async);
    assert_null(strstr(async + 1, PGM__ASYNC_COMMIT));
    assert_non_null(strstr(async + 1, PGM__SYNC_COMMIT " "));
    pgm__batch_end(&s->batch); /* again: nothing is left to do */
    pgm__batch_clear(&s->batch, &s->context);
    pgm__batch_end(&s->batch);
    assert_int_equal(s->batch.count, 0);
}

static void a_string_is_bounded_but_for_its_first_file(void **state) {
    scene *s = *state;
    const pgm__script large = {.sent = PGM__BATCH_BYTES + 1};
    const pgm__script small = {.len = PGM__BATCH_BYTES + 1, .sent = 10};
    assert_true(pgm__batch_has_room(&s->batch, &large));
    pgm__batch_enter(&s->batch, &s->context, true, false);
    assert_true(pgm__batch_has_room(&s->batch, &large));
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    assert_false(pgm__batch_has_room(&s->batch, &large));
    assert_true(pgm__batch_has_room(&s->batch, &small));
}

/* ---- out of memory ---- */

static pgm_status build_all(void *data) {
    scene *s = data;
    pgm__batch batch = {0};
    pgm__batch_clear(&batch, &s->context);
    pgm__batch_end_open(&batch, PGM__TRANSACTION_OPEN);
    pgm__batch_add_orphan_end(&batch, &s->context);
    pgm__batch_enter(&batch, &s->context, true, true);
    pgm__batch_add_prepare(&batch, &s->context, PGM__PREPARES_TABLE);
    for (size_t i = 0; i < 9; i++) {
        pgm__batch_add(&batch, &s->context, &s->migration, false);
    }
    const pgm__edit item = {.kind = PGM__EDIT_DELETE, .version = "1_a", .run_id = "x"};
    const pgm__edits edits = {.items = &item, .count = 1};
    pgm__batch_add_edits(&batch, &s->context, &edits);
    pgm__batch_add_flush(&batch);
    pgm__batch_continue(&batch, &s->context, verified(s));
    pgm__batch_end(&batch);
    pgm_status status = batch.no_memory ? PGM_ENOMEM : PGM_OK;
    pgm__batch_fini(&batch);
    return status;
}

static pgm_status build_each(void *data) {
    scene *s = data;
    pgm__batch batch = {0};
    bool failed = false;
    const pgm__edits edits = {0};
    for (unsigned i = 0; i < 5; i++) {
        pgm__batch_clear(&batch, &s->context);
        switch (i) {
        case 0:
            pgm__batch_add_prepare(&batch, &s->context, PGM__PREPARES_TABLE);
            break;
        case 1:
            pgm__batch_add_edits(&batch, &s->context, &edits);
            break;
        case 2:
            pgm__batch_add_flush(&batch);
            break;
        case 3:
            pgm__batch_continue(&batch, &s->context, verified(s));
            break;
        default:
            pgm__batch_add(&batch, &s->context, &s->migration, false);
            break;
        }
        failed = failed || batch.no_memory;
        pgm__batch_fini(&batch);
    }
    return failed ? PGM_ENOMEM : PGM_OK;
}

/* A string that only asks for the lock has no block. */
static pgm_status build_entry(void *data) {
    scene *s = data;
    pgm__batch batch = {0};
    pgm__batch_clear(&batch, &s->context);
    pgm__batch_enter(&batch, &s->context, true, true);
    pgm_status status = batch.no_memory ? PGM_ENOMEM : PGM_OK;
    pgm__batch_fini(&batch);
    return status;
}

static void a_string_that_is_not_complete_is_known(void **state) {
    assert_true(oom_survives(build_all, *state) > 10);
    assert_true(oom_survives(build_each, *state) > 10);
}

static void an_entry_that_is_not_complete_is_known(void **state) {
    assert_true(oom_survives(build_entry, *state) > 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(every_string_reaches_its_milestones),
        T(a_string_that_only_enters_has_no_milestone),
        T(edits_are_recorded_with_their_commit),
        T(a_commit_that_rolled_back_is_told),
        T(questions_and_empty_strings_do_not_count),
        T(replies_behind_the_last_block_mean_nothing),
        T(each_part_of_a_block_is_known_while_it_runs),
        T(a_notice_between_two_blocks_opens_the_second),
        T(what_is_not_heard_of_is_asked_for_by_its_versions),
        T(the_data_of_copies_is_left_out_and_given_in_order),
        T(an_error_without_a_position_belongs_to_the_statement_at_work),
        T(an_error_with_a_position_is_found_behind_what_was_left_out),
        T(an_error_of_parsing_is_found_in_any_block),
        T(positions_of_statements_of_ours_do_not_count),
        T(a_verified_block_waits_for_its_verdict),
        T(a_row_that_is_not_true_refuses),
        T(an_error_of_the_verify_file_is_found_there),
        T(the_next_string_begins_with_guard_and_commit),
        T(names_are_given_from_the_third_block_on),
        T(names_are_not_given_where_they_would_be_in_the_way),
        T(only_the_last_commit_waits_for_the_disk),
        T(a_string_is_bounded_but_for_its_first_file),
        T(a_string_that_is_not_complete_is_known),
        T(an_entry_that_is_not_complete_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
