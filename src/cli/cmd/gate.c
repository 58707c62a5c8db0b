#include "cli/cmd/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "cli/cmd/check.h"
#include "cli/display/confirm.h"
#include "cli/display/console.h"
#include "cli/display/live.h"
#include "report/page/paint.h"

/* ---- the report of a wave ---- */

static int64_t wall_clock_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The results of one wave as if they were all; the run has lasted until now. */
static void pick_wave(const pgm__cli_gate *gate, const pgm_result **results, pgm_summary *summary,
                      pgm__report *out) {
    const pgm__report *all = gate->report_of_all;
    *summary = *all->summary;
    summary->duration_ms = wall_clock_ms() - summary->started_at_ms;
    memset(summary->counts, 0, sizeof summary->counts);
    *out = *all;
    out->summary = summary;
    out->results = results;
    out->result_count = 0;
    for (size_t i = 0; i < all->result_count; i++) {
        const pgm_result *result = all->results[i];
        if (strcmp(result->wave, gate->ended->name) == 0) {
            results[out->result_count++] = result;
            summary->counts[result->outcome]++;
        }
    }
}

static pgm_status render(const pgm__cli_gate *gate, pgm__strbuf *out, pgm_error *err) {
    const pgm_result **results = pgm__calloc(gate->report_of_all->result_count, sizeof *results);
    if (results == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_summary summary;
    pgm__report report;
    const pgm__report_style style = {0};
    pick_wave(gate, results, &summary, &report);
    pgm_status status = pgm__form_by_name("json")->run(out, &report, &style, err);
    pgm__free((void *)results);
    return status;
}

/* What we open is not the check's. */
static void keep_from_children(int fd) {
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/* mkstemp(3) makes it for this user alone: it names servers. */
static pgm_status write_file(pgm__cli_gate *gate, const pgm__strbuf *text, pgm_error *err) {
    const char *folder = gate->cli->env("TMPDIR");
    (void)snprintf(gate->report, sizeof gate->report, "%s/pgmarch-wave.XXXXXX",
                   folder == NULL || folder[0] == '\0' ? "/tmp" : folder);
    int fd = mkstemp(gate->report);
    if (fd < 0) {
        gate->report[0] = '\0';
        return pgm__error_sys(err, PGM_EIO, errno, "cannot write the wave's report");
    }
    keep_from_children(fd);
    FILE *file = fdopen(fd, "w");
    bool written = file != NULL && pgm__console_write(file, text);
    int failed = errno;
    if (file == NULL) {
        (void)close(fd);
    } else {
        (void)fclose(file);
    }
    return written ? PGM_OK
                   : pgm__error_sys(err, PGM_EIO, failed, "cannot write the wave's report");
}

static pgm_status write_report(pgm__cli_gate *gate, pgm_error *err) {
    pgm__strbuf text = {0};
    pgm_status status = render(gate, &text, err);
    if (status == PGM_OK) {
        status = write_file(gate, &text, err);
    }
    pgm__strbuf_fini(&text);
    return status;
}

static void drop_report(pgm__cli_gate *gate) {
    if (gate->report[0] != '\0') {
        (void)unlink(gate->report);
        gate->report[0] = '\0';
    }
}

/* ---- on the thread ---- */

static pgm__check check(const pgm__cli_gate *gate, char *why, size_t size) {
    const char *command = gate->cli->settings.check;
    if (command == NULL) {
        return PGM__CHECK_YES;
    }
    char how[128] = "";
    const pgm__check_facts facts = {gate->report, gate->ended->name, gate->next->name};
    pgm__check answer = pgm__check_run(gate->cli, command, &facts, gate->withdraw[0], how,
                                       sizeof how);
    (void)snprintf(why, size, "the check behind %s said no: %s", gate->ended->name, how);
    return answer;
}

static void question(pgm__strbuf *text, const pgm__cli_gate *gate) {
    const pgm_wave *ended = gate->ended;
    const pgm_wave *next = gate->next;
    pgm__strbuf_addf(text, "%s has ended: ", ended->name);
    pgm__paint_count(text, ended->targets, "target");
    pgm__strbuf_addf(text, ", %zu failed. Next is %s: ", ended->failed, next->name);
    pgm__paint_count(text, next->targets, "target");
    pgm__strbuf_adds(text, ". Type \"yes\" to go on: ");
}

/* Waits for a line of the terminal. False: an answer is not wanted any more. */
static bool has_line(const pgm__cli_gate *gate) {
    struct pollfd ends[] = {{.fd = fileno(gate->cli->in), .events = POLLIN},
                            {.fd = gate->withdraw[0], .events = POLLIN}};
    while (poll(ends, 2, -1) < 0 && errno == EINTR) {
    }
    return ends[1].revents == 0;
}

static pgm__check pause_there(const pgm__cli_gate *gate, char *why, size_t size) {
    const pgm__settings *settings = &gate->cli->settings;
    if (!settings->pause || settings->yes_to_waves) {
        return PGM__CHECK_YES;
    }
    pgm__strbuf text = {0};
    question(&text, gate);
    bool told = pgm__console_ask(gate->cli, &text);
    pgm__strbuf_fini(&text);
    (void)snprintf(why, size, "not confirmed behind %s", gate->ended->name);
    if (told && !has_line(gate)) {
        (void)fputc('\n', gate->cli->err);
        return PGM__CHECK_WITHDRAWN;
    }
    return told && pgm__confirm_hears_yes(gate->cli) ? PGM__CHECK_YES : PGM__CHECK_NO;
}

static void *answer(void *data) {
    pgm__cli_gate *gate = data;
    char why[256] = "";
    pgm__live *live = gate->cli->live; /* the terminal is the check's, or the question's */
    if (live != NULL) {
        pgm__live_hold(live);
    }
    pgm__check said = check(gate, why, sizeof why);
    if (said == PGM__CHECK_YES) {
        said = pause_there(gate, why, sizeof why);
    }
    drop_report(gate);
    if (live != NULL) {
        pgm__live_go_on(live);
    }
    if (said != PGM__CHECK_WITHDRAWN) {
        pgm_run_answer(gate->run, said == PGM__CHECK_YES, why);
    }
    return NULL;
}

/* ---- on the run's thread ---- */

static void join(pgm__cli_gate *gate) {
    if (gate->running) {
        (void)pthread_join(gate->thread, NULL);
    }
    gate->running = false;
}

static void withdraw(pgm__cli_gate *gate) {
    if (gate->piped && gate->withdraw[1] >= 0) {
        (void)close(gate->withdraw[1]);
        gate->withdraw[1] = -1;
    }
}

static pgm_status prepare(pgm__cli_gate *gate, pgm_error *err) {
    if (!gate->piped && pipe(gate->withdraw) != 0) {
        return pgm__error_sys(err, PGM_EIO, errno, "cannot open a pipe");
    }
    gate->piped = true;
    keep_from_children(gate->withdraw[0]);
    keep_from_children(gate->withdraw[1]);
    return gate->cli->settings.check == NULL ? PGM_OK : write_report(gate, err);
}

static void on_gate(const pgm_wave *ended, const pgm_wave *next, void *data) {
    pgm__cli_gate *gate = data;
    pgm_error err = {0};
    if (ended == NULL) {
        withdraw(gate);
        return;
    }
    join(gate);
    gate->ended = ended;
    gate->next = next;
    pgm_status status = prepare(gate, &err);
    if (status == PGM_OK) {
        int failed = pthread_create(&gate->thread, NULL, answer, gate);
        gate->running = failed == 0;
        status = failed == 0 ? PGM_OK
                             : pgm__error_sys(&err, PGM_EIO, failed, "cannot start a thread");
    }
    if (status != PGM_OK) {
        drop_report(gate);
        pgm_run_answer(gate->run, false, err.msg);
    }
}

void pgm__cli_gate_init(pgm__cli_gate *gate, pgm__cli *cli, pgm_options *options) {
    const pgm__settings *settings = &cli->settings;
    *gate = (pgm__cli_gate){.cli = cli};
    if (settings->check != NULL || settings->pause) {
        options->gate = on_gate;
        options->gate_data = gate;
    }
}

void pgm__cli_gate_run(pgm__cli_gate *gate, pgm_run *run, const pgm__report *report) {
    gate->run = run;
    gate->report_of_all = report;
}

bool pgm__cli_gate_possible(const pgm__cli *cli) {
    const pgm__settings *settings = &cli->settings;
    if (!settings->pause || settings->yes_to_waves || settings->dry_run || cli->in_tty) {
        return true;
    }
    pgm__console_complain(cli, "--pause needs --yes-to-waves when standard input is no terminal; "
                               "nothing was touched");
    return false;
}

void pgm__cli_gate_fini(pgm__cli_gate *gate) {
    withdraw(gate);
    join(gate);
    if (gate->piped) {
        (void)close(gate->withdraw[0]);
    }
    gate->piped = false;
}
