#include "pg/exchange/catalog.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/exchange/catalog_objects.h"
#include "pg/exchange/context.h"
#include "pg/exchange/own_sql.h"

/* What the server prints depends on these; a value for the path follows. */
#define OWN_SETTINGS                                                                               \
    "SET LOCAL jit=off;SET LOCAL quote_all_identifiers=off;SET LOCAL search_path TO "

/* ---- where ---- */

/* A prepared statement is planned anew when it is called, or told of, under another search path
 * than it was made under. So it sets the path itself, first of all, and sets it back at its end:
 * between two calls it is the same. */
static const char of_the_named_schema[] =
    "WITH s AS MATERIALIZED (SELECT @current_setting('search_path') AS was,"
    "  @set_config('search_path',@quote_ident($1),true) AS own),"
    "n AS MATERIALIZED (SELECT n.oid,n.nspname,''::@text AS prefix "
    "FROM s JOIN @pg_namespace n ON n.nspname @= $1::@name AND s.own IS NOT NULL";

static const char of_the_schema[] = "''::@text AS prefix FROM @pg_namespace n WHERE n.nspname @= ";

static const char of_all_schemas[] =
    "@quote_ident(n.nspname) @|| '.' AS prefix FROM @pg_namespace n "
    "WHERE @left(n.nspname::@text,3) @<> 'pg_' AND n.nspname @<> 'information_schema' "
    "AND NOT EXISTS (SELECT FROM @pg_depend e WHERE e.classid @= 2615 AND e.objid @= n.oid "
    "  AND e.deptype @= 'e')";

/* And what names of their objects begin with. */
static void add_schemas(pgm__strbuf *sql, const pgm__catalog_options *options) {
    pgm__strbuf_adds(sql, "WITH n AS MATERIALIZED (SELECT n.oid,n.nspname,");
    pgm__own_sql_add(sql, options->schema == NULL ? of_all_schemas : of_the_schema);
    if (options->schema != NULL) {
        pgm__strbuf_add_literal(sql, options->schema);
    }
}

/* Through pg_depend, which has an index by the schema: pg_class and pg_proc have none, and 5,000
 * schemas of one database would each read all of them. */
static const char members[] =
    "),d AS MATERIALIZED (SELECT p.classid,p.objid,n.nspname,n.prefix "
    "FROM n JOIN @pg_depend p ON p.refclassid @= 2615 AND p.refobjid @= n.oid "
    "  AND p.deptype @= 'n' "
    "WHERE NOT EXISTS (SELECT FROM @pg_depend e WHERE e.classid @= p.classid "
    "  AND e.objid @= p.objid AND e.deptype @= 'e')"
    "),r AS MATERIALIZED (SELECT c.oid,d.nspname,d.prefix,"
    "  d.prefix @|| @quote_ident(c.relname) AS obj,c.relkind,c.relpersistence,c.relreplident,"
    "  c.relrowsecurity,c.relforcerowsecurity,c.reloptions,c.relam,c.reloftype,"
    "  c.relispartition,c.relpartbound,c.reltoastrelid,c.relowner,c.relacl "
    "FROM d JOIN @pg_class c ON c.oid @= d.objid WHERE d.classid @= 1259";

static void add_ledger_out(pgm__strbuf *sql, const pgm__catalog_options *options) {
    pgm__strbuf_adds(sql, " AND c.relname" PGM__NE "'" PGM__PROGRESS_TABLE "'");
    if (options->ledger != NULL) {
        pgm__strbuf_adds(sql, " AND c.relname" PGM__NE);
        pgm__strbuf_add_literal(sql, options->ledger);
    }
}

/* ---- what is not part of a definition ---- */

/* It goes with what it is said of. */
#define ABOUT_IT "o.kind @|| ' ' @|| o.obj,coalesce(o.owner,o.obj),"

static const char comments[] =
    " UNION ALL SELECT 'comment'," ABOUT_IT "m.description "
    "FROM o JOIN @pg_description m ON m.classoid @= o.classid AND m.objoid @= o.objid "
    "  AND m.objsubid @= o.sub";

