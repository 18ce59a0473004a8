#!/bin/sh
# Are the rules of the protocol really what the tests stand on? Each NN-name.patch here takes one
# defence out of the product. This builds every such variant and prints
#
#   rule N: what was taken out → the test that fails
#
#   tests/rules/run.sh [PART…]      all patches, or those with a PART in their name: 05, put-back
#   tests/rules/run.sh --check      no build: do the patches still apply, and name tests that exist?
#
# The sources are copied to a folder under TMPDIR and built there, once whole and then file by file:
# of this tree only the compiler's cache, build/ccache, is used. Fails when a variant survives, a
# patch does not apply or build, or the tests fail without any patch.
#
# A patch begins with:   # rule: N   # out: what is taken out   # test: PROGRAM FILTER, once or more
# Each test named must fail by itself.
#
# The rules, and what their patches are about:
#   1  the key that opened an epoch dies too      6  the roll orders everything
#   2  hybrid post-quantum boxes, one suite       7  seal at send time
#   3  auditable boxes                            8  only an officer's key makes the relay delete
#   4  nothing vanishes silently                  9  no single person is a quorum
#   5  forget only after opening
set -euf

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
here=$root/tests/rules
rules=9
seconds_max=900  # of one test that hangs; the longest takes 400 on a slow machine

field() { sed -n "s/^# $1: //p" "$here/$2"; }

# The names of the patches, by number.
patches() {
  find "$here" -name '*.patch' | sed 's|.*/||' | LC_ALL=C sort | while read -r patch; do
    [ $# -gt 0 ] || printf '%s\n' "$patch"
    for part in "$@"; do
      case $patch in *"$part"*) printf '%s\n' "$patch" && break ;; esac
    done
  done
}

# Outside of any repository, so that git takes paths as they stand.
apply() { (cd -- "$1" && GIT_CEILING_DIRECTORIES=$(dirname -- "$1") git apply "$2" "$here/$3"); }

# ---- --check ----

check() {
  failed=0
  complain() { echo "tests/rules: $1" >&2 && failed=1; }
  all=$(patches)
  for name in $all; do
    [ -n "$(field out "$name")" ] || complain "$name does not say what it takes out"
    case $name in 0"$(field rule "$name")"-*) ;; *) complain "$name: another rule's number" ;; esac
    apply "$root" --check "$name" || complain "$name does not apply any more"
    field test "$name" >"$work/tests"
    [ -s "$work/tests" ] || complain "$name names no test"
    while read -r program filter; do
      bare=${filter#'*/'}
      test=${bare%'/*'}
      grep -rqE "^TEST(_F|_P)?\(${test%.*}, ${test#*.}\)" "$root/tests" ||
        complain "$name: no test $test"
      grep -rqF "kluis_test($program" "$root/tests" || complain "$name: no program $program"
    done <"$work/tests"
  done
  for rule in $(seq $rules); do
    case $all in *"0$rule-"*) ;; *) complain "no patch takes rule $rule out" ;; esac
  done
  [ $failed -eq 0 ] || exit 1
  echo "tests/rules: $(printf '%s\n' "$all" | wc -l) patches apply"
}

# ---- Building and running ----

copy_sources() {
  mkdir "$copy" "$copy/build"
  (cd -- "$root" && git ls-files -co --exclude-standard | while read -r file; do
    [ ! -e "$file" ] || printf '%s\n' "$file"
  done | tar -cf - -T -) | tar -xf - -C "$copy"
  if [ -e "$root/build/deps" ]; then ln -s "$root/build/deps" "$copy/build/deps"; fi
}

# A test program as built, wherever its folder is.
program_named() { find "$build" -name "$1" -type f -perm -u+x | head -n 1; }

