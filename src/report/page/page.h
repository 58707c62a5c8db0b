/**
 * @file page.h  The page that sections of a text are written on, one under the other.
 *
 * A section is a function that gets the page. It adds its part with an empty line before it, when
 * the page is not empty, and nothing at all when there is nothing to say.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAGE_PAGE_H
#define PGM_REPORT_PAGE_PAGE_H

#include "report/page/groups.h"
#include "report/page/paint.h"
#include "report/report.h"

/** What a section writes to, and what it is told. All is borrowed. */
typedef struct pgm__page {
    pgm__strbuf *out;
    size_t begin; /* where the page began in `out` */
    const pgm__report *report;
    const pgm__report_style *style;
    size_t width;
    bool brief; /* lists are cut although the run is a dry one: somebody reads them and answers */
} pgm__page;

/** A section of a page. @return PGM_OK or PGM_ENOMEM. */
typedef pgm_status (*pgm__section_fn)(const pgm__page *page);

/** A page that begins where `out` ends now. Everything is borrowed until the page is done. */
pgm__page pgm__page_of(pgm__strbuf *out, const pgm__report *report, const pgm__report_style *style);

/** Writes sections one after the other, up to the first that fails. @return PGM_OK, PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__page_write(const pgm__page *page, const pgm__section_fn *sections,
                                          size_t count);

/** Starts a section: an empty line, but not at the top, nor behind another one. */
void pgm__page_section(const pgm__page *page);

/** Adds a coloured mark and a space. */
void pgm__page_mark(const pgm__page *page, const char *mark, pgm__colour colour);

/** Adds the names of a group, as many as fit on the line that was begun; all when verbose. */
void pgm__page_names(const pgm__page *page, const pgm__group *group);

/**
 * Adds the names of a group on the line that was begun: as above where they are few; of many, in
 * the order in which people count, those that follow each other as "t_000 … t_311".
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__page_ranges(const pgm__page *page, const pgm__group *group);

/**
 * Adds the names of a group, those that follow each other as "t_000 … t_311", behind the line that
 * was begun and on two lines more, indented; what has no place there is counted. All when verbose.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__page_name_lines(const pgm__page *page, const pgm__group *group,
                                               size_t indent);

/** Adds the text of a server, or one of ours for people: as pgm__paint_paragraphs(), where the
 *  reader's terminal has a width. Elsewhere a line stays whole, so that a search finds it. */
void pgm__page_paragraphs(const pgm__page *page, const char *text, size_t indent);

/** The columns that are left of the line that was begun. */
size_t pgm__page_room(const pgm__page *page);

/** Adds "3 targets, " when it is more than one, and the names of the group. */
void pgm__page_targets(const pgm__page *page, const pgm__group *group);

/** Takes away spaces at the end of the line and ends it. */
void pgm__page_end_line(const pgm__page *page);

/** How many names, versions or groups to show before "and N more"; 0 = all. */
size_t pgm__page_cap(const pgm__page *page, size_t cap);

/** How many of the groups are shown: one that is said once more costs little, a thousand do. */
size_t pgm__page_shown(const pgm__page *page, const pgm__groups *groups);

/**
 * "… and 4 more <what> in 9 targets: see <where>", a section of its own; nothing when all groups
 * were shown.
 *
 * @param where  How all of them are seen; NULL = as with most lists.
 */
void pgm__page_rest(const pgm__page *page, const pgm__groups *groups, size_t shown,
                    const char *what, const char *where);

#endif
