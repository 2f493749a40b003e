# Warnings for this project's own code only: linked PRIVATE and never installed.
add_library(holdfast_warnings INTERFACE)
target_compile_options(holdfast_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  $<$<BOOL:${HOLDFAST_WARNINGS_AS_ERRORS}>:-Werror>)

# clang-tidy beside each compilation, so that only what has changed is looked at again. It is
# switched on after the dependencies, which are none of its business. The definition makes a changed
# .clang-tidy a changed command line.
if(HOLDFAST_TIDY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/.clang-tidy)
  file(SHA256 ${PROJECT_SOURCE_DIR}/.clang-tidy checks)
  set(CMAKE_CXX_CLANG_TIDY
    clang-tidy --quiet --warnings-as-errors=* --extra-arg=-DHOLDFAST_CHECKS_${checks})
endif()

# holdfast_library(NAME SOURCES … [HEADERS …] [LINK …] [PRIVATE_LINK …])
#   A static library holdfast_NAME, alias holdfast::NAME. Its public headers live below include/
#   beside the caller and are installed; headers that only this project includes are named from the
#   project's root. PRIVATE_LINK is for what no public header includes; wrap a library that is
#   headers only in $<BUILD_INTERFACE:…>, and the installed package does not ask for it.
function(holdfast_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;LINK;PRIVATE_LINK")
  add_library(holdfast_${name} STATIC ${arg_SOURCES})
  add_library(holdfast::${name} ALIAS holdfast_${name})
  set_target_properties(holdfast_${name} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(holdfast_${name} PUBLIC cxx_std_20)
  target_include_directories(holdfast_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  if(arg_HEADERS)
    target_sources(holdfast_${name} PUBLIC
      FILE_SET HEADERS BASE_DIRS include FILES ${arg_HEADERS})
  endif()
  target_link_libraries(holdfast_${name} PUBLIC ${arg_LINK}
    PRIVATE $<BUILD_INTERFACE:holdfast_warnings> ${arg_PRIVATE_LINK})
  set_property(GLOBAL APPEND PROPERTY holdfast_libraries holdfast_${name})
endfunction()

# holdfast_program(NAME SOURCES … [LINK …])
#   A program at the top of the build folder, installed with the package.
function(holdfast_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} holdfast_warnings)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  set_property(GLOBAL APPEND PROPERTY holdfast_programs ${name})
endfunction()

# holdfast_test(NAME SOURCES … LINK … [DEFINITIONS …])
#   A GoogleTest binary NAME whose every TEST is a ctest test of its own. One that prints "This test
#   is not run: " and why counts as skipped, neither passed nor failed; ctest lists it at the end.
function(holdfast_test name)
  if(NOT HOLDFAST_TESTS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;DEFINITIONS")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE
    ${arg_LINK} GTest::gtest GTest::gmock GTest::gtest_main holdfast_warnings)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE
    HOLDFAST_SOURCE_DIR="${PROJECT_SOURCE_DIR}" ${arg_DEFINITIONS})
  # Nearly half of what is compiled are tests, and a quarter of that goes into making them fast. With
  # -O1 g++ 12 takes members of a moved std::variant for uninitialised.
  target_compile_options(${name} PRIVATE
    $<$<CONFIG:RelWithDebInfo>:-O1>
    $<$<AND:$<CONFIG:RelWithDebInfo>,$<CXX_COMPILER_ID:GNU>>:-Wno-maybe-uninitialized>)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES
    TIMEOUT 300 SKIP_REGULAR_EXPRESSION "This test is not run: ")
endfunction()
