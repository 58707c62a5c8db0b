#include "support/scripted_march.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/classify.h"
#include "model/targets/targets.h"
#include "pg/conninfo/make.h"
#include "support/oom.h"
#include "support/scratch.h"

#define URL "postgresql://app@127.0.0.1:5432/app"

scripted_march the;

/* What belongs to the scene and not to a march of it. */
static struct {
    char *folder;
    pgm__migrations *migrations;
    pgm__targets *targets;
    pgm__arena arena; /* of conninfos */
    pgm__conninfo conninfo;
    pgm__syntax_file *files; /* to be parsed; or NULL */
    const char *file;
    int line;
    FILE *said; /* the conversation, into `text`: not by base/strbuf.h, which a test may let fail */
    char *text;
    size_t text_len;
    pgm__state state;
    uv_loop_t loop; /* nothing ever runs on it */
} scene;

static bool visited[PGM__STATE_COUNT][PGM__EVENT_COUNT];

/* ---- the state, seen from outside ---- */

pgm__transition __real_pgm__transition_of(pgm__state state, pgm__event event);
pgm__transition __wrap_pgm__transition_of(pgm__state state, pgm__event event);

pgm__transition __wrap_pgm__transition_of(pgm__state state, pgm__event event) {
    pgm__transition way = __real_pgm__transition_of(state, event);
    if (!way.allowed) {
        scene_fail("event %s in state %s", pgm__event_name(event), pgm__state_name(state));
    }
    (void)fprintf(scene.said, "  (%s: %s -> %s)\n", pgm__event_name(event), pgm__state_name(state),
                  pgm__state_name(way.next));
    visited[state][event] = true;
    scene.state = way.next;
    return way;
}

bool is_in_table(pgm__state state, pgm__event event) {
    return __real_pgm__transition_of(state, event).allowed;
}

bool was_visited(pgm__state state, pgm__event event) {
    return visited[state][event];
}

const char *scene_state(void) {
    return pgm__state_name(scene.state);
}

void march_is_(pgm__state state) {
    if (scene.state != state) {
        scene_fail("the march is in state %s, not %s", pgm__state_name(scene.state),
                   pgm__state_name(state));
    }
}

/* ---- the stages of a file without a transaction ---- */

static bool stages_visited[PGM__STAGE_COUNT_][PGM__STAGE_EVENT_COUNT];

pgm__stage_way __real_pgm__stage_way_of(pgm__stage stage, pgm__stage_event event);
pgm__stage_way __wrap_pgm__stage_way_of(pgm__stage stage, pgm__stage_event event);

pgm__stage_way __wrap_pgm__stage_way_of(pgm__stage stage, pgm__stage_event event) {
    pgm__stage_way way = __real_pgm__stage_way_of(stage, event);
    if (!way.allowed) {
        scene_fail("event %s in stage %s", pgm__stage_event_name(event), pgm__stage_name(stage));
    }
    (void)fprintf(scene.said, "  (%s: %s -> %s)\n", pgm__stage_event_name(event),
                  pgm__stage_name(stage), way.leaves ? "" : pgm__stage_name(way.next));
    stages_visited[stage][event] = true;
    return way;
}

bool is_in_stages(pgm__stage stage, pgm__stage_event event) {
    return __real_pgm__stage_way_of(stage, event).allowed;
}

bool was_stage_visited(pgm__stage stage, pgm__stage_event event) {
    return stages_visited[stage][event];
}

/* ---- when it goes wrong ---- */

void scene_at(const char *file, int line) {
    scene.file = file;
    scene.line = line;
}

void scene_says(const char *who, const char *what) {
    (void)fprintf(scene.said, "%s: %s\n", who, what == NULL ? "-" : what);
}

void scene_fail(const char *format, ...) {
    char text[4096];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    (void)fflush(scene.said);
    /* Not by cmocka, which cuts it short. */
    (void)fprintf(stderr, "---- the conversation ----\n%s--------\n%s\n", scene.text, text);
    _fail(scene.file, scene.line);
    abort(); /* not reached */
}

/* ---- what the march tells ---- */

