#!/bin/sh
# Can the exploration fail? Each variants/NAME.patch plants one fault in the product. This builds
# the exploration with each of them in turn and prints
#
#   NAME → caught by SCENARIO after N states
#
#   tests/explore/variants.sh [NAME…]    all variants, or these
#   tests/explore/variants.sh --check    no build: do all patches still apply?
#
# The sources are copied to a folder under TMPDIR and built there: of this tree only the compiler's
# cache, build/ccache, is used. Fails when a variant is not caught, does not apply or does not
# build, or when the plain product fails.
#
# A patch begins with:   # out: what is taken out   # in: the scenario   # budget: N, when not 1
set -euf

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
here=$root/tests/explore/variants
work=$(mktemp -d "${TMPDIR:-/tmp}/explore-variants.XXXXXX")
trap 'rm -rf "$work"' EXIT
copy=$work/raadkluis
seconds_max=600 # of one search

field() { sed -n "s/^# $1: //p" "$here/$2.patch"; }

copy_sources() {
  mkdir -p "$copy/build"
  (cd -- "$root" && git ls-files -co --exclude-standard | while read -r file; do
    [ ! -e "$file" ] || printf '%s\n' "$file"
  done | tar -cf - -T -) | tar -xf - -C "$copy"
  if [ -e "$root/build/deps" ]; then ln -s "$root/build/deps" "$copy/build/deps"; fi
}

# Outside of any repository, so that git takes paths as they stand.
apply() { (cd -- "$copy" && GIT_CEILING_DIRECTORIES=$work git apply "$@"); }

build() { nice cmake --build "$work/build" --target explore >"$work/log" 2>&1; }

search() { # SCENARIO BUDGET
  timeout "$seconds_max" nice "$work/build/tests/explore/explore" "$1" --budget "$2" \
    >"$work/found" 2>&1
}

all_names() { find "$here" -name '*.patch' | sed 's|.*/||; s|\.patch$||' | LC_ALL=C sort; }

names=$*
[ -n "$names" ] || names=$(all_names)

if [ "$names" = --check ]; then
  names=$(all_names)
  failed=0
  export GIT_CEILING_DIRECTORIES="${root%/*}"
  for name in $names; do
    git -C "$root" apply --check "$here/$name.patch" || failed=1
    [ -n "$(field in "$name")" ] || { echo "$name names no scenario" && failed=1; }
  done
  [ $failed -ne 0 ] || echo "tests/explore: $(printf '%s\n' "$names" | wc -l) patches apply"
  exit $failed
fi

copy_sources
(cd -- "$copy" && cmake --preset release -B "$work/build" \
  -DKLUIS_CCACHE_DIR="$root/build/ccache") >"$work/log" 2>&1 ||
  { tail -20 "$work/log" && exit 1; }
build || { tail -40 "$work/log" && exit 1; }

failed=0
for name in $names; do
  scenario=$(field in "$name")
  budget=$(field budget "$name")
  apply "$here/$name.patch" || { echo "$name → DOES NOT APPLY" && failed=1 && continue; }
  if ! build; then
    echo "$name → DOES NOT BUILD"
    grep -m 5 'error' "$work/log" || true
    failed=1
  elif search "$scenario" "${budget:-1}"; then
    echo "$name → NOT CAUGHT by $scenario"
    failed=1
  elif grep -q '^FAILED' "$work/found"; then
    states=$(sed -n 's/^[^ ]* *\([0-9]*\) states.*/\1/p' "$work/found")
    what=$(sed -n 's/^FAILED: //p' "$work/found")
    echo "$name → caught by $scenario after $states states: $what"
  elif grep -q '^simulated raad' "$work/found"; then
    echo "$name → caught before $scenario begins: $(grep '^simulated raad' "$work/found")"
  else
    echo "$name → NO VERDICT from $scenario: $(tail -1 "$work/found")"
    failed=1
  fi
  apply -R "$here/$name.patch"
done

# The product as it is: what caught the variants finds nothing.
build || { tail -40 "$work/log" && exit 1; }
for scenario in $(for name in $names; do field in "$name"; done | sort -u); do
  search "$scenario" 1 && continue
  echo "without a variant: $scenario fails"
  cat "$work/found"
  failed=1
done
exit $failed
