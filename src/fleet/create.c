/*
 * A version is a second of UTC, and is never handed out twice: not in this folder, and not to two
 * processes at once (try_second()). So two people who make migrations on two branches hardly ever
 * collide when these are merged, and the newest one sorts last. A pair of files is written as a
 * whole, or nothing is.
 */
#include "fleet/create.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "fleet/create_template.h"
#include "model/files/layout.h"
#include "model/files/migrations.h"
#include "model/files/version.h"

enum {
    STAMP_SIZE = 15,    /* YYYYMMDDHHMMSS and its NUL */
    NAME_MAX_LEN = 200, /* with stamp and suffix well below the 255 bytes of a file name */
    TRIES_MAX = 100000  /* seconds to look ahead: more than a day of versions already taken */
};

/* By hand: what libc takes for a letter depends on the locale, and the locale is the program's that
 * uses the library. */
static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_good(const char *name) {
    if (!is_lower(name[0])) {
        return false;
    }
    for (const char *c = name; *c != '\0'; c++) {
        if (!is_lower(*c) && !is_digit(*c) && *c != '_') {
            return false;
        }
    }
    return true;
}

/* Does a word begin here, as in addUsers, add2Users and HTTPServer? */
static bool is_hump(const char *name, size_t at, size_t len) {
    if (!is_upper(name[at]) || at == 0) {
        return false;
    }
    return is_lower(name[at - 1]) || is_digit(name[at - 1]) ||
           (is_upper(name[at - 1]) && at + 1 < len && is_lower(name[at + 1]));
}

/* "AddUsers" -> add_users, "20231106-add users.sql" -> add_users; for a message, so cut to size. */
static void suggest(const char *name, char *out, size_t size) {
    size_t used = 0;
    bool gap = false;
    size_t len = strlen(name);
    if (len > 4 && strcmp(name + len - 4, ".sql") == 0) {
        len -= 4;
    }
    for (size_t i = 0; i < len && used + 2 < size; i++) {
        bool upper = is_upper(name[i]);
        gap = gap || is_hump(name, i, len);
        bool begins = upper || is_lower(name[i]);
        if (!begins && (used == 0 || !is_digit(name[i]))) {
            gap = true;
            continue;
        }
        if (gap && used > 0) {
            out[used++] = '_';
        }
        gap = false;
        out[used++] = upper ? (char)(name[i] - 'A' + 'a') : name[i];
    }
    out[used] = '\0';
    if (used == 0) {
        (void)snprintf(out, size, "add_users");
    }
}

/* Names are kept to what needs no quotes in a shell, in a file name of any system and in a ledger.
 * Whoever writes another one is told at once how it would be taken. */
static pgm_status check_name(const char *name, pgm_error *err) {
    if (name == NULL || name[0] == '\0') {
        return pgm__error_set(err, PGM_EUSAGE, "a migration needs a name, such as add_users");
    }
    if (!is_good(name)) {
        char better[64];
        suggest(name, better, sizeof better);
        return pgm__error_set(err, PGM_EUSAGE,
                              "a migration's name has lowercase letters, digits and underscores "
                              "and begins with a letter: write \"%s\"",
                              better);
    }
    if (strlen(name) > NAME_MAX_LEN) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "the migration's name has %zu characters; at most %d are allowed",
                              strlen(name), (int)NAME_MAX_LEN);
    }
    return PGM_OK;
}

/* The first migration of a project makes its folder. A file in its place is EEXIST as well, which
 * would read as if all were well: what is said is that it is no folder. */
static pgm_status make_folder(const char *dir, pgm_error *err) {
    if (mkdir(dir, 0777) == 0 || (errno == EEXIST && pgm__is_folder(dir))) {
        return PGM_OK;
    }
    return pgm__error_sys(err, PGM_EIO, errno == EEXIST ? ENOTDIR : errno,
                          "cannot make the migrations folder \"%s\"", dir);
}

