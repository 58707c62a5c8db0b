/**
 * @file script_comments.h  What the comments between statements tell a migrator.
 *
 * Marks of other tools are known for what they ask: a mark that is carried out here counts as ours,
 * every other one is refused where it stands, because a file that relies on it would be run as
 * something else.
 *
 * Layer: model. Pure; linear time.
 */
#ifndef PGM_MODEL_FILES_SCRIPT_COMMENTS_H
#define PGM_MODEL_FILES_SCRIPT_COMMENTS_H

#include <stdbool.h>
#include <stddef.h>

/** What a comment says, beyond being one. All but the first two are refused, each with the remedy
 * that is its own. */
typedef enum pgm__remark {
    PGM__REMARK_NONE,
    PGM__REMARK_NO_TRANSACTION, /* -- pgmarch: no-transaction, or another tool's word for it */
    PGM__REMARK_UNKNOWN,        /* -- pgmarch: anything else but `allow` and `not-a-section`, or
                                   something of these where it counts for nothing */
    PGM__REMARK_DOWN_SECTION,   /* another tool's mark: what follows undoes what stands above */
    PGM__REMARK_FOREIGN,        /* another of its marks */
    PGM__REMARK_LIQUIBASE,      /* a mark of a file that only Liquibase can run */
    PGM__REMARK_CHECKPOINT,     /* Atlas: the file stands for all that come before it */
    PGM__REMARK_ARCHIVE,        /* Atlas: the file is several in one */
    PGM__REMARK_INCLUDE         /* graphile-migrate: another file belongs here */
} pgm__remark;

/**
 * Finds the first remark in text that lies between statements: comments, white space and what may
 * stand beside them.
 *
 * @param from, to  Where to look.
 * @param[out] at   The first byte of its comment.
 */
pgm__remark pgm__script_find_remark(const char *text, size_t from, size_t to, size_t *at);

/**
 * The codes of `-- pgmarch: allow CODE [CODE…]`, which silences warnings (model/hazards/hazards.h)
 * and is no remark.
 *
 * @param from, to  A comment, from its first dash to its end.
 * @return Where the first code begins; `to` when there is none, or when the comment says else.
 */
size_t pgm__script_allow_codes(const char *text, size_t from, size_t to);

/** What one comment says, from its first byte to its end: text[from, to), as
 * pgm__script_comment_end() or the lexer delimits it. */
pgm__remark pgm__script_remark_of(const char *text, size_t from, size_t to);

/** Is it `-- pgmarch: not-a-section`, which counts for the line below
 * (model/files/section_heads.h)? */
bool pgm__script_excuses_head(const char *comment, size_t len);

/** One past the comment that begins at `from`; a `--` comment ends before its line end. */
size_t pgm__script_comment_end(const char *text, size_t from, size_t to);

#endif