# The tests that failed, or in which the program ended; "hangs" when its time is over.
failing() {
  status=0
  timeout "$seconds_max" "$(program_named "$1")" "--gtest_filter=$2" --gtest_brief=0 \
    >"$work/output" 2>&1 || status=$?
  [ $status -ne 0 ] || return 0
  begun=$(sed -n 's/^\[ RUN      \] //p' "$work/output" | tail -n 1)
  named=$(sed -n 's/^\[  FAILED  \] \([^ ,]*\).*/\1/p' "$work/output" | grep -F . | sort -u)
  [ $status -ne 124 ] || begun="$begun (hangs)"
  [ -n "$named" ] || named="$begun (ends the program)"
  # One of the instances of a parametrized test is enough to read.
  printf '%s\n' "$named" | sed 's/^[^.]*\/\([^/]*\..*\)\/[^/]*$/\1/' | sort -u | tr '\n' ' '
}

# Fails unless the filter ran something, and all of it was well.
passes() {
  timeout "$seconds_max" "$(program_named "$1")" "--gtest_filter=$2" >"$work/output" 2>&1 &&
    grep -q '^\[       OK \]' "$work/output"
}

build_targets() {
  # shellcheck disable=SC2086
  ninja -C "$build" -j "$(nproc)" $1 >"$work/build" 2>&1
}

verdict() {  # patch, status, text
  printf '%s\t%s\t%s\t%s\n' "$(field rule "$1")" "$2" "$(field out "$1")" "$3" >>"$work/table"
  echo "rule $(field rule "$1"): $(field out "$1") → $3"
}

try_variant() {
  patch=$1
  if ! apply "$copy" -v "$patch" >"$work/build" 2>&1; then
    verdict "$patch" BAD "the patch does not apply"
    return 0
  fi
  targets=$(field test "$patch" | cut -d ' ' -f 1 | sort -u | tr '\n' ' ')
  if build_targets "$targets"; then
    found=
    survives=
    field test "$patch" >"$work/tests"
    while read -r program filter; do
      one=$(failing "$program" "$filter")
      if [ -z "$one" ]; then survives="$survives$filter "; else found="$found$one"; fi
    done <"$work/tests"
    if [ -z "$survives" ]; then
      verdict "$patch" dies "${found% }"
    else
      verdict "$patch" BAD "SURVIVES ${survives% }"
    fi
  else
    tail -n 20 "$work/build" >&2
    verdict "$patch" BAD "does not build"
  fi
  apply "$copy" -R "$patch"
}

run() {
  chosen=$(patches "$@")
  [ -n "$chosen" ] || { echo "$0: no patch is called so" >&2 && exit 2; }
  copy=$work/sources
  build=$work/sources/build/dev
  copy_sources
  cmake -S "$copy" -B "$build" --preset dev -DKLUIS_WERROR=OFF \
    -DKLUIS_CCACHE_DIR="$root/build/ccache" >"$work/build" 2>&1 ||
    { cat "$work/build" >&2 && exit 1; }
  for patch in $chosen; do field test "$patch"; done | LC_ALL=C sort -u >"$work/all"
  targets=$(cut -d ' ' -f 1 "$work/all" | sort -u | tr '\n' ' ')
  echo "tests/rules: building $targets"
  build_targets "$targets" || { tail -n 40 "$work/build" >&2 && exit 1; }
  while read -r program filter; do
    passes "$program" "$filter" ||
      { cat "$work/output" >&2 && echo "$0: without any patch fails: $filter" >&2 && exit 1; }
  done <"$work/all"
  echo "tests/rules: without any patch all $(wc -l <"$work/all") tests pass"
  for patch in $chosen; do try_variant "$patch"; done
  echo
  column -t -s "$(printf '\t')" "$work/table" 2>/dev/null || cat "$work/table"
  bad=$(grep -c "$(printf '\tBAD\t')" "$work/table" || true)
  echo "tests/rules: $(wc -l <"$work/table") variants, $bad of them not found out"
  [ "$bad" -eq 0 ]
}

work=$(mktemp -d "${TMPDIR:-/tmp}/rules.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
trap 'exit 130' INT TERM
if [ "${1:-}" = --check ]; then check; else run "$@"; fi
