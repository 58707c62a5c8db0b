# One test for every entry of the list of failure modes: docs/proof/failure-modes.md.

# Preloaded into the program; without the flags of pgm_target_flags(), which may bring a sanitizer.
add_library(test_fault MODULE ${PROJECT_SOURCE_DIR}/tests/support/fault.c)
target_compile_options(test_fault PRIVATE -Wall -Wextra -Wpedantic -Wconversion)
target_link_libraries(test_fault PRIVATE PkgConfig::PQ ${CMAKE_DL_LIBS})

# pgm_add_modes_test(ROOM/NAME [LIBRARY...])
function(pgm_add_modes_test path)
  get_filename_component(name ${path} NAME)
  pgm_add_integration_test(${name} SOURCES ${path}.c modes/modes.c scene.c
    LIBRARIES PkgConfig::JANSSON ${ARGN})
  set_property(TEST ${name} APPEND PROPERTY
    ENVIRONMENT PGMARCH_TEST_FAULT=$<TARGET_FILE:test_fault>)
  add_dependencies(${name} test_fault)
endfunction()

pgm_add_modes_test(modes/test_modes_state)
pgm_add_modes_test(modes/test_modes_alone)
pgm_add_modes_test(modes/test_modes_locks core)
pgm_add_modes_test(modes/test_modes_parse)
pgm_add_modes_test(modes/test_modes_pooled)
pgm_add_modes_test(modes/test_modes_waiting)
pgm_add_modes_test(modes/test_modes_cancel PkgConfig::PQ) # the header only: what can this libpq do?
pgm_add_modes_test(modes/test_modes_session)
pgm_add_modes_test(modes/test_modes_strings)
pgm_add_modes_test(verify/test_verify)
pgm_add_modes_test(verify/test_verify_alone)
pgm_add_modes_test(ledger/test_flush)
pgm_add_modes_test(ledger/test_ledger_lies)
pgm_add_modes_test(modes/test_alone_lies)
pgm_add_modes_test(ledger/test_hostile)
pgm_add_modes_test(ledger/test_half_done)
pgm_add_modes_test(ledger/test_rights)
pgm_add_modes_test(ledger/test_roles)
pgm_add_modes_test(fleet/test_shared_schemas)
pgm_add_modes_test(walk/test_servers)
pgm_add_modes_test(fleet/test_uneven core)
pgm_add_modes_test(fleet/test_look)
pgm_add_modes_test(fleet/test_other_runs_here)
pgm_add_modes_test(fleet/test_hanging)
pgm_add_modes_test(ledger/test_ledger_property)
pgm_add_modes_test(modes/test_lock_names)
pgm_add_modes_test(modes/test_hostile_server)
