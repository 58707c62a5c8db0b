/*
 * replay FOLDER...: every file of the folders goes through the fuzz target it is linked with, so
 * that what a fuzzer found once is an ordinary test from then on.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static pgm_status replay_file(const char *path, pgm_error *err) {
    char *text = NULL;
    size_t len = 0;
    pgm_status status = pgm__file_read(path, &text, &len, err);
    if (status != PGM_OK) {
        return status;
    }
    /* A copy of exactly the size, so that AddressSanitizer sees a read past the end. */
    uint8_t *exact = pgm__malloc(len);
    if (exact == NULL) {
        status = PGM_ENOMEM;
    } else {
        memcpy(exact, text, len);
        (void)LLVMFuzzerTestOneInput(exact, len);
    }
    pgm__free(exact);
    pgm__free(text);
    return status;
}

static pgm_status replay_folder(const char *folder, size_t *replayed, pgm_error *err) {
    pgm__arena arena = {0};
    pgm__folder_entry *entries = NULL;
    size_t count = 0;
    pgm_status status = pgm__folder_list(&arena, folder, &entries, &count, err);
    for (size_t i = 0; status == PGM_OK && i < count; i++) {
        const char *path = pgm__arena_printf(&arena, "%s/%s", folder, entries[i].name);
        status = path != NULL ? replay_file(path, err) : PGM_ENOMEM;
        *replayed += status == PGM_OK;
    }
    pgm__arena_clear(&arena);
    return status;
}

int main(int argc, char **argv) {
    pgm_error err = {0};
    size_t replayed = 0;
    for (int i = 1; i < argc; i++) {
        if (replay_folder(argv[i], &replayed, &err) != PGM_OK) {
            (void)fprintf(stderr, "replay: \"%s\": %s\n", argv[i], err.msg);
            return EXIT_FAILURE;
        }
    }
    (void)printf("%zu inputs replayed\n", replayed);
    return replayed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
