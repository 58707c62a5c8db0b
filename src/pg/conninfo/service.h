/**
 * @file service.h  Connection services, read to know the host.
 *
 * Layer: pg, conninfo. Reads libpq's service file and the variables that say where it is.
 */
#ifndef PGM_PG_CONNINFO_SERVICE_H
#define PGM_PG_CONNINFO_SERVICE_H

#include "pg/conninfo/draft.h"
#include "pgmarch/error.h"

/**
 * May libpq open the service files? To be asked before it looks for a service.
 *
 * @return PGM_OK; PGM_EUSAGE (one is a pipe, a device, a socket or a folder); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__conn_check_service_files(pgm__arena *arena, pgm_error *err);

/**
 * Fills draft->service from the file where libpq would find `service`. A service that is not found
 * is no error here: libpq reports it better. What is found is not passed on to libpq, which reads
 * the file itself.
 *
 * @return As pgm__conn_check_service_files().
 */
PGM_MUST_CHECK pgm_status pgm__conn_read_service(pgm__conn_draft *draft, pgm_error *err);

#endif
