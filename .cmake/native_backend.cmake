find_package(PkgConfig QUIET)

# holdfast_native_backend(NAME PACKAGE … SOURCES … [LINK …])
#   A backend on a library that pkg-config calls PACKAGE: the library holdfast_backend_NAME, and its
#   driver NAME_driver. Where PACKAGE is missing, neither is built, and a status line says so.
function(holdfast_native_backend name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PACKAGE" "SOURCES;LINK")
  if(PkgConfig_FOUND)
    pkg_check_modules(holdfast_${name} QUIET IMPORTED_TARGET ${arg_PACKAGE})
  endif()
  if(NOT TARGET PkgConfig::holdfast_${name})
    message(STATUS "holdfast: ${name}_driver is not built, since pkg-config finds no "
      "${arg_PACKAGE}; conformance/backends/${name}/manifest.json names the packages")
    return()
  endif()
  add_library(holdfast_backend_${name} STATIC ${arg_SOURCES})
  target_link_libraries(holdfast_backend_${name}
    PUBLIC holdfast::driver
    PRIVATE holdfast_keyed ${arg_LINK} PkgConfig::holdfast_${name} holdfast_warnings)
  target_include_directories(holdfast_backend_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  add_executable(${name}_driver driver.cpp)
  target_link_libraries(${name}_driver PRIVATE
    holdfast_backend_${name} CLI11::CLI11 holdfast_warnings)
endfunction()
