#include "pg/exchange/relations.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "pg/exchange/context.h"

/* The first OID that is not the server's own (FirstNormalObjectId of its source). */
#define FIRST_OF_USERS "'16384'"

/* Dead rows of which so many are no matter. */
enum { FEW_DEAD_ROWS = 1000 };

enum { PAGE_BYTES = 8192 };

typedef struct pgm__relation {
    UT_hash_handle hh;
    unsigned oid;
    unsigned filenode;
    char kind;        /* relkind */
    bool touched;     /* by any look: the session has counters of it */
    bool made;        /* it was not there when the transaction began */
    bool seen;        /* in the list of those that a look changed */
    bool named;       /* in the list of those that the statement names */
    bool rewritten;   /* since the last news */
    const char *name; /* as it is shown */
    int64_t rows;     /* -1 = the server does not know */
    int64_t bytes;    /* -1 = nobody has looked */
    int64_t pages;    /* what the server noted last */
    unsigned held;    /* a bit for each mode that the session has */
    unsigned before;  /* of these, taken by a migration before */
    unsigned taken;   /* of these, since the last news */
    int64_t counts[PGM__RELATION_COUNTS];
    int64_t told[PGM__RELATION_COUNTS];  /* with the last news */
    int64_t begun[PGM__RELATION_COUNTS]; /* by the map */
    struct pgm__relation *older_seen;
    struct pgm__relation *older_named;
} relation;

/* ---- what is asked ---- */

static void add_name(pgm__strbuf *sql, const pgm__relations *relations) {
    pgm__strbuf_adds(sql, "CASE WHEN n.nspname" PGM__EQ);
    pgm__strbuf_add_literal(sql, relations->home == NULL ? "" : relations->home);
    pgm__strbuf_adds(sql, " THEN c.relname::pg_catalog.text"
                          " ELSE pg_catalog.concat(n.nspname,'.',c.relname) END");
}

/* What every look says of a relation, in this order. */
static void add_facts(pgm__strbuf *sql, const pgm__relations *relations) {
    pgm__strbuf_adds(sql, "c.relfilenode,c.relkind,");
    add_name(sql, relations);
    pgm__strbuf_adds(sql, ",c.reltuples::pg_catalog.int8,c.relpages");
}

#define JOIN_SCHEMA " JOIN pg_catalog.pg_namespace n ON n.oid" PGM__EQ "c.relnamespace"

/* Tables of the server, temporary ones and TOAST, which goes with its table, are none of it. */
#define OF_USERS "pg_catalog.left(n.nspname::pg_catalog.text,3)" PGM__NE "'pg_'"

/* The session counts on until it tells the server's statistics, which may be transactions later. */
#define COUNTS_OF(oid)                                                                             \
    ",pg_catalog.pg_stat_get_xact_tuples_inserted(" oid ")"                                        \
    ",pg_catalog.pg_stat_get_xact_tuples_updated(" oid ")"                                         \
    ",pg_catalog.pg_stat_get_xact_tuples_deleted(" oid ")"                                         \
    ",pg_catalog.pg_stat_get_xact_tuples_returned(" oid ")"

void pgm__relations_sql_map(pgm__strbuf *sql, const pgm__relations *relations) {
    pgm__strbuf_adds(sql, "SELECT c.oid,");
    add_facts(sql, relations);
    pgm__strbuf_adds(sql, ",NULL,NULL" COUNTS_OF("c.oid"));
    pgm__strbuf_adds(sql,
                     " FROM pg_catalog.pg_class c" JOIN_SCHEMA
                     " WHERE c.oid OPERATOR(pg_catalog.>=) " FIRST_OF_USERS " AND " OF_USERS ";");
}

/* Whoever holds a lock itself waits for nobody when its size is asked. */
void pgm__relations_sql_look(pgm__strbuf *sql, const pgm__relations *relations) {
    pgm__strbuf_adds(sql, "SELECT l.relation,");
    add_facts(sql, relations);
    pgm__strbuf_adds(sql, ",l.mode,pg_catalog.pg_table_size(c.oid)" COUNTS_OF("l.relation"));
    pgm__strbuf_adds(sql, " FROM pg_catalog.pg_locks l"
                          " LEFT JOIN pg_catalog.pg_class c ON c.oid" PGM__EQ "l.relation"
                          " LEFT JOIN pg_catalog.pg_namespace n ON n.oid" PGM__EQ "c.relnamespace"
                          " WHERE l.locktype" PGM__EQ "'relation' AND l.pid" PGM__EQ
                          "pg_catalog.pg_backend_pid() AND l.granted"
                          " AND l.relation OPERATOR(pg_catalog.>=) " FIRST_OF_USERS ";");
}

