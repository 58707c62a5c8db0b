#include "model/files/file_name.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "model/files/version.h"

/*
 * A name is read from its end: `.sql`, then in any order the part (.up, .down, .verify), the
 * dialect and `.autocommit`. What is left is the version, which begins with a number. Flaws are
 * told in a few words, since one message may have to name many files.
 */

static bool ends_in(const char *name, size_t len, const char *suffix) {
    size_t suffix_len = strlen(suffix);
    return len >= suffix_len && memcmp(name + len - suffix_len, suffix, suffix_len) == 0;
}

bool pgm__has_suffix(const char *name, const char *suffix) {
    return ends_in(name, strlen(name), suffix);
}

/* Takes `suffix` off the end; false when it is not there. */
static bool take_suffix(const char *name, size_t *len, const char *suffix) {
    if (!ends_in(name, *len, suffix)) {
        return false;
    }
    *len -= strlen(suffix);
    return true;
}

/* Which of a migration's files it is, as far as the name says. */
enum part { PART_NONE, PART_UP, PART_DOWN, PART_VERIFY };

static enum part take_part(const char *name, size_t *len) {
    if (take_suffix(name, len, ".up")) {
        return PART_UP;
    }
    if (take_suffix(name, len, ".down")) {
        return PART_DOWN;
    }
    return take_suffix(name, len, ".verify") ? PART_VERIFY : PART_NONE;
}

/* In any case of the letters, unlike take_part(): what is meant as one and is none to us must not
 * pass for a part of the name. */
static bool ends_in_part(const char *name, size_t len) {
    return (len >= 3 && strncasecmp(name + len - 3, ".up", 3) == 0) ||
           (len >= 5 && strncasecmp(name + len - 5, ".down", 5) == 0) ||
           (len >= 7 && strncasecmp(name + len - 7, ".verify", 7) == 0);
}

/* They would steer the terminal that a message is shown on. */
static bool has_control_byte(const char *name) {
    for (const char *c = name; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            return true;
        }
    }
    return false;
}

/* The version goes into the ledger: the server would refuse bytes that are no UTF-8. */
static const char *bytes_flaw(const char *name) {
    if (has_control_byte(name)) {
        return "control character in the name";
    }
    return pgm__utf8_is_valid(name, strlen(name)) ? NULL : "not UTF-8";
}

