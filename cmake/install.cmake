# What is installed, in three parts: `runtime` is the program with its pages, `library` what programs that
# were built against libpgmarch load, `development` what it takes to build one.
include(CMakePackageConfigHelpers)

install(TARGETS pgmarch RUNTIME COMPONENT runtime)
install(FILES LICENSE docs/report.schema.json DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime)
install(DIRECTORY docs/users DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime
  FILES_MATCHING PATTERN "*.md")

install(TARGETS libpgmarch EXPORT pgmarchTargets
  LIBRARY COMPONENT library NAMELINK_COMPONENT development)

install(DIRECTORY include/pgmarch DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)

# For find_package(pgmarch). While the first number is 0, each second one may break what was built before.
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/pgmarch)
install(EXPORT pgmarchTargets NAMESPACE pgmarch:: DESTINATION ${package_dir} COMPONENT development)
configure_package_config_file(cmake/pgmarchConfig.cmake.in ${CMAKE_BINARY_DIR}/pgmarchConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/pgmarchConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/pgmarchConfig.cmake ${CMAKE_BINARY_DIR}/pgmarchConfigVersion.cmake
  DESTINATION ${package_dir} COMPONENT development)

# For pkg-config. The prefix is known when it is installed: `cmake --install --prefix` may say another one.
install(CODE "
  set(PROJECT_VERSION ${PROJECT_VERSION})
  set(CMAKE_INSTALL_LIBDIR ${CMAKE_INSTALL_LIBDIR})
  set(CMAKE_INSTALL_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR})
  configure_file(\"${PROJECT_SOURCE_DIR}/cmake/pgmarch.pc.in\" \"${CMAKE_BINARY_DIR}/pgmarch.pc\" @ONLY)
  file(INSTALL \"${CMAKE_BINARY_DIR}/pgmarch.pc\"
    DESTINATION \"\${CMAKE_INSTALL_PREFIX}/\${CMAKE_INSTALL_LIBDIR}/pkgconfig\")
" COMPONENT development)
