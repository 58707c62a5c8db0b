#include "pg/exchange/catalog_objects.h"

#include "pg/exchange/catalog_relations.h"
#include "pg/exchange/catalog_words.h"

/* ---- functions ---- */

/* What belongs to an aggregate is nowhere printed as a whole. */
static const char aggregates[] = "SELECT 'aggregate',d.prefix" CAT QUOTED("p.proname") CAT
    "'('" CAT "pg_catalog.pg_get_function_identity_arguments(p.oid)" CAT "')',NULL,"
    "pg_catalog.concat_ws(E'\\n','SFUNC = '" CAT
    "g.aggtransfn::pg_catalog.oid::pg_catalog.regprocedure" TXT ",'STYPE = '" CAT
    "pg_catalog.format_type(g.aggtranstype,NULL),'RETURNS '" CAT
    "pg_catalog.pg_get_function_result(p.oid),"
    "'KIND = '" CAT "g.aggkind" TXT ",'DIRECT ARGUMENTS = '" CAT "g.aggnumdirectargs" TXT ","
    "'FINALFUNC = '" CAT "g.aggfinalfn::pg_catalog.oid::pg_catalog.regprocedure" TXT ","
    "'COMBINEFUNC = '" CAT "g.aggcombinefn::pg_catalog.oid::pg_catalog.regprocedure" TXT ","
    "'MSFUNC = '" CAT "g.aggmtransfn::pg_catalog.oid::pg_catalog.regprocedure" TXT ","
    "'SORTOP = '" CAT "g.aggsortop::pg_catalog.regoperator" TXT ","
    "'INITCOND = '" CAT "g.agginitval,'PARALLEL = '" CAT "p.proparallel" TXT "),1255,p.oid,0"
    " FROM d JOIN pg_catalog.pg_proc p ON p.oid" PGM__EQ "d.objid"
    " JOIN pg_catalog.pg_aggregate g ON g.aggfnoid::pg_catalog.oid" PGM__EQ "p.oid"
    " WHERE d.classid" PGM__EQ "1255";

/* Those that make a range are its type's. The first line has the schema's name, whatever the search
 * path is: that is cut out by its length. A checkout with other line ends, and blanks that no one
 * sees, make no other function. */
static void add_functions(pgm__strbuf *sql, const pgm__catalog_options *options) {
    bool own = options->schema != NULL;
    pgm__strbuf_adds(sql, "SELECT f.kind,f.obj,NULL,");
    pgm__strbuf_adds(sql, own && options->hidden ? "pg_catalog.concat(pg_catalog.regexp_replace("
                                                   "pg_catalog.left(f.def,f.body),"
                                                 : "");
    if (own && options->hidden) {
        pgm__catalog_add_own_name(sql, options);
        pgm__strbuf_adds(sql, ",'','g'),pg_catalog.substr(f.def,f.body OPERATOR(pg_catalog.+) 1))");
    } else {
        pgm__strbuf_adds(sql, "f.def");
    }
    pgm__strbuf_adds(
        sql,
        ",1255,f.oid,0 FROM (SELECT f.kind,f.obj,f.oid,f.def,CASE WHEN pg_catalog.strpos("
        "f.def,E'\\nAS ')" GT "0 THEN pg_catalog.strpos(f.def,E'\\nAS ')"
        " ELSE pg_catalog.length(f.def) END AS body FROM (SELECT CASE WHEN " LETTER(
            "p.prokind",
            "p") " THEN 'procedure' ELSE 'function' END AS kind,d.prefix" CAT QUOTED("p.proname")
            CAT "'('" CAT "pg_catalog.pg_get_function_identity_arguments(p.oid)" CAT
                "')' AS obj,p.oid,"
                "pg_catalog.rtrim(pg_catalog.regexp_replace(pg_catalog.regexp_replace("
                "pg_catalog.replace(");
    if (own) {
        pgm__strbuf_adds(
            sql,
            "pg_catalog.replace('CREATE OR REPLACE '" CAT
            "pg_catalog.substr(pg_catalog.pg_get_functiondef(p.oid),19,"
            "CASE WHEN " LETTER(
                "p.prokind",
                "p") " THEN 10 ELSE 9 END)" CAT
                     "pg_catalog.substr(pg_catalog.pg_get_functiondef(p.oid),CASE WHEN " LETTER(
                         "p.prokind",
                         "p") " THEN 30 ELSE 29 END OPERATOR(pg_catalog.+) "
                              "pg_catalog.length(" QUOTED(
                                  "d.nspname") ")),"
                                               "E'\\n SET search_path TO '" CAT
                                               "pg_catalog.quote_literal(d.nspname),"
                                               "E'\\n SET search_path TO its own schema')");
    } else {
        pgm__strbuf_adds(sql, "pg_catalog.pg_get_functiondef(p.oid)");
    }
    pgm__strbuf_adds(sql,
                     ",E'\\r',''),E'[ \\t]+\\n',E'\\n','g'),"
                     "E'\\\\s+(\\\\$(function|procedure)x*\\\\$)\\\\s*$',E'\\\\1'),E'\\n')"
                     " AS def FROM d JOIN pg_catalog.pg_proc p ON p.oid" PGM__EQ "d.objid"
                     " WHERE d.classid" PGM__EQ "1255 AND p.prokind" PGM__NE "'a'"
                     " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.classid" PGM__EQ
                     "1255 AND i.objid" PGM__EQ "p.oid AND i.deptype" PGM__EQ "'i')) AS f) AS f");
}

