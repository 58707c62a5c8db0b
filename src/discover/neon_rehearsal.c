#include "discover/neon_rehearsal.h"

#include <string.h>
#include <time.h>

enum {
    RUN_ID = 16,     /* hexadecimal digits */
    YOUNG = 10 * 60, /* seconds */
    MOMENT = 19,     /* "2026-01-02T03:04:05" */
    ID_MAX = 60
};

const char *pgm__neon_rehearsal_name(pgm__arena *arena, const char *run_id, size_t number) {
    return pgm__arena_printf(arena, PGM__NEON_REHEARSAL_PREFIX "%s-%zu", run_id, number);
}

bool pgm__neon_is_rehearsal(const char *name) {
    size_t prefix = strlen(PGM__NEON_REHEARSAL_PREFIX);
    if (strncmp(name, PGM__NEON_REHEARSAL_PREFIX, prefix) != 0) {
        return false;
    }
    const char *id = name + prefix;
    if (strspn(id, "0123456789abcdef") != RUN_ID || id[RUN_ID] != '-') {
        return false;
    }
    const char *number = id + RUN_ID + 1;
    return *number != '\0' && number[strspn(number, "0123456789")] == '\0';
}

bool pgm__neon_is_id(const char *text) {
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return len > 0 && len <= ID_MAX && text[len] == '\0';
}

bool pgm__neon_moment(int64_t unix_seconds, char out[PGM__NEON_MOMENT]) {
    static const int64_t end = 253402300800; /* year 10000 */
    struct tm parts;
    time_t seconds = (time_t)unix_seconds;
    if (unix_seconds < 0 || unix_seconds >= end || gmtime_r(&seconds, &parts) == NULL) {
        return false;
    }
    return strftime(out, PGM__NEON_MOMENT, "%Y-%m-%dT%H:%M:%SZ", &parts) == MOMENT + 1;
}

/* Digits where digits stand, and UTC behind them, with or without a fraction: then two moments are
 * in the order of their texts. */
static bool is_moment(const char *text) {
    static const char shape[] = "0000-00-00T00:00:00";
    if (strlen(text) <= MOMENT || text[strlen(text) - 1] != 'Z') {
        return false;
    }
    for (size_t i = 0; i < MOMENT; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i]) {
            return false;
        }
    }
    return true;
}

static bool is_young(const pgm__neon_branch *branch, int64_t now) {
    char then[PGM__NEON_MOMENT];
    return branch->made == NULL || !is_moment(branch->made) ||
           !pgm__neon_moment(now - YOUNG, then) || strncmp(branch->made, then, MOMENT) > 0;
}

static bool is_awake(const pgm__neon_branch *branch, const pgm__neon_endpoints *endpoints) {
    for (size_t i = 0; i < endpoints->count; i++) {
        const pgm__neon_endpoint *endpoint = &endpoints->items[i];
        bool sleeps = endpoint->state != NULL && strcmp(endpoint->state, "idle") == 0 &&
                      !endpoint->changes;
        if (strcmp(endpoint->branch_id, branch->id) == 0 && !sleeps) {
            return true;
        }
    }
    return false;
}

pgm__neon_leftover pgm__neon_judge_leftover(const pgm__neon_branch *branch,
                                            const pgm__neon_endpoints *endpoints,
                                            int64_t now_unix_seconds) {
    if (!pgm__neon_is_rehearsal(branch->name) || branch->is_default || branch->is_protected ||
        branch->parent_id == NULL || !pgm__neon_is_id(branch->id)) {
        return PGM__NEON_LEFTOVER_NOT_OURS;
    }
    bool in_use = is_young(branch, now_unix_seconds) || is_awake(branch, endpoints);
    return in_use ? PGM__NEON_LEFTOVER_IN_USE : PGM__NEON_LEFTOVER_OLD;
}
