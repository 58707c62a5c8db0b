#include "discover/neon_trouble.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "discover/neon_list.h"
#include "discover/neon_options.h"

enum { SAID_MAX = 160 };

const char *pgm__neon_asked_for(pgm__arena *arena, const pgm__neon_question *question) {
    switch (question->kind) {
    case PGM__NEON_ASK_PROJECTS:
        return "the list of projects";
    case PGM__NEON_ASK_PROJECT:
        return pgm__arena_printf(arena, "project \"%s\"", question->project);
    case PGM__NEON_ASK_BRANCHES:
        return pgm__arena_printf(arena, "the branches of project \"%s\"", question->project);
    case PGM__NEON_ASK_ENDPOINTS:
        return pgm__arena_printf(arena, "the computes of project \"%s\"", question->project);
    case PGM__NEON_ASK_URI:
    default:
        return pgm__arena_printf(arena, "the connection URI of branch \"%s\" of project \"%s\"",
                                 question->branch, question->project);
    }
}

/* " (the API says: ...)", on one line and without the key; "" where it says nothing. */
static void quote(pgm__arena *arena, const char *key, const pgm__http_answer *answer, char *out,
                  size_t size) {
    const pgm__neon_body body = {answer->body, answer->len};
    const char *said = pgm__neon_read_message(arena, &body);
    out[0] = '\0';
    if (said == NULL || said[0] == '\0' || strstr(said, key) != NULL) {
        return;
    }
    char clean[SAID_MAX + 8] = "";
    size_t len = 0;
    for (const char *at = said; *at != '\0' && len < SAID_MAX;) {
        uint32_t code = 0;
        size_t bytes = pgm__utf8_next(at, &code);
        if (pgm__utf8_is_control(code)) {
            clean[len++] = ' ';
        } else {
            memcpy(clean + len, at, bytes);
            len += bytes;
        }
        at += bytes;
    }
    (void)snprintf(out, size, " (the API says: %.*s)", (int)len, clean);
}

/* The answer has a code, and it is not one that asks for patience. */
static pgm_status refused(const pgm__neon_question *q, int code, const char *asked,
                          const char *said, pgm_error *err) {
    bool of_list = q->kind == PGM__NEON_ASK_PROJECTS;
    bool of_uri = q->kind == PGM__NEON_ASK_URI;
    if (code == 401) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "the Neon API does not accept the key in NEON_API_KEY%s; Neon's "
                              "console makes a new one, under \"API keys\"",
                              said);
    }
    if (code == 403) {
        return pgm__error_set(err, PGM_EUSAGE, "the key in NEON_API_KEY may not see %s%s", asked,
                              said);
    }
    if (code == 404 && of_uri) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "branch \"%s\" of project \"%s\" has no database \"%s\", or no role "
                              "\"%s\"%s: \"dbname\", \"user\" and \"branches\" must fit together",
                              q->branch, q->project, q->database, q->role, said);
    }
    if (code == 404 && !of_list) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "there is no project \"%s\", or the key in NEON_API_KEY may not see "
                              "it%s; \"project\" takes ids, as in Neon's console under Settings",
                              q->project, said);
    }
    if (code == 412 && of_uri) {
        return pgm__error_set(
            err, PGM_EUSAGE,
            "Neon keeps no password of role \"%s\" in project \"%s\"%s: say it in "
            "the section, \"password = ${VARIABLE}\"",
            q->role, q->project, said);
    }
    if (code >= 300 && code < 400) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "the API sends us elsewhere for %s (%d), which is not followed: the "
                              "key would go along; is \"api\" right?",
                              asked, code);
    }
    if (code >= 500) {
        return pgm__error_set(err, PGM_EIO,
                              "the Neon API failed at %s: it answered %d%s; nothing was touched, "
                              "try again later",
                              asked, code, said);
    }
    return pgm__error_set(err, PGM_EUSAGE, "the Neon API refused %s: it answered %d%s%s", asked,
                          code, said,
                          of_list ? "; a personal key needs \"org = ...\" in the section" : "");
}

pgm_status pgm__neon_trouble(pgm__arena *arena, const pgm__neon_question *question,
                             const pgm__http_answer *answer, pgm_error *err) {
    const char *asked = pgm__neon_asked_for(arena, question);
    if (answer->status == PGM_ENOMEM || asked == NULL) {
        return pgm__error_nomem(err);
    }
    char said[SAID_MAX + 64];
    quote(arena, question->key, answer, said, sizeof said);
    if (answer->status == PGM_ESQL) {
        return refused(question, answer->code, asked, said, err);
    }
    if (answer->status == PGM_ETIMEOUT) {
        return pgm__error_set(err, PGM_EIO,
                              "no answer of the Neon API about %s in time: %s%s; nothing was "
                              "touched, try again later or with a longer \"discover.timeout\" "
                              "(some 11 requests a second, 3 for a project)",
                              asked, answer->what, said);
    }
    return pgm__error_set(
        err, PGM_EIO, "the Neon API did not answer about %s: %s; nothing was touched, try again",
        asked, answer->what);
}

/* ---- branches that are made ---- */

/* What is to be done about a refusal, behind it; "" where that is clear from its text. */
static const char *advice_on(const pgm__neon_lease_question *question, int code) {
    if (question->of_uri && code == 412) {
        return "; Neon keeps no passwords there: say it in the section, \"password = ${VARIABLE}\"";
    }
    if (code == 401) {
        return "; it does not accept the key in " PGM__NEON_KEY;
    }
    if (code == 403) {
        return "; may the key in " PGM__NEON_KEY " make and delete branches there?";
    }
    if (question->makes && code != 404) {
        return "; where there are too many branches: fewer at once (--jobs), and `pgmarch rehearse "
               "--neon --clean` removes what rehearsals have left";
    }
    return "";
}

void pgm__neon_lease_trouble(pgm__arena *arena, const pgm__neon_lease_question *question,
                             const pgm__http_answer *answer, pgm_error *err) {
    char said[SAID_MAX + 64];
    quote(arena, question->key, answer, said, sizeof said);
    if (answer->status == PGM_ENOMEM) {
        (void)pgm__error_nomem(err);
    } else if (answer->status == PGM_OK) {
        (void)pgm__error_set(err, PGM_EIO,
                             "%s of \"%s\" in project \"%s\": the API's answer tells of no branch "
                             "that was meant",
                             question->asked, question->parent, question->project);
    } else if (answer->status == PGM_ESQL) {
        bool is_final = answer->code < 500 && answer->code != 423 && answer->code != 429;
        (void)pgm__error_set(err, is_final ? PGM_EUSAGE : PGM_EIO,
                             "%s of \"%s\" in project \"%s\": the Neon API answered %d%s%s",
                             question->asked, question->parent, question->project, answer->code,
                             said, is_final ? advice_on(question, answer->code) : "");
    } else {
        (void)pgm__error_set(err, PGM_EIO, "%s of \"%s\" in project \"%s\": %s%s", question->asked,
                             question->parent, question->project, answer->what, said);
    }
}
