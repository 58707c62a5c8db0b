/*
 * The words of the public enums, for every header at once. A value that is none, as an older
 * library meets it in a struct of a newer program, gets "", which no caller has to check for NULL.
 */
#include "pgmarch/pgmarch.h"

const char *pgm_version(void) {
    return PGM_VERSION;
}

const char *pgm_command_name(pgm_command command) {
    static const char *const names[] = {
#define XX(name, text) [PGM_COMMAND_##name] = text,
        PGM_COMMAND_MAP(XX)
#undef XX
    };
    return (size_t)command < sizeof names / sizeof *names ? names[command] : "";
}

const char *pgm_outcome_name(pgm_outcome outcome) {
    static const char *const names[] = {
#define XX(name, text, meaning) [PGM_OUTCOME_##name] = text,
        PGM_OUTCOME_MAP(XX)
#undef XX
    };
    return (size_t)outcome < PGM_OUTCOME_COUNT ? names[outcome] : "";
}

const char *pgm_wave_state_name(pgm_wave_state state) {
    static const char *const names[] = {
#define XX(name, text, meaning) [PGM_WAVE_##name] = text,
        PGM_WAVE_STATE_MAP(XX)
#undef XX
    };
    return (size_t)state < PGM_WAVE_STATE_COUNT ? names[state] : "";
}

const char *pgm_severity_name(pgm_severity severity) {
    static const char *const names[] = {
#define XX(name, text, meaning) [PGM_SEVERITY_##name] = text,
        PGM_SEVERITY_MAP(XX)
#undef XX
    };
    return (size_t)severity < PGM_SEVERITY_COUNT ? names[severity] : "";
}

const char *pgm_left_out_name(pgm_left_out reason) {
    static const char *const names[] = {
#define XX(name, text, meaning) [PGM_LEFT_OUT_##name] = text,
        PGM_LEFT_OUT_MAP(XX)
#undef XX
    };
    return (size_t)reason < PGM_LEFT_OUT_COUNT ? names[reason] : "";
}

const char *pgm_lock_mode_name(pgm_lock_mode mode) {
    static const char *const names[] = {
#define XX(name, server, text, waits) [PGM_LOCK_##name] = text,
        PGM_LOCK_MODE_MAP(XX)
#undef XX
    };
    return (size_t)mode < PGM_LOCK_MODE_COUNT ? names[mode] : "";
}

const char *pgm_lock_mode_blocks(pgm_lock_mode mode) {
    static const char *const names[] = {
#define XX(name, server, text, waits) [PGM_LOCK_##name] = waits,
        PGM_LOCK_MODE_MAP(XX)
#undef XX
    };
    return (size_t)mode < PGM_LOCK_MODE_COUNT ? names[mode] : "";
}

const char *pgm_object_change_name(pgm_object_change change) {
    static const char *const names[] = {
#define XX(name, text) [PGM_OBJECT_##name] = text,
        PGM_OBJECT_CHANGE_MAP(XX)
#undef XX
    };
    return (size_t)change < PGM_OBJECT_CHANGE_COUNT ? names[change] : "";
}

const char *pgm_rehearsed_name(pgm_rehearsed rehearsed) {
    static const char *const names[] = {
#define XX(name, text, meaning) [PGM_REHEARSED_##name] = text,
        PGM_REHEARSED_MAP(XX)
#undef XX
    };
    return (size_t)rehearsed < PGM_REHEARSED_COUNT ? names[rehearsed] : "";
}

const char *pgm_warned_name(pgm_warned warned) {
    static const char *const names[] = {
#define XX(name, text, meaning) [PGM_WARNED_##name] = text,
        PGM_WARNED_MAP(XX)
#undef XX
    };
    return (size_t)warned < PGM_WARNED_COUNT ? names[warned] : "";
}

const char *pgm_branch_fate_name(pgm_branch_fate fate) {
    static const char *const names[] = {
#define XX(name, text) [PGM_BRANCH_##name] = text,
        PGM_BRANCH_FATE_MAP(XX)
#undef XX
    };
    return (size_t)fate < PGM_BRANCH_FATE_COUNT ? names[fate] : "";
}

const char *pgm_drift_change_name(pgm_drift_change change) {
    static const char *const names[] = {
#define XX(name, text) [PGM_DRIFT_##name] = text,
        PGM_DRIFT_CHANGE_MAP(XX)
#undef XX
    };
    return (size_t)change < PGM_DRIFT_CHANGE_COUNT ? names[change] : "";
}

const char *pgm_drift_norm_name(pgm_drift_norm norm) {
    static const char *const names[] = {
#define XX(name, text) [PGM_DRIFT_NORM_##name] = text,
        PGM_DRIFT_NORM_MAP(XX)
#undef XX
    };
    return (size_t)norm < PGM_DRIFT_NORM_COUNT ? names[norm] : "";
}
