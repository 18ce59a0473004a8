# What can be switched, and the flags that every target of ours is compiled with.
# The presets of CMakePresets.json set these; nobody needs to remember them.

option(KLUIS_WERROR "Treat warnings as errors (development presets)" OFF)
option(KLUIS_CCACHE "Compile through ccache where it is installed" OFF)
option(KLUIS_FUZZ "Build the libFuzzer targets" OFF)
option(KLUIS_BENCH "Build the benchmarks" OFF)
set(KLUIS_SANITIZE "" CACHE STRING "Sanitizers, as clang's -fsanitize= takes them; empty for none")

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

if(KLUIS_CCACHE)
  find_program(KLUIS_CCACHE_PROGRAM ccache)
  if(KLUIS_CCACHE_PROGRAM)
    # Inside this folder, wherever the build folder is. Relative to the source folder, so that a
    # copy of the sources that is told of this cache shares what was compiled.
    set(KLUIS_CCACHE_DIR ${PROJECT_SOURCE_DIR}/build/ccache CACHE PATH "Where ccache keeps it")
    set(kluis_launcher ${CMAKE_COMMAND} -E env CCACHE_DIR=${KLUIS_CCACHE_DIR}
                       CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
                       ${KLUIS_CCACHE_PROGRAM})
    set(CMAKE_C_COMPILER_LAUNCHER ${kluis_launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${kluis_launcher})
  endif()
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# No path of the building machine in a program or in what it prints.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -fstack-protector-strong)
add_compile_definitions(_GLIBCXX_ASSERTIONS)

include(CheckLinkerFlag)
check_linker_flag(CXX -fuse-ld=lld KLUIS_HAS_LLD)
if(KLUIS_HAS_LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(KLUIS_SANITIZE)
  add_compile_options(-fsanitize=${KLUIS_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${KLUIS_SANITIZE})
else()
  add_compile_options($<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE>
                      $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
  add_link_options(-Wl,-z,relro,-z,now)
endif()
if(KLUIS_FUZZ)
  # Coverage counters everywhere; the fuzzer's main only in the fuzz targets.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# What our own code is held to. Linked by every target that kluis_library and kluis_program make.
add_library(kluis_options INTERFACE)
target_include_directories(kluis_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(kluis_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                       $<$<BOOL:${KLUIS_WERROR}>:-Werror>)
target_link_libraries(kluis_options INTERFACE Threads::Threads)