/* ---- types ---- */

static const char types[] = "SELECT CASE WHEN " LETTER(
    "t.typtype",
    "d") " THEN 'domain' ELSE 'type' END,"
         "d.prefix" CAT QUOTED(
             "t.typname") ",NULL,CASE "
                          "WHEN " LETTER(
                              "t.typtype",
                              "e") " THEN (SELECT E'ENUM\\n'" CAT
                                   "pg_catalog.string_agg(pg_catalog.quote_literal(e."
                                   "enumlabel),E'\\n' ORDER BY e.enumsortorder)"
                                   " FROM pg_catalog.pg_enum e WHERE e.enumtypid" PGM__EQ "t.oid) "
                                   "WHEN " LETTER(
                                       "t.typtype",
                                       "d") " THEN pg_catalog.concat_ws(' ',"
                                            "pg_catalog.format_type(t.typbasetype,t."
                                            "typtypmod),(SELECT " COLLATION(
                                                "t.typcollation",
                                                "b.typcollation") " FROM pg_catalog.pg_type "
                                                                  "b WHERE b.oid" PGM__EQ
                                                                  "t.typbasetype),"
                                                                  "CASE WHEN t.typnotnull "
                                                                  "THEN 'NOT NULL' END,"
                                                                  "'DEFAULT '" CAT
                                                                  "pg_catalog.pg_get_expr(t."
                                                                  "typdefaultbin,1247)) "
                                                                  "WHEN " LETTER(
                                                                      "t.typtype",
                                                                      "c") " THEN (SELECT "
                                                                           "pg_catalog."
                                                                           "string_agg("
                                                                           "pg_catalog."
                                                                           "concat_ws(' "
                                                                           "'," QUOTED(
                                                                               "a."
                                                                               "attn"
                                                                               "ame") ",pg_catalog."
                                                                                      "format_type("
                                                                                      "a.atttypid,"
                                                                                      "a.atttypmod)"
                                                                                      "," COLLATION("a."
                                                                                                    "attcollatio"
                                                                                                    "n",
                                                                                                    "b."
                                                                                                    "typcollatio"
                                                                                                    "n") "),E'"
                                                                                                         "\\n' "
                                                                                                         "ORDER "
                                                                                                         "BY "
                                                                                                         "a."
                                                                                                         "attnum)"
                                                                                                         " FROM "
                                                                                                         "pg_"
                                                                                                         "catalog"
                                                                                                         ".pg_"
                                                                                                         "attribu"
                                                                                                         "te a "
                                                                                                         "JOIN "
                                                                                                         "pg_"
                                                                                                         "catalog"
                                                                                                         ".pg_"
                                                                                                         "type b "
                                                                                                         "ON "
                                                                                                         "b."
                                                                                                         "oi"
                                                                                                         "d" PGM__EQ
                                                                                                         "a."
                                                                                                         "atttypi"
                                                                                                         "d"
                                                                                                         " WHERE "
                                                                                                         "a."
                                                                                                         "attreli"
                                                                                                         "d" PGM__EQ
                                                                                                         "t."
                                                                                                         "typreli"
                                                                                                         "d AND "
                                                                                                         "a."
                                                                                                         "attnu"
                                                                                                         "m" GT
                                                                                                         "0 AND "
                                                                                                         "NOT "
                                                                                                         "a."
                                                                                                         "attisdr"
                                                                                                         "opped) "
                                                                                                         "WHEN"
                                                                                                         " " LETTER(
                                                                                                             "t.typtype",
                                                                                                             "r") " THEN (SELECT pg_catalog.concat_ws(E'\\n','RANGE','SUBTYPE = '" CAT "pg_catalog.format_type(g.rngsubtype,NULL),'SUBTYPE_OPCLASS = '" CAT
                                                                                                             QUOTED(
                                                                                                                 "o."
                                                                                                                 "opc"
                                                                                                                 "nam"
                                                                                                                 "e") ",'SUBTYPE_DIFF = '" CAT
                                                                                                                      "g.rngsubdiff::pg_catalog.oid::pg_catalog.regprocedure" TXT
                                                                                                                      ",'CANONICAL = '" CAT
                                                                                                                      "g.rngcanonical::pg_catalog.oid::pg_catalog.regprocedure" TXT
                                                                                                                      "," COLLATION(
                                                                                                                          "g.rngcollation",
                                                                                                                          "0") ") FROM pg_catalog.pg_range g"
                                                                                                                               " JOIN pg_catalog.pg_opclass o ON o.oid" PGM__EQ
                                                                                                                               "g.rngsubopc"
                                                                                                                               " WHERE g.rngtypid" PGM__EQ
                                                                                                                               "t.oid) "
                                                                                                                               "ELSE pg_catalog.concat_ws(' ','BASE',t.typinput::pg_catalog.oid::pg_catalog.regprocedure" TXT
                                                                                                                               ",t.typlen,t.typalign,t.typstorage) END,1247,t.oid,0"
                                                                                                                               " FROM d JOIN pg_catalog.pg_type t ON t.oid" PGM__EQ
                                                                                                                               "d.objid WHERE d.classid" PGM__EQ
                                                                                                                               "1247"
                                                                                                                               " AND pg_catalog.strpos('edcrb',t.typtype" TXT
                                                                                                                               ")" GT
                                                                                                                               "0 AND t.typcategory" PGM__NE
                                                                                                                               "'A'";

