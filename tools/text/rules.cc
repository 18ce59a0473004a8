#include "tools/text/sentence.h"

// Refusals: a rule of the raad or of the law forbids it. The article is shown after the sentence.
namespace kluis {
namespace {

constexpr Sentence kSentences[] = {
    // Acts of officers, and who may do them.
    {"roll.not_an_officer", "Alleen de griffier of de plv. griffier mag dit.",
     "Only the griffier or the plv. griffier may do this."},
    {"roll.capacity_needs_decree",
     "Deze functie gaf de griffier één keer, bij de oprichting. Daarna is een besluit van twee "
     "personen nodig.",
     "The griffier gave this capacity once, at the founding. From then on it takes a decree of two "
     "persons."},
    {"roll.end_needs_decree",
     "Iemand deze functie afnemen kan alleen met een besluit van twee personen.",
     "Taking this capacity away takes a decree of two persons."},
    {"roll.founding_over",
     "De oprichting is voorbij: de tweede plaats van de raad is al vergeven. Daarna is een besluit "
     "van twee personen nodig.",
     "The founding is over: the second place of the raad is taken. From then on it takes a decree "
     "of two persons."},
    {"roll.no_officer_left", "Dan blijft er niemand over die als griffier kan handelen.",
     "Then nobody would be left who can act as griffier."},
    {"roll.removes_itself", "U kunt het apparaat waarop u werkt niet zelf verwijderen.",
     "You cannot remove the device that you are working on."},
    {"roll.person_removed", "Deze persoon is uit de raad genomen.",
     "This person was taken out of the raad."},
    {"roll.device_left", "Dit apparaat is ooit verwijderd en komt nooit terug.",
     "This device was removed once and never comes back."},
    {"roll.device_twice", "Dit apparaat is al toegelaten.", "This device was admitted already."},
    {"roll.newer", "Dit is gemaakt door een nieuwere versie van dit programma. Werk het bij.",
     "This was made by a newer version of this program. Update it."},
    {"roll.person_name", "Die naam kan niet.", "That name will not do."},
    {"roll.capacity", "Deze functie past hier niet.", "This capacity does not fit here."},
    {"officer.required", "Alleen de griffier of de plv. griffier mag dit.",
     "Only the griffier or the plv. griffier may do this."},
    {"capacity.",
     "Deze functie kan zo niet worden gegeven: daarvoor is een besluit van twee "
     "personen nodig.",
     "This capacity cannot be given like this: it takes a decree of two persons."},
    {"dossier.only_officer", "Alleen de griffier of de plv. griffier begint een dossier.",
     "Only the griffier or the plv. griffier begins a dossier."},
    {"dossier.burgemeester", "In een benoeming heeft de burgemeester geen plaats.",
     "A burgemeester has no place in a benoeming."},
    {"dossier.not_a_burgemeester",
     "Dit dossier gaat over een burgemeester; noem met --burgemeester iemand die dat is.",
     "This dossier is about a burgemeester; name one with --burgemeester."},
    {"grant.only_officer", "Alleen de griffier of de plv. griffier geeft toegang.",
     "Only the griffier or the plv. griffier gives access."},
    {"grant.forbidden", "Deze persoon mag die plaats in dit dossier niet hebben.",
     "This person may not have that place in this dossier."},
    {"grant.other_burgemeester", "Dit dossier gaat over een andere burgemeester.",
     "This dossier is about another burgemeester."},
    {"grant.none", "Deze persoon heeft geen toegang tot dit dossier.",
     "This person has no access to this dossier."},
    {"grant.awaits_new_raad",
     "De nieuwe raad wordt nog geïnstalleerd. Doe eerst `kluis sync`; daarna kan dit.",
     "The new raad is still being installed. Run `kluis sync` first; then this can be done."},
    {"raad.under_way", "De nieuwe raad wordt op dit moment geïnstalleerd. Doe eerst `kluis sync`.",
     "The new raad is being installed right now. Run `kluis sync` first."},
    {"raad.only_officer", "Alleen de griffier of de plv. griffier installeert een nieuwe raad.",
     "Only the griffier or the plv. griffier installs a new raad."},
    {"revoke.only_officer", "Alleen de griffier of de plv. griffier neemt toegang af.",
     "Only the griffier or the plv. griffier takes access away."},
    {"revoke.by_office", "Deze persoon leest dit dossier ambtshalve.",
     "This person reads this dossier by office."},
    {"revoke.self", "Uzelf of dit apparaat kunt u niet verwijderen.",
     "You cannot remove yourself or this device."},
    {"revoke.needs_decree",
     "De griffier en wie de tweede plaats van de raad houdt, gaan er alleen uit met een besluit "
     "van "
     "twee personen.",
     "The griffier and who holds the second place of the raad leave only by a decree of two "
     "persons."},
    {"appoint.only_officer", "Alleen de griffier of de plv. griffier legt functies vast.",
     "Only the griffier or the plv. griffier records capacities."},
    {"appoint.needs_decree",
     "Deze functie gaf de griffier één keer, bij de oprichting. Daarna is een besluit van twee "
     "personen nodig.",
     "The griffier gave this capacity once, at the founding. From then on it takes a decree of two "
     "persons."},
    {"appoint.no_device", "Deze persoon heeft nog geen apparaat dat voor hem kan spreken.",
     "This person has no device yet that can speak for them."},
    {"appoint.officer_in_second_place",
     "Wie als griffier handelt, kan niet ook de tweede plaats innemen.",
     "Who acts as griffier cannot take the second place as well."},
    {"appoint.held", "Deze persoon heeft die functie al.",
     "This person has that capacity already."},
    {"appoint.not_held", "Deze persoon heeft die functie niet.",
     "This person does not have that capacity."},
    {"appoint.reserve_without_second_place",
     "Een reserve hoort alleen bij de plv. raadsvoorzitter.",
     "A reserve goes with the plv-raadsvoorzitter only."},
    {"appoint.", "Deze functie kan zo niet worden gegeven.",
     "This capacity cannot be given like this."},
    {"apart.only_officer", "Alleen de griffier of de plv. griffier besluit hierover.",
     "Only the griffier or the plv. griffier decides about this."},
    {"invite.only_officer", "Alleen de griffier of de plv. griffier nodigt uit.",
     "Only the griffier or the plv. griffier invites."},
    {"raad.nobody", "Noem met --member wie er in de nieuwe raad blijven.",
     "Name with --member who stays in the new raad."},
    {"raad.not_a_member",
     "{0} is nu geen raadslid. Leg dat vast met `kluis appoint`, of nodig die persoon uit.",
     "{0} is no raadslid now. Record that with `kluis appoint`, or invite that person."},
    {"invite.no_capacity", "Noem een functie.", "Name a capacity."},
    {"invite.capacity_twice", "Een functie staat er twee keer.", "A capacity stands there twice."},
    {"adopt.not_allowed", "Vaststellen doet de griffier of de voorzitter van de commissie.",
     "The griffier or the chair of the commission adopts."},
    {"adopt.", "Dit stuk kan nu niet worden vastgesteld.",
     "This document cannot be adopted at present."},
    {"sign.already", "U hebt deze versie al ondertekend.", "You have signed this version already."},
    {"sign.", "Dit stuk kan nu niet worden ondertekend.",
     "This document cannot be signed at present."},
    {"type.forbidden", "Een stuk van deze soort mag hier niet worden bewaard.",
     "A document of this type may not be kept here."},
    {"search.empty", "Er is geen woord om op te zoeken.", "There is no word to search for."},
    {"stuk.other_dossier", "Dat stuk zit in een ander dossier.",
     "That document is in another dossier."},
    {"stuk.not_your_class", "Stukken van deze soort leest u niet, en dus voegt u ze niet toe.",
     "You do not read documents of this type, and so you do not add them."},
    {"roll.", "De lijst van besluiten van de raad klopt niet. Er is niets aangenomen.",
     "The list of acts of the raad is not right. Nothing was accepted."},
};

}  // namespace

std::span<const Sentence> rule_sentences() {
  return kSentences;
}

}  // namespace kluis