static void add_line(char **text, const char *line) {
    size_t old = *text == NULL ? 0 : strlen(*text);
    size_t len = strlen(line);
    char *grown = realloc(*text, old + len + 2);
    assert_non_null(grown);
    memcpy(grown + old, line, len);
    memcpy(grown + old + len, "\n", 2);
    *text = grown;
}

static void on_event(const pgm_event *event, void *data) {
    static const char *const kinds[] = {
        [PGM_EVENT_TARGET_STARTED] = "TARGET_STARTED",
        [PGM_EVENT_MIGRATION_STARTED] = "STARTED",
        [PGM_EVENT_MIGRATION_FINISHED] = "FINISHED",
        [PGM_EVENT_TARGET_WAITING] = "WAITING",
        [PGM_EVENT_NOTICE] = "NOTICE",
        [PGM_EVENT_WARNING] = "WARNING",
        [PGM_EVENT_TARGET_SLOW] = "SLOW",
    };
    (void)data;
    char line[1024];
    (void)snprintf(line, sizeof line, "%s%s%s: %s", kinds[event->kind],
                   event->version == NULL ? "" : " ", event->version == NULL ? "" : event->version,
                   event->message == NULL ? "" : event->message);
    add_line(&the.told, line);
    scene_says("  told", line);
}

static pgm_status on_arrived(size_t index, const char *place, const char **other, void *data) {
    (void)index;
    (void)place;
    (void)data;
    *other = the.same_place;
    return PGM_OK;
}

static void on_crowded(size_t index, void *data) {
    (void)index;
    (void)data;
    the.crowded++;
}

static void on_reached(size_t index, void *data) {
    (void)index;
    (void)data;
    the.reached++;
}

static void on_other_runs(size_t index, void *data) {
    (void)index;
    (void)data;
    the.other_runs++;
}

/* No jitter: a pause is the shortest it can be. */
static uint32_t no_random(void *data) {
    (void)data;
    return 0;
}

static void add_word(char **text, const char *word) {
    size_t size = (*text == NULL ? 0 : strlen(*text)) + strlen(word) + 2;
    char *grown = malloc(size);
    assert_non_null(grown);
    (void)snprintf(grown, size, "%s%s%s", *text == NULL ? "" : *text,
                   *text == NULL || **text == '\0' ? "" : " ", word);
    free(*text);
    *text = grown;
}

static char *copy_of(const char *text) {
    char *copy = text == NULL ? NULL : strdup(text);
    assert_true(text == NULL || copy != NULL);
    return copy;
}

static void keep_failure(const pgm_failure *failure) {
    the.failed = true;
    the.failure = *failure;
    the.failure.phase = copy_of(failure->phase);
    the.failure.version = copy_of(failure->version);
    the.failure.file = copy_of(failure->file);
    the.failure.message = copy_of(failure->message);
    the.failure.detail = copy_of(failure->detail);
    the.failure.hint = copy_of(failure->hint);
    the.failure.context = copy_of(failure->context);
}

static void forget_failure(void) {
    const char *const texts[] = {the.failure.phase,   the.failure.version, the.failure.file,
                                 the.failure.message, the.failure.detail,  the.failure.hint,
                                 the.failure.context};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        free((char *)(uintptr_t)texts[i]);
    }
    the.failure = (pgm_failure){0};
}

static void keep_ping(const pgm_ping *ping) {
    the.pinged = ping != NULL;
    if (ping == NULL) {
        return;
    }
    the.ping = *ping;
    the.ping.server_version = copy_of(ping->server_version);
    the.ping.login_role = copy_of(ping->login_role);
    the.ping.current_role = copy_of(ping->current_role);
    the.ping.current_schema = copy_of(ping->current_schema);
    the.ping.tls = copy_of(ping->tls);
    the.ping.cipher = copy_of(ping->cipher);
}

static void forget_ping(void) {
    const char *const texts[] = {
        the.ping.server_version, the.ping.login_role, the.ping.current_role,
        the.ping.current_schema, the.ping.tls,        the.ping.cipher};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        free((char *)(uintptr_t)texts[i]);
    }
    the.ping = (pgm_ping){0};
}

