/*
 * What was written is read back, and written once more: the two have to be the same. Else a key
 * that is added to target files, and forgotten here, would be missing from saved ones without a
 * word.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "fleet/run_data.h"
#include "fleet/server_caps.h"
#include "model/targets/target_write.h"
#include "pg/conninfo/keyword.h"
#include "pg/conninfo/plain.h"

/* What a file says. */
typedef struct saved {
    const pgm__target *const *targets;
    size_t count;
    const pgm__rollout_rules *rules;
    int64_t jobs;
    int64_t per_server;
    int64_t wake;
} saved;

static pgm_status write_all(pgm__arena *arena, const saved *from, pgm__strbuf *out,
                            pgm__plain_secrets *secrets, pgm_error *err) {
    pgm__target_write_run(out, from->jobs, from->per_server, from->wake);
    pgm__target_write_rollout(out, from->rules);
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < from->count && status == PGM_OK; i++) {
        pgm__target plain;
        status = pgm__conninfo_plain(arena, from->targets[i], &plain, &secrets[i], err);
        if (status == PGM_OK) {
            status = pgm__target_write(out, &plain, err);
        }
    }
    return status == PGM_OK && out->failed ? pgm__error_nomem(err) : status;
}

/* ---- what is taken of a run ---- */

static pgm_status check_target(const pgm_run *run, const pgm__fleet_item *item, pgm_error *err) {
    const char *flaw = pgm__flaw_of(run, item);
    return flaw == NULL ? PGM_OK
                        : pgm__error_set(err, PGM_EUSAGE, "target \"%s\" cannot be saved: %s",
                                         item->target->name, flaw);
}

static bool chooses(const pgm_run *run, const char *glob) {
    bool found = false;
    for (size_t i = 0; i < run->count && !found; i++) {
        found = pgm__target_matches(run->items[i].target, glob);
    }
    return found;
}

/* A pattern that chooses none of the targets of a file is refused there. */
static bool take_canary(const pgm_run *run, pgm__arena *arena, pgm__globs *globs) {
    const char **kept = pgm__arena_calloc(arena, globs->count, sizeof *kept);
    size_t count = 0;
    for (size_t i = 0; i < globs->count && kept != NULL; i++) {
        if (chooses(run, globs->items[i])) {
            kept[count++] = globs->items[i];
        }
    }
    *globs = (pgm__globs){kept, count};
    return kept != NULL;
}

/* And so is a server that none of them is on. */
static bool take_servers(const pgm_run *run, pgm__arena *arena, pgm__rollout_rules *rules) {
    const pgm__server_line *all = rules->servers;
    size_t count = rules->server_count;
    rules->servers = pgm__arena_calloc(arena, count, sizeof *rules->servers);
    rules->server_count = 0;
    for (size_t i = 0; i < count && rules->servers != NULL; i++) {
        if (pgm__server_caps_is_used(run, &all[i])) {
            rules->servers[rules->server_count++] = all[i];
        }
    }
    return rules->servers != NULL;
}

static pgm_status take_run(const pgm_run *run, pgm__arena *arena, pgm__rollout_rules *rules,
                           saved *out, pgm_error *err) {
    const pgm__target **targets = pgm__arena_calloc(arena, run->count, sizeof *targets);
    *rules = *pgm__targets_rollout(run->targets);
    if (targets == NULL || !take_canary(run, arena, &rules->canary.globs) ||
        !take_servers(run, arena, rules)) {
        return pgm__error_nomem(err);
    }
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < run->count && status == PGM_OK; i++) {
        targets[i] = run->items[i].target;
        status = check_target(run, &run->items[i], err);
    }
    *out = (saved){targets,
                   run->count,
                   rules,
                   pgm__targets_jobs(run->targets),
                   pgm__targets_per_server(run->targets),
                   pgm__targets_wake(run->targets)};
    return status;
}

/* ---- reading it back ---- */

/* Stands for what the file leaves to its readers, and is a secret in whatever it stands. */
static const char *any_secret(const char *name) {
    (void)name;
    return "-cpassword=***";
}

static pgm_status compare(pgm__arena *arena, const pgm__targets *read, const char *body,
                          pgm_error *err) {
    size_t count = pgm__targets_count(read);
    const pgm__target **targets = pgm__arena_calloc(arena, count, sizeof *targets);
    pgm__plain_secrets *secrets = pgm__arena_calloc(arena, count, sizeof *secrets);
    if (targets == NULL || secrets == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < count; i++) {
        targets[i] = pgm__targets_at(read, i);
    }
    const saved again = {targets,
                         count,
                         pgm__targets_rollout(read),
                         pgm__targets_jobs(read),
                         pgm__targets_per_server(read),
                         pgm__targets_wake(read)};
    pgm__strbuf text = {0};
    pgm_status status = write_all(arena, &again, &text, secrets, err);
    if (status == PGM_OK && strcmp(pgm__strbuf_text(&text), body) != 0) {
        status = pgm__error_set(err, PGM_EINTERNAL,
                                "the saved file would not be read as the same targets; nothing is "
                                "saved. Please report this");
    }
    pgm__strbuf_fini(&text);
    return status;
}