void pgm__relations_sql_named(pgm__strbuf *sql, const pgm__relations *relations,
                              const char *names) {
    pgm__strbuf_addf(sql,
                     "WITH v AS (SELECT u::pg_catalog.oid AS oid"
                     " FROM pg_catalog.unnest(ARRAY[%s]::pg_catalog.regclass[]) AS u"
                     " WHERE u IS NOT NULL)"
                     " SELECT c.oid,",
                     names);
    add_facts(sql, relations);
    pgm__strbuf_adds(sql,
                     ",x.named,pg_catalog.pg_table_size(c.oid)"
                     " FROM (SELECT v.oid,'t' AS named FROM v UNION ALL"
                     " SELECT i.indexrelid,'f' FROM pg_catalog.pg_index i,v"
                     " WHERE i.indrelid" PGM__EQ "v.oid) x"
                     " JOIN pg_catalog.pg_class c ON c.oid" PGM__EQ "x.oid" JOIN_SCHEMA
                     " WHERE c.oid OPERATOR(pg_catalog.>=) " FIRST_OF_USERS " AND " OF_USERS ";");
}

void pgm__relations_sql_counts(pgm__strbuf *sql, const pgm__relations *relations) {
    const char *separator = "";
    pgm__strbuf_adds(sql, "SELECT u,NULL,NULL,NULL,NULL,NULL,NULL,NULL" COUNTS_OF("u"));
    pgm__strbuf_adds(sql, " FROM pg_catalog.unnest('{");
    for (const relation *of = relations->by_oid; of != NULL; of = of->hh.next) {
        if (of->touched) {
            pgm__strbuf_addf(sql, "%s%u", separator, of->oid);
            separator = ",";
        }
    }
    pgm__strbuf_adds(sql, "}'::pg_catalog.oid[]) AS u;");
}

/* ---- what is answered ---- */

static int64_t number_at(const pgm__reply *reply, int column) {
    const char *value = pgm__reply_value(reply, column);
    return value == NULL ? -1 : strtoll(value, NULL, 10);
}

static relation *find(pgm__relations *relations, unsigned oid) {
    relation *found = NULL;
    HASH_FIND(hh, relations->by_oid, &oid, sizeof oid, found);
    return found;
}

static relation *add(pgm__relations *relations, unsigned oid) {
    relation *made = pgm__arena_calloc(relations->arena, 1, sizeof *made);
    if (made == NULL) {
        relations->failed = true;
        return NULL;
    }
    made->oid = oid;
    made->rows = made->bytes = made->pages = -1;
    made->name = "";
    made->made = relations->mapped;
    HASH_ADD(hh, relations->by_oid, oid, sizeof made->oid, made);
    if (made->hh.tbl == NULL) {
        relations->failed = true;
        return NULL;
    }
    return made;
}

enum { OID, FILENODE, KIND, NAME, ROWS, PAGES, WHAT, SIZE, COUNTS };

/* Of what a row says the first word counts but for the file: rows and size are those of before. */
static relation *take_facts(pgm__relations *relations, const pgm__reply *reply) {
    unsigned oid = (unsigned)number_at(reply, OID);
    relation *of = reply->kind == PGM__REPLY_ROW ? find(relations, oid) : NULL;
    bool first = of == NULL;
    if (reply->kind != PGM__REPLY_ROW || (first && (of = add(relations, oid)) == NULL)) {
        return NULL;
    }
    const char *kind = pgm__reply_value(reply, KIND);
    if (!first || kind == NULL) {
        return of;
    }
    of->kind = kind[0];
    of->filenode = (unsigned)number_at(reply, FILENODE);
    of->rows = number_at(reply, ROWS);
    of->pages = number_at(reply, PAGES);
    relations->failed = !pgm__reply_keep(reply, NAME, relations->arena, &of->name) ||
                        relations->failed;
    return of;
}

