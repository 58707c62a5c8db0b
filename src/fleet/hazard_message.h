/**
 * @file hazard_message.h  What a hazard says, in a sentence.
 *
 * Layer: fleet. Pure.
 */
#ifndef PGM_FLEET_HAZARD_MESSAGE_H
#define PGM_FLEET_HAZARD_MESSAGE_H

#include "base/strbuf.h"
#include "model/hazards/hazard.h"

/** Adds `column "total" of "orders" changes its type …`. @param text  Of the script that has it. */
void pgm__hazard_message(pgm__strbuf *out, const char *text, const pgm__hazard *hazard);

#endif
