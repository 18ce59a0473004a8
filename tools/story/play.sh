#!/bin/sh
# The main job with real processes on real documents: a raad is founded, people join with spoken
# codes, a sealed verslag goes through a relay that cannot read it, is read without a network, two
# members write offline and nothing is lost, one is revoked and is out; the burgemeester leaves, and
# two persons destroy the dossier on every device. Tells what it does, in Dutch or English by the
# locale, checks all it tells, and exits non-zero when anything differs.
#
#   tools/story/play.sh BUILD_FOLDER
set -eu
umask 077

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=$(CDPATH='' cd -- "$1" && pwd)
kluis=$build/tools/kluis/kluis
relay=$build/tools/relay/kluis-relay
documents=$root/tests/vectors/dutch-docs
verslag=$documents/besluitenlijst-raad-2015-06-29.pdf
second=$documents/raad-van-state-advies.pdf
stage=$(mktemp -d "${TMPDIR:-/tmp}/kluis-story.XXXXXX")
relay_process=
started=$(date +%s)

clean_up() {
  if [ -n "$relay_process" ]; then kill "$relay_process" 2>/dev/null || true; fi
  rm -rf "$stage"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- Telling ----

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
  nl*) language=nl ;;
  *) language=en ;;
esac

# tell DUTCH ENGLISH
tell() {
  if [ "$language" = nl ]; then printf '%s\n' "$1"; else printf '%s\n' "$2"; fi
}
scene() {
  printf '\n'
  tell "== $1" "== $2"
}
show() { printf '     %s\n' "$1"; }

die() {
  printf '\nstory: %s\n' "$1" >&2
  for log in "$stage"/*.err; do
    if [ -s "$log" ]; then sed "s|^|  $(basename "$log"): |" "$log" >&2; fi
  done
  exit 1
}

# ---- Doing ----

# as PERSON ARGUMENTS…: one run of the program on that person's laptop. What it answers is in
# PERSON.out.
as() {
  person=$1
  shift
  "$kluis" --vault "$stage/$person" --passphrase-file "$stage/$person.pass" "$@" \
    >"$stage/$person.out" 2>"$stage/$person.err" || die "$person: kluis $* -> exit $?"
}

# fails CODE PERSON ARGUMENTS…: the same, and it has to end with that exit code.
fails() {
  expected=$1
  person=$2
  shift 2
  code=0
  "$kluis" --vault "$stage/$person" --passphrase-file "$stage/$person.pass" "$@" \
    >"$stage/$person.out" 2>"$stage/$person.err" || code=$?
  [ "$code" = "$expected" ] || die "$person: kluis $* -> exit $code, not $expected"
}

# value PERSON KEY: the first text of that name in the answer.
value() { sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p" "$stage/$1.out"; }

# count PERSON TEXT: how often it stands in the answer.
count() { grep -o -- "$2" "$stage/$1.out" | wc -l; }

expect() { [ "$1" = "$2" ] || die "$3: '$1', expected '$2'"; }

start_relay() {
  : >"$stage/relay.out"
  "$relay" serve --listen "${address:-127.0.0.1:0}" --store "sqlite:$stage/relay.db" \
    >"$stage/relay.out" 2>>"$stage/relay.log" &
  relay_process=$!
  tries=0
  until grep -q '^relay ' "$stage/relay.out"; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || die "the relay does not start"
    sleep 0.05
  done
  read -r _ address _ key <"$stage/relay.out"
}

stop_relay() {
  kill -TERM "$relay_process"
  code=0
  wait "$relay_process" || code=$?
  relay_process=
  expect "$code" 0 "exit code of the relay after SIGTERM"
}

for name in griffier plv anna bram burgemeester; do
  printf 'de wachtwoordzin van %s\n' "$name" >"$stage/$name.pass"
done

# invite PERSON NAME CAPACITY: the griffier invites, tells the four words, the person joins.
invite() {
  as griffier --json invite "$2" --as "$3"
  link=$(value griffier link)
  value griffier code >"$stage/$1.code"
  show "$2 ($3): $(cat "$stage/$1.code")"
  as "$1" --json join "$link" --code-file "$stage/$1.code"
  expect "$(value "$1" state)" waiting "state after join"
}

# ---- The story ----

scene "Een doorgeefpunt gaat aan; het heeft geen sleutel die iets opent." \
  "A relay is started; it holds no key that opens anything."
start_relay
show "$address"
"$relay" voucher --store "sqlite:$stage/relay.db" | sed 's/.*"voucher": *"\([^"]*\)".*/\1/' \
  >"$stage/voucher"

scene "De griffier richt de raad van Voorbeeldstad op. Twaalf woorden zijn haar vingerafdruk." \
  "The griffier founds the raad of Voorbeeldstad. Twelve words are its fingerprint."
as griffier --json init --gemeente Voorbeeldstad --name 'Greet de Griffier' --relay "$address" \
  --relay-key "$key" --voucher-file "$stage/voucher"
fingerprint=$(value griffier fingerprint)
show "$fingerprint"

scene "Vier mensen doen mee. Een link is niet geheim; vier woorden worden voorgelezen." \
  "Four people join. A link is no secret; four words are read out."
invite plv 'Piet Plaatsvervanger' plv-griffier
invite anna 'Anna Raadslid' raadslid
invite bram 'Bram Raadslid' raadslid
invite burgemeester 'Bea Burgemeester' burgemeester
as griffier --json sync
expect "$(count griffier '"joined":\["Bea Burgemeester"\]')" 1 "the griffier sees who joined last"
for name in plv anna bram burgemeester; do
  as "$name" --json sync
  as "$name" --json status
  expect "$(value "$name" state)" active "state of $name"
  expect "$(value "$name" fingerprint)" "$fingerprint" "fingerprint at $name"
done
tell "   Vijf kluizen, één vingerafdruk." "   Five vaults, one fingerprint."

scene "De griffier begint een dossier en legt er een verslag in: een echte PDF." \
  "The griffier begins a dossier and puts a verslag into it: a real PDF."
as griffier --json dossier new 'Gesprek met de burgemeester' --kind gesprek \
  --burgemeester 'Bea Burgemeester'
as griffier --json add 'Gesprek met de burgemeester' "$verslag" --type verslag \
  --title 'Verslag 2026'
for name in 'Anna Raadslid' 'Bram Raadslid' 'Bea Burgemeester'; do
  as griffier --json grant "$name" 'Gesprek met de burgemeester'
done
printf 'Het planetarium is het zonnebloemgeheim van deze informant.\n' >"$stage/informant.txt"
as griffier --json add 'Gesprek met de burgemeester' "$stage/informant.txt" \
  --type informantverslag --title 'Wat de informant zei'
as griffier --json sync
for name in plv anna bram burgemeester; do as "$name" --json sync; done
show "$(basename "$verslag"), $(wc -c <"$verslag") bytes"

scene "De wet zit erin: de burgemeester ziet het informantverslag niet, en dat staat erbij." \
  "The law is inside: the burgemeester does not see the informantverslag, and it says why."
as burgemeester --json list
expect "$(count burgemeester '"stuk":')" 1 "stukken of the burgemeester"
as anna --json list
expect "$(count anna '"stuk":')" 2 "stukken of Anna"
as anna --json who 'Wat de informant zei'
as burgemeester --json status
burgemeester=$(value burgemeester person)
expect "$(grep -c "\"refused\":\[.*$burgemeester" "$stage/anna.out")" 1 "refused by who"
fails 1 griffier --json add 'Gesprek met de burgemeester' "$stage/informant.txt" \
  --type justitiele-gegevens
