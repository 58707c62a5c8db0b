#include "engine/breaker.h"

void pgm__breaker_refused(pgm__breaker *breaker) {
    if (breaker->refusals < PGM__BREAKER_REFUSALS) {
        breaker->refusals++;
    }
}

void pgm__breaker_reached(pgm__breaker *breaker) {
    breaker->refusals = 0;
}

bool pgm__breaker_is_open(const pgm__breaker *breaker) {
    return breaker->refusals >= PGM__BREAKER_REFUSALS;
}
