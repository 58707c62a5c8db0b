#include "pg/exchange/catalog_objects.h"

#include "pg/exchange/catalog_query.h"
#include "pg/exchange/catalog_relations.h"
#include "pg/exchange/own_sql.h"

/* ---- functions ---- */

/* What belongs to an aggregate is nowhere printed as a whole. */
static const char aggregates[] =
    "SELECT 'aggregate',"
    "d.prefix @|| @quote_ident(p.proname) @|| '(' @|| @pg_get_function_identity_arguments(p.oid) "
    "@|| ')',"
    "NULL,@concat_ws(E'\\n','SFUNC = ' @|| g.aggtransfn::@oid::@regprocedure::@text,"
    "  'STYPE = ' @|| @format_type(g.aggtranstype,NULL),"
    "  'RETURNS ' @|| @pg_get_function_result(p.oid),'KIND = ' @|| g.aggkind::@text,"
    "  'DIRECT ARGUMENTS = ' @|| g.aggnumdirectargs::@text,"
    "  'FINALFUNC = ' @|| g.aggfinalfn::@oid::@regprocedure::@text,"
    "  'COMBINEFUNC = ' @|| g.aggcombinefn::@oid::@regprocedure::@text,"
    "  'MSFUNC = ' @|| g.aggmtransfn::@oid::@regprocedure::@text,"
    "  'SORTOP = ' @|| g.aggsortop::@regoperator::@text,'INITCOND = ' @|| g.agginitval,"
    "  'PARALLEL = ' @|| p.proparallel::@text),1255,p.oid,0 "
    "FROM d "
    "JOIN @pg_proc p ON p.oid @= d.objid "
    "JOIN @pg_aggregate g ON g.aggfnoid::@oid @= p.oid "
    "WHERE d.classid @= 1255";

/* Those that make a range are its type's. A checkout with other line ends, and blanks that no one
 * sees, make no other function. */
static const char functions[] =
    ",1255,f.oid,0 FROM (SELECT f.kind,f.obj,f.oid,f.def,"
    "  CASE WHEN @strpos(f.def,E'\\nAS ') @> 0 THEN @strpos(f.def,E'\\nAS ') "
    "  ELSE @length(f.def) END AS body FROM ("
    "    SELECT CASE WHEN p.prokind @= 'p' THEN 'procedure' ELSE 'function' END AS kind,"
    "      d.prefix @|| @quote_ident(p.proname) @|| '(' @|| "
    "      @pg_get_function_identity_arguments(p.oid) @|| ')' AS obj,p.oid,"
    "      @rtrim(@regexp_replace(@regexp_replace(@replace(@1,E'\\r',''),"
    "        E'[ \\t]+\\n',E'\\n','g'),"
    "        E'\\\\s+(\\\\$(function|procedure)x*\\\\$)\\\\s*$',E'\\\\1'),E'\\n') AS def "
    "    FROM d JOIN @pg_proc p ON p.oid @= d.objid "
    "    WHERE d.classid @= 1255 AND p.prokind @<> 'a' AND NOT EXISTS ("
    "      SELECT FROM @pg_depend i WHERE i.classid @= 1255 AND i.objid @= p.oid "
    "      AND i.deptype @= 'i')) AS f) AS f";

/* The first line has the schema's name, whatever the search path is: it is cut out by its length.
 */
static const char own_definition[] =
    "@replace('CREATE OR REPLACE ' @|| @substr(@pg_get_functiondef(p.oid),19,"
    "    CASE WHEN p.prokind @= 'p' THEN 10 ELSE 9 END) @|| "
    "  @substr(@pg_get_functiondef(p.oid),CASE WHEN p.prokind @= 'p' THEN 30 ELSE 29 END "
    "    @+ @length(@quote_ident(d.nspname))),"
    "  E'\\n SET search_path TO ' @|| @quote_literal(d.nspname),"
    "  E'\\n SET search_path TO its own schema')";

/*
 * Of a varchar that is IN ('a', 'b') the server prints ARRAY['a'::character varying, …]::text[],
 * and reads that, in a dump, as ARRAY['a'::character varying::text, …]: another expression, which
 * means the same and is printed otherwise. Casts of varchar to text change nothing, and are left
 * out.
 */