static void take_counts(relation *of, const pgm__reply *reply) {
    for (int i = 0; i < PGM__RELATION_COUNTS; i++) {
        of->counts[i] = number_at(reply, COUNTS + i);
    }
}

void pgm__relations_feed_map(pgm__relations *relations, const pgm__reply *reply) {
    relation *of = take_facts(relations, reply);
    if (of != NULL) {
        take_counts(of, reply);
        memcpy(of->told, of->counts, sizeof of->told);
        memcpy(of->begun, of->counts, sizeof of->begun);
    }
    relations->mapped = relations->mapped || reply->kind == PGM__REPLY_ROWS_END;
}

static void note_seen(pgm__relations *relations, relation *of) {
    of->touched = true;
    if (!of->seen) {
        of->seen = true;
        of->older_seen = relations->last_seen;
        relations->last_seen = of;
    }
}

void pgm__relations_feed_counts(pgm__relations *relations, const pgm__reply *reply) {
    relation *of = reply->kind == PGM__REPLY_ROW ? find(relations, (unsigned)number_at(reply, OID))
                                                 : NULL;
    if (of != NULL) {
        take_counts(of, reply);
        memcpy(of->told, of->counts, sizeof of->told);
    }
}

static unsigned mode_bit(const char *server) {
    static const char *const modes[] = {
#define XX(name, server, text, waits) [PGM_LOCK_##name] = server,
        PGM_LOCK_MODE_MAP(XX)
#undef XX
    };
    for (unsigned i = 0; i < PGM_LOCK_MODE_COUNT && server != NULL; i++) {
        if (strcmp(modes[i], server) == 0) {
            return 1U << i;
        }
    }
    return 0;
}

static bool has_file(const relation *of) {
    return of->kind == 'r' || of->kind == 'm' || of->kind == 'i';
}

/* A row of what is gone by now has no file. */
static void note_file(relation *of, const pgm__reply *reply) {
    unsigned filenode = (unsigned)number_at(reply, FILENODE);
    if (pgm__reply_value(reply, FILENODE) != NULL && filenode != of->filenode) {
        of->filenode = filenode;
        of->rewritten = has_file(of);
    }
    /* Of a new file the size is not that of before, which is what everybody copes with. */
    if (of->bytes < 0 && !of->rewritten) {
        of->bytes = number_at(reply, SIZE);
    }
}

void pgm__relations_feed_look(pgm__relations *relations, const pgm__reply *reply) {
    relation *of = take_facts(relations, reply);
    if (of == NULL) {
        return;
    }
    unsigned mode = mode_bit(pgm__reply_value(reply, WHAT));
    note_file(of, reply);
    of->taken |= mode & ~of->held;
    of->held |= mode;
    take_counts(of, reply);
    note_seen(relations, of);
}

void pgm__relations_feed_named(pgm__relations *relations, const pgm__reply *reply) {
    relation *of = take_facts(relations, reply);
    if (of == NULL) {
        return;
    }
    if (of->bytes < 0 && !of->made) {
        of->bytes = number_at(reply, SIZE);
    }
    if (pgm__reply_is_true(reply, WHAT) && !of->named) {
        of->named = true;
        of->older_named = relations->last_named;
        relations->last_named = of;
    }
}

/* ---- what is new ---- */

static const char *kind_word(char kind) {
    switch (kind) {
    case 'r':
        return "table";
    case 'p':
        return "partitioned table";
    case 'i':
        return "index";
    case 'I':
        return "partitioned index";
    case 'v':
        return "view";
    case 'm':
        return "materialized view";
    case 'S':
        return "sequence";
    case 'f':
        return "foreign table";
    case 'c':
        return "type";
    default:
        return "relation";
    }
}

/* The strongest of these modes. */
static pgm_lock_mode strongest(unsigned modes) {
    unsigned mode = PGM_LOCK_MODE_COUNT - 1;
    while (mode > 0 && (modes & (1U << mode)) == 0) {
        mode--;
    }
    return (pgm_lock_mode)mode;
}

/* No pages: nobody has noted yet how many there are. */
static int64_t bytes_of(const relation *of) {
    return of->bytes >= 0 || of->pages <= 0 ? of->bytes : of->pages * PAGE_BYTES;
}

