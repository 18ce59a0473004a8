#!/bin/sh
# clang-tidy over the source files that changed, or over all of them.
#
#   tools/tidy.sh BUILD_FOLDER         changed since KLUIS_TIDY_BASE, else since the branch left
#                                      origin/main, else since the last commit but one
#   tools/tidy.sh BUILD_FOLDER --all   every source file
#
# A changed header stands for the source file beside it. Only what the build folder compiles is
# read.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd -- "$root"
build=$1

base() {
  if [ -n "${KLUIS_TIDY_BASE:-}" ]; then
    printf '%s\n' "$KLUIS_TIDY_BASE"
    return 0
  fi
  fork=$(git merge-base HEAD origin/main 2>/dev/null || true)
  if [ -n "$fork" ] && [ "$fork" != "$(git rev-parse HEAD)" ]; then
    printf '%s\n' "$fork"
  else
    git rev-parse --verify --quiet HEAD~1 || git rev-parse HEAD
  fi
}

candidates() {
  if [ "${2:-}" = --all ]; then
    git ls-files -- '*.cc'
  else
    { git diff --name-only --diff-filter=d "$(base)" -- '*.cc' '*.h'
      git ls-files --others --exclude-standard -- '*.cc' '*.h'; } | sed 's/\.h$/.cc/'
  fi | sort -u
}

files=$(candidates "$@" | while read -r file; do
  if grep -qF "/$file\"" "$build/compile_commands.json"; then printf '%s\n' "$file"; fi
done)
if [ -z "$files" ]; then
  echo "tidy: nothing changed"
  exit 0
fi
echo "tidy: $(printf '%s\n' "$files" | wc -l) files"
# One file a process; a clean file prints nothing.
printf '%s\n' "$files" | xargs -P "$(nproc)" -I FILE sh -c '
  said=$(clang-tidy-19 --quiet -p "$1" "$2" 2>&1) || { printf "%s\n" "$said"; exit 1; }
' tidy "$build" FILE
