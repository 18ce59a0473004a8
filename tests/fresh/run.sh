#!/bin/sh
# Tries the README's commands where nothing is installed yet: a fresh Debian root made with
# mmdebstrap from the apt sources of this machine, a fresh clone of HEAD, an ordinary user with
# sudo. Needs root, mmdebstrap and some 8 GB under TMPDIR.
#
#   tests/fresh/run.sh SUITE [setup|story|check]…   SUITE: bookworm or trixie; else story check
#
# The root is removed afterwards, unless KLUIS_FRESH_KEEP is set: then its path is printed.
set -eu

source_folder=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
suite=${1:?"usage: $0 SUITE [setup|story|check]…"}
shift
[ $# -gt 0 ] || set -- story check
[ "$(id -u)" -eq 0 ] || { echo "$0: needs root" >&2; exit 2; }

# In namespaces of its own, so that its mounts and processes end with it, also when it is killed:
# a root left behind with the machine's /dev mounted in it would take that along when removed.
if [ -z "${KLUIS_FRESH_APART:-}" ]; then
  export KLUIS_FRESH_APART=yes
  exec unshare --mount --mount-proc --pid --fork --kill-child -- "$0" "$suite" "$@"
fi

# The first repository that apt has here under this label.
repository() {
  apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' |
    sed -n "s/ $1\$//p" | head -n 1
}
main=$(repository Debian)
security=$(repository Debian-Security)
settings=$(mktemp)
apt-config dump | grep -E '^Acquire::(Check-|http|https)' >"$settings" || true

fresh=$(mktemp -d "${TMPDIR:-/tmp}/fresh-$suite.XXXXXX")
leave() {
  umount --recursive --lazy "$fresh/dev" 2>/dev/null || true
  umount --lazy "$fresh/proc" 2>/dev/null || true
  rm -f -- "$settings"
  if [ -n "${KLUIS_FRESH_KEEP:-}" ]; then
    echo "kept: $fresh"
  else
    rm -rf --one-file-system -- "$fresh"
  fi
}
trap leave EXIT

echo "fresh $suite from $main"
{
  echo "deb $main $suite main"
  echo "deb $main $suite-updates main"
  [ -z "$security" ] || echo "deb $security $suite-security main"
} | mmdebstrap --quiet --mode=root --aptopt="$settings" --include=ca-certificates,git,sudo \
  "$suite" "$fresh" -
cp -L /etc/resolv.conf "$fresh/etc/resolv.conf"
mount -t proc proc "$fresh/proc"
mount --rbind /dev "$fresh/dev"
mount --make-rslave "$fresh/dev"
echo "127.0.0.1 localhost $(uname -n)" >"$fresh/etc/hosts"
chroot "$fresh" useradd --create-home --shell /bin/sh tester
echo 'tester ALL=(ALL) NOPASSWD: ALL' >"$fresh/etc/sudoers.d/tester"
git clone --quiet --no-local "$source_folder" "$fresh/home/tester/raadkluis"
chroot "$fresh" sh -c 'chown -R tester: ~tester/raadkluis'

as_tester() {
  chroot "$fresh" su --login tester --command "cd raadkluis && $1"
}
for step in "$@"; do
  started=$(date +%s)
  case $step in
    setup) as_tester tools/setup/install.sh ;;
    story) as_tester tools/story.sh ;;
    check) as_tester tools/check.sh ;;
    *) echo "$0: unknown step $step" >&2; exit 2 ;;
  esac
  echo "fresh $suite: $step took $(($(date +%s) - started)) s"
done
