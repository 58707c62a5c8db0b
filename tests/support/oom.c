#include "support/oom.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static size_t left; /* allocations until one fails; 0 = none fails */
static bool struck;

void oom_arm(size_t nth) {
    left = nth;
    struck = false;
}

bool oom_disarm(void) {
    left = 0;
    return struck;
}

static bool fails(void) {
    if (left == 0) {
        return false;
    }
    left--;
    struck = struck || left == 0;
    return left == 0;
}

static void *failing_malloc(size_t size) {
    return fails() ? NULL : malloc(size);
}

static void *failing_calloc(size_t count, size_t size) {
    return fails() ? NULL : calloc(count, size);
}

static void *failing_realloc(void *block, size_t size) {
    return fails() ? NULL : realloc(block, size);
}

/* The real file, with other doors to the heap. */
#define malloc  failing_malloc
#define calloc  failing_calloc
#define realloc failing_realloc
#include "base/mem.c" /* NOLINT(bugprone-suspicious-include) */
