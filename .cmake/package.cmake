# The installed package: the libraries with public headers, those that they are linked with, and the
# program where it is built.
#
# A component is the short name of a library with public headers. find_package(holdfast COMPONENTS
# driver) finds what holdfast::driver and the libraries below it need, and no more; without
# COMPONENTS everything is found.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# What a library asks of those who link it: own libraries in `own`, all else in `external`.
function(holdfast_links_of target own external)
  get_target_property(links ${target} INTERFACE_LINK_LIBRARIES)
  set(found_own)
  set(found_external)
  foreach(link IN LISTS links)
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" link "${link}")
    string(REGEX REPLACE "^holdfast(::|_)" "holdfast_" name "${link}")
    if(name IN_LIST libraries)
      list(APPEND found_own ${name})
    elseif(link AND NOT link MATCHES "BUILD_INTERFACE")
      list(APPEND found_external ${link})
    endif()
  endforeach()
  set(${own} ${found_own} PARENT_SCOPE)
  set(${external} ${found_external} PARENT_SCOPE)
endfunction()

# A library with all own libraries below it, and all external targets that these are linked with.
function(holdfast_closure_of target own external)
  set(all_own ${target})
  holdfast_links_of(${target} below all_external)
  foreach(library IN LISTS below)
    holdfast_closure_of(${library} library_own library_external)
    list(APPEND all_own ${library_own})
    list(APPEND all_external ${library_external})
  endforeach()
  list(REMOVE_DUPLICATES all_own)
  list(REMOVE_DUPLICATES all_external)
  set(${own} ${all_own} PARENT_SCOPE)
  set(${external} ${all_external} PARENT_SCOPE)
endfunction()

# The packages, each as find_dependency() takes it, that external targets come from. Targets that
# are part of this build, and so cannot be named by an installed package, are added to `fetched`.
function(holdfast_packages_of targets packages)
  set(found)
  foreach(target IN LISTS targets)
    get_property(package GLOBAL PROPERTY holdfast_package_of_${target})
    if(NOT package)
      message(FATAL_ERROR "${target} is linked, but .cmake/dependencies.cmake does not name it")
    endif()
    get_target_property(imported ${target} IMPORTED)
    if(NOT imported)
      list(APPEND fetched ${target})
    endif()
    string(STRIP "${package}" package)
    list(APPEND found "${package}")
  endforeach()
  list(REMOVE_DUPLICATES found)
  set(${packages} "${found}" PARENT_SCOPE)
  set(fetched ${fetched} PARENT_SCOPE)
endfunction()

function(holdfast_install_package)
  get_property(libraries GLOBAL PROPERTY holdfast_libraries)
  set(components)
  set(installed)
  set(fetched)
  set(needs)
  foreach(library IN LISTS libraries)
    get_target_property(header_sets ${library} HEADER_SETS)
    if(header_sets)
      get_target_property(component ${library} EXPORT_NAME)
      holdfast_closure_of(${library} own external)
      holdfast_packages_of("${external}" packages)
      list(APPEND components ${component})
      list(APPEND installed ${own})
      list(JOIN packages "\" \"" packages)
      string(APPEND needs "set(holdfast_${component}_needs \"${packages}\")\n")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES installed)
  if(fetched)
    list(REMOVE_DUPLICATES fetched)
    message(STATUS "holdfast: not installable, since these were downloaded rather than found as "
      "packages: ${fetched}")
    return()
  endif()

  set(destination ${CMAKE_INSTALL_LIBDIR}/cmake/holdfast)
  set(built ${CMAKE_CURRENT_BINARY_DIR})
  install(TARGETS ${installed} EXPORT holdfast FILE_SET HEADERS)
  install(EXPORT holdfast NAMESPACE holdfast:: FILE holdfast-targets.cmake
    DESTINATION ${destination})
  configure_package_config_file(
    ${PROJECT_SOURCE_DIR}/.cmake/holdfast-config.cmake.in ${built}/holdfast-config.cmake
    INSTALL_DESTINATION ${destination} NO_CHECK_REQUIRED_COMPONENTS_MACRO)
  write_basic_package_version_file(${built}/holdfast-config-version.cmake
    COMPATIBILITY SameMinorVersion)
  install(FILES ${built}/holdfast-config.cmake ${built}/holdfast-config-version.cmake
    DESTINATION ${destination})
  get_property(programs GLOBAL PROPERTY holdfast_programs)
  if(programs)
    install(TARGETS ${programs})
  endif()
  add_custom_target(holdfast-package)  # all that is installed
  add_dependencies(holdfast-package ${installed} ${programs})

  if(HOLDFAST_TESTS)
    add_test(NAME Package.IsUsableFromOutsideTheTree
      COMMAND ${CMAKE_COMMAND} -D "built=${PROJECT_BINARY_DIR}"
        -D "consumer=${PROJECT_SOURCE_DIR}/conformance/tests/consumer"
        -D "work=${PROJECT_BINARY_DIR}/package_test" -D "compiler=${CMAKE_CXX_COMPILER}"
        -D "flags=${CMAKE_CXX_FLAGS}"
        -P ${PROJECT_SOURCE_DIR}/.cmake/package_test.cmake)
    set_tests_properties(Package.IsUsableFromOutsideTheTree PROPERTIES TIMEOUT 300)
  endif()
endfunction()
