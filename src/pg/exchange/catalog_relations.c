#include "pg/exchange/catalog_relations.h"

static const char tables[] = "SELECT CASE WHEN " LETTER(
    "r.relkind",
    "f") " THEN 'foreign table' ELSE 'table' END" TXT " AS kind,r.obj,NULL" TXT
         " AS owner,pg_catalog.concat_ws(E'\\n',"
         "CASE WHEN " LETTER(
             "r.relpersistence",
             "u") " THEN 'UNLOGGED' END,"
                  "CASE WHEN " LETTER(
                      "r.relkind",
                      "p") " THEN 'PARTITION BY '" CAT "pg_catalog.pg_get_partkeydef(r.oid) END,"
                           "(SELECT CASE WHEN r.relispartition THEN 'PARTITION OF ' ELSE 'INHERITS "
                           "' END" CAT "pg_catalog.string_agg(i.inhparent::pg_catalog.regclass" TXT
                           ",', ' ORDER BY i.inhseqno)"
                           " FROM pg_catalog.pg_inherits i WHERE i.inhrelid" PGM__EQ "r.oid),"
                           "pg_catalog.pg_get_expr(r.relpartbound,r.oid),"
                           "CASE WHEN r.reloftype" PGM__NE "0 THEN 'OF '" CAT
                           "pg_catalog.format_type(r.reloftype,NULL) END,"
                           "CASE WHEN " LETTER(
                               "r.relkind", "f") " THEN (SELECT 'SERVER '" CAT QUOTED("s.srvname")
                               CAT "coalesce(' OPTIONS ('" CAT OPTIONS("f.ftoptions") CAT
    "')','') FROM"
    " pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid" PGM__EQ
    "f.ftserver WHERE f.ftrelid" PGM__EQ "r.oid) END,"
    "CASE WHEN r.relam" PGM__NE "0 AND r.relam" PGM__NE "2 THEN (SELECT 'USING '" CAT QUOTED(
        "a.amname") " FROM pg_catalog.pg_am a WHERE a.oid" PGM__EQ
                    "r.relam) END," WITH_OPTIONS(
                        "r.reloptions") ","
                                        "(SELECT 'TOAST '" CAT WITH_OPTIONS(
                                            "t.reloptions") " FROM pg_catalog.pg_class t"
                                                            " WHERE t.oid" PGM__EQ
                                                            "r.reltoastrelid),"
                                                            "CASE WHEN r.relrowsecurity THEN 'ROW "
                                                            "LEVEL SECURITY ENABLED' END,"
                                                            "CASE WHEN r.relforcerowsecurity THEN "
                                                            "'ROW LEVEL SECURITY FORCED' END,"
                                                            "CASE WHEN " LETTER(
                                                                "r.relreplident",
                                                                "f") " THEN 'REPLICA IDENTITY "
                                                                     "FULL' WHEN " LETTER(
                                                                         "r."
                                                                         "relrepli"
                                                                         "dent",
                                                                         "n") " TH"
                                                                              "EN "
                                                                              "'RE"
                                                                              "PLI"
                                                                              "CA "
                                                                              "IDE"
                                                                              "NTI"
                                                                              "TY "
                                                                              "NOT"
                                                                              "HIN"
                                                                              "G' "
                                                                              "END"
                                                                              ")"
                                                                              " AS"
                                                                              " de"
                                                                              "f,'"
                                                                              "125"
                                                                              "9':"
                                                                              ":pg"
                                                                              "_ca"
                                                                              "tal"
                                                                              "og."
                                                                              "oid"
                                                                              " AS"
                                                                              " cl"
                                                                              "ass"
                                                                              "id,"
                                                                              "r."
                                                                              "oid"
                                                                              " AS"
                                                                              " ob"
                                                                              "jid"
                                                                              ",0 "
                                                                              "AS "
                                                                              "sub"
                                                                              " FR"
                                                                              "OM "
                                                                              "r"
                                                                              " WH"
                                                                              "ERE"
                                                                              " pg"
                                                                              "_ca"
                                                                              "tal"
                                                                              "og."
                                                                              "str"
                                                                              "pos"
                                                                              "('"
                                                                              "rpf"
                                                                              "',"
                                                                              "r."
                                                                              "rel"
                                                                              "kin"
                                                                              "d" TXT ")" GT "0";

