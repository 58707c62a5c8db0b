#include "report/moment.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_DAY = 719468 }; /* from 0000-03-01 to 1970-01-01 */

/* Digits, and what stands between them. */
static bool has_shape(const char *text) {
    static const char shape[] = "0000-00-00T00:00:00.000Z";
    if (strlen(text) != sizeof shape - 1) {
        return false;
    }
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i]) {
            return false;
        }
    }
    return true;
}

static int number_at(const char *text, size_t from, size_t len) {
    int number = 0;
    for (size_t i = from; i < from + len; i++) {
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Counted from March, so that the day that is not always there is the last of its year. timegm(3)
 * is not of POSIX. */
static int64_t days_since_1970(int year, int month, int day) {
    static const int before[] = {306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275};
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t leaps = y >= 0 ? y / 4 - y / 100 + y / 400 : -1;
    return y * 365 + leaps + before[month - 1] + day - 1 - FIRST_DAY;
}

bool pgm__moment_parse(const char *text, int64_t *ms) {
    if (!has_shape(text)) {
        return false;
    }
    int year = number_at(text, 0, 4);
    int month = number_at(text, 5, 2);
    int day = number_at(text, 8, 2);
    int hour = number_at(text, 11, 2);
    int minute = number_at(text, 14, 2);
    int second = number_at(text, 17, 2);
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 ||
        minute > 59 || second > 59) {
        return false;
    }
    int64_t seconds = days_since_1970(year, month, day) * 86400 + hour * 3600 + minute * 60 +
                      second;
    *ms = seconds * 1000 + number_at(text, 20, 3);
    return true;
}

/* As days_since_1970(), the other way round: years begin in March, and 400 of them are an era. */
static void date_of(int64_t day, int *year, int *month, int *of_month) {
    enum { ERA = 146097, CENTURY = 36524, FOUR = 1460, YEAR = 365, FIVE_MONTHS = 153 };
    int64_t from = day + FIRST_DAY;
    int64_t rest = from % ERA;
    int64_t y = (rest - rest / FOUR + rest / CENTURY - rest / (ERA - 1)) / YEAR;
    int64_t of_year = rest - (YEAR * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / FIVE_MONTHS;
    *of_month = (int)(of_year - (FIVE_MONTHS * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + from / ERA * 400 + (*month <= 2 ? 1 : 0));
}

bool pgm__moment_stamp(int64_t seconds, char out[PGM__MOMENT_STAMP]) {
    enum { DAY = 86400, HOUR = 3600, MINUTE = 60 };
    static const int64_t first = -30610224000; /* year 1000 */
    static const int64_t end = 253402300800;   /* year 10000 */
    if (seconds < first || seconds >= end) {
        return false;
    }
    int64_t day = seconds >= 0 ? seconds / DAY : (seconds - DAY + 1) / DAY;
    int rest = (int)(seconds - day * DAY);
    int year = 0;
    int month = 0;
    int of_month = 0;
    date_of(day, &year, &month, &of_month);
    int len = snprintf(out, PGM__MOMENT_STAMP, "%04d-%02d-%02d %02d:%02d:%02d", year, month,
                       of_month, rest / HOUR, rest / MINUTE % MINUTE, rest % MINUTE);
    return len > 0 && len < PGM__MOMENT_STAMP;
}

bool pgm__moment_of_stamp(const char *text, int64_t *seconds) {
    enum { DAY = 10, LEN = 19 };
    char moment[PGM__MOMENT_STAMP];
    char again[PGM__MOMENT_STAMP];
    int64_t ms = 0;
    if (strlen(text) != LEN || text[DAY] != ' ') {
        return false;
    }
    (void)snprintf(moment, sizeof moment, "%.10sT%s.000Z", text, text + DAY + 1);
    if (!pgm__moment_parse(moment, &ms) || !pgm__moment_stamp(ms / 1000, again) ||
        strcmp(again, text) != 0) {
        return false;
    }
    *seconds = ms / 1000;
    return true;
}
