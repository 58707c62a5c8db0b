#include "report/json/finding.h"

/* The code is what a program decides by; the message may change from one version to the next. */
json_t *pgm__json_finding(pgm__json_writer *w, const pgm_finding *from) {
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "severity", pgm__json_text(w, pgm_severity_name(from->severity)));
    pgm__json_put(w, object, "code", pgm__json_text(w, from->code));
    pgm__json_put(w, object, "target", pgm__json_text(w, from->target));
    pgm__json_put(w, object, "version", pgm__json_text(w, from->version));
    pgm__json_put(w, object, "file", pgm__json_text(w, from->file));
    pgm__json_put(w, object, "line", pgm__json_line(w, from->line));
    pgm__json_put(w, object, "message", pgm__json_text(w, from->message));
    pgm__json_put(w, object, "advice", pgm__json_text(w, from->advice));
    return object;
}
