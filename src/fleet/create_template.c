/*
 * Whoever opens the new file has mostly never seen another one. So it says the three things that
 * are done wrong first (own BEGIN and COMMIT, editing what is applied, statements that cannot run
 * in a transaction), in comments that may stay: the file is a valid migration as it is, and a test
 * takes the comments away and loads what is left
 * (template_example_and_directive_work_once_uncommented).
 */
#include "fleet/create_template.h"

static const char up_text[] =
    "--\n"
    "-- Runs once in every target, in a transaction of its own; schema_migrations records it in "
    "the\n"
    "-- same transaction. Write no BEGIN or COMMIT. Once it is applied anywhere, leave this file "
    "as\n"
    "-- it is: a later change is a new migration.\n"
    "--\n"
    "-- Example:\n"
    "--\n"
    "--     CREATE TABLE customers (\n"
    "--         id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
    "--         email      text NOT NULL UNIQUE,\n"
    "--         created_at timestamptz NOT NULL DEFAULT now()\n"
    "--     );\n"
    "--\n"
    "-- What cannot run in a transaction (CREATE INDEX CONCURRENTLY, VACUUM) goes into a "
    "migration\n"
    "-- of its own, whose first line is\n"
    "--\n"
    "--     -- pgmarch: no-transaction\n"
    "--\n"
    "-- More in docs/DATABASE.md.\n"
    "\n";

static const char down_text[] =
    "--\n"
    "-- Undoes the up file, in the reverse order, in a transaction of its own. Write no BEGIN or\n"
    "-- COMMIT. Delete this file if the migration cannot be undone: rolling back then stops here.\n"
    "--\n"
    "-- Example:\n"
    "--\n"
    "--     DROP TABLE customers;\n"
    "--\n"
    "-- What cannot run in a transaction (DROP INDEX CONCURRENTLY) needs this as the first line\n"
    "--\n"
    "--     -- pgmarch: no-transaction\n"
    "--\n"
    "-- More in docs/DATABASE.md.\n"
    "\n";

void pgm__create_template(pgm__strbuf *text, const char *stamp, const char *name, bool down) {
    pgm__strbuf_addf(text, "-- %s_%s: %s\n", stamp, name, down ? "down" : "up");
    pgm__strbuf_adds(text, down ? down_text : up_text);
}
