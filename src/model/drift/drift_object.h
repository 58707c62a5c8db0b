/**
 * @file drift_object.h  An object of a catalog, as it is compared with that of another one.
 *
 * Layer: model, drift. Pure.
 */
#ifndef PGM_MODEL_DRIFT_DRIFT_OBJECT_H
#define PGM_MODEL_DRIFT_DRIFT_OBJECT_H

/** Borrowed texts; never NULL. */
typedef struct pgm__drift_object {
    const char *kind;       /* "table", "column", "index" … */
    const char *name;       /* "users.email" */
    const char *definition; /* as the server prints it; may be of several lines, or "" */
    const char *part_of;    /* the relation that it goes with: "users"; "": none */
} pgm__drift_object;

#endif