static bool begins_with(const char *name, const char *prefix) {
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* Short, and by whole names where that is possible: whatever is left out is left out without a
 * word, so it must not be a migration of anybody's. */
bool pgm__file_name_is_left_out(const char *name) {
    if (name[0] == '.' || begins_with(name, "README") || pgm__has_suffix(name, ".md") ||
        strcmp(name, "migration_lock.toml") == 0 || strcmp(name, "atlas.sum") == 0 ||
        strcmp(name, "tern.conf") == 0) {
        return true;
    }
    /* Tests, and the file that embeds the folder; Go code with a number is a migration. */
    return pgm__has_suffix(name, "_test.go") ||
           (pgm__has_suffix(name, ".go") && pgm__version_number_len(name) == 0);
}

static bool begins_with_fold(const char *name, const char *prefix) {
    return strncasecmp(name, prefix, strlen(prefix)) == 0;
}

/* Would some tool take a name that begins so for a migration's? */
static bool has_number(const char *name) {
    return pgm__version_number_len(name) > 0 || begins_with(name, "R__");
}

/* diesel's settings are looked for by their name. */
bool pgm__file_name_is_aside(const char *name) {
    size_t len = strlen(name);
    bool sql = len >= 4 && strcasecmp(name + len - 4, ".sql") == 0;
    return !has_number(name) && !sql && strcmp(name, "metadata.toml") != 0;
}

bool pgm__folder_name_is_aside(const char *name) {
    bool direction = strcasecmp(name, "up") == 0 || strcasecmp(name, "down") == 0;
    bool ours = begins_with_fold(name, "postgres") || strcasecmp(name, "pg") == 0;
    return pgm__file_name_is_aside(name) && !direction && !ours;
}

/* The list need not be whole: what is on no list is refused as well, only with fewer words. */
bool pgm__file_name_is_code(const char *name) {
    static const char *const code[] = {".go",   ".js",  ".ts",  ".py",  ".rb",  ".java",
                                       ".php",  ".cjs", ".mjs", ".cts", ".mts", ".exs",
                                       ".fizz", ".kt",  ".cs",  ".clj", ".erl", ".sh"};
    for (size_t i = 0; i < sizeof code / sizeof code[0]; i++) {
        if (pgm__has_suffix(name, code[i]) && has_number(name)) {
            return true;
        }
    }
    return false;
}

/* Also such as hardly anybody has: a file whose mark is not known counts as one for all databases,
 * and would be run here. */
static const char *const other_databases[] = {
    ".mysql",       ".mariadb",  ".sqlite",    ".sqlite3", ".mssql",       ".sqlserver",
    ".oracle",      ".h2",       ".cockroach", ".crdb",    ".cockroachdb", ".clickhouse",
    ".spanner",     ".db2",      ".hsqldb",    ".derby",   ".firebird",    ".redshift",
    ".snowflake",   ".bigquery", ".duckdb",    ".tidb",    ".yugabyte",    ".yugabytedb",
    ".singlestore", ".libsql",   ".turso",     ".vertica", ".sybase",      ".cassandra",
    ".informix",    ".mysql5",   ".mysql8",    ".ydb",     ".percona",     ".tsql"};

/* Is text[0..len) one of the endings, in whatever case? */
static bool is_other_database(const char *text, size_t len) {
    for (size_t i = 0; i < sizeof other_databases / sizeof other_databases[0]; i++) {
        if (strlen(other_databases[i]) == len && strncasecmp(other_databases[i], text, len) == 0) {
            return true;
        }
    }
    return false;
}

/* What a name says in its parts between dots, read from the end. */
struct endings {
    size_t len; /* of what is left of the name */
    enum part part;
    pgm__dialect dialect;
    bool alone;
    bool torn; /* two dialects */
};

static size_t last_dot(const char *name, size_t len) {
    while (len > 0 && name[len - 1] != '.') {
        len--;
    }
    return len == 0 ? 0 : len - 1;
}

static void add_dialect(struct endings *endings, pgm__dialect dialect) {
    endings->torn = endings->torn || endings->dialect != PGM__DIALECT_NONE;
    endings->dialect = dialect;
}

static bool take_ours(const char *name, size_t *len) {
    static const char *const ours[] = {".postgres", ".postgresql", ".pgsql", ".pg"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (take_suffix(name, len, ours[i])) {
            return true;
        }
    }
    return false;
}

/* Takes one off the end; false when the last part means nothing. */
static bool take_ending(const char *name, struct endings *endings) {
    if (endings->part == PART_NONE) {
        endings->part = take_part(name, &endings->len);
        if (endings->part != PART_NONE) {
            return true;
        }
    }
    /* popx: what the file does is not to be done in a transaction. */
    if (!endings->alone && take_suffix(name, &endings->len, ".autocommit")) {
        endings->alone = true;
        return true;
    }
    if (take_ours(name, &endings->len)) {
        add_dialect(endings, PGM__DIALECT_POSTGRES);
        return true;
    }
    size_t dot = last_dot(name, endings->len);
    if (dot == 0 || !is_other_database(name + dot, endings->len - dot)) {
        return false;
    }
    endings->len = dot;
    add_dialect(endings, PGM__DIALECT_OTHER);
    return true;
}

/* They may stand in any order: `2_b.cockroach.autocommit.up.sql` and `2_b.up.cockroach.sql` are
 * both met. */
static struct endings take_endings(const char *name, size_t len) {
    struct endings endings = {.len = len};
    while (take_ending(name, &endings)) {
    }
    /* A dialect in the middle of a name is one too. */
    for (size_t dot = last_dot(name, endings.len), end = endings.len; dot > 0;
         end = dot, dot = last_dot(name, dot)) {
        if (is_other_database(name + dot, end - dot)) {
            add_dialect(&endings, PGM__DIALECT_OTHER);
        }
    }
    return endings;
}

/* Does a part between dots say that the file is a way down, as `.undo` and `.rollback` do? */
static bool has_way_down(const char *name, size_t len) {
    static const char *const ways[] = {".down",     ".undo",      ".revert",    ".rollback",
                                       ".backward", ".backwards", ".downgrade", ".teardown"};
    for (size_t dot = last_dot(name, len); dot > 0; len = dot, dot = last_dot(name, dot)) {
        for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
            if (strlen(ways[i]) == len - dot && strncasecmp(name + dot, ways[i], len - dot) == 0) {
                return true;
            }
        }
    }
    return false;
}

/*
 * V1.2__name, U1.2__name, B1.2__name, R__name; 0 when it is none, else its first letter. By the
 * whole form, since "Users.sql" begins with a U as well; numbers are read as behind a V, which is
 * the one that version.h knows.
 */
