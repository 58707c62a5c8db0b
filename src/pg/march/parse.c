#include "pg/march/parse.h"

#include <string.h>

#include "base/mem.h"
#include "pg/march/context.h"
#include "pg/march/handles.h"
#include "pg/march/link.h"
#include "pg/march/outcome.h"

/* A file that ends the server whenever it is parsed would do it for ever. */
enum { MOST_BEGINNINGS = 3 };

/* Of a string, that have the whole limit for their answer. */
enum { BYTES_PER_LIMIT = 1 << 20 };

static const char elsewhere[] =
    "let this target lead to the PostgreSQL server itself, without a proxy or pooler before it";

/* ---- failing ---- */

static pgm__event fail(pgm__march *march, const pgm_failure *failure) {
    pgm__march_fail(march, PGM_OUTCOME_FAILED, failure);
    return pgm__march_failed_event(march);
}

/* The server has another reason than the files for not saying what it should. */
static pgm__event fail_of_server(pgm__march *march) {
    const pgm_failure failure = pgm__march_failure_of_server(march, "parse");
    return fail(march, &failure);
}

/* What else the server has said; our own error says nothing to anybody. */
static const char *other_words(const pgm__march *march) {
    const pgm__server_error *error = &march->link.error;
    bool ours = march->link.errored &&
                pgm__syntax_judge(error, march->context.run_id) == PGM__SYNTAX_PARSES;
    return march->link.errored && !ours ? error->message : NULL;
}

static pgm__event fail_probe(pgm__march *march) {
    const pgm_failure failure = {
        .phase = "parse",
        .message =
            "a probe of pgmarch's was not parsed as a whole before any of it was run, so that "
            "no file was sent here",
        .detail = other_words(march),
        .hint = elsewhere,
    };
    return fail(march, &failure);
}

static pgm__event fail_wall(pgm__march *march, const char *why) {
    const pgm_failure failure = {.phase = "parse", .message = why, .hint = elsewhere};
    return fail(march, &failure);
}

/* The file of the string's first part stands for all that are in it. */
static void name_file(const pgm__march *march, pgm_failure *failure) {
    const pgm__syntax *syntax = &march->parse.syntax;
    if (syntax->first < syntax->count) {
        const pgm__syntax_file *file = &syntax->files[syntax->parts[syntax->first].file];
        failure->version = file->migration->version;
        failure->file = file->script->path;
    }
}

static pgm__event fail_ran(pgm__march *march) {
    pgm_failure failure = {
        .phase = "parse",
        .message =
            "the answer to this file, and those sent with it, was not that of a server which "
            "only parses: nothing more was sent",
        .detail = other_words(march),
        .hint = "look whether something of the file is there, although it was sent into a "
                "transaction in which nothing can run; and let this target lead to the PostgreSQL "
                "server itself, without a proxy or pooler before it",
    };
    name_file(march, &failure);
    return fail(march, &failure);
}

static pgm__event fail_lost(pgm__march *march) {
    pgm_failure failure = {
        .phase = "parse",
        .message = "the connection was lost again and again while the server parsed this file and "
                   "those sent with it",
        .hint = "look into the server's log",
    };
    name_file(march, &failure);
    return fail(march, &failure);
}

/* ---- what is found ---- */

static bool add_fault(pgm__march *march, const pgm__syntax_fault *fault) {
    pgm__parse_part *parse = &march->parse;
    pgm__syntax_fault *faults = pgm__grow(parse->faults, parse->fault_count, &parse->fault_capacity,
                                          sizeof *faults);
    if (faults == NULL) {
        march->no_memory = true;
        return false;
    }
    parse->faults = faults;
    faults[parse->fault_count++] = *fault;
    return true;
}

/* Once for each file of the string. */
static void add_unasked(pgm__march *march, const char *why) {
    const pgm__syntax *syntax = &march->parse.syntax;
    for (size_t i = syntax->first; i < syntax->last; i++) {
        size_t file = syntax->parts[i].file;
        const pgm__parse_part *parse = &march->parse;
        bool again = parse->fault_count > 0 && parse->faults[parse->fault_count - 1].file == file;
        const pgm__syntax_fault fault = {.file = file, .unasked = true, .message = why};
        if (!again && !add_fault(march, &fault)) {
            return;
        }
    }
}

