/**
 * @file query.h  SQL for a test's own use, by libpq in its own process.
 *
 * A psql would do the same; to start one takes longer than most queries do, and tests ask
 * thousands. No call can hang: each has SHELL_LIMIT_MS.
 */
#ifndef PGM_TESTS_SUPPORT_QUERY_H
#define PGM_TESTS_SUPPORT_QUERY_H

/**
 * Sends `sql` as one string to `database`, where the environment says that the server is.
 *
 * @param sql    Several statements are one transaction, as with `psql -c`.
 * @param error  Set to what went wrong, or NULL; the caller frees it.
 * @return What psql prints, unaligned and tuples only: fields parted by '|', each row with a
 * newline behind it. The caller frees it; NULL when it failed.
 */
char *query_run(const char *database, const char *sql, char **error);

/** The same for each line of `script` by itself, on one connection. The first that fails ends it.
 */
void query_lines(const char *database, const char *script, char **error);

/** Ends the session that is kept of a database other than "postgres": somebody is to have it for
 *  himself. */
void query_leave(void);

#endif
