#include "fleet/request.h"

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "model/files/nearest.h"
#include "model/files/version.h"

const char *pgm_tool_name(size_t place) {
    return place < PGM__TOOL_COUNT ? pgm__tool_name((pgm__tool)place) : NULL;
}

/* There is no default: the same name of a table may be several tools', whose histories read
 * differently. */
static pgm_status check_from(pgm_run *run, const pgm_options *options, pgm_error *err) {
    if (options->from == NULL) {
        return pgm__error_set(err, PGM_EUSAGE, "adopt needs --from TOOL, which is one of %s",
                              pgm__tool_list());
    }
    if (!pgm__tool_find(options->from, &run->request.tool)) {
        return pgm__error_set(err, PGM_EUSAGE, "--from \"%.40s\" is not one of %s", options->from,
                              pgm__tool_list());
    }
    return PGM_OK;
}

/* The number of several (--same-numbers): all their names, for one to be taken. */
static pgm_status refuse_ambiguous(const pgm__migrations *migrations, const char *number,
                                   size_t first, size_t count, pgm_error *err) {
    pgm__strbuf names = {0};
    for (size_t i = first; i < first + count; i++) {
        pgm__strbuf_addf(&names, "%s\"%s\"", i == first ? "" : ", ",
                         pgm__migrations_at(migrations, i)->version);
    }
    const char *text = pgm__strbuf_text(&names);
    pgm_status status = text == NULL ? pgm__error_nomem(err)
                                     : pgm__error_set(err, PGM_EUSAGE,
                                                      "\"%.40s\" is the number of %zu migrations; "
                                                      "name one of them in full: %s",
                                                      number, count, text);
    pgm__strbuf_fini(&names);
    return status;
}

/* Which migrations a number stands between helps as much as a name that is spelt so. */
static void add_around(pgm__strbuf *out, pgm__neighbours near) {
    if (near.before != NULL && near.after != NULL) {
        pgm__strbuf_addf(out, "; it would stand between \"%s\" and \"%s\"", near.before,
                         near.after);
    } else if (near.before != NULL) {
        pgm__strbuf_addf(out, "; the newest is \"%s\"", near.before);
    } else if (near.after != NULL) {
        pgm__strbuf_addf(out, "; the oldest is \"%s\"", near.after);
    }
}

static pgm_status refuse_missing(const pgm_run *run, const pgm_options *options, pgm_error *err) {
    const char *how = options->command == PGM_COMMAND_SQUASH     ? ""
                      : options->command == PGM_COMMAND_BASELINE ? " to record up to"
                                                                 : " (--to)";
    const char *meant = NULL;
    pgm_status status = pgm__migrations_meant(run->migrations, options->to, &meant, err);
    if (status != PGM_OK) {
        return status;
    }
    pgm__strbuf near = {0};
    if (meant != NULL) {
        pgm__strbuf_addf(&near, "; did you mean \"%s\"?", meant);
    } else if (pgm__version_number_len(options->to) > 0) {
        add_around(&near, pgm__migrations_around(run->migrations, options->to));
    }
    const char *text = near.len == 0 ? "" : pgm__strbuf_text(&near);
    status = text == NULL ? pgm__error_nomem(err)
                          : pgm__error_set(err, PGM_EUSAGE, "no migration \"%.100s\"%s%s",
                                           options->to, how, text);
    pgm__strbuf_fini(&near);
    return status;
}

/* What is half done may be of a file that is gone: its name is taken as it is. */
static pgm_status check_repair(pgm_run *run, const pgm_options *options, pgm_error *err) {
    int asked = (options->ran > 0) + (options->not_run > 0) + (options->forget ? 1 : 0);
    if (asked > 1) {
        return pgm__error_set(err, PGM_EUSAGE, "--ran, --not-run and --forget exclude one another");
    }
    if (options->forget && options->to == NULL) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "--forget needs the version of the migration to forget");
    }
    if (asked == 0 && options->to != NULL) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "repair takes a version with --ran, --not-run or --forget only");
    }
    run->request.ran = options->ran;
    run->request.not_run = options->not_run;
    run->request.forget = options->forget;
    size_t index = 0;
    size_t found = options->to == NULL
                       ? 0
                       : pgm__migrations_named(run->migrations, options->to, &index);
    if (found > 1) {
        return refuse_ambiguous(run->migrations, options->to, index, found, err);
    }
    run->request.only = found == 1 ? pgm__migrations_at(run->migrations, index)->version
                                   : pgm__arena_strdup(&run->arena, options->to);
    /* Without the name it would be a repair of everything that is half done. */
    bool lost = options->to != NULL && run->request.only == NULL;
    return lost ? pgm__error_nomem(err) : PGM_OK;
}

/* All that can be wrong with what was asked is said here, before anything is connected: behind this
 * every target gets the same request, and a bad one would be refused by each of them. */
pgm_status pgm__request_make(pgm_run *run, const pgm_options *options, pgm_error *err) {
    run->request = (pgm__plan_request){
        /* What `up` would do is what is rehearsed. */
        .command = options->command == PGM_COMMAND_REHEARSE ? PGM_COMMAND_UP : options->command,
        .out_of_order = options->out_of_order,
    };
    if (options->command == PGM_COMMAND_ADOPT) {
        return check_from(run, options, err);
    }
    if (options->to == NULL && options->command == PGM_COMMAND_BASELINE) {
        return pgm__error_set(err, PGM_EUSAGE, "baseline needs the version to record up to");
    }
    if (options->to == NULL && options->command == PGM_COMMAND_SQUASH) {
        return pgm__error_set(err, PGM_EUSAGE, "squash needs the version of the squashed file");
    }
    if (options->command == PGM_COMMAND_REPAIR) {
        return check_repair(run, options, err);
    }
    if (options->to == NULL) {
        return PGM_OK;
    }
    size_t index = 0;
    size_t found = pgm__migrations_named(run->migrations, options->to, &index);
    if (found > 1) {
        return refuse_ambiguous(run->migrations, options->to, index, found, err);
    }
    /* Where a folder has a migration of that number, going back to it keeps it. */
    if (found == 0 && strcmp(options->to, "0") == 0 && options->command == PGM_COMMAND_DOWN) {
        run->request.everything = true;
        return PGM_OK;
    }
    if (found == 0 && strcmp(options->to, "0") == 0) {
        return pgm__error_set(
            err, PGM_EUSAGE,
            "\"0\" stands for everything, and only `down --to 0` knows it; there is "
            "no migration of that number");
    }
    if (found == 0) {
        return refuse_missing(run, options, err);
    }
    const pgm__migration *bound = pgm__migrations_at(run->migrations, index);
    if (options->command == PGM_COMMAND_SQUASH && (bound->up.path == NULL || bound->repeatable)) {
        return pgm__error_set(err, PGM_EUSAGE, "\"%s\" cannot stand for a history: %s",
                              bound->version,
                              bound->repeatable ? "it runs again and again" : "it has no up file");
    }
    run->request.to = bound->version;
    return PGM_OK;
}

const char *pgm__request_bound(const pgm__plan_request *request) {
    if (request->everything) {
        return "0";
    }
    return request->to != NULL ? request->to : request->only;
}
