/**
 * @file stages.h  A migration without a transaction as data: stages × events → next stage.
 *
 * Such a file runs statement by statement, and each string that is sent for it is a stage. What the
 * answer to a string means is turned into one event (march/alone.c); the table says which string is
 * next, or that the march goes on elsewhere. docs/inside/states.md is printed from here.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_STAGES_H
#define PGM_ENGINE_STAGES_H

#include <stdbool.h>

/** XX(NAME, "NAME", what is sent) */
#define PGM__STAGE_MAP(XX)                                                                         \
    XX(BEGIN, "BEGIN", "lock, companion table, claim; asks for the INVALID indexes there are")     \
    XX(LOOK, "LOOK",                                                                               \
       "asks whether the index of a statement that may have run is there, and valid")              \
    XX(DROP, "DROP", "drops the INVALID index that an earlier try left")                           \
    XX(ENCODE, "ENCODE", "our client_encoding again, behind a file that has set another")          \
    XX(MARK, "MARK", "notes that the next statement is about to run")                              \
    XX(RUN, "RUN", "the statement, alone in its string")                                           \
    XX(COUNT, "COUNT", "asks how many transactions the session has begun")                         \
    XX(CHECK, "CHECK", "asks for INVALID indexes once more: none of this file may be left")        \
    XX(VERIFY, "VERIFY", "the verify file, in a transaction that is rolled back")                  \
    XX(RECORD, "RECORD", "the ledger's row and the end of the progress, in one transaction")       \
    XX(AFTER, "AFTER", "notes that the failed statement does not run, asks what it left")          \
    XX(PAUSE, "PAUSE", "notes how far the file has come")

/** XX(NAME, "NAME", what happened) */
#define PGM__STAGE_EVENT_MAP(XX)                                                                   \
    XX(NEXT, "NEXT", "a statement is next")                                                        \
    XX(LAST, "LAST", "no statement is left")                                                       \
    XX(LOOK, "LOOK", "the next statement may have run, and the catalog can tell")                  \
    XX(REBUILD, "REBUILD", "its index is there, and INVALID")                                      \
    XX(NOTED, "NOTED", "the note is in")                                                           \
    XX(FAILED, "FAILED", "the server refused the statement, and nothing of it was committed")      \
    XX(UNSURE, "UNSURE", "the server refused a statement that can commit on its way")              \
    XX(VERIFY, "VERIFY", "there is a verify file")                                                 \
    XX(RECORD, "RECORD", "nothing is left but the record")                                         \
    XX(STOP, "STOP", "nothing more is begun")                                                      \
    XX(ENCODE, "ENCODE", "the file has set another client_encoding; then what happened counts")    \
    XX(LEAVE, "LEAVE", "the march goes on elsewhere, with an event of its own")

typedef enum pgm__stage {
#define XX(name, text, meaning) PGM__STAGE_##name,
    PGM__STAGE_MAP(XX)
#undef XX
        PGM__STAGE_COUNT_ /* COUNT is a stage */
} pgm__stage;

typedef enum pgm__stage_event {
#define XX(name, text, meaning) PGM__STAGE_EVENT_##name,
    PGM__STAGE_EVENT_MAP(XX)
#undef XX
        PGM__STAGE_EVENT_COUNT
} pgm__stage_event;

typedef struct pgm__stage_way {
    bool allowed;
    bool leaves; /* the file's strings end here, for now */
    pgm__stage next;
} pgm__stage_way;

/** What `event` leads to behind `stage`; allowed = false when it cannot happen there. */
pgm__stage_way pgm__stage_way_of(pgm__stage stage, pgm__stage_event event);

/** Does its string hold what only our own client_encoding can write, and comes it behind the file's
 *  statements? */
bool pgm__stage_needs_encoding(pgm__stage stage);

/** Behind a statement that is known to have ended, or before one that was not sent: the note that
 *  the next one is about to run is in, or was on its way. */
bool pgm__stage_is_between(pgm__stage stage);

/** Names and meanings for traces and docs; never NULL. Static storage. */
const char *pgm__stage_name(pgm__stage stage);
const char *pgm__stage_meaning(pgm__stage stage);
const char *pgm__stage_event_name(pgm__stage_event event);
const char *pgm__stage_event_meaning(pgm__stage_event event);

#endif