static const char domain_constraints[] = "SELECT 'constraint',d.prefix" CAT QUOTED("t.typname") CAT
    "'.'" CAT QUOTED("c.conname") ",NULL,pg_catalog.pg_get_constraintdef(c.oid,true),2606,c.oid,0"
                                  " FROM d JOIN pg_catalog.pg_type t ON t.oid" PGM__EQ "d.objid"
                                  " JOIN pg_catalog.pg_constraint c ON c.contypid" PGM__EQ
                                  "t.oid WHERE d.classid" PGM__EQ "1247"
                                  " AND " LETTER("c.contype", "c");

static const char collations[] = "SELECT 'collation',d.prefix" CAT QUOTED(
    "c.collname") ",NULL,pg_catalog.concat_ws(' ',"
                  "'PROVIDER '" CAT "c.collprovider" TXT ",'LC_COLLATE '" CAT "c.collcollate" TXT
                  ",'LC_CTYPE '" CAT "c.collctype" TXT ",'LOCALE '" CAT
                  "coalesce(pg_catalog.to_jsonb(c) OPERATOR(pg_catalog.->>) 'colliculocale',"
                  "pg_catalog.to_jsonb(c) OPERATOR(pg_catalog.->>) 'colllocale'),"
                  "CASE WHEN NOT c.collisdeterministic THEN 'NOT DETERMINISTIC' END),3456,c.oid,0"
                  " FROM d JOIN pg_catalog.pg_collation c ON c.oid" PGM__EQ
                  "d.objid WHERE d.classid" PGM__EQ "3456";

static const char operators[] =
    "SELECT 'operator',d.prefix" CAT "p.oprname" TXT CAT "'('" CAT
    "pg_catalog.concat_ws(', ',CASE WHEN p.oprleft" PGM__NE
    "0 THEN pg_catalog.format_type(p.oprleft,NULL) END,"
    "pg_catalog.format_type(p.oprright,NULL))" CAT "')',NULL,pg_catalog.concat_ws(E'\\n',"
    "'PROCEDURE = '" CAT "p.oprcode::pg_catalog.oid::pg_catalog.regprocedure" TXT ","
    "'COMMUTATOR = '" CAT "p.oprcom::pg_catalog.regoperator" TXT ","
    "'NEGATOR = '" CAT "p.oprnegate::pg_catalog.regoperator" TXT ","
    "'RESTRICT = '" CAT "p.oprrest::pg_catalog.oid::pg_catalog.regprocedure" TXT ","
    "'JOIN = '" CAT "p.oprjoin::pg_catalog.oid::pg_catalog.regprocedure" TXT ","
    "CASE WHEN p.oprcanhash THEN 'HASHES' END,CASE WHEN p.oprcanmerge THEN 'MERGES' END),"
    "2617,p.oid,0 FROM d JOIN pg_catalog.pg_operator p ON p.oid" PGM__EQ "d.objid"
    " WHERE d.classid" PGM__EQ "2617";

