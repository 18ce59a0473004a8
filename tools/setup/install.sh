#!/bin/sh
# Installs what building and testing Raadkluis needs and a bare Debian 12 or 13 lacks: packages
# through apt-get (as root, or with sudo), and libsodium 1.0.22 or newer, privately to this folder
# where the system's is older. Does nothing, quickly, when everything is there. Safe to repeat.
#
#   KLUIS_SODIUM_TARBALL=FILE   take libsodium's source from FILE instead of fetching it
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)

# The compiler and its tools; build tools; libraries (headers); what tests and benchmarks call.
packages='
  clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev llvm-19 lld-19
  ca-certificates ccache cmake curl git make ninja-build pkg-config
  capnproto libasio-dev libbenchmark-dev libcapnp-dev libcli11-dev libexpected-dev libgmock-dev
  libgtest-dev librapidcheck-dev libsqlite3-dev nlohmann-json3-dev qt6-base-dev zlib1g-dev
  age expect fonts-liberation poppler-utils'

sodium_version=1.0.22
sodium_folder=$root/build/deps/libsodium-$sodium_version
# SHA-256 of source archives that we accept: Debian's orig tarball, which is upstream's tag.
sodium_checksums='
  5838bb0c3da6148c24ebe531d1ed1297de9a87aea77d426bcd99f289e681631c'
sodium_upstream=https://github.com/jedisct1/libsodium/archive/refs/tags/1.0.22-RELEASE.tar.gz

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    die "installing packages needs root or sudo: $missing"
  fi
}

install_packages() {
  command -v apt-get >/dev/null 2>&1 || die "this script knows Debian only; needed:$packages"
  missing=
  for package in $packages; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  say "installing$missing"
  as_root apt-get -qq update
  # shellcheck disable=SC2086  # a list of words
  as_root apt-get -qq -y --no-install-recommends install $missing >/dev/null
}

sodium_is_accepted() {
  sum=$(sha256sum "$1" | cut -d ' ' -f 1)
  for accepted in $sodium_checksums; do
    [ "$sum" != "$accepted" ] || return 0
  done
  say "not the source we know: SHA-256 $sum"
  return 1
}

# Where the source may lie, best first: a mirror that apt uses here (the pool is shared by all
# suites), then upstream.
sodium_places() {
  pool=pool/main/libs/libsodium/libsodium_$sodium_version.orig.tar.gz
  apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | sort -u | while read -r repository; do
    case $repository in
      http://* | https://*)
        printf '%s\n' "${repository%/}/$pool" ;;
    esac
  done
  printf '%s\n' "$sodium_upstream"
}

fetch_sodium() {
  if [ -n "${KLUIS_SODIUM_TARBALL:-}" ]; then
    cp -- "$KLUIS_SODIUM_TARBALL" "$1"
    sodium_is_accepted "$1" || die "KLUIS_SODIUM_TARBALL is not an archive we accept"
    return 0
  fi
  for place in $(sodium_places); do
    say "fetching $place"
    # apt's own downloader knows the proxy that apt uses; curl is for where it will not.
    if /usr/lib/apt/apt-helper download-file "$place" "$1" >/dev/null 2>&1 ||
      curl -fsSL --connect-timeout 20 --retry 2 -o "$1" "$place" 2>/dev/null; then
      if sodium_is_accepted "$1"; then return 0; fi
    fi
    rm -f -- "$1"
  done
  die "libsodium $sodium_version: no source found; fetch its archive yourself and name it in" \
    "KLUIS_SODIUM_TARBALL"
}

install_sodium() {
  if pkg-config --exists "libsodium >= $sodium_version" 2>/dev/null; then return 0; fi
  if [ -f "$sodium_folder/lib/libsodium.a" ]; then return 0; fi
  mkdir -p -- "$root/build/deps"
  work=$(mktemp -d "$root/build/deps/work.XXXXXX")
  trap 'rm -rf -- "$work"' EXIT
  fetch_sodium "$work/source.tar.gz"
  say "building libsodium $sodium_version, privately (about a minute)"
  mkdir -- "$work/source"
  tar -xzf "$work/source.tar.gz" -C "$work/source" --strip-components=1
  if ! {
    cd -- "$work/source" &&
      CC=clang-19 ./configure --quiet --disable-shared --enable-static --with-pic \
        --disable-dependency-tracking --prefix="$work/installed" &&
      make -s -j"$(nproc)" -C src/libsodium install
  } >"$work/log" 2>&1; then
    tail -n 20 "$work/log" >&2
    die "libsodium did not build"
  fi
  rm -f -- "$work/installed/lib/libsodium.la"
  # Whole or not at all: an interrupted run leaves nothing that looks finished.
  rm -rf -- "$sodium_folder"
  mv -- "$work/installed" "$sodium_folder"
}

install_packages
install_sodium