/* The next string is due, and the wall as it needs it. What cannot be asked is passed by. */
static pgm__event advance(pgm__march *march) {
    static const char too_long[] = "it is longer than a string that a server takes (1 GB)";
    static const char read_otherwise[] =
        "it sets standard_conforming_strings, which a transaction pooler keeps for no session";
    pgm__parse_part *parse = &march->parse;
    bool asks = false;
    bool same = false;
    while (!asks && pgm__syntax_next(&parse->syntax)) {
        same = parse->raised && parse->look.escapes == pgm__syntax_escapes(&parse->syntax);
        bool stuck = parse->raised && !same && march->context.pooled;
        asks = !parse->syntax.too_long && !stuck;
        if (!asks) {
            add_unasked(march, stuck ? read_otherwise : too_long);
        }
    }
    if (march->no_memory) {
        (void)pgm__march_fail_memory(march, "parse");
        return pgm__march_failed_event(march);
    }
    parse->stage = !asks ? PGM__PARSE_LEAVE : same ? PGM__PARSE_ASK : PGM__PARSE_WALL;
    return PGM__EVENT_WORK_PARSE;
}

static pgm__event note_fault(pgm__march *march) {
    pgm__parse_part *parse = &march->parse;
    const pgm__server_error *error = &march->link.error;
    pgm__syntax_place place;
    if (!pgm__syntax_locate(&parse->syntax, error->position, parse->look.bytes, &place)) {
        pgm__syntax_again(&parse->syntax);
        return advance(march);
    }
    pgm__syntax_fault fault = {
        .file = parse->syntax.parts[place.part].file,
        .line = place.line,
        .column = place.column,
        .unfinished = place.unfinished,
        .message = error->message,
        .hint = error->hint,
    };
    memcpy(fault.sqlstate, error->sqlstate, sizeof fault.sqlstate);
    pgm__syntax_pass(&parse->syntax, fault.file);
    (void)add_fault(march, &fault);
    return advance(march);
}

/* ---- stages ---- */

static pgm__event send_sql(pgm__march *march, pgm__strbuf *sql) {
    pgm__march_set_timer(march, (uint64_t)march->target.limits.connect_timeout);
    return pgm__march_send(march, sql, "parse");
}

/* From here on the session is not as others expect it, whatever comes. */
static pgm__event send_open(pgm__march *march) {
    pgm__strbuf sql = {0};
    pgm__march_context_ran_file(march);
    pgm__march_end_transaction(march, &sql);
    pgm__wall_sql_open(&sql, &march->context);
    return send_sql(march, &sql);
}

static pgm__event open_ready(pgm__march *march) {
    if (march->link.errored) {
        return fail_of_server(march);
    }
    march->parse.stage = PGM__PARSE_PROBE;
    return PGM__EVENT_WORK_PARSE;
}

static pgm__event send_probe(pgm__march *march) {
    pgm__strbuf sql = {0};
    pgm__wall_sql_probe(&sql, &march->context);
    return send_sql(march, &sql);
}

/* Has the string brought its error, nothing else, and left a transaction that has failed? */
static bool is_only_parsed(const pgm__march *march) {
    return march->link.errored && !march->parse.replied &&
           march->link.transaction == PGM__TRANSACTION_FAILED;
}

static pgm__event probe_ready(pgm__march *march) {
    bool well = is_only_parsed(march) &&
                pgm__syntax_judge(&march->link.error, march->context.run_id) == PGM__SYNTAX_PARSES;
    return well ? advance(march) : fail_probe(march);
}

static pgm__event send_wall(pgm__march *march) {
    pgm__strbuf sql = {0};
    march->parse.look = (pgm__wall_look){0};
    pgm__wall_sql_raise(&sql, &march->context, pgm__syntax_escapes(&march->parse.syntax));
    return send_sql(march, &sql);
}

/* NULL: it stands. */
static const char *flaw_of(const pgm__march *march) {
    const pgm__wall_look *look = &march->parse.look;
    if (!look->utf8) {
        return "the session does not read what is sent as UTF-8, so that no file was sent";
    }
    if (!march->context.pooled && !look->reads_only) {
        return "the session could not be made to read only, so that no file was sent";
    }
    /* Behind a pooler the files that need them off are passed by; all others need them on. */
    bool escapes = pgm__syntax_escapes(&march->parse.syntax);
    return look->escapes == escapes || (march->context.pooled && escapes)
               ? NULL
               : "standard_conforming_strings could not be set, so that no file was sent";
}

static pgm__event wall_ready(pgm__march *march) {
    pgm__parse_part *parse = &march->parse;
    bool raised = march->link.errored && pgm__wall_is_raised(&march->link.error);
    if (parse->look.seen && parse->look.probe_ran) {
        return fail_probe(march);
    }
    if (!raised || !parse->look.seen || march->link.transaction != PGM__TRANSACTION_FAILED) {
        return march->link.errored && !raised
                   ? fail_of_server(march)
                   : fail_wall(march, "a transaction that has failed did not stay open, so that no "
                                      "file was sent");
    }
    const char *flaw = flaw_of(march);
    if (flaw != NULL) {
        return fail_wall(march, flaw);
    }
    parse->raised = true;
    pgm__syntax_resume(&parse->syntax);
    return advance(march);
}

