/* Any bytes: the scanner ends, stays inside the text and loses nothing. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/scanner_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    for (int standard_strings = 0; standard_strings <= 1; standard_strings++) {
        const char *fault = scanner_fault((const char *)data, size, standard_strings != 0);
        if (fault != NULL) {
            (void)fprintf(stderr, "standard_conforming_strings %s: %s\n",
                          standard_strings != 0 ? "on" : "off", fault);
            abort();
        }
    }
    return 0;
}
