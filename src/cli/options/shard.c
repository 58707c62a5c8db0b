#include "cli/options/shard.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "cli/options/number.h"

/* More machines than that no scheduler has. */
enum { MOST = 1000000, MOST_DIGITS = 10 };

bool pgm__shard_parse(const char *text, pgm__shard *shard) {
    const char *slash = strchr(text, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash - text);
    char digits[MOST_DIGITS + 1] = "";
    if (len == 0 || len > MOST_DIGITS) {
        return false;
    }
    memcpy(digits, text, len);
    int64_t number = 0;
    int64_t count = 0;
    if (!pgm__number_parse(digits, MOST, &number) || !pgm__number_parse(slash + 1, MOST, &count) ||
        number < 1 || number > count) {
        return false;
    }
    *shard = (pgm__shard){.index = number - 1, .count = count};
    return true;
}

/* Both forms say the same, and if they did not, one of them would be wrong. Half of the second says
 * nothing: of how many shards cannot be guessed, and without an index every machine would march the
 * whole fleet. */
pgm_status pgm__shard_settle(pgm__settings *settings, pgm_error *err) {
    int64_t index = settings->shard_index;
    int64_t count = settings->shard_count;
    if (index == PGM_UNSET && count == PGM_UNSET) {
        return PGM_OK;
    }
    if (settings->shard.count > 0) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "--shard and --shard-index with --shard-count exclude each other: "
                              "say it in one form (or by one form of the variables); nothing was "
                              "touched");
    }
    if (index == PGM_UNSET) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "--shard-count %" PRId64 " needs --shard-index (or "
                              "PGMARCH_SHARD_INDEX), from 0 to %" PRId64 "; nothing was touched",
                              count, count - 1);
    }
    if (count == PGM_UNSET) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "--shard-index %" PRId64 " needs --shard-count (or "
                              "PGMARCH_SHARD_COUNT), the number of all shards; nothing was touched",
                              index);
    }
    if (index >= count) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "--shard-index %" PRId64 " is out of range: with --shard-count "
                              "%" PRId64 " it goes from 0 to %" PRId64 "; nothing was touched",
                              index, count, count - 1);
    }
    settings->shard = (pgm__shard){.index = index, .count = count};
    return PGM_OK;
}