/* No rows in what has a size, or in what nobody has looked at, is an estimate that was never made.
 */
static int64_t rows_of(const relation *of) {
    return of->rows == 0 && bytes_of(of) != 0 ? -1 : of->rows;
}

static pgm_rehearsed_lock lock_of(const relation *of, pgm_lock_mode mode) {
    return (pgm_rehearsed_lock){.relation = of->name,
                                .kind = kind_word(of->kind),
                                .mode = mode,
                                .rows = rows_of(of),
                                .bytes = bytes_of(of)};
}

/* Another migration holds it, and the statement names it: it may have taken it again, or not. */
static bool may_take_again(const relation *of) {
    return of->named && of->taken == 0 && of->before != 0;
}

static void tell_lock(pgm__relations_news *news, const relation *of) {
    if (of->made || (of->taken == 0 && !may_take_again(of))) {
        return;
    }
    pgm_rehearsed_lock *lock = &news->locks[news->lock_count++];
    *lock = lock_of(of, strongest(of->taken != 0 ? of->taken : of->before));
    lock->held_before = of->taken == 0;
}

static void tell_rewrite(pgm__relations_news *news, const relation *of) {
    if (!of->made && of->rewritten) {
        news->rewrites[news->rewrite_count++] = (pgm_rehearsed_rewrite){.relation = of->name,
                                                                        .kind = kind_word(of->kind),
                                                                        .rows = rows_of(of),
                                                                        .bytes = bytes_of(of)};
    }
}

/* Of an index the counter says how many of its entries were read, which is no row of a table. */
static void tell_rows(pgm__relations_news *news, const relation *of) {
    int64_t since[PGM__RELATION_COUNTS];
    bool any = false;
    for (int i = 0; i < PGM__RELATION_COUNTS; i++) {
        since[i] = of->counts[i] > of->told[i] ? of->counts[i] - of->told[i] : 0;
        any = any || since[i] > 0;
    }
    if (any && (of->kind == 'r' || of->kind == 'm')) {
        news->tables[news->table_count++] =
            (pgm_rehearsed_rows){.relation = of->name,
                                 .inserted = since[PGM__RELATION_INSERTED],
                                 .updated = since[PGM__RELATION_UPDATED],
                                 .deleted = since[PGM__RELATION_DELETED],
                                 .scanned = since[PGM__RELATION_SCANNED]};
    }
}

static void forget_news(relation *of) {
    of->taken = 0;
    of->rewritten = false;
    memcpy(of->told, of->counts, sizeof of->told);
    of->seen = of->named = false;
}

/* The weightiest first, and of equals by name, so that the order is nobody's chance. */
static int by_weight(const void *a, const void *b) {
    const pgm_rehearsed_lock *left = a;
    const pgm_rehearsed_lock *right = b;
    int order = (left->mode < right->mode) - (left->mode > right->mode);
    return order != 0 ? order : strcmp(left->relation, right->relation);
}

static int by_size(const void *a, const void *b) {
    const pgm_rehearsed_rewrite *left = a;
    const pgm_rehearsed_rewrite *right = b;
    int order = (left->bytes < right->bytes) - (left->bytes > right->bytes);
    return order != 0 ? order : strcmp(left->relation, right->relation);
}

static int by_name(const void *a, const void *b) {
    const pgm_rehearsed_rows *left = a;
    const pgm_rehearsed_rows *right = b;
    return strcmp(left->relation, right->relation);
}

static size_t count_touched(const pgm__relations *relations) {
    size_t count = 0;
    for (const relation *of = relations->last_seen; of != NULL; of = of->older_seen) {
        count++;
    }
    for (const relation *of = relations->last_named; of != NULL; of = of->older_named) {
        count++;
    }
    return count;
}

static bool make_room(pgm__relations *relations, pgm__relations_news *news) {
    size_t most = count_touched(relations);
    news->locks = pgm__arena_calloc(relations->arena, most, sizeof *news->locks);
    news->rewrites = pgm__arena_calloc(relations->arena, most, sizeof *news->rewrites);
    news->tables = pgm__arena_calloc(relations->arena, most, sizeof *news->tables);
    bool room = news->locks != NULL && news->rewrites != NULL && news->tables != NULL;
    relations->failed = relations->failed || !room;
    return room;
}

