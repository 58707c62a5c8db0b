#include "report/text/catalogs.h"

#include "report/catalogs.h"

pgm_status pgm__section_catalogs(const pgm__page *page) {
    const pgm_catalogs *catalogs = page->report->summary->catalogs;
    bool calls = catalogs != NULL && (catalogs->differing > 0 || catalogs->unread > 0);
    if (catalogs != NULL && (calls || !page->style->quiet)) {
        pgm__page_section(page);
        pgm__catalogs_add(page->out, catalogs);
        pgm__strbuf_addc(page->out, '\n');
    }
    return PGM_OK;
}
