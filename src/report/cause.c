#include "report/cause.h"

#include <ctype.h>
#include <string.h>

#include "base/strbuf.h"

/* So many words of a target's name and URL are known again, and shorter ones are not looked for:
 * they stand in every text. */
enum { WORDS = 24, SHORTEST = 2 };

/* What is put in the place of what is the target's own: no text of a server has control
 * characters. */
#define OWN_WORD   "\001"
#define OWN_NUMBER "\002"
#define OWN_VALUE  "\003"

typedef struct word {
    const char *text;
    size_t len;
} word;

/* A target's own words, borrowed from its result. */
typedef struct own {
    word words[WORDS];
    size_t count;
} own;

bool pgm__cause_is_told(const pgm_summary *summary, const pgm_result *result) {
    return result->failure != NULL || result->outcome == PGM_OUTCOME_CANCELLED ||
           pgm_result_verdict(summary, result) == PGM_VERDICT_BAD;
}

/* ---- the target's own words ---- */

static bool is_in_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static void add_word(own *mine, const char *text, size_t len) {
    if (len >= SHORTEST && mine->count < WORDS) {
        mine->words[mine->count++] = (word){text, len};
    }
}

static void add_parts(own *mine, const char *text, const char *separators) {
    for (text += strspn(text, separators); *text != '\0'; text += strspn(text, separators)) {
        size_t len = strcspn(text, separators);
        add_word(mine, text, len);
        text += len;
    }
}

/* The whole name and the parts of it, and what stands between the signs of the URL: user, host,
 * database, and what its parameters say. */
static own words_of(const pgm_result *result) {
    own mine = {.count = 0};
    add_word(&mine, result->name, strlen(result->name));
    add_parts(&mine, result->name, "/.:@-");
    const char *begin = result->server == NULL ? NULL : strstr(result->server, "://");
    if (begin != NULL) {
        add_parts(&mine, begin + 3, ":*@/,?&=");
    }
    return mine;
}

/* The longest of them that stands here as a word of its own; 0: none does. */
static size_t own_word_at(const own *mine, const char *text, bool at_start) {
    size_t longest = 0;
    for (size_t i = 0; i < mine->count && at_start; i++) {
        const word *w = &mine->words[i];
        bool here = strncmp(text, w->text, w->len) == 0 && !is_in_word(text[w->len]);
        longest = here && w->len > longest ? w->len : longest;
    }
    return longest;
}

/* ---- values of the server's messages ---- */

static bool has_class(const char *sqlstate, const char *const *classes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strncmp(sqlstate, classes[i], 2) == 0) {
            return true;
        }
    }
    return false;
}

/* Does what is quoted differ from target to target? Values do (data exceptions, RAISE), and names
 * of databases, schemas and roles; a relation or a column that is not there is the cause itself. */
static bool quotes_are_own(const char *sqlstate) {
    static const char *const classes[] = {"22", "28", "3D", "3F", "P0"};
    return has_class(sqlstate, classes, sizeof classes / sizeof *classes);
}

/* The bytes of a quoted text with its quotes; 0: there is none here. Servers that speak other
 * languages have other quotes. */
