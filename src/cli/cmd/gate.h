/**
 * @file gate.h  What is asked between two waves: --check, then --pause.
 *
 * The run waits for an answer and must not be held up (pgm_gate_fn), so that the program is run and
 * the operator is asked on a thread.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_GATE_H
#define PGM_CLI_CMD_GATE_H

#include <pthread.h>
#include <stdbool.h>

#include "cli/cli.h"
#include "pgmarch/pgmarch.h"
#include "report/report.h"

/** One for a run. Zeroed: nothing is asked. Must stay where it is until pgm__cli_gate_fini(). */
typedef struct pgm__cli_gate {
    pgm__cli *cli;
    pgm_run *run;
    const pgm__report *report_of_all; /* of all waves: its results are filled in as marches end */
    pthread_t thread;
    bool running;    /* the thread is to be joined */
    int withdraw[2]; /* a pipe: closed at its far end when an answer is not wanted any more */
    bool piped;      /* it is open */
    const pgm_wave *ended;
    const pgm_wave *next;
    char report[4096]; /* the wave's report, a temporary file; "" = there is none */
} pgm__cli_gate;

/** Is there anything to ask? Then `options` gets it; the run comes with pgm__cli_gate_run(). */
void pgm__cli_gate_init(pgm__cli_gate *gate, pgm__cli *cli, pgm_options *options);

/**
 * The run that is about to be executed.
 *
 * @param report  Of all its targets; borrowed until pgm__cli_gate_fini().
 */
void pgm__cli_gate_run(pgm__cli_gate *gate, pgm_run *run, const pgm__report *report);

/**
 * May --pause be asked for? It needs somebody to ask.
 *
 * @return false: it was complained of.
 */
bool pgm__cli_gate_possible(const pgm__cli *cli);

/** The run has ended: joins the thread, and closes what is open. */
void pgm__cli_gate_fini(pgm__cli_gate *gate);

#endif
