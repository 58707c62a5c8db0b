# pgm_target_flags(TARGET): the warnings, definitions and sanitizers of every target of this project.
function(pgm_target_flags target)
  target_compile_definitions(${target} PRIVATE _POSIX_C_SOURCE=200809L)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes
    -Wmissing-prototypes -Wvla -Wcast-qual -Wwrite-strings -Wformat=2 -Wswitch-enum -Wundef)
  if(PGMARCH_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(PGMARCH_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${PGMARCH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${PGMARCH_SANITIZE})
  endif()
endfunction()
