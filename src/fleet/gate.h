/**
 * @file gate.h  What stands between two waves: whether the next one may start.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_GATE_H
#define PGM_FLEET_GATE_H

#include "fleet/run_data.h"

typedef enum pgm__gate {
    PGM__GATE_OPEN,
    PGM__GATE_WAITS, /* for something that is not known yet */
    PGM__GATE_SHUT   /* nothing starts any more */
} pgm__gate;

/** Takes over who is to be asked; the loop is open. */
void pgm__gate_open(pgm_run *run, const pgm_options *options);

/** Before the loop is turned for the last time. */
void pgm__gate_close(pgm_run *run);

/**
 * May the wave behind the current one, which has ended well enough, start? Asked when the current
 * one has ended, and for as long as the answer is WAITS again whenever `run->wake` is sent:
 * whatever the gate waits for sends it. The loop stays alive meanwhile. Never asked again behind
 * OPEN or SHUT, until the next wave has ended.
 *
 * @param[out] why  SHUT: in words, for the report; it lives as long as the run.
 */
pgm__gate pgm__gate_ask(pgm_run *run, const char **why);

/** The run is being stopped while the gate waits: it need not know any more. */
void pgm__gate_leave(pgm_run *run);

#endif
