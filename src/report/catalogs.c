#include "report/catalogs.h"

/* "catalogs: 28 compared, 2 differ; 1 not compared: no other has its migrations and server
 * version". Who differs stands in the warnings. */
void pgm__catalogs_add(pgm__strbuf *out, const pgm_catalogs *catalogs) {
    pgm__strbuf_addf(out, "catalogs: %zu compared", catalogs->compared);
    if (catalogs->differing > 0) {
        pgm__strbuf_addf(out, ", %zu %s", catalogs->differing,
                         catalogs->differing == 1 ? "differs" : "differ");
    } else if (catalogs->compared > 0) {
        pgm__strbuf_adds(out, ", all alike");
    }
    if (catalogs->apart > 0) {
        pgm__strbuf_addf(out, "; %zu not compared: no other has %s migrations and server version",
                         catalogs->apart, catalogs->apart == 1 ? "its" : "their");
    }
    if (catalogs->unread > 0) {
        pgm__strbuf_addf(out, "; %zu not read", catalogs->unread);
    }
}