/* What a file cannot hold is found by its own checks: two targets whose URLs differ by nothing but
 * a password, say, are one place without it. */
static pgm_status read_back(pgm__arena *arena, const char *text, const char *body, pgm_error *err) {
    pgm__targets *read = pgm__targets_new();
    if (read == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = pgm__targets_add_text(read, "the saved file", text, any_secret,
                                              pgm__conninfo_is_keyword, err);
    if (status == PGM_EPARSE) {
        pgm__error_context(err, "nothing is saved");
        status = PGM_EUSAGE;
        if (err != NULL) {
            err->status = status;
        }
    }
    if (status == PGM_OK) {
        status = compare(arena, read, body, err);
    }
    pgm__targets_free(read);
    return status;
}

/* ---- its head ---- */

/* A name of a file may hold a line's end, and what stood behind it would be no comment. */
static void add_comment(pgm__strbuf *out, const char *lines) {
    while (*lines != '\0') {
        pgm__strbuf_adds(out, "# ");
        for (; *lines != '\0' && *lines != '\n'; lines++) {
            bool control = (unsigned char)*lines < 0x20 || *lines == 0x7f;
            pgm__strbuf_addc(out, control ? '?' : *lines);
        }
        pgm__strbuf_addc(out, '\n');
        lines += *lines == '\n' ? 1 : 0;
    }
}

static bool is_one(const pgm__plain_secrets *secrets, bool missing) {
    return missing ? secrets->missing : secrets->left_out;
}

/* "a, b, c", or how many, where it is all. */
static void add_names(pgm__strbuf *out, const saved *from, const pgm__plain_secrets *secrets,
                      bool missing, size_t count) {
    if (count == from->count && count > 1) {
        pgm__strbuf_addf(out, "all %zu targets", count);
        return;
    }
    const char *comma = "";
    for (size_t i = 0; i < from->count; i++) {
        if (is_one(&secrets[i], missing)) {
            pgm__strbuf_addf(out, "%s%s", comma, from->targets[i]->name);
            comma = ", ";
        }
    }
}

static void add_secrets(pgm__strbuf *out, const saved *from, const pgm__plain_secrets *secrets,
                        bool missing) {
    static const char *const advice[] = {
        "# Passwords are not in this file: use ~/.pgpass, PGPASSWORD, or a line `password = "
        "${NAME}`.\n# Left out of: ",
        "# Other secrets are not in this file either: set the variables that stand in their "
        "place.\n# In: "};
    size_t count = 0;
    for (size_t i = 0; i < from->count; i++) {
        count += is_one(&secrets[i], missing) ? 1 : 0;
    }
    if (count > 0) {
        pgm__strbuf_adds(out, advice[missing ? 1 : 0]);
        add_names(out, from, secrets, missing, count);
        pgm__strbuf_addc(out, '\n');
    }
}

/* ---- all of it ---- */

static pgm_status finish(pgm_run *run, pgm__arena *arena, const pgm__strbuf *file, size_t head,
                         const char **text, pgm_error *err) {
    const char *made = pgm__strbuf_text(file);
    char *copy = made == NULL ? NULL : pgm__arena_strdup(&run->arena, made);
    if (copy == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = read_back(arena, copy, copy + head, err);
    if (status == PGM_OK) {
        *text = copy;
    }
    return status;
}

static pgm_status save(pgm_run *run, pgm__arena *arena, const char *head, const char **text,
                       size_t *count, pgm_error *err) {
    pgm__rollout_rules rules;
    saved from = {0};
    pgm__strbuf body = {0};
    pgm__strbuf file = {0};
    pgm__plain_secrets *secrets = pgm__arena_calloc(arena, run->count, sizeof *secrets);
    pgm_status status = secrets == NULL ? pgm__error_nomem(err)
                                        : take_run(run, arena, &rules, &from, err);
    if (status == PGM_OK) {
        status = write_all(arena, &from, &body, secrets, err);
    }
    if (status == PGM_OK) {
        add_comment(&file, head);
        add_secrets(&file, &from, secrets, false);
        add_secrets(&file, &from, secrets, true);
        size_t head_len = file.len;
        pgm__strbuf_adds(&file, pgm__strbuf_text(&body));
        status = finish(run, arena, &file, head_len, text, err);
    }
    for (size_t i = 0; i < from.count && status == PGM_OK; i++) {
        *count += secrets[i].left_out || secrets[i].missing ? 1 : 0;
    }
    pgm__strbuf_fini(&body);
    pgm__strbuf_fini(&file);
    return status;
}

pgm_status pgm_run_save_targets(pgm_run *run, const char *head, const char **text, size_t *secrets,
                                pgm_error *err) {
    if (!run->chosen) {
        return pgm__error_set(err, PGM_EINTERNAL, "sources are asked before targets are saved");
    }
    if (run->count == 0) {
        return pgm__error_set(err, PGM_EUSAGE, "there is no target to be saved");
    }
    pgm__arena arena = {0};
    *secrets = 0;
    pgm_status status = save(run, &arena, head, text, secrets, err);
    pgm__arena_clear(&arena);
    return status;
}
