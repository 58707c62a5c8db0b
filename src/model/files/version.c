#include "model/files/version.h"

#include <string.h>

#include "pgmarch/run.h"

/*
 * A number is walked digit by digit: nothing is copied, and leading zeros, separators and the
 * dashes of a date are passed over on the way. A part that is not there counts as zero, so that 1
 * and 1.0 are one number. Only diesel's counter behind a date is never passed over: to diesel
 * 2025-09-19-132648 and 2025-09-19-132648-0000 are two versions.
 */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t digits_at(const char *text) {
    return strspn(text, "0123456789");
}

/* "2019-02-26-002946", as diesel writes it; 0 when it is something else. */
static size_t date_len(const char *text) {
    static const char form[] = "dddd-dd-dd-";
    for (size_t i = 0; form[i] != '\0'; i++) {
        if (form[i] == 'd' ? !is_digit(text[i]) : text[i] != form[i]) {
            return 0;
        }
    }
    size_t time = digits_at(text + sizeof form - 1);
    return time > 0 ? sizeof form - 1 + time : 0;
}

/* With the counter that newer versions of diesel put behind it: "2025-09-19-132648-0000". */
static size_t dated_len(const char *text) {
    size_t len = date_len(text);
    if (len > 0 && text[len] == '-' && is_digit(text[len + 1])) {
        len += 1 + digits_at(text + len + 1);
    }
    /* Else the digits and dashes are the begin of a name. */
    return text[len] == '_' || text[len] == '\0' ? len : 0;
}

/* Digits with `separator` between them: "1.7.0". A part that goes on as a word is none. */
static size_t parts_len(const char *text, char separator) {
    size_t len = digits_at(text);
    while (len > 0 && text[len] == separator && is_digit(text[len + 1])) {
        size_t more = len + 1 + digits_at(text + len + 1);
        if (text[more] != '\0' && strchr("._-/", text[more]) == NULL) {
            break;
        }
        len = more;
    }
    return len;
}

size_t pgm__version_number_len(const char *version) {
    size_t begin = (version[0] == 'V' || version[0] == 'v') && is_digit(version[1]) ? 1 : 0;
    const char *number = version + begin;
    size_t len = dated_len(number);
    if (len > 0 || !is_digit(number[0])) {
        return begin + len;
    }
    /* Flyway reads V1_2__x as 1.2; elsewhere what follows the first `_` is the name. */
    len = begin > 0 ? parts_len(number, '_') : 0;
    if (len == 0 || strncmp(number + len, "__", 2) != 0) {
        len = parts_len(number, '.');
    }
    if (number[len] == '/' && is_digit(number[len + 1])) {
        len += 1 + digits_at(number + len + 1);
    }
    return begin + len;
}

/* Walks the digits of one number, part by part. */
struct walk {
    const char *at;
    const char *end;
    const char *joined; /* dashes before it join digits, those behind it separate parts */
    bool counted;       /* a counter of zero stands behind the date */
};

/* Is the counter at `text`, as in "-0000_name", there and zero? */
static bool is_zero_counter(const char *text) {
    size_t zeros = text[0] == '-' ? strspn(text + 1, "0") : 0;
    return zeros > 0 && !is_digit(text[1 + zeros]);
}

/* Digit by digit and not as an integer: a version may have 255 of them. */
static struct walk walk_of(const char *version) {
    size_t len = pgm__version_number_len(version);
    size_t skip = len > 0 && !is_digit(version[0]) ? 1 : 0;
    size_t joined = dated_len(version + skip) > 0 ? date_len(version + skip) : 0;
    const char *counter = version + skip + joined;
    return (struct walk){version + skip, version + len, counter,
                         joined > 0 && is_zero_counter(counter)};
}

static bool is_inside_part(const struct walk *walk) {
    return walk->at < walk->end &&
           (is_digit(*walk->at) || (*walk->at == '-' && walk->at < walk->joined));
}

/* A part without its leading zeros: where its digits begin and how many there are. */
struct part {
    struct walk walk;
    size_t digits;
};

static struct part next_part(struct walk *walk) {
    while (is_inside_part(walk) && !(*walk->at >= '1' && *walk->at <= '9')) {
        walk->at++;
    }
    struct part part = {.walk = *walk};
    while (is_inside_part(walk)) {
        part.digits += is_digit(*walk->at);
        walk->at++;
    }
    return part;
}