static void forget_result(void) {
    free(the.done);
    free(the.pending);
    free(the.warnings);
    free(the.faults);
    free(the.catalog);
    free(the.catalog_failure);
    free(the.slow);
    the.slow = NULL;
    the.faults = NULL;
    the.catalog = NULL;
    the.catalog_failure = NULL;
    the.done = NULL;
    the.pending = NULL;
    the.warnings = NULL;
    the.ended = false;
    the.failed = false;
    forget_failure();
    forget_ping();
}

static void keep_fault(const pgm__syntax_fault *fault) {
    const char *path = scene.files[fault->file].script->path;
    char line[1024];
    if (fault->unasked) {
        (void)snprintf(line, sizeof line, "%s not asked: %s", strrchr(path, '/') + 1,
                       fault->message);
    } else {
        (void)snprintf(line, sizeof line, "%s:%u:%u %s %s%s", strrchr(path, '/') + 1, fault->line,
                       fault->column, fault->sqlstate, fault->message,
                       fault->unfinished ? " (unfinished)" : "");
    }
    add_line(&the.faults, line);
}

static void keep_slow(const pgm_slow *slow) {
    const char *slash = slow->file == NULL ? NULL : strrchr(slow->file, '/');
    char line[1024];
    (void)snprintf(line, sizeof line, "%s %s %s:%u %lld %s", slow->phase,
                   slow->version == NULL ? "-" : slow->version, slash == NULL ? "-" : slash + 1,
                   slow->line, (long long)slow->took_ms,
                   slow->last_seen == NULL ? "-" : slow->last_seen);
    add_line(&the.slow, line);
}

static void keep_catalog(const pgm__catalog_found *found) {
    char line[1024];
    if (found->fingerprint != NULL) {
        (void)snprintf(line, sizeof line, "%s %zu", found->fingerprint, found->count);
        add_word(&the.catalog, line);
    }
    for (size_t i = 0; found->objects != NULL && i < found->count; i++) {
        (void)snprintf(line, sizeof line, "%s %s %s%s", found->objects[i].kind,
                       found->objects[i].name, found->objects[i].definition,
                       found->objects[i].part_of);
        add_word(&the.catalog, line);
    }
}

static void on_ended(size_t index, const pgm__march_result *result, void *data) {
    (void)index;
    (void)data;
    the.ended = true;
    the.march = NULL;
    the.outcome = result->outcome;
    add_word(&the.done, "");
    add_word(&the.pending, "");
    for (size_t i = 0; i < result->done_count; i++) {
        add_word(&the.done, result->done[i].version);
    }
    for (size_t i = 0; i < result->pending_count; i++) {
        add_word(&the.pending, pgm__migrations_at(scene.migrations, result->pending[i])->version);
    }
    for (size_t i = 0; i < result->warning_count; i++) {
        add_line(&the.warnings, result->warnings[i]);
    }
    for (size_t i = 0; i < result->fault_count; i++) {
        keep_fault(&result->faults[i]);
    }
    add_word(&the.slow, "");
    for (size_t i = 0; i < result->slow_count; i++) {
        keep_slow(&result->slow[i]);
    }
    the.server_version = result->server_version;
    the.ledger_unread = result->ledger_unread;
    if (result->catalog != NULL) {
        keep_catalog(result->catalog);
    }
    if (result->catalog_failure != NULL) {
        add_word(&the.catalog_failure, result->catalog_failure->message);
    }
    if (result->failure != NULL) {
        keep_failure(result->failure);
    }
    the.attempts = result->attempts;
    the.duration_ms = result->duration_ms;
    the.waited_ms = result->waited_ms;
    the.lingers = result->lingers;
    the.unreachable = result->unreachable;
    the.half_done_count = result->half_done_count;
    the.edit_count = result->edits->count;
    keep_ping(result->ping);
    the.handover = result->handover;
}

/* ---- setting up ---- */

static void clear_environment(void) {
    static const char *const names[] = {
        "PGHOST",     "PGHOSTADDR", "PGPORT",        "PGDATABASE",  "PGUSER",
        "PGPASSWORD", "PGSERVICE",  "PGSERVICEFILE", "PGOPTIONS",   "PGPASSFILE",
        "PGSSLMODE",  "PGAPPNAME",  "PGTZ",          "PGDATESTYLE", "PGCONNECT_TIMEOUT"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)unsetenv(names[i]);
    }
}

