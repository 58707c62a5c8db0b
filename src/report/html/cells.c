#include "report/html/cells.h"

#include <string.h>

static void set(const pgm__html_sheet *sheet, unsigned char *cells, const char *version,
                pgm__html_cell cell) {
    size_t place = version == NULL ? sheet->version_count : pgm__html_place(sheet, version);
    if (place < sheet->version_count) {
        cells[place] = (unsigned char)cell;
    }
}

void pgm__html_cells(const pgm__html_sheet *sheet, size_t result, unsigned char *cells) {
    const pgm_result *it = sheet->report->results[result];
    memset(cells, it->pending_unknown ? PGM__HTML_CELL_UNKNOWN : PGM__HTML_CELL_NOTHING,
           sheet->version_count);
    for (size_t i = 0; i < it->ledger_count; i++) {
        set(sheet, cells, it->ledger[i].version, PGM__HTML_CELL_DONE);
    }
    for (size_t i = 0; i < it->pending_count; i++) {
        set(sheet, cells, it->pending[i], PGM__HTML_CELL_PENDING);
    }
    for (size_t i = 0; i < it->done_count; i++) {
        set(sheet, cells, it->done[i], PGM__HTML_CELL_DONE);
    }
    if (it->failure != NULL) {
        bool unknown = it->outcome == PGM_OUTCOME_UNKNOWN;
        set(sheet, cells, it->failure->version,
            unknown ? PGM__HTML_CELL_UNKNOWN : PGM__HTML_CELL_FAILED);
    }
}

pgm_status pgm__html_cells_group(const pgm__html_sheet *sheet, pgm__groups *groups,
                                 unsigned char *cells) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < sheet->report->result_count && status == PGM_OK; i++) {
        pgm__html_cells(sheet, i, cells);
        status = pgm__groups_add(groups, (const char *)cells, sheet->version_count, i);
    }
    if (status == PGM_OK) {
        pgm__groups_sort(groups);
    }
    return status;
}
