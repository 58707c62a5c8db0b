# What is installed beside the program for people.

# Manual pages: those of section 1 are printed by the program, those of section 5 are in docs/man. Packed
# as Debian wants them, without name and time in them, so that they are the same whenever they are built.
set(man_dir ${CMAKE_BINARY_DIR}/man)
set(man_sources
  ${PROJECT_SOURCE_DIR}/docs/man/pgmarch-migrations.5
  ${PROJECT_SOURCE_DIR}/docs/man/pgmarch-targets.5)

add_custom_command(
  OUTPUT ${man_dir}/stamp
  COMMAND ${PROJECT_SOURCE_DIR}/cmake/pages.sh $<TARGET_FILE:pgmarch> ${man_dir} ${PROJECT_VERSION}
    ${PGMARCH_DATE} ${man_sources}
  DEPENDS pgmarch ${man_sources} cmake/pages.sh
  VERBATIM)
add_custom_target(pages ALL DEPENDS ${man_dir}/stamp)

install(DIRECTORY ${man_dir}/man1 ${man_dir}/man5 DESTINATION ${CMAKE_INSTALL_MANDIR}
  COMPONENT runtime FILES_MATCHING PATTERN "*.gz")

# Completion. Debian's zsh looks for what packages bring in a folder of its own.
if(CMAKE_INSTALL_PREFIX STREQUAL /usr AND EXISTS /etc/debian_version)
  set(zsh_dir vendor-completions)
else()
  set(zsh_dir site-functions)
endif()
install(FILES completions/pgmarch.bash RENAME pgmarch
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT runtime)
install(FILES completions/_pgmarch
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${zsh_dir} COMPONENT runtime)
install(FILES completions/pgmarch.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT runtime)
