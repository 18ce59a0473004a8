#!/bin/sh
# Keeps a vault as this version of the programs writes it, so that every later version can be seen
# to open it. Run once for each version whose formats differ, and never again for the same name.
#
#   tests/end_to_end/old_vaults/keep.sh BUILD_FOLDER NAME
#
# Makes the folder NAME beside this script: vault/ (a plv-griffier's, passphrase in passphrase) and
# what that version answered about it: list.json, notes.json, register.json, read.txt.
set -eu
umask 077

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
build=$(CDPATH='' cd -- "$1" && pwd)
kept=$here/$2
kluis=$build/tools/kluis/kluis
relay=$build/tools/relay/kluis-relay
stage=$(mktemp -d "${TMPDIR:-/tmp}/kluis-keep.XXXXXX")
relay_process=
trap 'if [ -n "$relay_process" ]; then kill "$relay_process" || true; fi; rm -rf "$stage"' EXIT

as() {
  person=$1
  shift
  "$kluis" --vault "$stage/$person" --passphrase-file "$stage/$person.pass" --json "$@" \
    >"$stage/out"
}
value() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$stage/out"; }

[ ! -e "$kept" ] || { echo "keep: $kept is there already" >&2; exit 1; }
: >"$stage/relay.out"
"$relay" serve --listen 127.0.0.1:0 --store "sqlite:$stage/relay.db" >"$stage/relay.out" 2>&1 &
relay_process=$!
until grep -q '^relay ' "$stage/relay.out"; do sleep 0.1; done
read -r _ address _ key <"$stage/relay.out"
"$relay" voucher --store "sqlite:$stage/relay.db" | sed 's/.*"voucher": *"\([^"]*\)".*/\1/' \
  >"$stage/voucher"
for person in griffier plv; do echo "de wachtwoordzin van $person" >"$stage/$person.pass"; done
as griffier init --gemeente Voorbeeldstad --name 'Greet de Griffier' --relay "$address" \
  --relay-key "$key" --voucher-file "$stage/voucher"
as griffier invite 'Piet Plaatsvervanger' --as plv-griffier
value code >"$stage/code"
as plv join "$(value link)" --code-file "$stage/code"
as griffier sync
as plv sync

echo 'De tekst van het eerste verslag, over het olifantenpad.' >"$stage/one.txt"
echo 'De tekst van de tweede versie, over het vuurtorenplein.' >"$stage/two.txt"
echo 'Een kanttekening bij het verslag.' >"$stage/note.txt"
as griffier dossier new Gesprek --kind gesprek
as griffier add Gesprek "$stage/one.txt" --type verslag --title Verslag
as griffier add --to Verslag "$stage/two.txt"
as griffier note Verslag --text-file "$stage/note.txt"
as griffier sync
as plv sync
# One word that waits to be sent.
as plv note Verslag --text-file "$stage/note.txt"
"$kluis" --vault "$stage/plv" --passphrase-file "$stage/plv.pass" read Verslag >"$stage/read.txt"

mkdir -p "$kept"
cp -r "$stage/plv" "$kept/vault"
cp "$stage/plv.pass" "$kept/passphrase"
cp "$stage/read.txt" "$kept/read.txt"
for verb in list register; do
  as plv $verb
  cp "$stage/out" "$kept/$verb.json"
done
as plv notes Verslag
cp "$stage/out" "$kept/notes.json"
rm -f "$kept/vault/lock"
