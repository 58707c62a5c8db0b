# One test for every entry of the list of failure modes: docs/failure-modes.md.

# Preloaded into the program; without the flags of pgm_target_flags(), which may bring a sanitizer.
add_library(test_fault MODULE ${PROJECT_SOURCE_DIR}/tests/support/fault.c)
target_compile_options(test_fault PRIVATE -Wall -Wextra -Wpedantic -Wconversion)
target_link_libraries(test_fault PRIVATE PkgConfig::PQ ${CMAKE_DL_LIBS})

# pgm_add_modes_test(NAME [LIBRARY...])
function(pgm_add_modes_test name)
  pgm_add_integration_test(${name} SOURCES ${name}.c modes.c scene.c
    LIBRARIES PkgConfig::JANSSON ${ARGN})
  set_property(TEST ${name} APPEND PROPERTY
    ENVIRONMENT PGMARCH_TEST_FAULT=$<TARGET_FILE:test_fault>)
  add_dependencies(${name} test_fault)
endfunction()

pgm_add_modes_test(test_modes_state)
pgm_add_modes_test(test_modes_alone)
pgm_add_modes_test(test_modes_locks core)
pgm_add_modes_test(test_modes_pooled)
pgm_add_modes_test(test_modes_waiting)
pgm_add_modes_test(test_modes_cancel PkgConfig::PQ) # the header only: what can this libpq do?
pgm_add_modes_test(test_modes_session)
pgm_add_modes_test(test_verify)
pgm_add_modes_test(test_verify_alone)
pgm_add_modes_test(test_flush)
