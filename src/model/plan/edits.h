/**
 * @file edits.h  Changes of a ledger that run no migration: baseline, repair, adopt, squash.
 *
 * What plan.h is for up and down, this is for them: ledger × migration files (× another tool's
 * table) = the rows to write, correct or remove, or the reason not to. An edit is all of a target
 * or nothing: half a history taken over would be worse than none.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_PLAN_EDITS_H
#define PGM_MODEL_PLAN_EDITS_H

#include <stdbool.h>

#include "base/arena.h"
#include "model/plan/edit.h"

/**
 * Decides what is to be changed. Rules (each is a test):
 *  - baseline: a row for every migration up to and including `to` that has an up file.
 *  - adopt: a row for every migration that the other tool has applied, with its time where it is
 *    known. A row of theirs that began and never ended, or that no file stands for, refuses all;
 * and so does a number that several files have, where the other tool knows numbers only.
 *  - baseline and adopt refuse a ledger that has rows, naming the first, and one beside which a
 *    migration is half done. Rows that this very run wrote mean that nothing is left to do.
 *  - A repeatable migration is in neither: up runs it, whatever was before.
 *  - repair: a row whose checksum is not that of its file, or that has none, gets the file's; the
 *    rows of runs that never ended are removed from the ledger. What is half done stays.
 *    A row whose content is in one file of another name or number (moves.h) becomes that file's.
 *    Where several may be it, and where its migration is half rolled back, a note says so.
 *    The row of a repeatable one goes where its content has run under another name (moves.h).
 *  - repair with `ran` or `not_run`: the half-done migration whose statement of that number is in
 *    doubt goes on behind it, or with it; where no such statement is in doubt, nothing is done, and
 *    where several are, `only` has to say which one is meant.
 *  - repair with `forget`: what is half done of `only` is forgotten.
 *  - squash: every row up to the number of `to` becomes one, that of the file of `to`, which stands
 *    for them. Files below it that are still there must all be applied and as they were, and its
 *    own must not. A row of that number must be there; none of those rows may be without an end,
 *    half done, or of a file that only has another name now. Where it is done already, nothing is
 *    left to do. The bootstrap file (number zero) stays as long as it is there.
 *  - Where repair finds nothing to do, but another statement in doubt or another migration half
 *    done, a note names it: the number or the version may be mistaken.
 *
 * @param arena  Owns all that `out` points to, but for the migrations.
 * @return PGM_OK (also for a refusal), PGM_ENOMEM, PGM_EINTERNAL (another command).
 */
PGM_MUST_CHECK pgm_status pgm__edits_make(pgm__arena *arena, pgm__edits *out,
                                          const pgm__edits_input *input, pgm_error *err);

/** Is it one of the commands that this file is about? */
bool pgm__edits_is_for(pgm_command command);

#endif