/* Whose catalog and its number, in a join; owner, rights, and what acldefault() calls its kind. */
static const struct owned {
    const char *table;
    const char *owner;
    const char *rights;
} owned[] = {
    {"@pg_class c ON c.oid @= o.objid WHERE o.classid @= 1259", "c.relowner",
     "coalesce(c.relacl,@acldefault(CASE WHEN c.relkind @= 'S' THEN 's'::@\"char\" "
     "  ELSE 'r' END,c.relowner))"},
    {"@pg_proc c ON c.oid @= o.objid WHERE o.classid @= 1255", "c.proowner",
     "coalesce(c.proacl,@acldefault('f',c.proowner))"},
    {"@pg_type c ON c.oid @= o.objid WHERE o.classid @= 1247", "c.typowner",
     "coalesce(c.typacl,@acldefault('T',c.typowner))"},
    {"@pg_namespace c ON c.oid @= o.objid WHERE o.classid @= 2615", "c.nspowner",
     "coalesce(c.nspacl,@acldefault('n',c.nspowner))"},
};

/* An index has the owner of its table. */
static void add_join(pgm__strbuf *sql, const char *table) {
    pgm__strbuf_adds(sql, " FROM o JOIN ");
    pgm__own_sql_add(sql, table);
    pgm__own_sql_add(sql, " AND o.sub @= 0 AND o.kind @<> 'index' AND o.kind @<> 'column order'");
}

static void add_owners(pgm__strbuf *sql) {
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        const char *const fills[2] = {owned[i].owner, NULL};
        pgm__own_sql_fill(sql, " UNION ALL SELECT 'owner'," ABOUT_IT "@pg_get_userbyid(@1)::@text",
                          fills);
        add_join(sql, owned[i].table);
    }
}

/* As they are, whether they were granted or come by themselves; the owner, who may be another one
 * on each target, by that word. */
static const char privileges[] =
    " UNION ALL SELECT 'privileges'," ABOUT_IT "coalesce((SELECT @string_agg("
    "    x.who @|| ': ' @|| x.what,E'\\n' ORDER BY x.who COLLATE @\"C\",x.what COLLATE @\"C\") "
    "  FROM (SELECT CASE WHEN a.grantee @= 0 THEN 'PUBLIC' WHEN a.grantee @= @1 THEN 'owner' "
    "      ELSE @pg_get_userbyid(a.grantee)::@text END AS who,"
    "    a.privilege_type @|| CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' "
    "      ELSE '' END AS what FROM @aclexplode(@2) a) AS x),'')";

static const char of_columns[] =
    " FROM o JOIN @pg_attribute a ON a.attrelid @= o.objid AND a.attnum @= o.sub "
    "JOIN @pg_class c ON c.oid @= o.objid "
    "WHERE o.kind @= 'column' AND a.attacl IS NOT NULL";

static void add_privileges(pgm__strbuf *sql) {
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        const char *const fills[2] = {owned[i].owner, owned[i].rights};
        pgm__own_sql_fill(sql, privileges, fills);
        add_join(sql, owned[i].table);
    }
    const char *const fills[2] = {"c.relowner", "a.attacl"};
    pgm__own_sql_fill(sql, privileges, fills);
    pgm__own_sql_add(sql, of_columns);
}

/* ---- what is left out, and taken out ---- */

/* Of "[ab]", what is behind it; NULL: the bracket is not closed, and stands for itself. */
static const char *behind_set(const char *at) {
    const char *first = at[1] == '!' || at[1] == '^' ? at + 2 : at + 1;
    const char *end = *first == '\0' ? NULL : strchr(first + 1, ']');
    return end == NULL ? NULL : end + 1;
}

static const char *add_set(pgm__strbuf *pattern, const char *at) {
    const char *behind = behind_set(at);
    bool negated = at[1] == '!' || at[1] == '^';
    pgm__strbuf_adds(pattern, negated ? "[^" : "[");
    for (const char *in = at + (negated ? 2 : 1); in < behind; in++) {
        pgm__strbuf_adds(pattern, *in == '\\' ? "\\" : "");
        pgm__strbuf_addc(pattern, *in);
    }
    return behind;
}

static const char *add_glob_part(pgm__strbuf *pattern, const char *at) {
    if (*at == '[' && behind_set(at) != NULL) {
        return add_set(pattern, at);
    }
    if (*at == '*' || *at == '?') {
        pgm__strbuf_adds(pattern, *at == '*' ? ".*" : ".");
        return at + 1;
    }
    bool escaped = *at == '\\' && at[1] != '\0';
    at += escaped ? 1 : 0;
    pgm__strbuf_adds(pattern, ispunct((unsigned char)*at) ? "\\" : "");
    pgm__strbuf_addc(pattern, *at);
    return at + 1;
}

