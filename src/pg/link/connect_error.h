/**
 * @file connect_error.h  libpq's text about a connection, made fit for people.
 *
 * A session asks libpq for VERBOSE errors, because that is the only way to learn the SQLSTATE of a
 * refused login: below a connection there is no result that had it as a field. The text then holds
 * what only a program wants to read.
 *
 * Layer: pg. Pure.
 */
#ifndef PGM_PG_LINK_CONNECT_ERROR_H
#define PGM_PG_LINK_CONNECT_ERROR_H

/**
 * Shortens the text in place: without severity and SQLSTATE, without LOCATION lines, without
 * libpq's indented questions, and each line once (TLS and its fallback fail with the same words).
 */
void pgm__connect_error_tidy(char *text);

#endif
