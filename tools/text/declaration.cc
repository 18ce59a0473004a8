#include "tools/text/sentence.h"

// What a declaration of destruction says: the statements of `verify`, and the page, which is Dutch.
namespace kluis {
namespace {

constexpr Sentence kSentences[] = {
    // ---- Statements ----
    {"declared.what.destroy-dossier", "Er is een dossier vernietigd van de gemeente {0}.",
     "A dossier of the gemeente {0} was destroyed."},
    {"declared.what.destroy-stuk", "Er is een stuk vernietigd van de gemeente {0}.",
     "A document of the gemeente {0} was destroyed."},
    {"declared.covers", "Daarin: {0} × {1}, {2}.", "In it: {0} × {1}, {2}."},
    {"declared.ground", "De grond: {0}", "The ground: {0}"},
    {"declared.done", "Uitgevoerd op {0}, volgens de klok van wie het uitvoerde.",
     "Carried out on {0}, by the clock of who carried it out."},
    {"declared.signed", "Besloten en getekend door {0}.", "Decided and signed by {0}."},
    {"declared.confirmed", "Deze apparaten tekenden ervoor dat zij alles hiervan wisten: {0}.",
     "These devices signed that they erased all of it: {0}."},
    {"declared.none_confirmed", "Nog geen apparaat tekende ervoor dat het alles hiervan wiste.",
     "No device has signed yet that it erased all of it."},
    {"declared.complete", "Dat zijn alle apparaten die het hadden, voor zover de raad weet.",
     "Those are all devices that had it, as far as the raad knows."},
    {"declared.missing", "Deze apparaten tekenden daar niet voor: {0}. De verklaring is voorlopig.",
     "These devices have not signed that: {0}. The declaration is provisional."},
    {"declared.receipt", "Het doorgeefpunt tekende ervoor dat het de opdracht kreeg en uitvoerde.",
     "The relay signed that it got the order and carried it out."},
    {"declared.no_receipt", "Het ontvangstbewijs van het doorgeefpunt is er niet bij.",
     "The relay's receipt is not part of it."},
    {"declared.exception", "Buiten bereik, volgens de opmaker: {0}",
     "Out of reach, as its maker says: {0}"},
    {"declared.made", "Opgemaakt op {0} door {1}, met {2}.", "Made on {0} by {1}, with {2}."},
    {"declared.made_at", "Opgemaakt op {0} te {1} door {2}, met {3}.",
     "Made on {0} at {1} by {2}, with {3}."},
    {"declared.limits",
     "Een apparaat zegt dit van zichzelf. Afdrukken, foto's en kopieën van een kluismap vallen "
     "erbuiten.",
     "A device says this of itself. Prints, photographs and copies of a vault folder are beyond "
     "it."},
    {"declared.stranger", "apparaat {0}", "device {0}"},

    // ---- What the verbs say ----
    {"declaration.made", "De verklaring staat in {0}.", "The declaration is in {0}."},
    {"declaration.made_provisional",
     "De verklaring staat in {0}. Zij is voorlopig, want deze apparaten bevestigden nog niet: {1}.",
     "The declaration is in {0}. It is provisional, since these devices have not confirmed yet: "
     "{1}."},
    {"declaration.valid", "De verklaring klopt.", "The declaration is valid."},
    {"declaration.anchored", "Zij is van de raad met deze vingerafdruk: {0}",
     "It is of the raad with this fingerprint: {0}"},
    {"declaration.not_anchored",
     "Van welke raad zij is, blijkt alleen hieruit: {0}\nVraag de griffie om haar twaalf woorden, "
     "op een andere weg dan dit bestand, en vergelijk ze.",
     "Whose raad it is, only this tells: {0}\nAsk the griffie for its twelve words, by another way "
     "than this file, and compare them."},
    {"progress.verifying", "Nagaan:", "Verifying:"},

    // ---- The page ----
    {"page.title", "Verklaring van vernietiging", "Declaration of destruction"},
    {"page.title_provisional", "Voorlopige verklaring van vernietiging",
     "Provisional declaration of destruction"},
    {"page.gemeente", "Gemeente {0}", "Gemeente {0}"},
    {"page.provisional",
     "Deze verklaring is voorlopig: niet elk apparaat dat de stukken had, heeft bevestigd dat het "
     "ze wiste. Een latere verklaring vervangt haar.",
     "This declaration is provisional: not every device that had the documents has confirmed that "
     "it erased them. A later declaration takes its place."},
    {"page.what", "Wat is vernietigd", "What was destroyed"},
    {"page.kind", "Soort", "Kind"},
    {"page.kind.destroy-dossier", "een dossier, met alle stukken", "a dossier with all documents"},
    {"page.kind.destroy-stuk", "een stuk uit een dossier", "a document of a dossier"},
    {"page.covers", "Stukken", "Documents"},
    {"page.covers_one", "{0} × {1}, {2}", "{0} × {1}, {2}"},
    {"page.covers_none", "geen", "none"},
    {"page.decree", "Kenmerk besluit", "Id of the decree"},
    {"page.ground", "Grond", "Ground"},
    {"page.manner", "Wijze", "Manner"},
    {"page.manner_is",
     "cryptografisch gewist en verwijderd: de sleutels zijn vernietigd, de bestanden verwijderd",
     "cryptographically erased and deleted: the keys were destroyed, the files deleted"},
    {"page.done", "Uitgevoerd op", "Carried out on"},
    {"page.signed", "Besloten door", "Decided by"},
    {"page.devices", "Wie het bevestigde", "Who confirmed it"},
    {"page.confirmed", "Bevestigd", "Confirmed"},
    {"page.missing", "Niet bevestigd", "Not confirmed"},
    {"page.nobody", "nog geen enkel apparaat", "no device yet"},
    {"page.none_missing", "geen: elk apparaat dat het had, heeft bevestigd",
     "none: every device that had it has confirmed"},
    {"page.relay", "Doorgeefpunt", "Relay"},
    {"page.receipt", "tekende ervoor dat het de opdracht kreeg en uitvoerde",
     "signed that it got the order and carried it out"},
    {"page.no_receipt", "het ontvangstbewijs is niet bij deze verklaring",
     "the receipt is not part of this declaration"},
    {"page.exceptions", "Buiten bereik", "Out of reach"},
    {"page.no_exceptions", "De opmaker noemt geen uitzonderingen.",
     "Its maker names no exceptions."},
    {"page.limits",
     "Een apparaat bevestigt dit van zichzelf. Afdrukken, foto's en kopieën van een kluismap "
     "vallen buiten deze verklaring.",
     "A device confirms this of itself. Prints, photographs and copies of a vault folder are "
     "beyond this declaration."},
    {"page.making", "Opgemaakt en ondertekend", "Made and signed"},
    {"page.place", "Plaats", "Place"},
    {"page.date", "Datum", "Date"},
    {"page.maker", "Door", "By"},
    {"page.software", "Programma", "Program"},
    {"page.check", "Vingerafdruk van de raad", "Fingerprint of the raad"},
    {"page.check_how",
     "Vergelijk deze woorden met die van de griffie, op een andere weg dan dit bestand. Het "
     "bestand, en niet een afdruk ervan, is na te gaan met het programma Raadkluis "
     "(kluis\u00a0verify).",
     "Compare these words with those of the griffie, by another way than this file. The file, and "
     "not a print of it, can be checked with the program Raadkluis (kluis\u00a0verify)."},
};

}  // namespace

std::span<const Sentence> declaration_sentences() {
  return kSentences;
}

}  // namespace kluis