/* As a regular expression of the server's. */
static void add_pattern(pgm__strbuf *sql, const char *glob) {
    pgm__strbuf pattern = {0};
    pgm__strbuf_adds(&pattern, "^");
    for (const char *at = glob; *at != '\0';) {
        at = add_glob_part(&pattern, at);
    }
    pgm__strbuf_adds(&pattern, "$");
    sql->failed = sql->failed || pattern.failed;
    pgm__strbuf_add_literal(sql, pattern.failed ? "" : pattern.text);
    pgm__strbuf_fini(&pattern);
}

static void add_ignored(pgm__strbuf *sql, const pgm__catalog_options *options) {
    for (size_t i = 0; i < options->ignored_count; i++) {
        pgm__strbuf_adds(sql, i == 0 ? " WHERE NOT (o.obj" : " OR o.obj");
        pgm__own_sql_add(sql, " @~ ");
        add_pattern(sql, options->ignored[i]);
        pgm__own_sql_add(sql, " OR coalesce(o.owner @~ ");
        add_pattern(sql, options->ignored[i]);
        pgm__strbuf_adds(sql, ",false)");
    }
    pgm__strbuf_adds(sql, options->ignored_count > 0 ? ")" : "");
}

static void add_without_schema(pgm__strbuf *sql, const char *column,
                               const pgm__catalog_options *options) {
    pgm__strbuf_addf(sql, "pg_catalog.regexp_replace(%s,", column);
    pgm__catalog_add_own_name(sql, options);
    pgm__strbuf_adds(sql, ",'','g')");
}

/* Where the schema is hidden from the role, the server prints its name before all that lies in it.
 * Names of ours have none, but for the types of arguments; functions were seen to already, so that
 * their bodies stay as they are. */
static void add_columns(pgm__strbuf *sql, const pgm__catalog_options *options) {
    if (!options->hidden || options->schema == NULL) {
        pgm__strbuf_adds(sql, "*");
        return;
    }
    pgm__strbuf_adds(sql, "o.kind,CASE WHEN ");
    pgm__own_sql_add(sql, options->ignore_names ? "true" : "@strpos(o.obj,'(') @> 0");
    pgm__strbuf_adds(sql, " THEN ");
    add_without_schema(sql, "o.obj", options);
    pgm__own_sql_add(sql, " ELSE o.obj END AS obj,o.owner,CASE WHEN o.kind @= 'function' "
                          "OR o.kind @= 'procedure' THEN o.def ELSE ");
    add_without_schema(sql, "o.def", options);
    pgm__strbuf_adds(sql, " END AS def,o.classid,o.objid,o.sub");
}

/* Of a function what is printed was seen to already; its body is as it was written. */
static void add_rows(pgm__strbuf *sql, const pgm__catalog_options *options) {
    pgm__own_sql_add(sql, "),x AS (SELECT o.kind,o.obj,CASE WHEN o.kind @= 'function' "
                          "OR o.kind @= 'procedure' THEN o.def ELSE ");
    pgm__catalog_add_without_casts(sql, "o.def");
    pgm__strbuf_adds(sql, " END AS def,o.owner FROM (SELECT o.kind,o.obj,o.owner,o.def FROM o");
    if (options->comments) {
        pgm__own_sql_add(sql, comments);
    }
    if (options->owners) {
        add_owners(sql);
    }
    if (options->privileges) {
        add_privileges(sql);
    }
    pgm__strbuf_adds(sql, ") AS o)");
}

/* ---- the whole ---- */

/* sha256() of the bytes: independent of the encoding of the database, and there where md5() is
 * forbidden (FIPS). The digests are put in order, not the names: databases sort those differently.
 */
static const char fingerprint[] =
    " SELECT @encode(@sha256(@textsend("
    "  coalesce(@string_agg(h.digest,'' ORDER BY h.digest COLLATE @\"C\"),''))),'hex'),@count(*)@1 "
    "FROM (SELECT @encode(@sha256(@textsend("
    "  x.kind @|| E'\\x1f' @|| x.obj @|| E'\\x1f' @|| coalesce(x.def,''))),'hex') AS digest "
    "FROM x) AS h";

/* In the list of what is brought, which is worked out when all rows are in. */
#define PATH_BACK ",@set_config('search_path',(SELECT s.was FROM s),true)"

#define IN_ORDER " FROM x ORDER BY x.kind COLLATE @\"C\",x.obj COLLATE @\"C\",x.def COLLATE @\"C\""

static const char digests[] =
    " SELECT x.kind,x.obj,@encode(@sha256(@textsend(coalesce(x.def,''))),'hex'),"
    "coalesce(x.owner,'')" IN_ORDER;