static char flyway_letter(const char *name) {
    if (pgm__version_is_repeatable(name)) {
        return 'R';
    }
    if (strchr("VUB", name[0]) == NULL) {
        return 0;
    }
    char number[PGM__VERSION_KEY] = "V";
    size_t digits = strspn(name + 1, "0123456789._");
    if (digits < 3 || digits + 2 > sizeof number) {
        return 0;
    }
    memcpy(number + 1, name + 1, digits);
    size_t len = pgm__version_number_len(number);
    return len > 0 && strncmp(number + len, "__", 2) == 0 ? name[0] : 0;
}

/* A version with U has its partner's V in the listing (layout.c), so that the two become one
 * migration. */
static const char *parse_flyway(const char *name, char letter, const struct endings *endings,
                                pgm__file_name *out) {
    if (letter == 'B') {
        return "a Flyway baseline: it stands for other migrations, which pgmarch runs one by one";
    }
    size_t mark = (size_t)(strstr(name, "__") - name);
    if (endings->len <= mark + 2) {
        return "no name";
    }
    *out = (pgm__file_name){
        .version_len = endings->len,
        .form = PGM__FORM_FLYWAY,
        .dialect = endings->dialect,
        .alone = endings->alone,
        .down = letter == 'U',
        .undo = letter == 'U',
    };
    return NULL;
}

/* A number, and a name behind it or nothing: graphile-migrate calls a file by its number alone. A
 * letter and a number would be a Flyway name that is not finished. */
static bool is_version(const char *name, size_t len) {
    size_t number = pgm__version_number_len(name);
    if (number == len) {
        return len > 0 && name[0] != 'V';
    }
    return number > 0 && number + 2 <= len && strchr("_-.", name[number]) != NULL;
}

const char *pgm__file_name_parse(const char *name, pgm__file_name *out) {
    size_t len = strlen(name);
    const char *flaw = bytes_flaw(name);
    if (flaw != NULL) {
        return flaw;
    }
    if (!take_suffix(name, &len, ".sql")) {
        return pgm__file_name_is_code(name) ? "a migration in code" : "";
    }
    struct endings endings = take_endings(name, len);
    enum part part = endings.part;
    len = endings.len;
    if (endings.torn) {
        return "for two databases?";
    }
    /* "1_x.Down.sql" would otherwise be applied as an up file, and so would "1_x.undo.sql". */
    if (ends_in_part(name, len)) {
        return "up, down or verify?";
    }
    if (part == PART_NONE && has_way_down(name, len)) {
        return "a way down? it is called .down.sql";
    }
    if (len > PGM__VERSION_MAX) {
        return "version over 255 bytes";
    }
    char letter = part != PART_NONE ? 0 : flyway_letter(name);
    if (letter != 0) {
        return parse_flyway(name, letter, &endings, out);
    }
    if (begins_with_fold(name, "before") || begins_with_fold(name, "after")) {
        return "a Flyway callback? pgmarch runs none";
    }
    if (!is_version(name, len)) {
        return "";
    }
    *out = (pgm__file_name){
        .version_len = len,
        .form = part == PART_UP || part == PART_DOWN ? PGM__FORM_PAIR : PGM__FORM_PLAIN,
        .dialect = endings.dialect,
        .alone = endings.alone,
        .down = part == PART_DOWN,
        .verify = part == PART_VERIFY,
    };
    return NULL;
}

bool pgm__folder_is_foreign(const char *name) {
    for (size_t i = 0; i < sizeof other_databases / sizeof other_databases[0]; i++) {
        if (strcasecmp(name, other_databases[i] + 1) == 0) {
            return true;
        }
    }
    return false;
}

const char *pgm__folder_name_flaw(const char *name) {
    const char *flaw = bytes_flaw(name);
    if (flaw == NULL && strlen(name) > PGM__VERSION_MAX) {
        flaw = "version over 255 bytes";
    }
    if (flaw == NULL && pgm__version_number_len(name) == 0) {
        flaw = "a folder without a number";
    }
    if (flaw == NULL && take_endings(name, strlen(name)).dialect == PGM__DIALECT_OTHER) {
        flaw = "for another database?";
    }
    return flaw;
}

size_t pgm__version_name_at(const char *version) {
    if (pgm__version_is_repeatable(version)) {
        return 3;
    }
    size_t at = pgm__version_number_len(version);
    bool flyway = version[0] == 'V' && strncmp(version + at, "__", 2) == 0;
    if (version[at] != '\0' && strchr("_-.", version[at]) != NULL) {
        at += flyway ? 2 : 1;
    }
    return at;
}
