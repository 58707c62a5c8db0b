/**
 * @file plain.h  A target as it may be written into a file that anybody may read.
 *
 * Layer: pg, conninfo. Uses libpq's parser; reads neither environment nor files.
 */
#ifndef PGM_PG_CONNINFO_PLAIN_H
#define PGM_PG_CONNINFO_PLAIN_H

#include <stdbool.h>

#include "base/arena.h"
#include "model/targets/target.h"
#include "pgmarch/error.h"

/** What became of a target's secrets. */
typedef struct pgm__plain_secrets {
    bool left_out; /* there was one that libpq can find elsewhere */
    bool missing;  /* there is a setting or variable whose value has to be given anew */
} pgm__plain_secrets;

/**
 * Makes the target that says the same in libpq's keywords alone, and holds no secret.
 *
 * What libpq can find elsewhere, as it does a password, is left out. What it cannot, and what
 * migrations would miss without a word, stays with the value NULL: `options` with a secret among
 * its settings, and variables of a name as secrets have it.
 *
 * @param arena        Owns what is made; the rest is borrowed from `target`.
 * @param target       Without a flaw.
 * @param[out] out     Its url is NULL, its settings are ordered by keyword, and none of them is a
 *                     default. Undefined on failure.
 * @param[out] secrets  Untouched on failure.
 * @return PGM_OK; PGM_EUSAGE: a malformed URL (the message holds no piece of it); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__conninfo_plain(pgm__arena *arena, const pgm__target *target,
                                              pgm__target *out, pgm__plain_secrets *secrets,
                                              pgm_error *err);

#endif
