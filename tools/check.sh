#!/bin/sh
# Sets up, builds with AddressSanitizer and UndefinedBehaviorSanitizer, reads the changed files with
# clang-tidy and runs every test. Ends with the summary of the tests; exits non-zero if any of it
# failed.
#
#   KLUIS_TIDY_BASE=COMMIT   what "changed" is measured from (tools/tidy.sh says what it is else)
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd -- "$root"

tools/setup/install.sh
cmake --preset asan
cmake --build --preset asan -- -j "$(nproc)"
tools/tidy.sh build/asan
exec ctest --preset asan
