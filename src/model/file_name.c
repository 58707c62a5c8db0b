#include "model/file_name.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "model/version.h"

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

static bool ends_in_part(const char *name, size_t len) {
    return (len >= 3 && strncasecmp(name + len - 3, ".up", 3) == 0) ||
           (len >= 5 && strncasecmp(name + len - 5, ".down", 5) == 0) ||
           (len >= 7 && strncasecmp(name + len - 7, ".verify", 7) == 0);
}

static bool has_control_byte(const char *name) {
    for (const char *c = name; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            return true;
        }
    }
    return false;
}

static const char *bytes_flaw(const char *name) {
    if (has_control_byte(name)) {
        return "control character in the name";
    }
    return pgm__utf8_is_valid(name, strlen(name)) ? NULL : "not UTF-8";
}

static bool begins_with(const char *name, const char *prefix) {
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

bool pgm__file_name_is_left_out(const char *name) {
    if (name[0] == '.' || begins_with(name, "README") || pgm__has_suffix(name, ".md") ||
        strcmp(name, "migration_lock.toml") == 0 || strcmp(name, "atlas.sum") == 0) {
        return true;
    }
    /* Tests, and the file that embeds the folder; Go code with a number is a migration. */
    return pgm__has_suffix(name, "_test.go") ||
           (pgm__has_suffix(name, ".go") && pgm__version_number_len(name) == 0);
}

static const char *other_flaw(const char *name) {
    static const char *const code[] = {".go", ".js", ".ts", ".py", ".rb", ".java", ".php"};
    for (size_t i = 0; i < sizeof code / sizeof code[0]; i++) {
        bool migration = pgm__version_number_len(name) > 0 || begins_with(name, "V") ||
                         begins_with(name, "R__");
        if (pgm__has_suffix(name, code[i]) && migration) {
            return "a migration in code, which only its own tool can run";
        }
    }
    return "";
}

static const char *const other_databases[] = {
    ".mysql",  ".mariadb", ".sqlite",    ".sqlite3",     ".mssql",      ".sqlserver",
    ".oracle", ".h2",      ".cockroach", ".cockroachdb", ".clickhouse", ".spanner"};

static pgm__dialect take_dialect(const char *name, size_t *len) {
    static const char *const ours[] = {".postgres", ".postgresql", ".pgsql", ".pg"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (take_suffix(name, len, ours[i])) {
            return PGM__DIALECT_POSTGRES;
        }
    }
    for (size_t i = 0; i < sizeof other_databases / sizeof other_databases[0]; i++) {
        if (ends_in(name, *len, other_databases[i])) {
            return PGM__DIALECT_OTHER;
        }
    }
    return PGM__DIALECT_NONE;
}

/* V1.2__name, U1.2__name, B1.2__name, R__name; 0 when it is none, else its first letter. */
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

static bool begins_with_fold(const char *name, const char *prefix) {
    return strncasecmp(name, prefix, strlen(prefix)) == 0;
}

static const char *parse_flyway(const char *name, char letter, size_t len, pgm__file_name *out) {
    if (letter == 'B') {
        return "a Flyway baseline: it stands for other migrations, which pgmarch runs one by one";
    }
    size_t mark = (size_t)(strstr(name, "__") - name);
    if (len <= mark + 2) {
        return "no name";
    }
    *out = (pgm__file_name){
        .version_len = len,
        .form = PGM__FORM_FLYWAY,
        .down = letter == 'U',
        .undo = letter == 'U',
    };
    return NULL;
}

const char *pgm__file_name_parse(const char *name, pgm__file_name *out) {
    size_t len = strlen(name);
    const char *flaw = bytes_flaw(name);
    if (flaw != NULL) {
        return flaw;
    }
    if (!take_suffix(name, &len, ".sql")) {
        return other_flaw(name);
    }
    enum part part = take_part(name, &len);
    pgm__dialect dialect = take_dialect(name, &len);
    if (part == PART_NONE && dialect == PGM__DIALECT_POSTGRES) {
        part = take_part(name, &len);
    }
    /* "1_x.Down.sql" would otherwise be applied as an up file. */
    if (ends_in_part(name, len)) {
        return "up, down or verify?";
    }
    if (len > PGM__VERSION_MAX) {
        return "version over 255 bytes";
    }
    char letter = part != PART_NONE ? 0 : flyway_letter(name);
    if (letter != 0) {
        return parse_flyway(name, letter, len, out);
    }
    if (begins_with_fold(name, "before") || begins_with_fold(name, "after")) {
        return "a Flyway callback? pgmarch runs none";
    }
    size_t number = pgm__version_number_len(name);
    if (number == 0 || number + 2 > len || strchr("_-.", name[number]) == NULL) {
        return "";
    }
    *out = (pgm__file_name){
        .version_len = len,
        .form = part == PART_UP || part == PART_DOWN ? PGM__FORM_PAIR : PGM__FORM_PLAIN,
        .dialect = dialect,
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