int scene_setup(void **state) {
    void *folder = NULL;
    clear_environment();
    if (scratch_setup(&folder) != 0) {
        return -1;
    }
    *state = folder;
    memset(&the, 0, sizeof the);
    memset(&scene, 0, sizeof scene);
    scene.folder = folder;
    scene.said = open_memstream(&scene.text, &scene.text_len);
    if (scene.said == NULL) {
        return -1;
    }
    the.url = URL;
    the.target = (pgm__target){.name = "app", .origin = "test", .common = &the.common};
    the.env = (pgm__march_env){.slow_ms = 30000, .asking = &the.asking};
    the.limits = (pgm_limits){.connect_timeout = 30000,
                              .connect_wait = 10000,
                              .lock_wait = 60000,
                              .ddl_lock_timeout = 5000};
    clock_reset();
    link_reset();
    server_reset();
    return 0;
}

/* Behind a test that failed, the march is left to itself: it may be anywhere. */
int scene_teardown(void **state) {
    (void)oom_disarm();
    pgm__session_close(the.handover.session, NULL, NULL);
    clock_turn();
    bool left = the.march == NULL && the.ended &&
                (clock_timers() > 0 || clock_is_due() || sessions_open() > 0);
    pgm__migrations_free(scene.migrations);
    pgm__targets_free(scene.targets);
    pgm__arena_clear(&scene.arena);
    (void)fclose(scene.said);
    free(scene.text);
    free(the.told);
    forget_result();
    link_reset();
    server_reset();
    int gone = scratch_teardown(state);
    if (left) {
        print_error("a timer, a call or a session is left over\n");
    }
    return gone != 0 || left ? -1 : 0;
}

void folder_has(const char *name, const char *text) {
    assert_null(scene.migrations);
    scratch_write(scene.folder, name, text);
}

static void load_folder(void) {
    pgm_error err = {0};
    if (scene.migrations == NULL &&
        pgm__migrations_load(&scene.migrations, scene.folder, NULL, &err) != PGM_OK) {
        scene_fail("%s", err.msg);
    }
}

static const pgm__migration *migration_of(const char *version) {
    size_t index = 0;
    load_folder();
    if (!pgm__migrations_find_exact(scene.migrations, version, &index)) {
        scene_fail("the folder has no \"%s\"", version);
    }
    return pgm__migrations_at(scene.migrations, index);
}

const char *checksum_of(const char *version) {
    return migration_of(version)->up.checksum;
}

void ledger_is_empty(void) {
    the_server.ledger_missing = false;
    the_server.row_count = 0;
}

void ledger_lists(const char *version, const char *run_id) {
    assert_true(the_server.row_count < SCRIPTED_ROWS);
    the_server.ledger_missing = false;
    the_server.rows[the_server.row_count++] = (scripted_ledger_row){version, checksum_of(version),
                                                                    run_id, "7"};
}

void progress_is_empty(void) {
    the_server.has_progress = true;
    the_server.progress_count = 0;
}

void progress_shows(const char *version, const char *statement, bool running, const char *run_id) {
    assert_true(the_server.progress_count < SCRIPTED_ROWS);
    the_server.has_progress = true;
    the_server.progress[the_server.progress_count++] =
        (scripted_progress_row){version, false, statement, running, checksum_of(version), run_id};
}

/* ---- beginning ---- */

static void list_file(size_t *count, const pgm__migration *migration, const pgm__script *script) {
    if (script->path != NULL) {
        scene.files[(*count)++] = (pgm__syntax_file){migration, script};
    }
}

/* All that the folder has. */
static size_t list_files(void) {
    size_t count = 0;
    size_t migrations = pgm__migrations_count(scene.migrations);
    scene.files = pgm__arena_calloc(&scene.arena, 3 * migrations, sizeof *scene.files);
    assert_non_null(scene.files);
    for (size_t i = 0; i < migrations; i++) {
        const pgm__migration *migration = pgm__migrations_at(scene.migrations, i);
        list_file(&count, migration, &migration->up);
        list_file(&count, migration, &migration->verify);
        list_file(&count, migration, &migration->down);
    }
    return count;
}

