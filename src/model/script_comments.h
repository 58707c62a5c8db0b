/**
 * @file script_comments.h  What the comments between statements tell a migrator.
 *
 * Layer: model. Pure; linear time.
 */
#ifndef PGM_MODEL_SCRIPT_COMMENTS_H
#define PGM_MODEL_SCRIPT_COMMENTS_H

#include <stddef.h>

/** What a `--` comment says, beyond being one. */
typedef enum pgm__remark {
    PGM__REMARK_NONE,
    PGM__REMARK_NO_TRANSACTION, /* -- pgmarch: no-transaction */
    PGM__REMARK_UNKNOWN,        /* -- pgmarch: anything else but `allow` */
    PGM__REMARK_DOWN_SECTION,   /* another tool's mark: what follows undoes what stands above */
    PGM__REMARK_FOREIGN         /* another of its marks */
} pgm__remark;

/**
 * Finds the first remark in text that lies between statements: comments, white space and what may
 * stand beside them. Block comments are skipped, nested ones too.
 *
 * @param from, to  Where to look.
 * @param[out] at   The first byte of its comment.
 */
pgm__remark pgm__script_find_remark(const char *text, size_t from, size_t to, size_t *at);

/**
 * The codes of `-- pgmarch: allow CODE [CODE…]`, which silences warnings (model/hazards.h) and is
 * no remark.
 *
 * @param from, to  A comment, from its first dash to its end.
 * @return Where the first code begins; `to` when there is none, or when the comment says else.
 */
size_t pgm__script_allow_codes(const char *text, size_t from, size_t to);

/** One past the comment that begins at `from`; a `--` comment ends before its line end. */
size_t pgm__script_comment_end(const char *text, size_t from, size_t to);

#endif
