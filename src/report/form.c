#include "report/form.h"

#include <string.h>

#include "report/drift/drift_json.h"
#include "report/drift/drift_markdown.h"
#include "report/drift/drift_text.h"
#include "report/fleet/fleet_json.h"
#include "report/fleet/fleet_text.h"
#include "report/forms/junit.h"
#include "report/forms/markdown.h"
#include "report/forms/metrics.h"
#include "report/forms/tap.h"
#include "report/history/history_json.h"
#include "report/history/history_text.h"
#include "report/html/html.h"
#include "report/json/json.h"
#include "report/json/lines.h"
#include "report/json/refusal.h"
#include "report/text/refusal.h"
#include "report/text/text.h"
#include "report/validation/validation_json.h"
#include "report/validation/validation_text.h"

/* The order is that of the help, and the first one is what counts without --format. */
static const pgm__form table[] = {
    {
        .name = "text",
        .extension = ".txt",
        .for_people = true,
        .run = pgm__report_text,
        .validation = pgm__validation_text,
        .refusal = pgm__refusal_text,
        .fleet = pgm__fleet_text,
        .history = pgm__history_text,
        .drift = pgm__drift_text,
    },
    {
        .name = "json",
        .extension = ".json",
        .run = pgm__report_json,
        .validation = pgm__validation_json,
        .refusal = pgm__refusal_json,
        .fleet = pgm__fleet_json,
        .history = pgm__history_json,
        .drift = pgm__drift_json,
    },
    {
        .name = "ndjson",
        .extension = ".ndjson",
        .streams = true,
        .run = pgm__lines_run,
        .refusal = pgm__lines_refusal,
    },
    {
        .name = "html",
        .extension = ".html",
        .run = pgm__html_run,
        .refusal = pgm__html_refusal,
    },
    {
        .name = "junit",
        .extension = ".xml",
        .run = pgm__junit_run,
        .refusal = pgm__junit_refusal,
    },
    {
        .name = "markdown",
        .extension = ".md",
        .run = pgm__markdown_run,
        .refusal = pgm__markdown_refusal,
        .drift = pgm__drift_markdown,
    },
    {
        .name = "metrics",
        .extension = ".prom",
        .run = pgm__metrics_run,
        .refusal = pgm__metrics_refusal,
    },
    {
        .name = "tap",
        .extension = ".tap",
        .run = pgm__tap_run,
        .refusal = pgm__tap_refusal,
    },
};

enum { FORMS = sizeof table / sizeof *table };

bool pgm__form_makes(const pgm__form *form, pgm__report_kind kind) {
    const bool makes[] = {
        [PGM__REPORT_RUN] = form->run != NULL,
        [PGM__REPORT_VALIDATION] = form->validation != NULL,
        [PGM__REPORT_FLEET] = form->fleet != NULL,
        [PGM__REPORT_HISTORY] = form->history != NULL,
        [PGM__REPORT_DRIFT] = form->drift != NULL,
    };
    return makes[kind];
}

const pgm__form *pgm__forms(size_t *count) {
    *count = FORMS;
    return table;
}

const pgm__form *pgm__form_by_name(const char *name) {
    for (size_t i = 0; i < FORMS; i++) {
        if (strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

const pgm__form *pgm__form_by_word(const char *word) {
    const pgm__form *form = pgm__form_by_name(word);
    for (size_t i = 0; i < FORMS && form == NULL; i++) {
        if (table[i].extension != NULL && strcmp(table[i].extension + 1, word) == 0) {
            form = &table[i];
        }
    }
    return form;
}

static bool ends_with(const char *text, const char *end) {
    size_t len = strlen(text);
    size_t end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

const pgm__form *pgm__form_of_file(const char *path) {
    for (size_t i = 0; i < FORMS; i++) {
        if (table[i].extension != NULL && ends_with(path, table[i].extension)) {
            return &table[i];
        }
    }
    /* A report in a file is there to be read by a program, whatever the file is called. */
    return pgm__form_by_name("json");
}

const char *pgm__form_name_at(size_t place) {
    size_t count;
    const pgm__form *forms = pgm__forms(&count);
    return place < count ? forms[place].name : NULL;
}

void pgm__form_names(pgm__strbuf *out, const char *separator, const char *last) {
    for (size_t i = 0; i < FORMS; i++) {
        const char *before = i == 0 ? "" : i + 1 < FORMS ? separator : last;
        pgm__strbuf_adds(out, before);
        pgm__strbuf_adds(out, table[i].name);
    }
}