static const char without_casts[] =
    "CASE WHEN @strpos(@1,'::character varying') @= 0 THEN @1 ELSE "
    "@replace(@replace(@regexp_replace(@regexp_replace(@1,"
    "  E'\\\\((\\'([^\\']|\\'\\')*\\'::character varying)\\\\)::text',E'\\\\1','g'),"
    "  E'\\\\((ARRAY\\\\[[^]]*\\\\])\\\\)::text\\\\[\\\\]',E'\\\\1','g'),"
    "  '::character varying::text','::character varying'),']::text[]',']') END";

void pgm__catalog_add_without_casts(pgm__strbuf *sql, const char *text) {
    const char *const fills[2] = {text, NULL};
    pgm__own_sql_fill(sql, without_casts, fills);
}

static void add_functions(pgm__strbuf *sql, const pgm__catalog_options *options) {
    bool own = options->schema != NULL;
    const char *const fills[2] = {own ? own_definition : "@pg_get_functiondef(p.oid)", NULL};
    pgm__strbuf_adds(sql, "SELECT f.kind,f.obj,NULL,");
    pgm__own_sql_add(sql, own && options->hidden ? "@concat(@regexp_replace(" : "@concat(");
    pgm__catalog_add_without_casts(sql, "@left(f.def,f.body)");
    if (own && options->hidden) {
        pgm__strbuf_addc(sql, ',');
        pgm__catalog_add_own_name(sql, options);
        pgm__strbuf_adds(sql, ",'','g')");
    }
    pgm__own_sql_add(sql, ",@substr(f.def,f.body @+ 1))");
    pgm__own_sql_fill(sql, functions, fills);
}

/* ---- types ---- */

static const char types[] =
    "SELECT CASE WHEN t.typtype @= 'd' THEN 'domain' ELSE 'type' END,"
    "d.prefix @|| @quote_ident(t.typname),NULL,"
    "CASE WHEN t.typtype @= 'e' THEN ("
    "  SELECT E'ENUM\\n' @|| @string_agg(@quote_literal(e.enumlabel),E'\\n' "
    "    ORDER BY e.enumsortorder) FROM @pg_enum e WHERE e.enumtypid @= t.oid) "
    "WHEN t.typtype @= 'd' THEN @concat_ws(' ',@format_type(t.typbasetype,t.typtypmod),("
    "    SELECT (SELECT 'COLLATE ' @|| @quote_ident(k.collname) FROM @pg_collation k "
    "      WHERE k.oid @= t.typcollation AND k.oid @<> b.typcollation) FROM @pg_type b "
    "    WHERE b.oid @= t.typbasetype),"
    "  CASE WHEN t.typnotnull THEN 'NOT NULL' END,"
    "  'DEFAULT ' @|| @pg_get_expr(t.typdefaultbin,1247)) WHEN t.typtype @= 'c' THEN ("
    "  SELECT @string_agg(@concat_ws(' ',@quote_ident(a.attname),@format_type(a.atttypid,"
    "        a.atttypmod),(SELECT 'COLLATE ' @|| @quote_ident(k.collname) "
    "        FROM @pg_collation k WHERE k.oid @= a.attcollation "
    "        AND k.oid @<> b.typcollation)),E'\\n' ORDER BY a.attnum) FROM @pg_attribute a "
    "  JOIN @pg_type b ON b.oid @= a.atttypid WHERE a.attrelid @= t.typrelid "
    "  AND a.attnum @> 0 AND NOT a.attisdropped) WHEN t.typtype @= 'r' THEN ("
    "  SELECT @concat_ws(E'\\n','RANGE','SUBTYPE = ' @|| @format_type(g.rngsubtype,NULL),"
    "    'SUBTYPE_OPCLASS = ' @|| @quote_ident(o.opcname),"
    "    'SUBTYPE_DIFF = ' @|| g.rngsubdiff::@oid::@regprocedure::@text,"
    "    'CANONICAL = ' @|| g.rngcanonical::@oid::@regprocedure::@text,("
    "      SELECT 'COLLATE ' @|| @quote_ident(k.collname) FROM @pg_collation k "
    "      WHERE k.oid @= g.rngcollation AND k.oid @<> 0)) FROM @pg_range g "
    "  JOIN @pg_opclass o ON o.oid @= g.rngsubopc WHERE g.rngtypid @= t.oid) "
    "ELSE @concat_ws(' ','BASE',t.typinput::@oid::@regprocedure::@text,t.typlen,t.typalign,"
    "  t.typstorage) END,1247,t.oid,0 "
    "FROM d "
    "JOIN @pg_type t ON t.oid @= d.objid "
    "WHERE d.classid @= 1247 AND @strpos('edcrb',t.typtype::@text) @> 0 "
    "AND t.typcategory @<> 'A'";

