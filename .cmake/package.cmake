# The installed package: every library that holdfast_library() made and, where it is built, the program.
#
# A component is a library's short name: find_package(holdfast COMPONENTS driver) finds what holdfast::driver and the
# libraries below it need, and no more. Without COMPONENTS everything is found.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# What a target asks of those who link it, as plain names.
function(holdfast_links_of target result)
  get_target_property(links ${target} INTERFACE_LINK_LIBRARIES)
  if(NOT links)
    set(links)
  endif()
  list(TRANSFORM links REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1")
  list(FILTER links EXCLUDE REGEX "BUILD_INTERFACE")
  set(${result} ${links} PARENT_SCOPE)
endfunction()

# The external targets that a library and the libraries below it are linked with.
function(holdfast_external_links_of target result)
  set(external)
  holdfast_links_of(${target} links)
  foreach(link IN LISTS links)
    string(REGEX REPLACE "^holdfast(::|_)" "holdfast_" own "${link}")
    if(own IN_LIST installed)
      holdfast_external_links_of(${own} below)
      list(APPEND external ${below})
    else()
      list(APPEND external ${link})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES external)
  set(${result} ${external} PARENT_SCOPE)
endfunction()

# Sets `needs` to the text that tells holdfast-config.cmake what each component needs, and `fetched` to the external
# targets that are part of this build and so cannot be named by an installed package.
function(holdfast_describe_components)
  set(needs)
  set(fetched)
  foreach(target IN LISTS installed)
    get_target_property(component ${target} EXPORT_NAME)
    set(packages)
    holdfast_external_links_of(${target} external)
    foreach(link IN LISTS external)
      get_property(package GLOBAL PROPERTY holdfast_package_of_${link})
      if(NOT package)
        message(FATAL_ERROR "${target} links ${link}, which .cmake/dependencies.cmake does not name")
      endif()
      get_target_property(imported ${link} IMPORTED)
      if(NOT imported)
        list(APPEND fetched ${link})
      endif()
      string(STRIP "${package}" package)
      list(APPEND packages "\"${package}\"")
    endforeach()
    list(REMOVE_DUPLICATES packages)
    list(JOIN packages " " packages)
    string(APPEND needs "set(holdfast_${component}_needs ${packages})\n")
  endforeach()
  list(REMOVE_DUPLICATES fetched)
  set(needs "${needs}" PARENT_SCOPE)
  set(fetched ${fetched} PARENT_SCOPE)
endfunction()

function(holdfast_install_package)
  get_property(installed GLOBAL PROPERTY holdfast_installed_targets)
  set(components)
  foreach(target IN LISTS installed)
    get_target_property(component ${target} EXPORT_NAME)
    list(APPEND components ${component})
  endforeach()

  holdfast_describe_components()
  if(fetched)
    message(STATUS "holdfast: not installable, because these were downloaded and not found as packages: ${fetched}")
    return()
  endif()

  set(destination ${CMAKE_INSTALL_LIBDIR}/cmake/holdfast)
  install(TARGETS ${installed} EXPORT holdfast FILE_SET HEADERS)
  install(EXPORT holdfast NAMESPACE holdfast:: FILE holdfast-targets.cmake DESTINATION ${destination})
  configure_package_config_file(${PROJECT_SOURCE_DIR}/.cmake/holdfast-config.cmake.in holdfast-config.cmake
    INSTALL_DESTINATION ${destination} NO_CHECK_REQUIRED_COMPONENTS_MACRO)
  write_basic_package_version_file(holdfast-config-version.cmake COMPATIBILITY SameMinorVersion)
  install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/holdfast-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/holdfast-config-version.cmake
    DESTINATION ${destination})
  get_property(programs GLOBAL PROPERTY holdfast_installed_programs)
  if(programs)
    install(TARGETS ${programs})
  endif()

  if(HOLDFAST_TESTS)
    add_test(NAME Package.IsUsableFromOutsideTheTree
      COMMAND ${CMAKE_COMMAND} -D "built=${PROJECT_BINARY_DIR}"
        -D "consumer=${PROJECT_SOURCE_DIR}/conformance/tests/consumer" -D "work=${PROJECT_BINARY_DIR}/package_test"
        -D "compiler=${CMAKE_CXX_COMPILER}" -D "flags=${CMAKE_CXX_FLAGS}" -D "type=${CMAKE_BUILD_TYPE}"
        -P ${PROJECT_SOURCE_DIR}/.cmake/package_test.cmake)
    set_tests_properties(Package.IsUsableFromOutsideTheTree PROPERTIES TIMEOUT 300)
  endif()
endfunction()
