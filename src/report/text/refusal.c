#include "report/text/refusal.h"

#include "base/error.h"
#include "report/page/paint.h"

pgm_status pgm__refusal_text(pgm__strbuf *out, const pgm__refusal *refusal, pgm_error *err) {
    pgm__strbuf_adds(out, "nothing was begun: ");
    pgm__paint_line(out, refusal->why);
    pgm__strbuf_addc(out, '\n');
    for (size_t i = 0; i < refusal->finding_count; i++) {
        const pgm_finding *finding = refusal->findings[i];
        pgm__strbuf_adds(out, "    ");
        if (finding->file != NULL) {
            pgm__paint_line(out, finding->file);
            pgm__strbuf_addf(out, finding->line > 0 ? ":%u: " : ": ", finding->line);
        }
        pgm__paint_line(out, finding->message);
        pgm__strbuf_addc(out, '\n');
    }
    return out->failed ? pgm__error_nomem(err) : PGM_OK;
}