/* The dashes of a date join its digits: 2019-02-26 is one number. */
static char next_digit(struct walk *walk) {
    while (*walk->at == '-') {
        walk->at++;
    }
    return *walk->at++;
}

/* Without leading zeros the longer one is the greater. */
static int compare_parts(struct part a, struct part b) {
    if (a.digits != b.digits) {
        return a.digits < b.digits ? -1 : 1;
    }
    for (size_t i = 0; i < a.digits; i++) {
        char left = next_digit(&a.walk);
        char right = next_digit(&b.walk);
        if (left != right) {
            return left < right ? -1 : 1;
        }
    }
    return 0;
}

/* Past a separator between parts; false before `/` and at the end. */
static bool has_more(struct walk *walk) {
    if (walk->at < walk->end && strchr("._-", *walk->at) != NULL) {
        walk->at++;
        return true;
    }
    return false;
}

/* Up to the `/` or the end; a part that is not there counts as zero. */
static int compare_dotted(struct walk *a, struct walk *b) {
    int order = 0;
    bool more = true;
    while (more) {
        int next = compare_parts(next_part(a), next_part(b));
        order = order != 0 ? order : next;
        bool a_more = has_more(a);
        bool b_more = has_more(b);
        more = a_more || b_more;
    }
    return order;
}

/* Written as compare_dotted() compares, part by part, so that two versions have one key when they
 * are of one number, and only then: zeros at the end go, and a slash stays. */
size_t pgm__version_key(const char *version, char key[PGM__VERSION_KEY]) {
    struct walk walk = walk_of(version);
    if (walk.at == walk.end || walk.end - walk.at >= PGM__VERSION_KEY) {
        return 0;
    }
    size_t len = 0;
    size_t kept = 0; /* up to the last part that is not zero */
    for (;;) {
        struct part part = next_part(&walk);
        for (size_t i = 0; i < part.digits; i++) {
            key[len++] = next_digit(&part.walk);
        }
        kept = part.digits > 0 ? len : kept;
        if (has_more(&walk)) {
            key[len++] = '.';
            continue;
        }
        len = kept;
        if (walk.at == walk.end) {
            break;
        }
        key[len++] = *walk.at++; /* the slash */
        kept = len;
    }
    if (len == 0) {
        key[len++] = '0';
    }
    if (walk.counted) {
        key[len++] = '.';
        key[len++] = '0';
    }
    key[len] = '\0';
    return len;
}

bool pgm__version_is_zero(const char *version) {
    char number[PGM__VERSION_KEY];
    return pgm__version_key(version, number) == 1 && number[0] == '0';
}

bool pgm__version_is_repeatable(const char *version) {
    return strncmp(version, "R__", 3) == 0;
}

/* What has no number comes first, what runs again last. */
static int rank(const char *version) {
    if (pgm__version_is_repeatable(version)) {
        return 2;
    }
    return pgm__version_number_len(version) > 0 ? 1 : 0;
}

int pgm__version_compare_number(const char *a, const char *b) {
    int left = rank(a);
    int right = rank(b);
    if (left != right) {
        return left < right ? -1 : 1;
    }
    if (left != 1) {
        return left == 2 ? strcmp(a, b) : 0;
    }
    struct walk a_walk = walk_of(a);
    struct walk b_walk = walk_of(b);
    int order = compare_dotted(&a_walk, &b_walk);
    if (order != 0) {
        return order;
    }
    /* 1.7.0 by itself comes before 1.7.0/02. */
    bool a_deeper = a_walk.at < a_walk.end;
    bool b_deeper = b_walk.at < b_walk.end;
    if (a_deeper != b_deeper) {
        return a_deeper ? 1 : -1;
    }
    if (!a_deeper) {
        return (int)a_walk.counted - (int)b_walk.counted;
    }
    a_walk.at++;
    b_walk.at++;
    return compare_dotted(&a_walk, &b_walk);
}

int pgm_migration_compare(const char *version, const char *other) {
    int order = pgm__version_compare_number(version, other);
    if (order == 0) {
        order = strcmp(version + pgm__version_number_len(version),
                       other + pgm__version_number_len(other));
    }
    /* 01_a and 1_a: neither may come first today and second tomorrow. */
    return order != 0 ? order : strcmp(version, other);
}