static const char domain_constraints[] =
    "SELECT 'constraint',"
    "d.prefix @|| @quote_ident(t.typname) @|| '.' @|| @quote_ident(c.conname),NULL,"
    "@pg_get_constraintdef(c.oid,true),2606,c.oid,0 "
    "FROM d "
    "JOIN @pg_type t ON t.oid @= d.objid "
    "JOIN @pg_constraint c ON c.contypid @= t.oid "
    "WHERE d.classid @= 1247 AND c.contype @= 'c'";

static const char collations[] =
    "SELECT 'collation',d.prefix @|| @quote_ident(c.collname),NULL,@concat_ws(' ',"
    "  'PROVIDER ' @|| c.collprovider::@text,'LC_COLLATE ' @|| c.collcollate::@text,"
    "  'LC_CTYPE ' @|| c.collctype::@text,"
    "  'LOCALE ' @|| coalesce(@to_jsonb(c) @->> 'colliculocale',"
    "    @to_jsonb(c) @->> 'colllocale'),"
    "  CASE WHEN NOT c.collisdeterministic THEN 'NOT DETERMINISTIC' END),3456,c.oid,0 "
    "FROM d "
    "JOIN @pg_collation c ON c.oid @= d.objid "
    "WHERE d.classid @= 3456";

static const char operators[] =
    "SELECT 'operator',d.prefix @|| p.oprname::@text @|| '(' @|| @concat_ws(', ',"
    "  CASE WHEN p.oprleft @<> 0 THEN @format_type(p.oprleft,NULL) END,"
    "  @format_type(p.oprright,NULL)) @|| ')',NULL,@concat_ws(E'\\n',"
    "  'PROCEDURE = ' @|| p.oprcode::@oid::@regprocedure::@text,"
    "  'COMMUTATOR = ' @|| p.oprcom::@regoperator::@text,"
    "  'NEGATOR = ' @|| p.oprnegate::@regoperator::@text,"
    "  'RESTRICT = ' @|| p.oprrest::@oid::@regprocedure::@text,"
    "  'JOIN = ' @|| p.oprjoin::@oid::@regprocedure::@text,"
    "  CASE WHEN p.oprcanhash THEN 'HASHES' END,"
    "  CASE WHEN p.oprcanmerge THEN 'MERGES' END),2617,p.oid,0 "
    "FROM d "
    "JOIN @pg_operator p ON p.oid @= d.objid "
    "WHERE d.classid @= 2617";

static const char search_configurations[] =
    "SELECT 'text search configuration',d.prefix @|| @quote_ident(c.cfgname),NULL,("
    "  SELECT @string_agg(m.maptokentype::@text @|| ' ' @|| m.mapdict::@regdictionary::@text,"
    "    E'\\n' ORDER BY m.maptokentype,m.mapseqno) FROM @pg_ts_config_map m "
    "  WHERE m.mapcfg @= c.oid),3602,c.oid,0 "
    "FROM d "
    "JOIN @pg_ts_config c ON c.oid @= d.objid "
    "WHERE d.classid @= 3602";

static const char search_dictionaries[] =
    "SELECT 'text search dictionary',d.prefix @|| @quote_ident(c.dictname),NULL,"
    "c.dictinitoption,3600,c.oid,0 "
    "FROM d "
    "JOIN @pg_ts_dict c ON c.oid @= d.objid "
    "WHERE d.classid @= 3600";

/* ---- of a whole database ---- */

static const char schemas[] = "SELECT 'schema',@quote_ident(n.nspname),NULL,'',2615,n.oid,0 "
                              "FROM n";

static const char extensions[] =
    "SELECT 'extension',@quote_ident(x.extname),NULL,"
    "'VERSION ' @|| x.extversion @|| ' SCHEMA ' @|| @quote_ident(s.nspname),3079,x.oid,0 "
    "FROM @pg_extension x "
    "JOIN @pg_namespace s ON s.oid @= x.extnamespace";