/* What is named and was not seen is no news: nothing of it is locked. */
static void forget_lists(pgm__relations *relations) {
    for (relation *of = relations->last_named; of != NULL; of = of->older_named) {
        forget_news(of);
    }
    for (relation *of = relations->last_seen; of != NULL; of = of->older_seen) {
        forget_news(of);
    }
    relations->last_named = NULL;
    relations->last_seen = NULL;
}

static void sort(pgm__relations_news *news) {
    if (news->lock_count > 0) {
        qsort(news->locks, news->lock_count, sizeof *news->locks, by_weight);
    }
    if (news->rewrite_count > 0) {
        qsort(news->rewrites, news->rewrite_count, sizeof *news->rewrites, by_size);
    }
    if (news->table_count > 0) {
        qsort(news->tables, news->table_count, sizeof *news->tables, by_name);
    }
}

pgm__relations_news pgm__relations_news_of(pgm__relations *relations, bool empties) {
    pgm__relations_news news = {0};
    if (!make_room(relations, &news)) {
        return (pgm__relations_news){0};
    }
    for (const relation *of = relations->last_seen; of != NULL; of = of->older_seen) {
        tell_lock(&news, of);
        tell_rows(&news, of);
        if (!empties) {
            tell_rewrite(&news, of);
        }
    }
    sort(&news);
    forget_lists(relations);
    return news;
}

void pgm__relations_claimed(pgm__relations *relations) {
    for (relation *of = relations->last_seen; of != NULL; of = of->older_seen) {
        of->taken = 0;
        of->rewritten = of->seen = false;
        memcpy(of->told, of->counts, sizeof of->told);
    }
    relations->last_seen = NULL;
}

pgm__relations_news pgm__relations_named(pgm__relations *relations, pgm_lock_mode mode) {
    pgm__relations_news news = {0};
    if (!make_room(relations, &news)) {
        return (pgm__relations_news){0};
    }
    for (const relation *of = relations->last_named; of != NULL; of = of->older_named) {
        if (!of->made) {
            news.locks[news.lock_count++] = lock_of(of, mode);
        }
    }
    sort(&news);
    forget_lists(relations);
    return news;
}

/* ---- transactions ---- */

size_t pgm__relations_count(const pgm__relations *relations) {
    return HASH_COUNT(relations->by_oid);
}

void pgm__relations_next_migration(pgm__relations *relations) {
    for (relation *of = relations->by_oid; of != NULL; of = of->hh.next) {
        of->before = of->held;
    }
}

void pgm__relations_committed(pgm__relations *relations) {
    for (relation *of = relations->by_oid; of != NULL; of = of->hh.next) {
        of->held = of->before = of->taken = 0;
        of->made = false;
    }
}

static void tell_leaves(pgm__relations *relations, const relation *of,
                        void (*add_text)(const char *text, void *data), void *data) {
    const char *text = NULL;
    int64_t dead = of->counts[PGM__RELATION_INSERTED] - of->begun[PGM__RELATION_INSERTED] +
                   of->counts[PGM__RELATION_UPDATED] - of->begun[PGM__RELATION_UPDATED];
    bool advanced = of->kind == 'S' && (of->held & (1U << PGM_LOCK_ROW_EXCLUSIVE)) != 0;
    if (of->made || (!advanced && dead < FEW_DEAD_ROWS)) {
        return;
    }
    text = advanced
               ? pgm__arena_printf(relations->arena,
                                   "sequence %s goes on behind what the rehearsal drew", of->name)
               : pgm__arena_printf(relations->arena,
                                   "%s has %lld dead rows more, which vacuum will remove", of->name,
                                   (long long)dead);
    relations->failed = relations->failed || text == NULL;
    if (text != NULL) {
        add_text(text, data);
    }
}

void pgm__relations_leaves(pgm__relations *relations,
                           void (*add_text)(const char *text, void *data), void *data) {
    for (const relation *of = relations->by_oid; of != NULL; of = of->hh.next) {
        tell_leaves(relations, of, add_text, data);
    }
}

/* The relations themselves are the arena's. */
void pgm__relations_fini(pgm__relations *relations) {
    HASH_CLEAR(hh, relations->by_oid);
    *relations = (pgm__relations){0};
}
