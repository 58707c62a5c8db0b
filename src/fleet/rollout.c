#include "fleet/rollout.h"

#include "fleet/gate.h"
#include "fleet/verdict.h"

bool pgm__rollout_looks_only(const pgm_run *run) {
    pgm_command command = run->summary.command;
    return run->surveying || run->summary.dry_run || command == PGM_COMMAND_STATUS ||
           command == PGM_COMMAND_TARGETS || command == PGM_COMMAND_REHEARSE;
}

/* The current wave; NULL where waves hold nothing back, or all have ended. */
static pgm_wave *current(const pgm_run *run) {
    size_t wave = pgm__scheduler_wave(run->scheduler);
    bool none = pgm__rollout_looks_only(run) || wave >= run->summary.wave_count;
    return none ? NULL : &run->wave_states[wave];
}

static void tell(const pgm_run *run, pgm_event_kind kind, const pgm_wave *wave,
                 const char *message) {
    const pgm_event event = {.kind = kind, .name = wave->name, .message = message, .wave = wave};
    if (run->observer != NULL) {
        run->observer(&event, run->observer_data);
    }
}

static void begin_wave(pgm_run *run) {
    pgm_wave *wave = current(run);
    run->rollout.wave_told = false;
    run->rollout.unknown = 0;
    if (wave != NULL) {
        wave->state = PGM_WAVE_RUNNING;
        tell(run, PGM_EVENT_WAVE_STARTED, wave, NULL);
    }
}

void pgm__rollout_begin(pgm_run *run) {
    run->rollout = (pgm__rollout){0};
    if (atomic_load(&run->stops) > 0) {
        pgm__rollout_halt(run, PGM__HALT_STOPPED);
    } else {
        begin_wave(run);
    }
}

void pgm__rollout_halt(pgm_run *run, pgm__halt halt) {
    if (run->rollout.halt == PGM__HALT_NONE) {
        run->rollout.halt = halt;
    }
    pgm__scheduler_stop(run->scheduler);
}

/* What is cancelled counts for the scheduler, which only has to know whether all went well, and not
 * for the report: it has not failed. */
void pgm__rollout_ended(pgm_run *run, size_t index) {
    pgm__fleet_item *item = &run->items[index];
    pgm_verdict verdict = pgm__verdict_of(&item->result, pgm__rollout_looks_only(run));
    pgm_wave *wave = current(run);
    if (wave != NULL && verdict == PGM_VERDICT_BAD) {
        wave->failed++;
        run->rollout.unknown += item->result.outcome == PGM_OUTCOME_UNKNOWN ? 1 : 0;
    }
    pgm__scheduler_ended(run->scheduler, index, verdict != PGM_VERDICT_WELL);
    if (run->rollout.halt == PGM__HALT_NONE && pgm__scheduler_exceeded(run->scheduler)) {
        run->rollout.halt = PGM__HALT_EXCEEDED;
    }
}

/* ---- the end of a wave ---- */

static const char *count_failed(pgm_run *run, const pgm_wave *wave) {
    size_t unknown = run->rollout.unknown;
    const char *words = unknown == 0              ? "failed"
                        : unknown == wave->failed ? "unknown"
                                                  : "failed or unknown";
    return pgm__arena_printf(&run->arena, "%s: %zu of %zu %s", wave->name, wave->failed,
                             wave->targets, words);
}

/* What may be changed is named as it is written. */
static const char *exceeded(pgm_run *run, const pgm_wave *wave) {
    const char *counted = count_failed(run, wave);
    size_t index = (size_t)(wave - run->wave_states);
    bool canary = run->waves.items[index].kind == PGM__WAVE_CANARY;
    if (counted == NULL || canary) {
        return counted == NULL
                   ? NULL
                   : pgm__arena_printf(&run->arena, "%s, where nothing may fail", counted);
    }
    return pgm__arena_printf(&run->arena, "%s, --max-failures %zu", counted, wave->limit);
}

/* Asked when the wave is over, since what was under way may have failed as well. NULL: nothing
 * keeps targets from starting, or memory has run out. */
static const char *reason_of(pgm_run *run) {
    const pgm_wave *wave = current(run);
    const char *reason = NULL;
    switch (run->rollout.halt) {
    case PGM__HALT_NONE:
        return NULL;
    case PGM__HALT_EXCEEDED:
        reason = wave == NULL ? NULL : exceeded(run, wave);
        break;
    case PGM__HALT_STOPPED:
        reason = "stopped on request";
        break;
    case PGM__HALT_GATE:
        reason = run->rollout.no;
        break;
    case PGM__HALT_NO_MEMORY:
        reason = "out of memory";
        break;
    }
    run->no_memory = run->no_memory || reason == NULL;
    return reason;
}

static void end_wave(pgm_run *run, pgm_wave *wave) {
    run->rollout.wave_told = true;
    if (wave->state == PGM_WAVE_RUNNING) {
        wave->state = run->rollout.halt == PGM__HALT_NONE ? PGM_WAVE_ENDED : PGM_WAVE_STOPPED;
        tell(run, PGM_EVENT_WAVE_ENDED, wave, reason_of(run));
    }
}

/* Without it the loop would have nothing to do while nobody marches, and would end. */
static void keep_loop(pgm_run *run, bool alive) {
    if (alive) {
        uv_ref((uv_handle_t *)&run->wake);
    } else {
        uv_unref((uv_handle_t *)&run->wake);
    }
}

static bool passes_gate(pgm_run *run) {
    pgm__gate gate = pgm__gate_ask(run, &run->rollout.no);
    run->rollout.waiting = gate == PGM__GATE_WAITS;
    keep_loop(run, run->rollout.waiting);
    if (gate == PGM__GATE_SHUT) {
        pgm__rollout_halt(run, PGM__HALT_GATE);
    }
    return gate == PGM__GATE_OPEN;
}

static void leave_gate(pgm_run *run) {
    if (run->rollout.waiting) {
        run->rollout.waiting = false;
        keep_loop(run, false);
        pgm__gate_leave(run);
    }
}

static bool is_last(const pgm_run *run) {
    return pgm__scheduler_wave(run->scheduler) + 1 >= run->summary.wave_count;
}

bool pgm__rollout_goes_on(pgm_run *run) {
    pgm_wave *wave = pgm__scheduler_wave_over(run->scheduler) ? current(run) : NULL;
    if (wave == NULL) {
        return false;
    }
    if (!run->rollout.wave_told) {
        end_wave(run, wave);
    }
    if (run->rollout.halt != PGM__HALT_NONE) {
        leave_gate(run);
        return false;
    }
    if (is_last(run) || !passes_gate(run) || !pgm__scheduler_next_wave(run->scheduler)) {
        return false;
    }
    begin_wave(run);
    return true;
}

void pgm__rollout_end(pgm_run *run) {
    const char *reason = reason_of(run);
    for (size_t i = 0; i < run->count; i++) {
        if (!run->items[i].begun) {
            run->items[i].result.reason = reason;
        }
    }
}
