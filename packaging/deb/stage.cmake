# Run by cpack between installing the parts and packing them: what Debian wants in each package. The licence's
# text is in `copyright`.
foreach(part IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${part} upper)
  set(tree ${CPACK_TEMPORARY_DIRECTORY}/${part})
  set(docs ${tree}/usr/share/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  file(REMOVE ${docs}/LICENSE)
  file(COPY ${CPACK_PGMARCH_COPYRIGHT} DESTINATION ${docs})
  configure_file(${CPACK_PGMARCH_CHANGELOG} ${docs}/changelog.Debian COPYONLY)
  configure_file(${CPACK_PGMARCH_CHANGES} ${docs}/changelog COPYONLY)
  execute_process(COMMAND gzip -9n ${docs}/changelog.Debian ${docs}/changelog COMMAND_ERROR_IS_FATAL ANY)
  file(GLOB_RECURSE libraries ${tree}/usr/lib/*.so.*)
  foreach(library IN LISTS libraries)
    file(CHMOD ${library} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  endforeach()
  # What cpack and this make has the rights that the umask of whoever builds leaves.
  execute_process(COMMAND chmod -R u=rwX,go=rX ${tree} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
