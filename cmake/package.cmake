# Debian packages, one for each part of cmake/install.cmake: `cpack` in a build folder. What is published is
# built by scripts/packages, which also looks at what came out.
set(PGMARCH_MAINTAINER "The pgmarch authors <pgmarch@localhost>" CACHE STRING
  "Who answers for the packages, as \"Name <address>\"")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "${PGMARCH_MAINTAINER}")
set(CPACK_COMPONENTS_ALL runtime library development)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

# dpkg-shlibdeps sees what is linked. libpq and libcurl are loaded late by the program, libcurl by the library
# too: they are named here. Without libpq no server is reached, and 12 brought PQgssEncInUse; what newer ones bring is
# looked for when the program runs. libcurl is for targets from Neon only.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME pgmarch)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION database)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS "libpq5 (>= 12~~)")
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "migrations of many PostgreSQL databases at once
pgmarch takes many PostgreSQL databases through the same ordered SQL
migrations at once: dev, staging and production, a database or a schema
for each tenant, branches at Neon. Every database keeps its own record of
what is applied and fails by itself; the run ends in one report.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libpgmarch${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA
  ${PROJECT_SOURCE_DIR}/packaging/deb/triggers ${CMAKE_BINARY_DIR}/deb/symbols
  ${CMAKE_BINARY_DIR}/deb/shlibs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "migrations of many PostgreSQL databases, as a library
libpgmarch takes many PostgreSQL databases through the same ordered SQL
migrations at once. The program pgmarch uses nothing else.

This package holds the shared library.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libpgmarch-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libpgmarch${PROJECT_VERSION_MAJOR} (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "migrations of many PostgreSQL databases, headers of the library
libpgmarch takes many PostgreSQL databases through the same ordered SQL
migrations at once.

This package holds what it takes to build programs with it: headers, and
files for pkg-config and CMake.")

if(PGMARCH_NEON)
  set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS libcurl4)
  set(CPACK_DEBIAN_LIBRARY_PACKAGE_RECOMMENDS libcurl4)
endif()

# ---- What Debian wants to lie beside it, made when the build is configured ----

# "symbols": since which version each function is there, as src/libpgmarch.map says it.
file(STRINGS src/libpgmarch.map map_lines)
set(symbols "libpgmarch.so.${PROJECT_VERSION_MAJOR} libpgmarch${PROJECT_VERSION_MAJOR} #MINVER#\n")
foreach(line IN LISTS map_lines)
  if(line MATCHES "^(PGMARCH_([0-9.]+)) {")
    set(node ${CMAKE_MATCH_1})
    set(since ${CMAKE_MATCH_2}.0)
    string(APPEND symbols " ${node}@${node} ${since}\n")
  elseif(line MATCHES "^ +(pgm_[a-z0-9_]+);?$")
    string(APPEND symbols " ${CMAKE_MATCH_1}@${node} ${since}\n")
  endif()
endforeach()
file(WRITE ${CMAKE_BINARY_DIR}/deb/symbols "${symbols}")
file(WRITE ${CMAKE_BINARY_DIR}/deb/shlibs
  "libpgmarch ${PROJECT_VERSION_MAJOR} libpgmarch${PROJECT_VERSION_MAJOR} (>= ${PROJECT_VERSION})\n")

string(TIMESTAMP deb_date "%a, %d %b %Y %H:%M:%S +0000" UTC) # SOURCE_DATE_EPOCH, where that is set
file(WRITE ${CMAKE_BINARY_DIR}/deb/changelog
  "pgmarch (${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n\n"
  "  * Version ${PROJECT_VERSION}: see changelog.gz.\n\n"
  " -- ${PGMARCH_MAINTAINER}  ${deb_date}\n")

# packaging/deb/stage.cmake puts it into each part.
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/packaging/deb/stage.cmake)
set(CPACK_POST_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/packaging/deb/finish.cmake)
set(CPACK_PGMARCH_CHANGELOG ${CMAKE_BINARY_DIR}/deb/changelog)
set(CPACK_PGMARCH_CHANGES ${PROJECT_SOURCE_DIR}/CHANGELOG.md)
set(CPACK_PGMARCH_COPYRIGHT ${PROJECT_SOURCE_DIR}/packaging/deb/copyright)

include(CPack)