/* What columns a view has stands in its query, but for their defaults. */
#define COLUMNS_BUT(compression)                                                                                                                                                                        \
    "SELECT 'column',r.obj" CAT "'.'" CAT QUOTED(                                                                                                                                                       \
        "a.attname") ",r.obj,"                                                                                                                                                                          \
                     "pg_catalog.concat_ws(' "                                                                                                                                                          \
                     "',pg_catalog.format_type(a.atttypid,a.atttypmod)," COLLATION(                                                                                                                     \
                         "a.attcollation",                                                                                                                                                              \
                         "t.typcollation") ","                                                                                                                                                          \
                                           "CASE WHEN a.attnotnull THEN 'NOT NULL' END,"                                                                                                                \
                                           "CASE WHEN " LETTER(                                                                                                                                         \
                                               "a.attidentity",                                                                                                                                         \
                                               "a") " THEN 'GENERATED ALWAYS AS IDENTITY' "                                                                                                             \
                                                    "WHEN " LETTER("a.attidentity",                                                                                                                     \
                                                                   "d") " THEN 'GENERATED BY "                                                                                                          \
                                                                        "DEFAULT AS IDENTITY' "                                                                                                         \
                                                                        "END,"                                                                                                                          \
                                                                        "CASE WHEN "                                                                                                                    \
                                                                        "a.attgenerated" PGM__EQ                                                                                                        \
                                                                        "'' THEN 'DEFAULT '" CAT                                                                                                        \
                                                                        "pg_catalog.pg_get_expr("                                                                                                       \
                                                                        "e.adbin,e.adrelid) ELSE "                                                                                                      \
                                                                        "'GENERATED ALWAYS AS "                                                                                                         \
                                                                        "('" CAT                                                                                                                        \
                                                                        "pg_catalog.pg_get_expr("                                                                                                       \
                                                                        "e.adbin,e.adrelid)" CAT                                                                                                        \
                                                                        "')'" CAT                                                                                                                       \
                                                                        "CASE WHEN " LETTER(                                                                                                            \
                                                                            "a.attgenerated",                                                                                                           \
                                                                            "s") " THEN ' "                                                                                                             \
                                                                                 "STORED' ELSE ' "                                                                                                      \
                                                                                 "VIRTUAL' END "                                                                                                        \
                                                                                 "END,"                                                                                                                 \
                                                                                 "CASE WHEN "                                                                                                           \
                                                                                 "a."                                                                                                                   \
                                                                                 "attstorag"                                                                                                            \
                                                                                 "e" PGM__NE                                                                                                            \
                                                                                 "t.typstorage "                                                                                                        \
                                                                                 "THEN 'STORAGE "                                                                                                       \
                                                                                 "'" CAT "CASE "                                                                                                        \
                                                                                 "WHEN " LETTER("a.attstorage", "p") " THEN 'PLAIN' WHEN " LETTER("a.attstorage", "e") " THEN 'EXTERNAL' WHEN " LETTER( \
                                                                                     "a."                                                                                                               \
                                                                                     "attstorage",                                                                                                      \
                                                                                     "m") " THEN "                                                                                                      \
                                                                                          "'MAIN'"                                                                                                      \
                                                                                          " ELSE "                                                                                                      \
                                                                                          "'EXTEN"                                                                                                      \
                                                                                          "DED' "                                                                                                       \
                                                                                          "END "                                                                                                        \
                                                                                          "END"                                                                                                         \
                                                                                          "," compression                                                                                               \
                                                                                          "CASE "                                                                                                       \
                                                                                          "WHEN "                                                                                                       \
                                                                                          "a."                                                                                                          \
                                                                                          "attsta"                                                                                                      \
                                                                                          "ttarge"                                                                                                      \
                                                                                          "t "                                                                                                          \
                                                                                          "OPERAT"                                                                                                      \
                                                                                          "OR(pg_"                                                                                                      \
                                                                                          "catalo"                                                                                                      \
                                                                                          "g.>=) "                                                                                                      \
                                                                                          "0 "                                                                                                          \
                                                                                          "THEN "                                                                                                       \
                                                                                          "'STATI"                                                                                                      \
                                                                                          "STICS "                                                                                                      \
                                                                                          "'" CAT                                                                                                       \
                                                                                          "a."                                                                                                          \
                                                                                          "attsta"                                                                                                      \
                                                                                          "ttarge"                                                                                                      \
                                                                                          "t" TXT                                                                                                       \
                                                                                          " END"                                                                                                        \
                                                                                          "," WITH_OPTIONS(                                                                                             \
                                                                                              "a."                                                                                                      \
                                                                                              "at"                                                                                                      \
                                                                                              "to"                                                                                                      \
                                                                                              "pt"                                                                                                      \
                                                                                              "io"                                                                                                      \
                                                                                              "n"                                                                                                       \
                                                                                              "s") ",'OPTIONS ('" CAT                                                                                   \
                                                                                              OPTIONS(                                                                                                  \
                                                                                                  "a.attfdwoptions")                                                                                    \
                                                                                                  CAT                                                                                                   \
        "')'),"                                                                                                                                                                                         \
        "1259,r.oid,a.attnum::pg_catalog.int4 FROM r JOIN pg_catalog.pg_attribute a"                                                                                                                    \
        " ON a.attrelid" PGM__EQ "r.oid AND a.attnum" GT "0 AND NOT a.attisdropped"                                                                                                                     \
        " JOIN pg_catalog.pg_type t ON t.oid" PGM__EQ "a.atttypid"                                                                                                                                      \
        " LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid" PGM__EQ "a.attrelid AND e.adnum" PGM__EQ                                                                                                      \
        "a.attnum WHERE pg_catalog.strpos('rpf',r.relkind" TXT ")" GT                                                                                                                                   \
        "0 OR (a.atthasdef AND " LETTER("r.relkind", "v") ")"

