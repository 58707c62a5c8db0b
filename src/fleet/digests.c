#include "fleet/digests.h"

#include "base/error.h"
#include "base/strbuf.h"

/* With its end: "ab" and "c" must not be what "a" and "bc" are. */
static void add(pgm__strbuf *bytes, const char *text) {
    pgm__strbuf_adds(bytes, text);
    pgm__strbuf_addc(bytes, '\0');
}

static pgm_status finish(pgm__strbuf *bytes, char hex[PGM__SHA256_HEX], pgm_error *err) {
    const char *text = pgm__strbuf_text(bytes);
    if (text != NULL) {
        pgm__sha256_bytes(text, bytes->len, hex);
    }
    pgm__strbuf_fini(bytes);
    return text == NULL ? pgm__error_nomem(err) : PGM_OK;
}

pgm_status pgm__digest_names(const char *const *names, size_t count, char hex[PGM__SHA256_HEX],
                             pgm_error *err) {
    pgm__strbuf bytes = {0};
    for (size_t i = 0; i < count; i++) {
        add(&bytes, names[i]);
    }
    return finish(&bytes, hex, err);
}

/* A path is another one on each machine, and a checksum says what is in the file. */
static void add_script(pgm__strbuf *bytes, const pgm__script *script) {
    add(bytes, script->path == NULL ? "" : script->checksum);
}

pgm_status pgm__digest_migrations(const pgm__migrations *migrations, char hex[PGM__SHA256_HEX],
                                  pgm_error *err) {
    pgm__strbuf bytes = {0};
    for (size_t i = 0; i < pgm__migrations_count(migrations); i++) {
        const pgm__migration *migration = pgm__migrations_at(migrations, i);
        add(&bytes, migration->version);
        add_script(&bytes, &migration->up);
        add_script(&bytes, &migration->down);
        add_script(&bytes, &migration->verify);
    }
    return finish(&bytes, hex, err);
}