expect "$(sed -n 's/.*"article":"\([^"]*\)".*/\1/p' "$stage/griffier.err")" 'Ct IV' "article"
tell "   Justitiële gegevens worden geweigerd, met het artikel." \
  "   Justitiële gegevens are refused, with the article."

scene "Het netwerk valt weg. Anna leest het verslag in de trein." \
  "The network is gone. Anna reads the verslag in the train."
stop_relay
as anna read 'Verslag 2026'
cmp -s "$stage/anna.out" "$verslag" || die "what Anna reads differs from the PDF"
fails 3 anna --json sync
tell "   Alle $(wc -c <"$verslag") bytes gelijk, zonder doorgeefpunt." \
  "   All $(wc -c <"$verslag") bytes equal, without a relay."

scene "Zonder netwerk schrijven Anna en Bram allebei een kanttekening." \
  "Without a network Anna and Bram each write a kanttekening."
printf 'Anna: de afspraak over het olifantenpad ontbreekt.\n' >"$stage/anna.txt"
printf 'Bram: op bladzijde twee hoort het vuurtorenplein.\n' >"$stage/bram.txt"
as anna --json note 'Verslag 2026' --text-file "$stage/anna.txt"
as bram --json note 'Verslag 2026' --text-file "$stage/bram.txt"
start_relay
for name in anna bram anna griffier; do as "$name" --json sync; done
for name in anna bram griffier; do
  as "$name" --json notes 'Verslag 2026'
  expect "$(count "$name" olifantenpad)" 1 "Anna's note at $name"
  expect "$(count "$name" vuurtorenplein)" 1 "Bram's note at $name"
done
tell "   Het netwerk is terug: ieder heeft ze beide." \
  "   The network is back: everybody has both."

scene "Bram vertrekt. De griffier neemt zijn toegang af; de sleutels wisselen." \
  "Bram leaves. The griffier takes his access away; the keys change."
as griffier --json revoke 'Bram Raadslid'
as griffier --json add --to 'Verslag 2026' "$second"
as griffier --json sync
as anna --json sync
as anna read 'Verslag 2026'
cmp -s "$stage/anna.out" "$second" || die "what Anna reads differs from the second version"
fails 6 bram --json sync
fails 6 bram read 'Verslag 2026'
tell "   Anna leest de nieuwe versie; op de laptop van Bram is alles gewist." \
  "   Anna reads the new version; on Bram's laptop everything is erased."

scene "Wat weet het doorgeefpunt? Zijn opslag en logboek worden doorzocht." \
  "What does the relay know? Its store and log are searched."
stop_relay
mkdir "$stage/export"
as anna --json export 'Wat de informant zei' --to "$stage/export"
grep -q zonnebloemgeheim "$stage/export/"* || die "the search finds nothing where it must"
for word in zonnebloemgeheim planetarium olifantenpad vuurtorenplein Voorbeeldstad Anna Bram \
  Griffier Burgemeester Verslag verslag raadslid griffier dossier; do
  if grep -aq -- "$word" "$stage"/relay.db* "$stage/relay.log"; then
    die "the relay holds '$word'"
  fi
done
# A PDF begins with %PDF-1, and this one holds these bytes.
if grep -aq -- '%PDF-1' "$stage"/relay.db*; then die "the relay holds a PDF in clear"; fi
grep -aq -- '%PDF-1' "$verslag" || die "the search finds nothing where it must"
show "$(cat "$stage"/relay.db* | wc -c) bytes"
tell "   Geen naam, geen titel, geen woord. In de kluis van Anna staan ze wel." \
  "   No name, no title, no word. In Anna's vault they are."

scene "De burgemeester treedt af. Het dossier wordt vernietigd, en niemand doet dat alleen." \
  "The burgemeester leaves. The dossier is destroyed, and nobody does that alone."
start_relay
as griffier --json appoint 'Anna Raadslid' plv-raadsvoorzitter
as griffier --json adopt 'Verslag 2026'
fails 1 griffier --json destroy propose 'Gesprek met de burgemeester' --ground 'aftreden'
expect "$(sed -n 's/.*"article":"\([^"]*\)".*/\1/p' "$stage/griffier.err")" 'V14.4' "article"
as griffier --json event burgemeester-aftreden --date 2026-03-31 --person 'Bea Burgemeester'
as griffier --json destroy propose 'Gesprek met de burgemeester' \
  --ground 'aftreden van de burgemeester per 31 maart 2026'
decree=$(value griffier decree)
fails 1 griffier --json decree execute "$decree"
as griffier --json sync
as anna --json sync
as anna decree show "$decree"
sed 's/^/     /' "$stage/anna.out"
as anna --json decree approve "$decree"
for name in anna griffier; do as "$name" --json sync; done
as griffier --json decree execute "$decree"
for name in plv anna burgemeester griffier; do as "$name" --json sync; done
for name in griffier plv anna burgemeester; do
  fails 6 "$name" read 'Verslag 2026'
  as "$name" --json search olifantenpad
  expect "$(count "$name" '"stuk":')" 0 "words found by $name"
done
as griffier --json decree status "$decree"
expect "$(value griffier state)" complete "state of the decree"
expect "$(count griffier '"relay_receipt":true')" 1 "receipt of the relay"
tell "   Alle laptops bevestigden het, ook die van Bram; het doorgeefpunt tekende ervoor." \
  "   Every laptop confirmed it, Bram's as well; the relay signed for it."
stop_relay

scene "Wat blijft is een verklaring, die iedereen kan nagaan, zonder kluis en zonder netwerk." \
  "What stays is a declaration that anybody can check, without a vault and without a network."
as griffier --json declaration "$decree" --out "$stage/verklaring.kluis" \
  --pdf "$stage/verklaring.pdf" --place Voorbeeldstad \
  --exception 'het afschrift bij de commissaris van de Koning'
for file in verklaring.kluis verklaring.pdf; do
  "$kluis" --json verify "$stage/$file" --fingerprint "$fingerprint" >"$stage/verify.out" ||
    die "verify refuses $file"
  expect "$(count verify '"anchored":true')" 1 "anchored, of $file"
  expect "$(count verify '"complete":true')" 1 "complete, of $file"
done
# One byte of the page: what a person reads there is part of what was signed.
sed 's/^%PDF-1/%PDF-2/' "$stage/verklaring.pdf" >"$stage/vervalst.pdf"
if cmp -s "$stage/verklaring.pdf" "$stage/vervalst.pdf"; then die "nothing was changed"; fi
code=0
"$kluis" --json verify "$stage/vervalst.pdf" --fingerprint "$fingerprint" >"$stage/verify.out" \
  2>"$stage/verify.err" || code=$?
expect "$code" 4 "verify of a changed page"
"$kluis" verify "$stage/verklaring.pdf" --fingerprint "$fingerprint" >"$stage/verify.out" ||
  die "verify refuses the PDF"
sed 's/^/     /' "$stage/verify.out"

printf '\n'
tell "Klaar in $(($(date +%s) - started)) seconden; alles klopte." \
  "Done in $(($(date +%s) - started)) seconds; everything was right."