static const char columns_12[] = COLUMNS_BUT("");

static const char columns[] = COLUMNS_BUT(
    "CASE WHEN " LETTER("a.attcompression", "p") " THEN 'COMPRESSION pglz' WHEN " LETTER(
        "a.attcompression", "l") " THEN 'COMPRESSION lz4' END,");

static const char column_order[] =
    "SELECT 'column order',r.obj,r.obj,pg_catalog.string_agg(" QUOTED(
        "a.attname") ",E'\\n' ORDER BY a.attnum),1259,r.oid,32767 FROM r JOIN pg_catalog.pg_attribute "
                     "a"
                     " ON a.attrelid" PGM__EQ "r.oid AND a.attnum" GT "0 AND NOT a.attisdropped"
                     " WHERE pg_catalog.strpos('rpf',r.relkind" TXT ")" GT "0 GROUP BY r.oid,r.obj";

/* An index that belongs to a constraint is told with it, else a change of one would be two. */
#define INDEX_STATE                                                                                \
    "CASE WHEN NOT i.indisvalid THEN ' INVALID' END,"                                              \
    "CASE WHEN i.indisclustered THEN ' CLUSTER' END,"                                              \
    "CASE WHEN i.indisreplident THEN ' REPLICA IDENTITY' END"

/* NOT NULL is a constraint of its own in PostgreSQL 18, and the column says so. A trigger of a
 * constraint is among the triggers; of foreign keys of partitions the parent's tells. */
#define CONSTRAINTS(name)                                                                          \
    "SELECT 'constraint',r.obj" CAT "'.'" CAT name ",r.obj,pg_catalog.concat("                     \
    "pg_catalog.pg_get_constraintdef(c.oid,true),"                                                 \
    "(SELECT pg_catalog.concat(' '" CAT WITH_OPTIONS(                                              \
        "x.reloptions") "," INDEX_STATE ")"                                                        \
                        " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid" PGM__EQ  \
                        "i.indexrelid"                                                             \
                        " WHERE i.indexrelid" PGM__EQ "c.conindid AND i.indrelid" PGM__EQ          \
                        "c.conrelid"                                                               \
                        " AND pg_catalog.strpos('pux',c.contype" TXT ")" GT "0)),2606,c.oid,0"     \
                        " FROM r JOIN pg_catalog.pg_constraint c ON c.conrelid" PGM__EQ "r.oid"    \
                        " WHERE pg_catalog.strpos('cpuxf',c.contype" TXT ")" GT                    \
                        "0 AND NOT (" LETTER("c.contype", "f") " AND c.conparentid" PGM__NE "0)"

static const char constraints[] = CONSTRAINTS(QUOTED("c.conname"));
static const char constraints_nameless[] =
    CONSTRAINTS("pg_catalog.pg_get_constraintdef(c.oid,true)");

