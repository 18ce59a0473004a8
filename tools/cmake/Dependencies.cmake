# Every outside library, found once. A target of ours links the name given here; which folder may
# include which library's headers is checked by tests/house.
#
#   kluis_outside_sodium     libsodium >= 1.0.22         vault/crypto
#   kluis_outside_capnp      Cap'n Proto, encoding only  proto
#   kluis_outside_expected   tl::expected                proto
#   kluis_outside_sqlite     SQLite                      vault/store, sync/relay
#   kluis_outside_asio       Asio without Boost          sync/net
#   kluis_outside_cli        CLI11                       tools
#   kluis_outside_json       JSON for Modern C++         tools, tests
#   kluis_outside_qt         Qt 6 Gui                    tools/pdf
#   kluis_outside_zlib       zlib                        tests/support
#   kluis_outside_test       GoogleTest, GoogleMock      tests
#   kluis_outside_property   rapidcheck                  tests
#   kluis_outside_benchmark  Google Benchmark            tests/bench

find_package(PkgConfig REQUIRED)

# libsodium: a folder that was named; the system's, if new enough for X-Wing; else the copy that
# tools/setup/install.sh builds under build/deps.
set(KLUIS_SODIUM_VERSION 1.0.22)
set(KLUIS_SODIUM_ROOT "" CACHE PATH "Folder with include/sodium.h and lib/libsodium.a")
add_library(kluis_outside_sodium INTERFACE)
set(kluis_sodium_private ${PROJECT_SOURCE_DIR}/build/deps/libsodium-${KLUIS_SODIUM_VERSION})
if(NOT KLUIS_SODIUM_ROOT)
  pkg_check_modules(KLUIS_SYSTEM_SODIUM IMPORTED_TARGET "libsodium>=${KLUIS_SODIUM_VERSION}")
  if(NOT KLUIS_SYSTEM_SODIUM_FOUND AND EXISTS ${kluis_sodium_private}/lib/libsodium.a)
    set(KLUIS_SODIUM_ROOT ${kluis_sodium_private})
  endif()
endif()
if(KLUIS_SODIUM_ROOT)
  target_include_directories(kluis_outside_sodium SYSTEM INTERFACE ${KLUIS_SODIUM_ROOT}/include)
  target_link_libraries(kluis_outside_sodium INTERFACE ${KLUIS_SODIUM_ROOT}/lib/libsodium.a)
elseif(KLUIS_SYSTEM_SODIUM_FOUND)
  target_link_libraries(kluis_outside_sodium INTERFACE PkgConfig::KLUIS_SYSTEM_SODIUM)
else()
  message(FATAL_ERROR "libsodium ${KLUIS_SODIUM_VERSION} or newer is missing. "
                      "tools/setup/install.sh installs it, privately to this folder.")
endif()

find_package(tl-expected CONFIG REQUIRED)
add_library(kluis_outside_expected INTERFACE)
target_link_libraries(kluis_outside_expected INTERFACE tl::expected)

find_package(CapnProto CONFIG REQUIRED)
add_library(kluis_outside_capnp INTERFACE)
target_link_libraries(kluis_outside_capnp INTERFACE CapnProto::capnp CapnProto::kj)
if(CapnProto_VERSION VERSION_LESS 1.0 AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # The header says what it mends.
  target_compile_options(kluis_outside_capnp INTERFACE
    "SHELL:-include ${PROJECT_SOURCE_DIR}/proto/capnp_compat.h")
endif()

find_package(SQLite3 3.40 REQUIRED)
add_library(kluis_outside_sqlite INTERFACE)
target_link_libraries(kluis_outside_sqlite INTERFACE SQLite::SQLite3)

# Debian ships Asio as headers alone. Asio 1.22 knows coroutines in g++ only unless it is told.
find_path(KLUIS_ASIO_INCLUDE asio.hpp REQUIRED)
add_library(kluis_outside_asio INTERFACE)
target_include_directories(kluis_outside_asio SYSTEM INTERFACE ${KLUIS_ASIO_INCLUDE})
target_compile_definitions(kluis_outside_asio INTERFACE
  ASIO_STANDALONE ASIO_NO_DEPRECATED
  $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_CO_AWAIT=1>
  $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_STD_COROUTINE=1>)
target_link_libraries(kluis_outside_asio INTERFACE Threads::Threads)

find_package(CLI11 CONFIG REQUIRED)
add_library(kluis_outside_cli INTERFACE)
target_link_libraries(kluis_outside_cli INTERFACE CLI11::CLI11)

find_package(nlohmann_json CONFIG REQUIRED)
add_library(kluis_outside_json INTERFACE)
target_link_libraries(kluis_outside_json INTERFACE nlohmann_json::nlohmann_json)

find_package(Qt6 6.4 REQUIRED COMPONENTS Gui)
add_library(kluis_outside_qt INTERFACE)
target_link_libraries(kluis_outside_qt INTERFACE Qt6::Gui)

find_package(ZLIB REQUIRED)
add_library(kluis_outside_zlib INTERFACE)
target_link_libraries(kluis_outside_zlib INTERFACE ZLIB::ZLIB)

find_package(GTest CONFIG REQUIRED)
add_library(kluis_outside_test INTERFACE)
target_link_libraries(kluis_outside_test INTERFACE GTest::gmock)

find_package(rapidcheck CONFIG REQUIRED)
add_library(kluis_outside_property INTERFACE)
target_link_libraries(kluis_outside_property INTERFACE rapidcheck)

if(KLUIS_BENCH)
  find_package(benchmark CONFIG REQUIRED)
  add_library(kluis_outside_benchmark INTERFACE)
  target_link_libraries(kluis_outside_benchmark INTERFACE benchmark::benchmark)
endif()