static const char search_configurations[] =
    "SELECT 'text search configuration',d.prefix" CAT QUOTED(
        "c.cfgname") ",NULL,"
                     "(SELECT pg_catalog.string_agg(m.maptokentype" TXT CAT "' '" CAT
                     "m.mapdict::pg_catalog.regdictionary" TXT
                     ",E'\\n' ORDER BY m.maptokentype,m.mapseqno)"
                     " FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg" PGM__EQ
                     "c.oid),3602,c.oid,0"
                     " FROM d JOIN pg_catalog.pg_ts_config c ON c.oid" PGM__EQ
                     "d.objid WHERE d.classid" PGM__EQ "3602";

static const char search_dictionaries[] = "SELECT 'text search dictionary',d.prefix" CAT QUOTED(
    "c.dictname") ",NULL,c.dictinitoption,"
                  "3600,c.oid,0 FROM d JOIN pg_catalog.pg_ts_dict c ON c.oid" PGM__EQ "d.objid"
                  " WHERE d.classid" PGM__EQ "3600";

/* ---- of a whole database ---- */

static const char schemas[] = "SELECT 'schema'," QUOTED("n.nspname") ",NULL,'',2615,n.oid,0 FROM n";

static const char extensions[] = "SELECT 'extension'," QUOTED(
    "x.extname") ",NULL,'VERSION '" CAT "x.extversion" CAT
                 "' SCHEMA '" CAT QUOTED(
                     "s.nspname") ",3079,x.oid,0 FROM pg_catalog.pg_extension x"
                                  " JOIN pg_catalog.pg_namespace s ON s.oid" PGM__EQ
                                  "x.extnamespace";

static const char event_triggers[] = "SELECT 'event trigger'," QUOTED(
    "e.evtname") ",NULL,pg_catalog.concat_ws(E'\\n',"
                 "'ON '" CAT "e.evtevent" TXT ",'WHEN TAG '" CAT OPTIONS(
                     "e.evttags") ",'EXECUTE '" CAT "e.evtfoid::pg_catalog.regprocedure" TXT
                                  "," ENABLED("e.evtenabled") "),3466,e.oid,0"
                                                              " FROM pg_catalog.pg_event_trigger e "
                                                              "WHERE NOT EXISTS (SELECT FROM "
                                                              "pg_catalog.pg_depend x"
                                                              " WHERE x.classid" PGM__EQ
                                                              "3466 AND x.objid" PGM__EQ
                                                              "e.oid AND x.deptype" PGM__EQ "'e')";

static const char publications[] = "SELECT 'publication'," QUOTED(
    "p.pubname") ",NULL,pg_catalog.concat_ws(E'\\n',"
                 "CASE WHEN p.puballtables THEN 'FOR ALL TABLES' END,"
                 "(SELECT 'FOR TABLE '" CAT "pg_catalog.string_agg(u.rel,', ' ORDER BY " IN_C(
                     "u.rel") ")"
                              " FROM (SELECT q.prrelid::pg_catalog.regclass" TXT " AS rel"
                              " FROM pg_catalog.pg_publication_rel q WHERE q.prpubid" PGM__EQ
                              "p.oid) AS u),"
                              "pg_catalog.concat_ws(', ',CASE WHEN p.pubinsert THEN 'insert' END,"
                              "CASE WHEN p.pubupdate THEN 'update' END,CASE WHEN p.pubdelete THEN "
                              "'delete' END,"
                              "CASE WHEN p.pubtruncate THEN 'truncate' END)),6104,p.oid,0"
                              " FROM pg_catalog.pg_publication p";

/* ---- all of them ---- */

static const pgm__catalog_query queries[] = {
    {0, 0, PGM__CATALOG_ALWAYS, aggregates},
    {0, 0, PGM__CATALOG_ALWAYS, types},
    {0, 0, PGM__CATALOG_ALWAYS, domain_constraints},
    {0, 0, PGM__CATALOG_ALWAYS, collations},
    {0, 0, PGM__CATALOG_ALWAYS, operators},
    {0, 0, PGM__CATALOG_ALWAYS, search_configurations},
    {0, 0, PGM__CATALOG_ALWAYS, search_dictionaries},
    {0, 0, PGM__CATALOG_WHOLE, schemas},
    {0, 0, PGM__CATALOG_WHOLE, extensions},
    {0, 0, PGM__CATALOG_WHOLE, event_triggers},
    {0, 0, PGM__CATALOG_WHOLE, publications},
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
            pgm__strbuf_adds(sql, list[i].sql);
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
    pgm__strbuf_adds(sql, "'(?<![[:alnum:]_$\"])'" CAT
                          "pg_catalog.regexp_replace(pg_catalog.quote_ident(");
    pgm__strbuf_add_literal(sql, options->schema);
    pgm__strbuf_adds(sql, "),E'([^[:alnum:]_])',E'\\\\\\\\\\\\1','g')" CAT "E'\\\\.'");
}