static const char definitions[] =
    " SELECT x.kind,x.obj,coalesce(x.def,''),coalesce(x.owner,'')" IN_ORDER;

/* From the members of the schemas on. */
static void add_catalog(pgm__strbuf *sql, const pgm__catalog_options *options) {
    pgm__own_sql_add(sql, members);
    add_ledger_out(sql, options);
    pgm__strbuf_adds(sql, "),o AS MATERIALIZED (SELECT ");
    add_columns(sql, options);
    pgm__strbuf_adds(sql, " FROM (");
    pgm__catalog_add_objects(sql, options);
    pgm__strbuf_adds(sql, ") AS o");
    add_ignored(sql, options);
    add_rows(sql, options);
}

void pgm__catalog_sql(pgm__strbuf *sql, const pgm__catalog_options *options,
                      pgm__catalog_form form) {
    static const char *const nothing_more[2] = {"", NULL};
    add_schemas(sql, options);
    add_catalog(sql, options);
    if (form == PGM__CATALOG_FINGERPRINT) {
        pgm__own_sql_fill(sql, fingerprint, nothing_more);
    } else {
        pgm__own_sql_add(sql, form == PGM__CATALOG_DIGESTS ? digests : definitions);
    }
}

#define NAME "\"pgmarch catalog\""

void pgm__catalog_sql_prepare(pgm__strbuf *sql, const pgm__catalog_options *options) {
    static const char *const path_back[2] = {PATH_BACK, NULL};
    pgm__strbuf_adds(sql, OWN_SETTINGS "'';PREPARE " NAME "(pg_catalog.text) AS ");
    pgm__own_sql_add(sql, of_the_named_schema);
    add_catalog(sql, options);
    pgm__own_sql_fill(sql, fingerprint, path_back);
    pgm__strbuf_adds(sql, ";");
}

/* One plan for all, from the first call on. */
void pgm__catalog_sql_execute(pgm__strbuf *sql, const pgm__catalog_options *options) {
    pgm__strbuf_adds(sql, OWN_SETTINGS "'';SET LOCAL plan_cache_mode=force_generic_plan;"
                                       "EXECUTE " NAME "(");
    pgm__strbuf_add_literal(sql, options->schema);
    pgm__strbuf_adds(sql, ")");
}

size_t pgm__catalog_sql_settings(pgm__strbuf *sql, const pgm__catalog_options *options) {
    pgm__strbuf_adds(sql, OWN_SETTINGS);
    if (options->schema == NULL) {
        pgm__strbuf_adds(sql, "''");
    } else {
        pgm__strbuf_add_ident(sql, options->schema);
    }
    pgm__strbuf_adds(sql, ";");
    return 3;
}

/* ---- the answer ---- */

static bool take_fingerprint(pgm__catalog_found *found, pgm__arena *arena,
                             const pgm__reply *reply) {
    const char *count = pgm__reply_value(reply, 1);
    found->count = count == NULL ? 0 : (size_t)strtoull(count, NULL, 10);
    return pgm__reply_keep(reply, 0, arena, &found->fingerprint);
}

/* NULL, which no column is, would be told as "". */
static bool keep_text(const pgm__reply *reply, int column, pgm__arena *arena, const char **out) {
    *out = "";
    return pgm__reply_value(reply, column) == NULL || pgm__reply_keep(reply, column, arena, out);
}

static bool take_object(pgm__catalog_found *found, pgm__arena *arena, const pgm__reply *reply) {
    pgm__drift_object *objects = pgm__grow(found->objects, found->count, &found->capacity,
                                           sizeof *objects);
    if (objects == NULL) {
        return false;
    }
    found->objects = objects;
    pgm__drift_object *object = &objects[found->count];
    bool kept = keep_text(reply, 0, arena, &object->kind) &&
                keep_text(reply, 1, arena, &object->name) &&
                keep_text(reply, 2, arena, &object->definition) &&
                keep_text(reply, 3, arena, &object->part_of);
    found->count += kept ? 1 : 0;
    return kept;
}

bool pgm__catalog_take(pgm__catalog_found *found, pgm__arena *arena, pgm__catalog_form form,
                       const pgm__reply *reply) {
    if (reply->kind != PGM__REPLY_ROW) {
        return true;
    }
    return form == PGM__CATALOG_FINGERPRINT ? take_fingerprint(found, arena, reply)
                                            : take_object(found, arena, reply);
}

void pgm__catalog_fini(pgm__catalog_found *found) {
    pgm__free(found->objects);
    *found = (pgm__catalog_found){0};
}