#define INDEXES(name, definition)                                                                  \
    "SELECT 'index'," name ",r.obj,pg_catalog.concat(" definition "," INDEX_STATE "),"             \
    "1259,x.oid,0 FROM r JOIN pg_catalog.pg_index i ON i.indrelid" PGM__EQ "r.oid"                 \
    " JOIN pg_catalog.pg_class x ON x.oid" PGM__EQ "i.indexrelid"                                  \
    " WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.conrelid" PGM__EQ           \
    "r.oid AND c.conindid" PGM__EQ "x.oid AND pg_catalog.strpos('pux',c.contype" TXT ")" GT "0)"

#define INDEX_DEFINITION "pg_catalog.pg_get_indexdef(x.oid,0,true)"
#define INDEX_NAMELESS                                                                             \
    "pg_catalog.replace(" INDEX_DEFINITION ",' INDEX '" CAT QUOTED("x.relname") CAT                \
        "' ON ',' INDEX ON ')"

/* In the schema of its table, whose prefix is known. */
static const char indexes[] = INDEXES("r.prefix" CAT QUOTED("x.relname"), INDEX_DEFINITION);
static const char indexes_nameless[] = INDEXES("r.obj" CAT "': '" CAT INDEX_NAMELESS,
                                               INDEX_NAMELESS);

static const char views[] = "SELECT CASE WHEN " LETTER(
    "r.relkind",
    "v") " THEN 'view' ELSE 'materialized view' END,"
         "r.obj,NULL,pg_catalog.concat_ws(E'\\n'," WITH_OPTIONS(
             "r.reloptions") ",pg_catalog.pg_get_viewdef(r.oid,true)),1259,r.oid,0 FROM r"
                             " WHERE pg_catalog.strpos('vm',r.relkind" TXT ")" GT "0";

static const char rules[] = "SELECT 'rule',r.obj" CAT "'.'" CAT QUOTED(
    "w.rulename") ",r.obj,pg_catalog.concat_ws(' ',"
                  "pg_catalog.pg_get_ruledef(w.oid,true)," ENABLED(
                      "w.ev_enabled") "),2618,w.oid,0"
                                      " FROM r JOIN pg_catalog.pg_rewrite w ON w.ev_class" PGM__EQ
                                      "r.oid"
                                      " WHERE w.rulename" PGM__NE "'_RETURN'";

#define TRIGGERS(condition)                                                                        \
    "SELECT 'trigger',r.obj" CAT "'.'" CAT QUOTED(                                                 \
        "t.tgname") ",r.obj,pg_catalog.concat_ws(' ',"                                             \
                    "pg_catalog.pg_get_triggerdef(t.oid,true)," ENABLED(                           \
                        "t.tgenabled") "),2620,t.oid,0"                                            \
                                       " FROM r JOIN pg_catalog.pg_trigger t ON t.tgrelid" PGM__EQ \
                                       "r.oid"                                                     \
                                       " WHERE NOT t.tgisinternal" condition

/* Those that partitions have from their parent are told once. */
static const char triggers_12[] = TRIGGERS("");
static const char triggers[] = TRIGGERS(" AND t.tgparentid" PGM__EQ "0");

static const char policies[] = "SELECT 'policy',r.obj" CAT "'.'" CAT QUOTED(
    "p.polname") ",r.obj,pg_catalog.concat_ws(E'\\n',"
                 "CASE WHEN p.polpermissive THEN 'PERMISSIVE FOR ' ELSE 'RESTRICTIVE FOR ' END" CAT
                 "CASE WHEN " LETTER("p.polcmd", "r") " THEN 'SELECT' WHEN " LETTER("p.polcmd", "a") " THEN 'INSERT' WHEN " LETTER(
                     "p.polcmd",
                     "w") " THEN 'UPDATE' WHEN " LETTER("p.polcmd",
                                                        "d") " THEN 'DELETE' ELSE 'ALL' END,"
                                                             "(SELECT 'TO '" CAT
                                                             "pg_catalog.string_agg(u.who,', ' "
                                                             "ORDER BY " IN_C(
                                                                 "u.who") ") FROM"
                                                                          " (SELECT CASE WHEN "
                                                                          "v" PGM__EQ
                                                                          "0 THEN 'PUBLIC' ELSE "
                                                                          "pg_catalog.pg_get_"
                                                                          "userbyid(v)" TXT
                                                                          " END AS who FROM "
                                                                          "pg_catalog.unnest(p."
                                                                          "polroles) AS v) AS u),"
                                                                          "'USING '" CAT
                                                                          "pg_catalog.pg_get_expr("
                                                                          "p.polqual,p.polrelid),"
                                                                          "'WITH CHECK '" CAT
                                                                          "pg_catalog.pg_get_expr("
                                                                          "p.polwithcheck,p."
                                                                          "polrelid)),3256,p.oid,0"
                                                                          " FROM r JOIN "
                                                                          "pg_catalog.pg_policy p "
                                                                          "ON p.polrelid" PGM__EQ
                                                                          "r.oid";

