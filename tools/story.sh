#!/bin/sh
# Sets up, builds the programs and plays the main job on real documents with real processes: a raad
# is founded, people join, a sealed verslag travels through a relay that cannot read it.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd -- "$root"

tools/setup/install.sh
cmake --preset release
cmake --build --preset release --target kluis kluis-pdf kluis-relay -- -j "$(nproc)"
exec tools/story/play.sh build/release