static size_t quoted_at(const char *text) {
    static const char *const pairs[][2] = {{"\"", "\""}, {"»", "«"}, {"«", "»"}, {"„", "“"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        size_t open = strlen(pairs[i][0]);
        const char *end = strncmp(text, pairs[i][0], open) == 0 ? strstr(text + open, pairs[i][1])
                                                                : NULL;
        if (end != NULL) {
            return (size_t)(end - text) + strlen(pairs[i][1]);
        }
    }
    return 0;
}

/* The bytes of what stands in parentheses, with them; 0: they are not closed. */
static size_t parentheses_at(const char *text) {
    size_t depth = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        depth += text[i] == '(' ? 1 : 0;
        depth -= text[i] == ')' ? 1 : 0;
        if (depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* "Key (id)=(17) already exists." names a column and tells a value, "Failing row contains (1, x)."
 * tells values; in a message parentheses explain. */
static size_t values_at(const char *begin, const char *at, bool is_detail) {
    size_t len = *at == '(' ? parentheses_at(at) : 0;
    bool behind_sign = at > begin && at[-1] == '=';
    return len > 0 && (behind_sign || (is_detail && at[len] != '=')) ? len : 0;
}

/* ---- the key ---- */

/* What of a text is the same on all targets. */
static void add_common(pgm__strbuf *out, const own *mine, const pgm_failure *failure,
                       const char *text) {
    bool is_detail = text == failure->detail;
    bool quotes = quotes_are_own(failure->sqlstate);
    for (const char *at = text; *at != '\0';) {
        bool at_start = at == text || !is_in_word(at[-1]);
        size_t value = quotes ? quoted_at(at) : 0;
        value = value > 0 ? value : values_at(text, at, is_detail);
        size_t name = own_word_at(mine, at, at_start);
        size_t number = strspn(at, "0123456789");
        if (value > 0 || name > 0 || number > 0) {
            pgm__strbuf_adds(out, value > 0 ? OWN_VALUE : name > 0 ? OWN_WORD : OWN_NUMBER);
            at += value > 0 ? value : name > 0 ? name : number;
        } else {
            pgm__strbuf_addc(out, *at++);
        }
    }
}

/* Hint and context do not count: they follow from the rest. */
static void add_place(pgm__strbuf *key, const pgm_result *result, const pgm_failure *failure) {
    pgm__strbuf_clear(key);
    pgm__strbuf_addf(key, "%d %u ", (int)result->outcome, failure->line);
    pgm__groups_key(key, failure->phase);
    pgm__groups_key(key, failure->version);
    pgm__groups_key(key, failure->file);
    pgm__groups_key(key, failure->sqlstate);
}

static const pgm_failure *failure_of(const pgm_result *result) {
    static const pgm_failure none = {0};
    return result->failure == NULL ? &none : result->failure;
}

static void exact_key(pgm__strbuf *key, const pgm_result *result) {
    const pgm_failure *failure = failure_of(result);
    add_place(key, result, failure);
    pgm__groups_key(key, failure->message);
    pgm__groups_key(key, failure->detail);
}

static void common_key(pgm__strbuf *key, const pgm_result *result) {
    const pgm_failure *failure = failure_of(result);
    const own mine = words_of(result);
    add_place(key, result, failure);
    pgm__strbuf_addc(key, failure->message == NULL ? '-' : ':');
    add_common(key, &mine, failure, failure->message == NULL ? "" : failure->message);
    pgm__strbuf_addc(key, failure->detail == NULL ? '-' : ':');
    add_common(key, &mine, failure, failure->detail == NULL ? "" : failure->detail);
}

/* ---- groups ---- */

static pgm_status group_exact(const pgm__report *report, pgm__groups *exact, pgm__strbuf *key) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->result_count && status == PGM_OK; i++) {
        if (pgm__cause_is_told(report->summary, report->results[i])) {
            exact_key(key, report->results[i]);
            status = key->failed ? PGM_ENOMEM : pgm__groups_add(exact, key->text, key->len, i);
        }
    }
    return status;
}

/* What is said in the same words stays together, also where a word of it is by chance one target's
 * own: a database may be called "orders". */
pgm_status pgm__causes_find(const pgm__report *report, pgm__groups *causes) {
    pgm__groups exact = {0};
    pgm__strbuf key = {0};
    pgm_status status = group_exact(report, &exact, &key);
    for (size_t i = 0; i < exact.count && status == PGM_OK; i++) {
        const pgm__group *same = &exact.items[i];
        common_key(&key, report->results[same->members[0]]);
        status = key.failed ? PGM_ENOMEM : PGM_OK;
        for (size_t j = 0; j < same->count && status == PGM_OK; j++) {
            status = pgm__groups_add(causes, key.text, key.len, same->members[j]);
        }
    }
    pgm__groups_sort(causes);
    pgm__strbuf_fini(&key);
    pgm__groups_fini(&exact);
    return status;
}