/* Of a handover, the session that the march before left. */
static pgm__march_target target_of_scene(void) {
    pgm_error err = {0};
    if (scene.targets == NULL) {
        scene.targets = pgm__targets_new();
        assert_non_null(scene.targets);
        if (pgm__targets_add_url(scene.targets, the.url, "test", &err) != PGM_OK) {
            scene_fail("%s", err.msg);
        }
        the.target.url = pgm__targets_at(scene.targets, 0)->url;
    }
    if (pgm__conninfo_make(&scene.arena, &the.target, "pgmarch/" THIS_RUN, &scene.conninfo, &err) !=
        PGM_OK) {
        scene_fail("%s", err.msg);
    }
    size_t file_count = the.parses ? list_files() : 0;
    const pgm__march_target target = {
        .target = &the.target,
        .conninfo = scene.conninfo,
        .limits = the.limits,
        .surveyed = the.surveyed,
        .shown = the.shown,
        .shown_count = the.shown_count,
        .wants_size = the.wants_size,
        .cap_to_tell = the.cap_to_tell,
        .files = scene.files,
        .file_count = file_count,
        .compare = the.compare,
        .handover = the.handover,
    };
    the.handover = (pgm__handover){0};
    return target;
}

static void fill_env(pgm_command command) {
    the.env.loop = &scene.loop;
    the.env.resolver = pgm__resolver_new(&scene.loop);
    the.env.migrations = scene.migrations;
    the.env.request.command = command;
    the.env.look_only = the.env.look_only || command == PGM_COMMAND_STATUS ||
                        command == PGM_COMMAND_TARGETS;
    the.env.run_id = THIS_RUN;
    the.env.random = no_random;
    the.env.event = on_event;
    the.env.arrived = on_arrived;
    the.env.crowded = on_crowded;
    the.env.reached = on_reached;
    the.env.other_runs = on_other_runs;
    the.env.ended = on_ended;
}

void march_starts_(pgm_command command) {
    load_folder();
    forget_result();
    fill_env(command);
    const pgm__march_target target = target_of_scene();
    scene_says("the march starts", pgm_command_name(command));
    pgm_error err = {0};
    oom_arm(the.fails_at);
    if (the.arms != NULL) {
        *the.arms = the.arms_with;
    }
    the.march_began = pgm__march_start(&the.march, &the.env, &target, &err) == PGM_OK;
    if (!the.march_began && the.fails_at == 0) {
        scene_fail("%s", err.msg);
    }
    the.ended = !the.march_began;
    the.outcome = PGM_OUTCOME_NOT_RUN;
}

/* ---- the end ---- */

void march_ends_(pgm_outcome outcome) {
    clock_turn();
    if (!the.ended) {
        pgm__session *session = the_link.sessions;
        scene_fail("the march has not ended: it is in state %s, and sent: %s",
                   pgm__state_name(scene.state),
                   session == NULL || session->sql == NULL ? "nothing" : session->sql);
    }
    if (the.outcome != outcome) {
        scene_fail("the outcome is %s, not %s: %s", pgm_outcome_name(the.outcome),
                   pgm_outcome_name(outcome), the.failed ? the.failure.message : "no failure");
    }
}

void failure_is_(const char *phase, const char *version, const char *text) {
    if (!the.failed) {
        scene_fail("there is no failure; expected: %s", text);
    }
    const char *found = the.failure.version == NULL ? "" : the.failure.version;
    bool same = strcmp(the.failure.phase, phase) == 0 &&
                strcmp(found, version == NULL ? "" : version) == 0 &&
                strstr(the.failure.message, text) != NULL;
    if (!same) {
        scene_fail("expected: %s, \"%s\", %s\nfailure is: %s, \"%s\", %s", phase,
                   version == NULL ? "" : version, text, the.failure.phase, found,
                   the.failure.message);
    }
}

void says_(const char *whole, const char *text) {
    if (whole == NULL || strstr(whole, text) == NULL) {
        scene_fail("expected: %s\nwas said: %s", text, whole == NULL ? "nothing" : whole);
    }
}

unsigned times_in(const char *whole, const char *text) {
    unsigned count = 0;
    for (const char *at = whole; at != NULL && (at = strstr(at, text)) != NULL; at++) {
        count++;
    }
    return count;
}
