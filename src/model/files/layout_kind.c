#include "model/files/layout_kind.h"

const char *pgm__layout_name(pgm__layout layout) {
    static const char *const names[] = {
#define XX(id, name) name,
        PGM__LAYOUT_MAP(XX)
#undef XX
    };
    return names[layout];
}

/* All others refuse a number that is there twice, or would pass over one of the two. */
bool pgm__layout_has_names(pgm__layout layout) {
    return layout == PGM__LAYOUT_PRISMA;
}

/* A section is a part of the file whose checksum the ledger has. */
#define IN_SECTION(mark)                                                                           \
    "write it in the migration's file, below the line \"" mark "\", and let `pgmarch repair` "     \
    "accept the file as it is then"

const char *pgm__layout_way_down(pgm__layout layout) {
    static const char pair[] = "write it in a file of the same name that ends in .down.sql";
    static const char *const ways[] = {
        [PGM__LAYOUT_PAIRS] = pair,
        [PGM__LAYOUT_PLAIN] = pair,
        [PGM__LAYOUT_UP_DOWN] = "write it in a file of the same name in down/",
        [PGM__LAYOUT_RELEASES] = pair,
        [PGM__LAYOUT_DBMATE] = IN_SECTION("-- migrate:down"),
        [PGM__LAYOUT_GOOSE] = IN_SECTION("-- +goose Down"),
        [PGM__LAYOUT_SQL_MIGRATE] = IN_SECTION("-- +migrate Down"),
        [PGM__LAYOUT_TERN] = IN_SECTION("---- create above / drop below ----"),
        [PGM__LAYOUT_NODE_PG] = IN_SECTION("-- Down Migration"),
        [PGM__LAYOUT_FLYWAY] = "write it in a file of the same name with U in place of its V",
        [PGM__LAYOUT_DIESEL] = "write it in down.sql beside its up.sql",
        [PGM__LAYOUT_PRISMA] = "write it in down.sql beside its migration.sql",
    };
    return ways[layout];
}
