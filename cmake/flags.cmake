# pgm_target_flags(TARGET): the warnings, definitions and sanitizers of every target of this project.
function(pgm_target_flags target)
  target_compile_definitions(${target} PRIVATE _POSIX_C_SOURCE=200809L)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes
    -Wmissing-prototypes -Wvla -Wcast-qual -Wwrite-strings -Wformat=2 -Wswitch-enum -Wundef)
  if(PGMARCH_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  # What is shipped; tests and bench may lose memory at their end. gcc 12 takes two members that it
  # reads as one, and copied structs, for uninitialised: valgrind and the sanitizers know better.
  if(PGMARCH_ANALYZE AND CMAKE_CURRENT_SOURCE_DIR STREQUAL "${PROJECT_SOURCE_DIR}/src")
    target_compile_options(${target} PRIVATE
      -fanalyzer -Wno-analyzer-use-of-uninitialized-value)
  endif()
  if(PGMARCH_PACKAGED)
    target_compile_options(${target} PRIVATE
      -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
      -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=.)
  endif()
  if(PGMARCH_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${PGMARCH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${PGMARCH_SANITIZE})
  endif()
endfunction()

if(PGMARCH_PACKAGED)
  include(CheckPIESupported)
  check_pie_supported()
endif()