/* All stamps have 14 digits, since longer numbers are higher ones: behind a single migration of the
 * year 10000 nothing that is made in our days would ever be the newest. One of 1970, where clocks
 * begin that nobody has set, would come before all that databases have. */
static pgm_status stamp_of(time_t when, char stamp[STAMP_SIZE], pgm_error *err) {
    struct tm utc;
    if (gmtime_r(&when, &utc) == NULL || utc.tm_year + 1900 < 2000 || utc.tm_year + 1900 > 9999 ||
        strftime(stamp, STAMP_SIZE, "%Y%m%d%H%M%S", &utc) != STAMP_SIZE - 1) {
        return pgm__error_set(err, PGM_EIO,
                              "the clock of this machine is not set, and the version of a "
                              "migration is the time: set it, and create the migration again");
    }
    return PGM_OK;
}

/* The names in the folder. */
struct listing {
    pgm__arena arena;
    pgm__folder_entry *entries;
    size_t count;
};

/* Has any file this number, whatever its name? What else is called is another migration of the same
 * number, for which the whole folder would be refused. */
static bool is_taken(const struct listing *listing, const char *stamp) {
    for (size_t i = 0; i < listing->count; i++) {
        if (pgm__version_compare_number(listing->entries[i].name, stamp) == 0) {
            return true;
        }
    }
    return false;
}

/* The folder is listed anew, because this is asked behind the claim (see try_second()). */
static pgm_status look_up(const char *dir, const char *stamp, bool *taken, pgm_error *err) {
    struct listing listing = {0};
    pgm_status status = pgm__folder_list(&listing.arena, dir, &listing.entries, &listing.count,
                                         err);
    *taken = status == PGM_OK && is_taken(&listing, stamp);
    pgm__arena_clear(&listing.arena);
    return status;
}

static pgm_status write_one(const char *path, const char *stamp, const char *name, bool down,
                            pgm_error *err) {
    pgm__strbuf text = {0};
    pgm__create_template(&text, stamp, name, down);
    pgm_status status = text.failed ? pgm__error_nomem(err)
                                    : pgm__file_create(path, text.text, text.len, err);
    pgm__strbuf_fini(&text);
    return status;
}

/*
 * An up file whose down file could not be written is taken away again: alone it would say that
 * there is no way back, which nobody has decided. The path of the down file is the longer one, so
 * that only its length is looked at.
 */
static pgm_status write_pair(const char *dir, const char *stamp, const char *name, pgm_created *out,
                             pgm_error *err) {
    pgm_created made;
    const char *slash = dir[strlen(dir) - 1] == '/' ? "" : "/";
    int up = snprintf(made.up_file, sizeof made.up_file, "%s%s%s_%s.up.sql", dir, slash, stamp,
                      name);
    int down = snprintf(made.down_file, sizeof made.down_file, "%s%s%s_%s.down.sql", dir, slash,
                        stamp, name);
    if (up < 0 || down < 0 || (size_t)down >= sizeof made.down_file) {
        return pgm__error_set(err, PGM_EUSAGE, "the path of the migrations folder is too long");
    }
    pgm_status status = write_one(made.up_file, stamp, name, false, err);
    if (status != PGM_OK) {
        return status;
    }
    status = write_one(made.down_file, stamp, name, true, err);
    if (status == PGM_OK) {
        *out = made;
    } else {
        (void)unlink(made.up_file);
    }
    return status;
}

/*
 * Several processes may ask for a version within the same second, each under a name of its own, so
 * that no O_EXCL on the migration file itself tells them apart. Who owns a second is therefore
 * settled by a hidden file that has the digits alone for its name; only its owner looks whether the
 * number is free, and writes. The order matters: a process that gets the hidden file after another
 * has given it up lists the folder later still, and so sees what that other one wrote.
 *
 * A claim that a crash has left behind is not taken away, because it may as well be that of a
 * process at work: it costs the one second that it stands for. A dot in front keeps the file out of
 * what is read as a migration.
 */