/* Not copied: it may be long. The time for an answer is that for each megabyte. */
static pgm__event send_ask(pgm__march *march) {
    const pgm__syntax *syntax = &march->parse.syntax;
    if (syntax->sql.failed) {
        (void)pgm__march_fail_memory(march, "parse");
        return pgm__march_failed_event(march);
    }
    if (!pgm__syntax_is_whole(syntax)) {
        return fail_wall(march, "a string of files is not whole, so that it was not sent");
    }
    uint64_t limit = (uint64_t)march->target.limits.connect_timeout;
    pgm__march_set_timer(march, limit + limit * (syntax->sql.len / BYTES_PER_LIMIT));
    pgm__march_send_text(march, syntax->sql.text);
    return PGM__EVENT_NONE;
}

static pgm__event ask_ready(pgm__march *march) {
    if (!march->link.errored || march->parse.replied) {
        return fail_ran(march);
    }
    pgm__syntax_answer answer = pgm__syntax_judge(&march->link.error, march->context.run_id);
    if (answer == PGM__SYNTAX_TROUBLE) {
        return fail_of_server(march);
    }
    if (answer == PGM__SYNTAX_SWALLOWED || !is_only_parsed(march)) {
        return fail_ran(march);
    }
    if (answer == PGM__SYNTAX_FAULT) {
        return note_fault(march);
    }
    pgm__syntax_parses(&march->parse.syntax);
    return advance(march);
}

static pgm__event send_leave(pgm__march *march) {
    pgm__strbuf sql = {0};
    pgm__wall_sql_leave(&sql, &march->context);
    return send_sql(march, &sql);
}

static pgm__event leave_ready(pgm__march *march) {
    if (march->link.errored) {
        return fail_of_server(march);
    }
    pgm__march_set_timer(march, 0);
    pgm__march_end_with(march, PGM_OUTCOME_UP_TO_DATE);
    return PGM__EVENT_DONE;
}

static const struct {
    pgm__event (*send)(pgm__march *march);
    pgm__event (*ready)(pgm__march *march);
} stages[] = {
    [PGM__PARSE_OPEN] = {send_open, open_ready},    [PGM__PARSE_PROBE] = {send_probe, probe_ready},
    [PGM__PARSE_WALL] = {send_wall, wall_ready},    [PGM__PARSE_ASK] = {send_ask, ask_ready},
    [PGM__PARSE_LEAVE] = {send_leave, leave_ready},
};

/* ---- the machine's calls ---- */

bool pgm__march_parses(const pgm__march *march) {
    return march->target.file_count > 0;
}

/* A session that is new is nobody's word for how the last one stood. */
pgm__event pgm__march_begin_parsing(pgm__march *march) {
    pgm__parse_part *parse = &march->parse;
    parse->stage = PGM__PARSE_OPEN;
    parse->raised = false;
    if (parse->begun++ == 0) {
        bool cut = pgm__syntax_init(&parse->syntax, march->target.files, march->target.file_count,
                                    march->context.run_id);
        return cut ? PGM__EVENT_WORK_PARSE : pgm__march_fail_memory(march, "parse");
    }
    pgm__syntax_resume(&parse->syntax);
    return parse->begun > MOST_BEGINNINGS ? fail_lost(march) : PGM__EVENT_WORK_PARSE;
}

pgm__event pgm__march_send_parse(pgm__march *march) {
    march->parse.replied = false;
    return stages[march->parse.stage].send(march);
}

/* No statement of a file may bring anything. Whoever asks for COPY data gets none. */
void pgm__march_parse_reply(pgm__march *march, const pgm__reply *reply) {
    pgm__parse_part *parse = &march->parse;
    parse->replied = true;
    if (reply->kind == PGM__REPLY_COPY_IN) {
        pgm__session_copy(march->link.session, NULL, 0, "nothing is to run here");
    }
    if (parse->stage == PGM__PARSE_WALL) {
        pgm__wall_feed(&parse->look, &march->context, reply);
    }
}

pgm__event pgm__march_parse_ready(pgm__march *march) {
    return stages[march->parse.stage].ready(march);
}

pgm__event pgm__march_parse_silent(pgm__march *march) {
    pgm_failure failure = {.phase = "parse",
                           .message = "the server did not say in time whether the files parse",
                           .hint = "give it more with --connect-timeout, which counts for each "
                                   "string of 1 MB"};
    name_file(march, &failure);
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    return PGM__EVENT_TIMEOUT;
}

void pgm__march_free_parse(pgm__march *march) {
    pgm__syntax_fini(&march->parse.syntax);
    pgm__free(march->parse.faults);
}
