#include "tools/text/sentence.h"

// What can go wrong: with the vault, the disk, the relay, the data. A sentence says what happened
// and, where the reader can do something, what.
namespace kluis {
namespace {

constexpr Sentence kSentences[] = {
    {"error.other", "Er ging iets mis waarvoor dit programma geen zin heeft ({0}).",
     "Something went wrong for which this program has no sentence ({0})."},
    {"error.rests_on", "Dit volgt uit {0}.", "This follows from {0}."},
    {"source.v", "{0} van de verordening ({1})", "{0} of the ordinance ({1})"},
    {"source.vt", "de toelichting bij {0} van de verordening ({1})",
     "the explanatory notes to {0} of the ordinance ({1})"},
    {"source.c", "de circulaire, onderdeel {0} ({1})", "the circular, part {0} ({1})"},
    {"source.ct", "de toelichting in de circulaire, onderdeel {0} ({1})",
     "the notes in the circular, part {0} ({1})"},
    {"source.h", "de handreiking, stap {0} ({1})", "the guide, step {0} ({1})"},
    {"source.rule", "regel {0} van Raadkluis ({1})", "rule {0} of Raadkluis ({1})"},
    {"source.gemw", "{0} van de Gemeentewet ({1})", "{0} of the Gemeentewet ({1})"},

    // The vault folder and what lies in it.
    {"slot.wrong_passphrase", "De wachtwoordzin klopt niet. De kluis is niet veranderd.",
     "The passphrase is not right. The vault was not changed."},
    {"slot.damaged",
     "Het sleutelbestand van deze kluis is beschadigd. Zet een kopie van de map terug, of vraag de "
     "griffier om u opnieuw uit te nodigen.",
     "The key file of this vault is damaged. Put back a copy of the folder, or ask the griffier to "
     "invite you again."},
    {"slot.unknown_version", "Deze kluis is gemaakt door een andere versie van dit programma.",
     "This vault was made by another version of this program."},
    {"slot.cost_too_low",
     "Het sleutelbestand vraagt minder rekenwerk dan dit programma eist. Er is mee geknoeid.",
     "The key file asks for less work than this program demands. Somebody tampered with it."},
    {"slot.cost_too_high",
     "Het sleutelbestand vraagt meer rekenwerk dan dit programma toestaat. Er is mee geknoeid.",
     "The key file asks for more work than this program allows. Somebody tampered with it."},
    {"slot.no_memory",
     "Er is te weinig geheugen vrij om de wachtwoordzin te controleren (256 MB is nodig).",
     "Not enough memory is free to check the passphrase (256 MB is needed)."},
    {"vault.none", "Hier is geen kluis. Begin met `kluis init` of `kluis join`.",
     "There is no vault here. Begin with `kluis init` or `kluis join`."},
    {"vault.unfinished",
     "Deze kluis is niet af: het programma stopte eerder. Doe `kluis init` of `kluis join` opnieuw "
     "met dezelfde wachtwoordzin.",
     "This vault was not finished: the program stopped before. Repeat `kluis init` or `kluis join` "
     "with the same passphrase."},
    {"vault.exists", "Op deze plaats is al een kluis. Kies met --vault een andere map.",
     "There is a vault here already. Choose another folder with --vault."},
    {"vault.in_use", "De kluis is in gebruik door {0} (proces {1}).",
     "The vault is in use by {0} (process {1})."},
    {"vault.waiting",
     "U bent nog niet toegelaten. Laat de griffier `kluis sync` doen en doe daarna zelf `kluis "
     "sync`.",
     "You have not been admitted yet. Ask the griffier to run `kluis sync`, then run `kluis sync` "
     "yourself."},
    {"vault.removed",
     "Dit apparaat is uit de raad genomen; wat deze kluis bevatte, is gewist. De geheimhouding "
     "blijft.",
     "This device was taken out of the raad; what this vault held is erased. The duty of secrecy "
     "remains."},
    {"vault.", "Er is iets mis met deze kluis ({0}).", "Something is wrong with this vault ({0})."},

    {"disk.full", "De schijf is vol. Wat er al stond, is onaangetast.",
     "The disk is full. What was there before is intact."},
    {"disk.io", "De schijf werkt niet mee: lezen of schrijven mislukte.",
     "The disk does not cooperate: reading or writing failed."},
    {"disk.no_folder", "Die map bestaat niet.", "That folder does not exist."},
    {"disk.no_file", "Dat bestand bestaat niet of is niet te lezen.",
     "That file does not exist or cannot be read."},
    {"disk.exists", "Dat bestand bestaat al.", "That file exists already."},
    {"disk.name", "Dat is geen geldige bestandsnaam.", "That is no valid file name."},
    {"disk.folder_shared",
     "Anderen kunnen in deze map, of zij is niet van u. Een kluis hoort in een map van u alleen: "
     "chmod 700.",
     "Others can enter this folder, or it is not yours. A vault belongs in a folder of your own: "
     "chmod 700."},
    {"store.damaged", "De kluis is beschadigd, of ermee is geknoeid. Er is niets aangenomen.",
     "The vault is damaged or was tampered with. Nothing was accepted."},
    {"store.busy", "De kluis is in gebruik door een ander programma.",
     "The vault is in use by another program."},
    {"store.", "De kluis kan dit niet bewaren.", "The vault cannot keep this."},
    {"process.", "Dit systeem laat niet toe dat het geheugen wordt afgeschermd.",
     "This system does not allow the memory to be shielded."},

    // What was signed and sealed.
    {"aead.", "Iets dat verzegeld was, is veranderd. Er is niets aangenomen.",
     "Something that was sealed has been changed. Nothing was accepted."},
    {"pad.", "Iets dat verzegeld was, heeft de verkeerde vorm. Er is niets aangenomen.",
     "Something that was sealed has the wrong form. Nothing was accepted."},
    {"document.unauthentic", "Het stuk is beschadigd of veranderd, en wordt daarom niet getoond.",
     "The document is damaged or was changed, and is not shown for that reason."},
    {"document.too_large", "Het bestand is groter dan 4 GiB. Er is niets opgeslagen.",
     "The file is larger than 4 GiB. Nothing was stored."},
    {"document.source_changed", "Het bestand veranderde tijdens het lezen. Er is niets opgeslagen.",
     "The file changed while it was read. Nothing was stored."},
    {"document.", "Het stuk kan niet worden geopend of opgeslagen.",
     "The document cannot be opened or stored."},
    {"record.too_large", "De tekst is te lang.", "The text is too long."},
    {"record.already_sent", "Dat is al verzonden en kan niet meer ongedaan worden gemaakt.",
     "That was sent already and can no longer be undone."},
    {"record.", "Een bericht van een ander klopt niet. Er is niets aangenomen.",
     "A message of somebody else is not right. Nothing was accepted."},
    {"cell.", "Een melding van een ander apparaat klopt niet. Er is niets aangenomen.",
     "A notice of another device is not right. Nothing was accepted."},
    {"header.", "Een sleutelwissel is niet goed ondertekend. Er is niets aangenomen.",
     "A change of keys is not properly signed. Nothing was accepted."},
    {"epoch.", "Een sleutelwissel klopt niet. Er is niets aangenomen.",
     "A change of keys is not right. Nothing was accepted."},
    {"parcel.", "Een laatste pakket van een vertrokken apparaat klopt niet.",
     "A last parcel of a device that left is not right."},
    {"circle.not_a_member", "U mag in dit dossier niet schrijven.",
     "You may not write in this dossier."},
    {"circle.", "Dit kan niet in dit dossier.", "This cannot be done in this dossier."},
    {"format.unknown_version", "Dit is gemaakt door een andere versie van dit programma.",
     "This was made by another version of this program."},
    {"format.unknown_kind",
     "Dit is gemaakt door een nieuwere versie van dit programma. Werk dit programma bij.",
     "This was made by a newer version of this program. Update this program."},
    {"format.unknown_suite",
     "Dit is gemaakt door een nieuwere versie van dit programma. Werk dit programma bij.",
     "This was made by a newer version of this program. Update this program."},
    {"format.",
     "Wat er binnenkwam, heeft niet de vorm die het hoort te hebben. Er is niets "
     "aangenomen.",
     "What came in does not have the form it should have. Nothing was accepted."},

    // The relay and the way to it.
    {"relay.unreachable", "Het doorgeefpunt is niet te bereiken. Uw werk is bewaard.",
     "The relay cannot be reached. Your work is kept."},
    {"relay.address", "Dat is geen adres van een doorgeefpunt: verwacht wordt naam:poort.",
     "That is no address of a relay: name:port is expected."},
    {"relay.key", "Dat is geen sleutel van een doorgeefpunt.", "That is no key of a relay."},
    {"relay.voucher",
     "Het doorgeefpunt neemt dit toegangsbewijs niet aan: onbekend of al gebruikt.",
     "The relay does not take this voucher: unknown or used already."},
    {"relay.quota", "De ruimte van uw raad op het doorgeefpunt is vol. Uw werk is bewaard.",
     "Your raad's room at the relay is full. Your work is kept."},
    {"relay.no_mailbox",
     "Het doorgeefpunt neemt nu geen uitnodiging aan: er staan er te veel open. Uw uitnodiging "
     "wacht tot de volgende synchronisatie.",
     "The relay takes no invitation now: too many are open. Your invitation waits for the next "
     "sync."},
    {"relay.busy", "Het doorgeefpunt heeft het te druk. Uw werk is bewaard; probeer het later.",
     "The relay is too busy. Your work is kept; try again later."},
    {"relay.raad_unknown",
     "Het doorgeefpunt kent deze raad niet: het is leeggemaakt, of het is een ander. Uw werk is "
     "bewaard; vraag de beheerder om zijn back-up terug te zetten.",
     "The relay does not know this raad: it was emptied, or it is another one. Your work is kept; "
     "ask its operator to put the backup back."},
    {"relay.store_damaged", "De opslag van het doorgeefpunt is beschadigd.",
     "The store of the relay is damaged."},
    {"relay.store_version", "De opslag is van een andere versie van dit programma.",
     "The store belongs to another version of this program."},
    {"relay.", "Het doorgeefpunt weigert dit. Uw werk is bewaard.",
     "The relay refuses this. Your work is kept."},
    {"noise.handshake_failed",
     "Op dat adres antwoordt iets anders dan uw doorgeefpunt, bijvoorbeeld de inlogpagina van een "
     "netwerk. Uw werk is bewaard.",
     "Something other than your relay answers at that address, for example the login page of a "
     "network. Your work is kept."},
    {"noise.", "De verbinding met het doorgeefpunt is verstoord. Uw werk is bewaard.",
     "The connection to the relay was disturbed. Your work is kept."},
    {"net.", "Het doorgeefpunt is niet te bereiken. Uw werk is bewaard.",
     "The relay cannot be reached. Your work is kept."},
    {"sync.", "Het ophalen en verzenden is niet gelukt. Uw werk is bewaard.",
     "Receiving and sending did not succeed. Your work is kept."},

    {"relay.other_key",
     "Op dat adres antwoordt een ander doorgeefpunt dan dat van uw raad. Er is niets aangenomen.",
     "Another relay than that of your raad answers at that address. Nothing was accepted."},
    {"relay.not_a_relay",
     "Op dat adres antwoordt iets anders dan uw doorgeefpunt, bijvoorbeeld de inlogpagina van een "
     "netwerk. Uw werk is bewaard.",
     "Something other than your relay answers at that address, for example the login page of a "
     "network. Your work is kept."},
    {"relay.other_version",
     "Het doorgeefpunt spreekt een andere versie. Werk dit programma of het doorgeefpunt bij.",
     "The relay speaks another version. Update this program or the relay."},
    {"relay.timeout", "Het doorgeefpunt antwoordt niet op tijd. Uw werk is bewaard.",
     "The relay does not answer in time. Your work is kept."},
    {"relay.lost", "De verbinding met het doorgeefpunt viel weg. Uw werk is bewaard.",
     "The connection to the relay was lost. Your work is kept."},
    {"relay.cannot_listen", "Op dit adres kan niet worden geluisterd.",
     "It is not possible to listen on this address."},
    {"relay.store_name", "Dat is geen opslag: verwacht wordt sqlite:PAD.",
     "That is no store: sqlite:PATH is expected."},
    {"relay.in_use", "Een ander proces gebruikt de sleutel van dit doorgeefpunt al.",
     "Another process uses this relay's key already."},
    {"relay.key_file_shared",
     "Het sleutelbestand is leesbaar voor anderen. Maak het van de eigenaar alleen (0600).",
     "The key file is readable by others. Make it its owner's alone (0600)."},
    {"relay.key_file_damaged", "Het sleutelbestand van het doorgeefpunt is beschadigd.",
     "The relay's key file is damaged."},
    {"channel.", "De verbinding met het doorgeefpunt is verstoord. Uw werk is bewaard.",
     "The connection to the relay was disturbed. Your work is kept."},
    {"fork.",
     "Er zijn twee verschillende verhalen over deze raad. Er is niets aangenomen. Lees elkaar de "
     "acht woorden van `kluis status` voor en waarschuw de griffier.",
     "There are two different stories about this raad. Nothing was accepted. Read the eight words "
     "of `kluis status` to each other and warn the griffier."},
    {"device.clone",
     "Dit apparaat lijkt gekopieerd: onder zijn naam is iets anders geschreven. Het schrijft niet "
     "meer. Laat u opnieuw uitnodigen.",
     "This device seems to have been copied: something else was written in its name. It stopped "
     "writing. Ask for a new invitation."},
    {"device.not_active", "Dat apparaat doet niet mee.", "That device does not take part."},
    {"device.unknown", "Dat apparaat is hier niet bekend.", "That device is not known here."},
    {"device.ambiguous", "Er zijn er meer met die naam of dat begin: gebruik het kenmerk.",
     "More than one has that name or beginning: use the id."},
    {"device.", "Dit kan niet met dit apparaat.", "This cannot be done with this device."},

    // What was named and is not there, or is there twice.
    {"person.unknown", "Deze persoon is hier niet bekend.", "This person is not known here."},
    {"person.ambiguous", "Er zijn er meer met die naam of dat begin: gebruik het kenmerk.",
     "More than one has that name or beginning: use the id."},
    {"person.removed", "Deze persoon is uit de raad genomen.",
     "This person was taken out of the raad."},
    {"person.", "Dit kan niet met deze persoon.", "This cannot be done with this person."},
    {"dossier.unknown", "Dit dossier is hier niet bekend.", "This dossier is not known here."},
    {"dossier.ambiguous", "Er zijn er meer met die titel of dat begin: gebruik het kenmerk.",
     "More than one has that title or beginning: use the id."},
    {"dossier.", "Dit kan niet met dit dossier.", "This cannot be done with this dossier."},
    {"stuk.unknown", "Dit stuk is hier niet bekend, of u kunt het niet meer openen.",
     "This document is not known here, or you can no longer open it."},
    {"stuk.ambiguous", "Er zijn er meer met die titel of dat begin: gebruik het kenmerk.",
     "More than one has that title or beginning: use the id."},
    {"apart.unknown", "Hiervan wacht niets op uw besluit. Kijk met `kluis apart list`.",
     "Nothing of that id waits for your decision. See `kluis apart list`."},
    {"apart.ambiguous", "Dat kenmerk past op meer dan één: {1}. Geef meer tekens.",
     "That id fits more than one: {1}. Give more characters."},
    {"apart.no_document",
     "Dit kan niet worden overgenomen: het document, of het stuk waar dit over gaat, is hier niet. "
     "Vraag het opnieuw en voeg het toe.",
     "This cannot be carried in: the document, or what this is about, is not here. Ask for it "
     "again "
     "and add it."},
    {"stuk.not_here_yet", "De inhoud van dit stuk is nog niet opgehaald. Doe `kluis sync`.",
     "The content of this document has not been fetched yet. Run `kluis sync`."},
    {"stuk.no_writer",
     "Dit kan hier pas nadat de griffier `kluis sync` heeft gedaan, en daarna u. Blijft het zo, "
     "vraag de griffier dan of u hier nog toegang hebt.",
     "This can be done here only after the griffier has run `kluis sync`, and then you have. If it "
     "stays like this, ask the griffier whether you still have access here."},
    {"stuk.", "Dit kan niet met dit stuk.", "This cannot be done with this document."},
    {"subject.unknown", "Dit dossier of stuk is hier niet bekend.",
     "This dossier or document is not known here."},
    {"subject.ambiguous", "Er zijn er meer met die titel of dat begin: gebruik het kenmerk.",
     "More than one has that title or beginning: use the id."},
    {"version.unknown", "Die versie is er niet.", "There is no such version."},
    {"export.exists", "Er staat al een bestand met die naam; er is niets overschreven.",
     "A file of that name is there already; nothing was overwritten."},
    {"title.empty", "De titel is leeg.", "The title is empty."},
    {"title.too_long", "De titel is te lang.", "The title is too long."},
    {"title.control",
     "De titel bevat tekens die een scherm misleiden (besturing, escape of schrijfrichting).",
     "The title holds characters that deceive a screen (control, escape or direction)."},
    {"title.not_text", "De titel is geen gewone tekst (UTF-8).",
     "The title is not plain text (UTF-8)."},
    {"title.", "Die titel kan niet.", "That title will not do."},
    {"name.empty", "De naam is leeg.", "The name is empty."},
    {"name.too_long", "De naam is te lang.", "The name is too long."},
    {"name.control",
     "De naam bevat tekens die een scherm misleiden (besturing, escape of schrijfrichting).",
     "The name holds characters that deceive a screen (control, escape or direction)."},
    {"name.not_text", "De naam is geen gewone tekst (UTF-8).",
     "The name is not plain text (UTF-8)."},
    {"name.", "Die naam kan niet.", "That name will not do."},
    {"text.empty", "De tekst is leeg.", "The text is empty."},
    {"text.too_long", "De tekst is te lang.", "The text is too long."},
    {"text.control",
     "De tekst bevat tekens die een scherm misleiden (besturing, escape of schrijfrichting).",
     "The text holds characters that deceive a screen (control, escape or direction)."},
    {"text.not_text", "De tekst is geen gewone tekst (UTF-8).",
     "The text is not plain text (UTF-8)."},
    {"text.", "Die tekst kan niet.", "That text will not do."},
    {"type.unknown", "Die soort stuk bestaat niet. Mogelijk is: {1}.",
     "There is no such type of document. Choose: {1}."},

    // Invitations.
    {"join.wrong_code",
     "De code klopt niet, of iemand anders heeft geantwoord. Vraag de griffier om een nieuwe "
     "uitnodiging.",
     "The code is not right, or somebody else has answered. Ask the griffier for a new "
     "invitation."},
    {"join.expired", "De uitnodiging is verlopen of ingetrokken. Vraag de griffier om een nieuwe.",
     "The invitation has expired or was taken back. Ask the griffier for a new one."},
    {"join.used",
     "Op deze uitnodiging is al geantwoord. Was u dat niet, waarschuw dan de griffier en vraag om "
     "een nieuwe.",
     "This invitation was answered already. If that was not you, warn the griffier and ask for a "
     "new one."},
    {"join.other_raad",
     "De uitnodiging hoort bij een andere raad dan die antwoordt. Er is niets aangenomen.",
     "The invitation belongs to another raad than the one that answers. Nothing was accepted."},
    {"join.other_roll",
     "Het doorgeefpunt toont een ander register dan de griffier bij de toelating noemde. Er is "
     "niets aangenomen. Waarschuw de griffier.",
     "The relay shows another register than the griffier named when you were admitted. Nothing was "
     "accepted. Warn the griffier."},
    {"join.", "De toelating klopt niet. Er is niets aangenomen. Vraag om een nieuwe uitnodiging.",
     "The admission is not right. Nothing was accepted. Ask for a new invitation."},
    {"link.", "Dat is geen geldige uitnodiging. Neem de hele regel over, beginnend met raadkluis:.",
     "That is no valid invitation. Copy the whole line, beginning with raadkluis:."},
    {"code.", "Dat is geen code. Een code bestaat uit vier woorden uit de lijst.",
     "That is no code. A code has four words of the list."},
    {"cpace.", "De code klopt niet, of er is met de verbinding geknoeid.",
     "The code is not right, or somebody tampered with the connection."},
    {"enrol.", "De uitnodiging werkt niet meer. Vraag de griffier om een nieuwe.",
     "The invitation does not work any more. Ask the griffier for a new one."},

    // Sealed letters.
    {"letter.no_memory", "Er is te weinig geheugen vrij voor de wachtwoordzin van deze brief.",
     "Not enough memory is free for the passphrase of this letter."},

    // Questions on the terminal.
    {"terminal.none",
     "Er is geen terminal om iets te vragen. Gebruik --passphrase-file voor scripts.",
     "There is no terminal to ask something on. Use --passphrase-file in scripts."},
    {"terminal.interrupted", "Afgebroken. Er is niets veranderd.",
     "Interrupted. Nothing was changed."},
    {"terminal.too_long", "Dat antwoord is te lang.", "That answer is too long."},
};

}  // namespace

std::span<const Sentence> error_sentences() {
  return kSentences;
}

}  // namespace kluis