static pgm_status try_second(const char *dir, const char *stamp, const char *name, bool *taken,
                             pgm_created *out, pgm_error *err) {
    pgm__strbuf claim = {0};
    pgm__strbuf_addf(&claim, "%s/.%s.claim", dir, stamp);
    if (claim.failed) {
        pgm__strbuf_fini(&claim);
        return pgm__error_nomem(err);
    }
    pgm_error reason = {0};
    pgm_status status = pgm__file_create(claim.text, "", 0, &reason);
    *taken = status == PGM_EIO && reason.sys == EEXIST;
    if (status == PGM_OK) {
        status = look_up(dir, stamp, taken, &reason);
        if (status == PGM_OK && !*taken) {
            status = write_pair(dir, stamp, name, out, &reason);
        }
        (void)unlink(claim.text);
    } else if (*taken) {
        status = PGM_OK;
    }
    if (status != PGM_OK && err != NULL) {
        *err = reason;
    }
    pgm__strbuf_fini(&claim);
    return status;
}

/* The first second from `now` on that nobody has. Ahead and not back: a version must not come
 * before one that may already be applied somewhere. */
static pgm_status take_second(const char *dir, const char *name, time_t now, pgm_created *out,
                              pgm_error *err) {
    struct listing before = {0}; /* passes over what is long taken without a claim for each */
    pgm_status status = pgm__folder_list(&before.arena, dir, &before.entries, &before.count, err);
    bool taken = true;
    for (time_t ahead = 0; ahead < TRIES_MAX && status == PGM_OK && taken; ahead++) {
        char stamp[STAMP_SIZE];
        status = stamp_of(now + ahead, stamp, err);
        if (status == PGM_OK && !is_taken(&before, stamp)) {
            status = try_second(dir, stamp, name, &taken, out, err);
        }
    }
    pgm__arena_clear(&before.arena);
    if (status == PGM_OK && taken) {
        return pgm__error_set(err, PGM_EIO, "\"%s\" has no free version near the present time",
                              dir);
    }
    return status;
}

/* A pair in another tool's folder would make the whole folder unreadable. Where it is unreadable
 * already, that is for `validate` to say. */
static pgm_status check_layout(const char *dir, pgm_error *err) {
    pgm__migrations *migrations = NULL;
    /* Only the layout is asked for: how many migrations have one number is no matter here. */
    const pgm__load_options any = {.same_numbers = true};
    pgm_status status = pgm__migrations_load(&migrations, dir, &any, NULL);
    if (status != PGM_OK) {
        return status == PGM_ENOMEM ? pgm__error_nomem(err) : PGM_OK;
    }
    const char *layout = pgm__migrations_layout(migrations);
    pgm__migrations_free(migrations);
    bool fits = strcmp(layout, pgm__layout_name(PGM__LAYOUT_PAIRS)) == 0 ||
                strcmp(layout, pgm__layout_name(PGM__LAYOUT_PLAIN)) == 0;
    if (fits) {
        return PGM_OK;
    }
    return pgm__error_set(err, PGM_EUSAGE,
                          "the migrations in \"%s\" are laid out for %s, which the pair of files "
                          "made here would not fit; write the file by hand, or give another folder "
                          "with --dir",
                          dir, layout);
}

/* In this order a bad name leaves no folder behind, and a folder of another tool no claim. */
pgm_status pgm__create_at(const char *dir, const char *name, time_t now, pgm_created *out,
                          pgm_error *err) {
    if (dir == NULL || dir[0] == '\0') {
        dir = "migrations";
    }
    pgm_status status = check_name(name, err);
    if (status == PGM_OK) {
        status = make_folder(dir, err);
    }
    if (status == PGM_OK) {
        status = check_layout(dir, err);
    }
    return status == PGM_OK ? take_second(dir, name, now, out, err) : status;
}

pgm_status pgm_create(const char *dir, const char *name, pgm_created *out, pgm_error *err) {
    return pgm__create_at(dir, name, time(NULL), out, err);
}
