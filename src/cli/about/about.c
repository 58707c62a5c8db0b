#include "cli/about/about.h"

#include <dlfcn.h>
#include <jansson.h>
#include <nettle/version.h>
#include <string.h>
#include <uv.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "base/late.h"

typedef void (*any_function)(void);

/* The end of a library's line: the file that this function of it is in. */
static void add_file(pgm__strbuf *out, any_function function) {
    Dl_info info;
    void *address;
    memcpy(&address, &function, sizeof address);
    if (dladdr(address, &info) != 0 && info.dli_fname != NULL) {
        pgm__strbuf_addf(out, " (%s)", info.dli_fname);
    }
    pgm__strbuf_addc(out, '\n');
}

/* The library, or NULL and a line that says why not. It stays loaded: functions of it are shown. */
static void *load(pgm__strbuf *out, const char *name, const char *library, const char *package) {
    void *loaded = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
    if (loaded == NULL) {
        pgm__strbuf_addf(out, "%s: cannot be loaded: %s; install %s (Debian: %s)\n", name,
                         pgm__late_why(), name, package);
    }
    return loaded;
}

/* Of the TLS library nothing is known but through libpq, which has brought it along. */
static void add_tls(pgm__strbuf *out, void *libpq) {
    const char *(*version)(int what);
    if (pgm__late_find(libpq, "OpenSSL_version", &version)) {
        pgm__strbuf_addf(out, "TLS: %s", version(0));
        add_file(out, (any_function)version);
    } else {
        pgm__strbuf_adds(out, "TLS: libpq has brought no OpenSSL\n");
    }
}

static void add_libpq(pgm__strbuf *out) {
    void *libpq = load(out, "libpq", PGM__LIBPQ_NAME, "libpq5");
    int (*version)(void);
    if (libpq != NULL && pgm__late_find(libpq, "PQlibVersion", &version)) {
        pgm__strbuf_addf(out, "libpq: %d.%d, built with %s", version() / 10000, version() % 10000,
                         PGM_BUILT_WITH_LIBPQ);
        add_file(out, (any_function)version);
        add_tls(out, libpq);
    }
}

/* "libcurl/7.88.1 OpenSSL/3.0.15 ...": the name of the line is not said again. */
static void add_libcurl(pgm__strbuf *out) {
#ifdef PGMARCH_NEON
    static const char own[] = "libcurl/";
    void *libcurl = load(out, "libcurl", PGM__LIBCURL_NAME, "libcurl4");
    const char *(*version)(void);
    if (libcurl != NULL && pgm__late_find(libcurl, "curl_version", &version)) {
        size_t skip = strncmp(version(), own, sizeof own - 1) == 0 ? sizeof own - 1 : 0;
        pgm__strbuf_addf(out, "libcurl: %s", version() + skip);
        add_file(out, (any_function)version);
    }
#else
    pgm__strbuf_adds(out, "libcurl: left out of this build, and so are targets from Neon\n");
#endif
}

static void add_linked(pgm__strbuf *out) {
    pgm__strbuf_addf(out, "libuv: %s", uv_version_string());
    add_file(out, (any_function)uv_version_string);
    pgm__strbuf_addf(out, "nettle: %d.%d", nettle_version_major(), nettle_version_minor());
    add_file(out, (any_function)nettle_version_major);
    pgm__strbuf_addf(out, "jansson: %s", jansson_version_str());
    add_file(out, (any_function)jansson_version_str);
#ifdef __GLIBC__
    pgm__strbuf_addf(out, "libc: glibc %s", gnu_get_libc_version());
    add_file(out, (any_function)gnu_get_libc_version);
#endif
}

void pgm__about_add(pgm__strbuf *out) {
    add_libpq(out);
    add_libcurl(out);
    add_linked(out);
    pgm__strbuf_adds(out, "build: " PGM_BUILD "\n");
}
