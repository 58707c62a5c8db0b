/**
 * @file verdict.h  How well targets ended, judged here and nowhere else.
 *
 * Layer: fleet. Pure.
 */
#ifndef PGM_FLEET_VERDICT_H
#define PGM_FLEET_VERDICT_H

#include <stdbool.h>

#include "pgmarch/result.h"

/**
 * As pgm_result_verdict(). The exit code, the report's marks and whether the next wave starts all
 * come from here, so that they cannot differ.
 *
 * @param only_looked  Nothing was to be done, as in a survey: what is pending is what was to be
 *                     found, and no fault.
 */
pgm_verdict pgm__verdict_of(const pgm_result *result, bool only_looked);

#endif
