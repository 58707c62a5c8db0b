/**
 * @file layout_votes.h  Which layout most of a folder has, so that the few that differ are told.
 *
 * Layer: model, inside of layout.c.
 */
#ifndef PGM_MODEL_FILES_LAYOUT_VOTES_H
#define PGM_MODEL_FILES_LAYOUT_VOTES_H

#include "model/files/lister.h"

/**
 * Counts the migrations of each layout and fills in lister->majority; between equals the choice is
 * arbitrary and the same every time. PLAIN where names alone do not decide.
 */
PGM_MUST_CHECK pgm_status pgm__votes_decide(pgm__lister *lister, const pgm__folder *top);

#endif