/* Those of the ledger's own columns go with it. */
static const char sequences[] =
    "SELECT 'sequence',r.obj,w.refobjid::pg_catalog.regclass" TXT ",pg_catalog.concat_ws(' ',"
    "CASE WHEN " LETTER(
        "r.relpersistence",
        "u") " THEN 'UNLOGGED' END,"
             "'AS',pg_catalog.format_type(s.seqtypid,NULL),'START',s.seqstart,'INCREMENT',s."
             "seqincrement,"
             "'MINVALUE',s.seqmin,'MAXVALUE',s.seqmax,'CACHE',s.seqcache,"
             "CASE WHEN s.seqcycle THEN 'CYCLE' END,"
             "'OWNED BY '" CAT "w.refobjid::pg_catalog.regclass" TXT CAT "'.'" CAT QUOTED(
                 "a.attname") "),1259,r.oid,0 FROM r"
                              " JOIN pg_catalog.pg_sequence s ON s.seqrelid" PGM__EQ "r.oid"
                              " LEFT JOIN pg_catalog.pg_depend w ON w.classid" PGM__EQ
                              "1259 AND w.objid" PGM__EQ "r.oid AND w.objsubid" PGM__EQ
                              "0 AND w.refclassid" PGM__EQ "1259 AND w.refobjsubid" GT
                              "0 AND pg_catalog.strpos('ai',w.deptype" TXT ")" GT "0"
                              " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid" PGM__EQ
                              "w.refobjid AND a.attnum" PGM__EQ
                              "w.refobjsubid WHERE w.objid IS NULL OR EXISTS (SELECT FROM r AS l "
                              "WHERE l.oid" PGM__EQ
                              "w.refobjid) OR NOT EXISTS (SELECT FROM d WHERE d.classid" PGM__EQ
                              "1259 AND d.objid" PGM__EQ "w.refobjid)";

static const char statistics[] = "SELECT 'statistics',d.prefix" CAT QUOTED(
    "s.stxname") ",s.stxrelid::pg_catalog.regclass" TXT ",'CREATE STATISTICS '" CAT "d.prefix" CAT
                 "pg_catalog.substr("
                 "pg_catalog.pg_get_statisticsobjdef(s.oid),20 OPERATOR(pg_catalog.+) "
                 "pg_catalog.length(" QUOTED(
                     "d.nspname") ")),3381,s.oid,0 FROM d JOIN pg_catalog.pg_statistic_ext s ON "
                                  "s.oid" PGM__EQ "d.objid WHERE d.classid" PGM__EQ "3381";

static const pgm__catalog_query queries[] = {
    {0, 0, PGM__CATALOG_ALWAYS, tables},
    {0, 140000, PGM__CATALOG_ALWAYS, columns_12},
    {140000, 0, PGM__CATALOG_ALWAYS, columns},
    {0, 0, PGM__CATALOG_ORDER, column_order},
    {0, 0, PGM__CATALOG_NAMES, constraints},
    {0, 0, PGM__CATALOG_NAMELESS, constraints_nameless},
    {0, 0, PGM__CATALOG_NAMES, indexes},
    {0, 0, PGM__CATALOG_NAMELESS, indexes_nameless},
    {0, 0, PGM__CATALOG_ALWAYS, views},
    {0, 0, PGM__CATALOG_ALWAYS, rules},
    {0, 130000, PGM__CATALOG_ALWAYS, triggers_12},
    {130000, 0, PGM__CATALOG_ALWAYS, triggers},
    {0, 0, PGM__CATALOG_ALWAYS, policies},
    {0, 0, PGM__CATALOG_ALWAYS, sequences},
    {0, 0, PGM__CATALOG_ALWAYS, statistics},
};

const pgm__catalog_query *pgm__catalog_relations(size_t *count) {
    *count = sizeof queries / sizeof *queries;
    return queries;
}
