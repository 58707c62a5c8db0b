# pgm_unite(TARGET...): compiles the sources of each target as a few large units instead of many small ones.
# Most of what a build without optimisation costs is starting compilers and reading the same headers: so it takes
# a fraction. For whoever wants the program now, and once (scripts/demo); who changes a file builds more.
function(pgm_unite)
  foreach(target IN LISTS ARGN)
    get_target_property(sources ${target} SOURCES)
    list(FILTER sources EXCLUDE REGEX "^\\$<")
    execute_process(
      COMMAND awk -v most=5000 -f ${PROJECT_SOURCE_DIR}/cmake/unity.awk ${sources}
      WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
      OUTPUT_VARIABLE groups OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    string(REPLACE "\n" ";" groups "${groups}")
    foreach(line IN LISTS groups)
      string(REGEX MATCH "^([0-9]+) (.*)$" line "${line}")
      set_source_files_properties(${CMAKE_MATCH_2} PROPERTIES UNITY_GROUP ${target}_${CMAKE_MATCH_1})
    endforeach()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  endforeach()
endfunction()
