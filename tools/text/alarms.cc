#include "tools/text/sentence.h"

// What `status` and `sync` warn of. The code after "alarm." is what scripts see.
namespace kluis {
namespace {

constexpr Sentence kSentences[] = {
    {"alarm.relay-behind",
     "Het doorgeefpunt wist minder dan dit apparaat, bijvoorbeeld na een oude back-up. Dit "
     "apparaat heeft het aangevuld.",
     "The relay knew less than this device, for instance after an old backup. This device filled "
     "it up again."},
    {"alarm.fork",
     "Er zijn twee verschillende verhalen over deze raad. Er is niets aangenomen. Lees elkaar de "
     "acht woorden van `kluis status` voor en waarschuw de griffier.",
     "There are two different stories about this raad. Nothing was accepted. Read the eight words "
     "of `kluis status` to each other and warn the griffier."},
    {"alarm.wrong-guess",
     "Iemand gaf een verkeerde code op een uitnodiging voor {0}. Die uitnodiging is vervallen.",
     "Somebody gave a wrong code for an invitation to {0}. That invitation is void."},
    {"alarm.succession",
     "Er ligt een voorstel om {0} de tweede plaats van de raad te geven. Klopt dat niet, zeg het "
     "dan binnen twee weken tegen de griffie.",
     "There is a proposal that {0} gets the second place of the raad. If that is not right, tell "
     "the griffie within two weeks."},
    {"alarm.custody-away", "Een bewaarapparaat is al 30 dagen niet gezien: {0}.",
     "A custody device has not been seen for 30 days: {0}."},
    {"alarm.clone",
     "Dit apparaat lijkt gekopieerd: er is onder zijn naam iets anders geschreven. Het schrijft "
     "niet meer. Laat u opnieuw uitnodigen.",
     "This device seems to have been copied: something else was written in its name. It stopped "
     "writing. Ask for a new invitation."},
    {"alarm.clone-of-other",
     "Een apparaat lijkt gekopieerd: {0}. Onder zijn naam zijn twee verschillende dingen "
     "geschreven. Verwijder het met `kluis device revoke` en nodig de persoon opnieuw uit.",
     "A device seems to have been copied: {0}. Two different things were written in its name. "
     "Remove it with `kluis device revoke` and invite the person again."},
    {"alarm.put-back",
     "Bij een sleutelwissel door {0} ontbraken stukken zonder besluit. Dit apparaat heeft ze "
     "teruggezet.",
     "A change of keys by {0} left papers out without a decree. This device put them back."},
    {"alarm.bad-box",
     "Een sleutelwissel bevatte een sleutel die niet klopt. Hij is niet aangenomen.",
     "A change of keys held a key that is not right. It was not accepted."},
    {"alarm.junk-act",
     "{0} schreef in de rol van de raad wat alleen de griffier mag schrijven. Er is niets mee "
     "gebeurd.",
     "{0} wrote into the raad's roll what only the griffier may write. Nothing came of it."},
    {"alarm.other-roll",
     "{0} schreef iets dat uitgaat van een ander verhaal over deze raad. Het is apart gelegd. Lees "
     "elkaar de acht woorden van `kluis status` voor en waarschuw de griffier.",
     "{0} wrote something that rests on another story about this raad. It was put apart. Read the "
     "eight words of `kluis status` to each other and warn the griffier."},
    {"alarm.bad-document",
     "Het doorgeefpunt gaf een stuk dat niet is wat de schrijver verzegelde. Het is niet "
     "aangenomen en wordt bij de volgende synchronisatie opnieuw gevraagd.",
     "The relay gave a paper that is not what its author sealed. It was not accepted and is asked "
     "for again at the next sync."},
    {"alarm.bad-blob",
     "Van iets dat er hoort te zijn, gaf het doorgeefpunt bytes die niet kloppen. Het wordt "
     "opnieuw gevraagd.",
     "Of something that should be there, the relay gave bytes that are not right. It is asked for "
     "again."},
    {"alarm.not-handed-in",
     "Niet alles wat hier nog niet was verzonden, paste in wat de griffier terugkrijgt. Wat te "
     "lang was, is weg.",
     "Not all that had not been sent from here fitted into what the griffier gets back. What was "
     "too long is gone."},
    {"alarm.removed", "Dit apparaat is uit de raad genomen.",
     "This device was taken out of the raad."},
    {"alarm.removed-from-dossier",
     "Uw toegang tot een dossier is beëindigd. Wat u daarvan had, is van dit apparaat gewist.",
     "Your access to a dossier has ended. What you had of it was erased from this device."},
    {"alarm.waiting-for-officer", "Iets kan pas verder nadat de griffier heeft gesynchroniseerd.",
     "Something can go on only after the griffier has synchronised."},
    {"alarm.new-raad",
     "Er zit een nieuwe raad: {0}. Toegang uit de vorige is vervallen; voor elk dossier is een "
     "nieuw "
     "besluit nodig.",
     "A new raad sits: {0}. Access from the one before has ended; each dossier needs a new "
     "decision."},
    {"alarm.second-place",
     "Niemand houdt nu de tweede plaats van de raad. Besluiten van twee personen kunnen niet.",
     "Nobody holds the second place of the raad now. Decrees of two persons cannot be made."},
    {"alarm.relay-stale-leaf",
     "Het doorgeefpunt toonde een oude sleutel van een apparaat. Dat apparaat krijgt zijn toegang "
     "later.",
     "The relay showed an old key of a device. That device gets its access later."},
    {"alarm.", "Er is iets dat aandacht vraagt.", "Something needs attention."},
};

}  // namespace

std::span<const Sentence> alarm_sentences() {
  return kSentences;
}

}  // namespace kluis
