#include "engine/backoff.h"

/* value * random / 2^32, without the product that would overflow. */
static uint64_t scale(uint64_t value, uint32_t random) {
    return (value >> 32) * random + (((value & UINT32_MAX) * random) >> 32);
}

uint64_t pgm__backoff_ms(unsigned attempt, uint64_t base, uint64_t cap, uint32_t random) {
    /* Never base * 2^attempt, which overflows long before a march gives up. */
    uint64_t step = base < cap ? base : cap;
    for (unsigned i = 1; i < attempt && step != 0 && step < cap; i++) {
        step = step > cap / 2 ? cap : step * 2;
    }
    uint64_t half = step / 2;
    return half + scale(step - half + 1, random);
}
