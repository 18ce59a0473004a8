# How the folders make their targets. Files are always listed by name.
include(GoogleTest)

# Adds the sub-folders that have a CMakeLists.txt.
function(kluis_add_folders)
  foreach(folder IN LISTS ARGN)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()

# kluis_library(NAME FILES a.h a.cc… [LINKS kluis_other…] [PRIVATE_LINKS kluis_outside_x…])
# A static library with our warnings. LINKS are seen by those who link it, PRIVATE_LINKS are not.
function(kluis_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FILES;LINKS;PRIVATE_LINKS")
  set(sources ${arg_FILES})
  list(FILTER sources INCLUDE REGEX "\\.(cc|c\\+\\+)$")
  if(sources)
    add_library(${name} STATIC ${arg_FILES})
    target_link_libraries(${name} PUBLIC kluis_options ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
  else()
    add_library(${name} INTERFACE ${arg_FILES})
    target_link_libraries(${name} INTERFACE kluis_options ${arg_LINKS})
  endif()
endfunction()

# kluis_program(NAME FILES … [LINKS …]): an executable with our warnings.
function(kluis_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FILES;LINKS")
  add_executable(${name} ${arg_FILES})
  target_link_libraries(${name} PRIVATE kluis_options ${arg_LINKS})
endfunction()

# kluis_test(NAME FILES … [LINKS …] [TIMEOUT seconds] [LABELS …] [OWN_MAIN])
# One GoogleTest program; each of its tests is a test of ctest. OWN_MAIN: it brings a main().
# TIMEOUT is for one test, on a loaded machine under a sanitizer; 60 seconds unless given.
function(kluis_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "OWN_MAIN" "TIMEOUT" "FILES;LINKS;LABELS")
  kluis_program(${name} FILES ${arg_FILES} LINKS kluis_outside_test ${arg_LINKS})
  if(NOT arg_OWN_MAIN)
    target_link_libraries(${name} PRIVATE GTest::gmock_main)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  target_compile_definitions(${name} PRIVATE KLUIS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()