static const char event_triggers[] =
    "SELECT 'event trigger',@quote_ident(e.evtname),NULL,@concat_ws(E'\\n',"
    "  'ON ' @|| e.evtevent::@text,'WHEN TAG ' @|| (SELECT @string_agg(u,', ' "
    "      ORDER BY u COLLATE @\"C\") FROM @unnest(e.evttags) AS u),"
    "  'EXECUTE ' @|| e.evtfoid::@regprocedure::@text,"
    "  CASE WHEN e.evtenabled @= 'D' THEN 'DISABLED' "
    "  WHEN e.evtenabled @= 'R' THEN 'ENABLED ON REPLICA' "
    "  WHEN e.evtenabled @= 'A' THEN 'ENABLED ALWAYS' END),3466,e.oid,0 "
    "FROM @pg_event_trigger e "
    "WHERE NOT EXISTS (SELECT FROM @pg_depend x WHERE x.classid @= 3466 "
    "  AND x.objid @= e.oid AND x.deptype @= 'e')";

static const char publications[] =
    "SELECT 'publication',@quote_ident(p.pubname),NULL,@concat_ws(E'\\n',"
    "  CASE WHEN p.puballtables THEN 'FOR ALL TABLES' END,("
    "    SELECT 'FOR TABLE ' @|| @string_agg(u.rel,', ' ORDER BY u.rel COLLATE @\"C\") FROM ("
    "      SELECT q.prrelid::@regclass::@text AS rel FROM @pg_publication_rel q "
    "      WHERE q.prpubid @= p.oid) AS u),@concat_ws(', ',"
    "    CASE WHEN p.pubinsert THEN 'insert' END,"
    "    CASE WHEN p.pubupdate THEN 'update' END,"
    "    CASE WHEN p.pubdelete THEN 'delete' END,"
    "    CASE WHEN p.pubtruncate THEN 'truncate' END)),6104,p.oid,0 "
    "FROM @pg_publication p";

/* ---- all of them ---- */

static const pgm__catalog_query queries[] = {
    {0, 0, PGM__CATALOG_ALWAYS, aggregates, {NULL, NULL}},
    {0, 0, PGM__CATALOG_ALWAYS, types, {NULL, NULL}},
    {0, 0, PGM__CATALOG_ALWAYS, domain_constraints, {NULL, NULL}},
    {0, 0, PGM__CATALOG_ALWAYS, collations, {NULL, NULL}},
    {0, 0, PGM__CATALOG_ALWAYS, operators, {NULL, NULL}},
    {0, 0, PGM__CATALOG_ALWAYS, search_configurations, {NULL, NULL}},
    {0, 0, PGM__CATALOG_ALWAYS, search_dictionaries, {NULL, NULL}},
    {0, 0, PGM__CATALOG_WHOLE, schemas, {NULL, NULL}},
    {0, 0, PGM__CATALOG_WHOLE, extensions, {NULL, NULL}},
    {0, 0, PGM__CATALOG_WHOLE, event_triggers, {NULL, NULL}},
    {0, 0, PGM__CATALOG_WHOLE, publications, {NULL, NULL}},
};

static bool is_asked(const pgm__catalog_query *query, const pgm__catalog_options *options) {
    bool fits = options->server_version >= query->since &&
                (query->before == 0 || options->server_version < query->before);
    switch (query->when) {
    case PGM__CATALOG_NAMES:
        return fits && !options->ignore_names;
    case PGM__CATALOG_NAMELESS:
        return fits && options->ignore_names;
    case PGM__CATALOG_ORDER:
        return fits && options->column_order;
    case PGM__CATALOG_WHOLE:
        return fits && options->schema == NULL;
    case PGM__CATALOG_ALWAYS:
        break;
    }
    return fits;
}

static void add_queries(pgm__strbuf *sql, const pgm__catalog_options *options,
                        const pgm__catalog_query *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (is_asked(&list[i], options)) {
            pgm__own_sql_fill(sql, list[i].sql, list[i].fills);
            pgm__strbuf_adds(sql, " UNION ALL ");
        }
    }
}

void pgm__catalog_add_objects(pgm__strbuf *sql, const pgm__catalog_options *options) {
    size_t count = 0;
    const pgm__catalog_query *relations = pgm__catalog_relations(&count);
    add_queries(sql, options, relations, count);
    add_queries(sql, options, queries, sizeof queries / sizeof *queries);
    add_functions(sql, options);
}

void pgm__catalog_add_own_name(pgm__strbuf *sql, const pgm__catalog_options *options) {
    pgm__own_sql_add(sql, "'(?<![[:alnum:]_$\"])' @|| @regexp_replace(@quote_ident(");
    pgm__strbuf_add_literal(sql, options->schema);
    pgm__own_sql_add(sql, "),E'([^[:alnum:]_])',E'\\\\\\\\\\\\1','g') @|| E'\\\\.'");
}
