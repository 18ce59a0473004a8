#include "tests/vault/raad_of_vaults.h"

#include <gmock/gmock.h>

namespace kluis::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAreArray;

std::string because(const Who& who, const PersonId& person) {
  for (const Reader& reader : who.readers) {
    if (reader.person == person) return "reads " + reader.because;
  }
  for (const RefusedReader& refused : who.refused) {
    if (refused.person == person) return "refused " + refused.article;
  }
  return "unknown";
}

std::vector<std::string> acts_of(Laptop& laptop) {
  std::vector<std::string> acts;
  const auto entries = laptop.vault->journal(std::nullopt).value();
  for (const RegisterEntry& entry : entries) acts.push_back(entry.person_name + " " + entry.act);
  return acts;
}

TEST_F(RaadOfVaults, AVerslagTravelsAndItsWayIsShown) {
  Laptop& griffier = found("Griet");
  Laptop& anna = join(griffier, "Anna", {Capacity::raadslid});
  sync(griffier);
  const DossierId dossier = new_dossier(griffier);
  grant(griffier, anna, dossier);
  const StukId stuk = griffier.add(dossier, "verslag", "de inhoud over de brug", "Verslag");
  EXPECT_EQ(griffier.vault->stuk(stuk)->delivery, Device::Delivery::local);
  sync(griffier);
  EXPECT_EQ(griffier.vault->stuk(stuk)->delivery, Device::Delivery::sent);
  EXPECT_EQ(key_of(griffier.vault->undo(stuk)), "record.already_sent");
  sync(anna);
  sync(griffier);
  EXPECT_EQ(griffier.vault->stuk(stuk)->delivery, Device::Delivery::received);
  for (const bool reopened : {false, true}) {
    if (reopened) reopen(anna);
    EXPECT_EQ(anna.vault->dossiers().value().at(0).title, "Dossier");
    EXPECT_THAT(anna.titles(), ElementsAre("Verslag"));
    EXPECT_EQ(anna.read(stuk), "de inhoud over de brug");
    EXPECT_THAT(anna.vault->search("brug").value(), SizeIs(1));
  }
  // Her opening travels with the next sync, and alone causes none.
  EXPECT_THAT(acts_of(griffier), Not(Contains("Anna open")));
  sync(anna);
  sync(griffier);
  EXPECT_THAT(acts_of(griffier), Contains("Anna open"));
  const auto people = griffier.vault->people().value();
  for (const PersonRow& row : people) EXPECT_EQ(row.state, "active") << row.name;
}

TEST_F(RaadOfVaults, EachRoleReadsItsClassesAndIsToldWhyNot) {
  Laptop& griffier = found("Griet");
  Laptop& anna = join(griffier, "Anna", {Capacity::raadslid});
  Laptop& berend = join(griffier, "Berend", {Capacity::burgemeester});
  Laptop& cees = join(griffier, "Cees", {Capacity::raadslid});
  sync(griffier);
  const DossierId dossier = new_dossier(griffier);
  grant(griffier, anna, dossier);
  grant(griffier, berend, dossier);
  const StukId inside = griffier.add(dossier, "informantverslag", "intern", "Informant");
  const StukId agenda = griffier.add(dossier, "agenda", "punten", "Agenda");
  settle();
  EXPECT_THAT(anna.titles(), ElementsAre("Agenda", "Informant"));
  EXPECT_THAT(berend.titles(), ElementsAre("Agenda"));
  EXPECT_THAT(cees.titles(), IsEmpty());
  EXPECT_THAT(cees.vault->dossiers().value(), IsEmpty());
  EXPECT_EQ(berend.read(inside), "error stuk.unknown");
  EXPECT_EQ(berend.read(agenda), "punten");
  EXPECT_THAT(berend.vault->search("intern").value(), IsEmpty());

  const Who who = griffier.vault->who("Informant").value();
  EXPECT_EQ(because(who, griffier.person()), "reads V3.1");
  EXPECT_EQ(because(who, anna.person()), "reads V5.4");
  EXPECT_EQ(because(who, berend.person()), "refused C XI.3");
  EXPECT_EQ(because(who, cees.person()), "refused V5.4");
  EXPECT_EQ(because(griffier.vault->who("Agenda").value(), berend.person()), "reads V9.4");

  const auto refused = berend.try_add(dossier, "informantverslag", "x", "Van mij");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::refused);
  EXPECT_EQ(refused.error().key, "stuk.not_your_class");
  EXPECT_EQ(refused.error().article, "C XI.3");
  EXPECT_EQ(key_of(cees.try_add(dossier, "agenda", "x", "Van Cees")), "dossier.unknown");
  const auto by_member = anna.vault->grant(cees.person(), dossier, std::nullopt, {});
  EXPECT_EQ(key_of(by_member), "grant.only_officer");
  EXPECT_EQ(key_of(anna.vault->new_dossier("x", DossierKind::gesprek, std::nullopt)),
            "dossier.only_officer");
  EXPECT_EQ(key_of(anna.vault->adopt(agenda)), "adopt.not_allowed");
}

TEST_F(RaadOfVaults, TwoWhoWriteOfflineLoseNothing) {
  Laptop& griffier = found("Griet");
  Laptop& anna = join(griffier, "Anna", {Capacity::raadslid});
  Laptop& bram = join(griffier, "Bram", {Capacity::raadslid});
  sync(griffier);
  const DossierId dossier = new_dossier(griffier);
  grant(griffier, anna, dossier);
  grant(griffier, bram, dossier, DossierRole::commissievoorzitter);
  const StukId stuk = griffier.add(dossier, "verslag", "een", "Verslag");
  settle();
  ASSERT_TRUE(anna.add_version(stuk, "van Anna"));
  ASSERT_TRUE(bram.add_version(stuk, "van Bram"));
  ASSERT_TRUE(anna.vault->note(stuk, 1, "noot van Anna"));
  ASSERT_TRUE(bram.vault->note(stuk, 1, "noot van Bram"));
  ASSERT_TRUE(bram.vault->sign(stuk));
  settle();
  std::set<std::string> contents;
  for (Laptop* laptop : {&griffier, &anna, &bram}) {
    const auto versions = laptop->vault->versions(stuk).value();
    ASSERT_THAT(versions, SizeIs(3));
    EXPECT_EQ(versions[1].number, 2U);
    EXPECT_EQ(versions[2].number, 3U);
    contents.insert(laptop->read(stuk, 2) + ", " + laptop->read(stuk, 3));
    EXPECT_THAT(laptop->vault->notes(stuk).value(), SizeIs(2));
    // His signature is for his own version, whatever number that got.
    for (const VersionRow& version : versions) {
      EXPECT_EQ(version.signed_by.size(), version.author == bram.person() ? 1U : 0U);
    }
  }
  EXPECT_THAT(contents, SizeIs(1));  // all number them alike
  EXPECT_EQ(bram.vault->adopt(stuk).value(), StukStatus::vastgesteld);
  settle();
  EXPECT_EQ(anna.vault->stuk(stuk)->status, StukStatus::vastgesteld);
}

TEST_F(RaadOfVaults, AChoiceOfStukkenOpensThoseAlone) {
  Laptop& griffier = found("Griet");
  Laptop& anna = join(griffier, "Anna", {Capacity::raadslid});
  Laptop& cees = join(griffier, "Cees", {Capacity::raadslid});
  sync(griffier);
  const DossierId dossier = new_dossier(griffier);
  grant(griffier, anna, dossier);
  const StukId chosen = griffier.add(dossier, "verslag", "gekozen woorden", "Gekozen");
  griffier.add(dossier, "verslag", "andere woorden", "Ander");
  settle();
  ASSERT_TRUE(anna.vault->sign(chosen));
  ASSERT_TRUE(anna.vault->note(chosen, std::nullopt, "noot van Anna"));
  settle();
  grant(griffier, cees, dossier, std::nullopt, {chosen});
  settle();
  EXPECT_THAT(cees.titles(), ElementsAre("Gekozen"));
  EXPECT_EQ(cees.read(chosen), "gekozen woorden");
  EXPECT_EQ(cees.vault->stuk(chosen)->signature_count, 1U);
  EXPECT_EQ(cees.vault->versions(chosen).value().at(0).signed_by.at(0), anna.person());
  EXPECT_THAT(cees.vault->search("andere").value(), IsEmpty());
  EXPECT_EQ(because(griffier.vault->who("Gekozen").value(), cees.person()), "reads V12");
  EXPECT_EQ(because(griffier.vault->who("Ander").value(), cees.person()), "refused H4.3");
  // What he says of it, the others read.
  ASSERT_TRUE(cees.vault->note(chosen, std::nullopt, "noot van Cees"));
  settle();
  EXPECT_THAT(anna.vault->notes(chosen).value(), SizeIs(2));
  EXPECT_THAT(anna.titles(), ElementsAre("Ander", "Gekozen"));
  EXPECT_EQ(anna.vault->stuk(chosen)->note_count, 2U);

  ASSERT_TRUE(griffier.vault->revoke(cees.person(), dossier));
  settle();
  EXPECT_EQ(cees.read(chosen), "error stuk.unknown");
  EXPECT_THAT(anna.titles(), ElementsAre("Ander", "Gekozen"));
}

// Records that a changed client of a member signs: genuine signatures, but not his to say.
TEST_F(RaadOfVaults, NobodySaysWhatIsNotHisToSay) {
  Laptop& griffier = found("Griet");
  Laptop& anna = join(griffier, "Anna", {Capacity::raadslid});
  Laptop& berend = join(griffier, "Berend", {Capacity::burgemeester});
  Laptop& cees = join(griffier, "Cees", {Capacity::raadslid});
  sync(griffier);
  const DossierId dossier = new_dossier(griffier);
  grant(griffier, anna, dossier);
  grant(griffier, berend, dossier);
  const StukId inside = griffier.add(dossier, "informantverslag", "intern", "Informant");
  const StukId verslag = griffier.add(dossier, "verslag", "inhoud", "Verslag");
  settle();
  const auto say = [](Laptop& laptop, const CircleAlias& circle, RecordKind kind, Bytes body) {
    const auto added =
        laptop.vault->device().add({circle, kind, std::move(body), BlobName{}, OutboxKind::record});
    EXPECT_TRUE(added) << added.error().key;
    return added ? added->id() : RecordId{};
  };
  std::map<ReaderClass, CircleAlias> circles;
  const auto epochs = griffier.vault->epochs(dossier).value();
  for (const CircleEpoch& epoch : epochs) circles[epoch.reader_class] = epoch.circle;
  const CircleAlias shared = circles.at(ReaderClass::verslag);

  // Anna renames the dossier, admits Cees, adopts the verslag and makes the stuk again.
  CircleInfo info{dossier, "Anders", DossierKind::gesprek, ReaderClass::verslag, std::nullopt};
  say(anna, shared, RecordKind::circle_info, encode(info));
  say(anna, shared, RecordKind::admit,
      encode(Admit{cees.person(), DossierRole::lid, {cees.vault->device().id()}}));
  say(anna, shared, RecordKind::withdraw_grant, encode(WithdrawGrant{berend.person()}));
  // Often enough that one of them comes first when the lists are made anew, by record id.
  for (int i = 0; i < 8; ++i) {
    say(anna, shared, RecordKind::stuk, encode(Stuk{verslag, "Hernoemd", "verslag"}));
  }
  const auto versions = anna.vault->versions(verslag).value();
  ASSERT_THAT(versions, SizeIs(1));
  const auto rows = anna.vault->device().rows().key_entries(shared).value();
  for (const KeyEntry& entry : rows) {
    say(anna, shared, RecordKind::adopt, encode(Adopt{verslag, 1, entry.record}));
  }
  // Berend speaks about a stuk of a class that he does not read.
  say(berend, shared, RecordKind::note, encode(Note{inside, 0, "ik weet ervan"}));
  Version forged;
  forged.stuk = inside;
  forged.number = 2;
  forged.file_name = "vals.pdf";
  forged.blob = random_id<BlobName>(entropy_);
  say(berend, shared, RecordKind::version, encode(forged));
  settle(3);

  for (Laptop* laptop : {&griffier, &anna, &berend}) {
    Store& store = laptop->vault->device().rows().store();
    ASSERT_TRUE(store.transact([&] { return laptop->vault->rebuild_lists(); }));
    EXPECT_EQ(laptop->vault->dossiers().value().at(0).title, "Dossier");
    EXPECT_EQ(laptop->vault->stuk(verslag)->title, "Verslag");
    EXPECT_EQ(laptop->vault->stuk(verslag)->status, StukStatus::concept_);
    EXPECT_EQ(because(laptop->vault->who("Verslag").value(), cees.person()), "refused H4.3");
    EXPECT_EQ(because(laptop->vault->who("Verslag").value(), berend.person()), "reads H4.3");
    EXPECT_THAT(acts_of(*laptop), Not(Contains("Anna grant")));
    EXPECT_THAT(acts_of(*laptop), Not(Contains("Anna revoke")));
    EXPECT_THAT(acts_of(*laptop), Not(Contains("Anna adopt")));
    EXPECT_THAT(acts_of(*laptop), Not(Contains("Berend note")));
  }
  EXPECT_THAT(cees.titles(), IsEmpty());
  for (Laptop* laptop : {&griffier, &anna}) {
    EXPECT_THAT(laptop->vault->notes(inside).value(), IsEmpty());
    EXPECT_THAT(laptop->vault->versions(inside).value(), SizeIs(1));
    EXPECT_EQ(laptop->vault->stuk(inside)->note_count, 0U);
  }
  EXPECT_THAT(berend.titles(), ElementsAre("Verslag"));
}

TEST_F(RaadOfVaults, AnEndedGrantLeavesNothingToReadOrFind) {
  Laptop& griffier = found("Griet");
  Laptop& anna = join(griffier, "Anna", {Capacity::raadslid});
  sync(griffier);
  const DossierId dossier = new_dossier(griffier);
  grant(griffier, anna, dossier);
  const StukId stuk = griffier.add(dossier, "verslag", "woord over de brug", "Verslag");
  settle();
  EXPECT_EQ(anna.read(stuk), "woord over de brug");
  ASSERT_TRUE(griffier.vault->revoke(anna.person(), dossier));
  EXPECT_EQ(key_of(griffier.vault->revoke(anna.person(), dossier)), "grant.none");
  EXPECT_FALSE(griffier.vault->is_settled().value());
  settle();
  EXPECT_TRUE(griffier.vault->is_settled().value());
  EXPECT_THAT(anna.titles(), IsEmpty());
  EXPECT_THAT(anna.vault->search("brug").value(), IsEmpty());
  EXPECT_THAT(anna.vault->dossiers().value(), IsEmpty());
  EXPECT_THAT(anna.vault->documents().list().value(), IsEmpty());
  EXPECT_EQ(because(griffier.vault->who("Verslag").value(), anna.person()), "refused H4.3");
  // Granted again he reads all of it again, the file included.
  clock_.advance_ms(1000);
  grant(griffier, anna, dossier);
  settle();
  EXPECT_EQ(anna.read(stuk), "woord over de brug");
  // And what she writes from then on counts.
  EXPECT_EQ(key_of(anna.vault->note(stuk, std::nullopt, "weer hier")), "");
  settle();
  EXPECT_EQ(griffier.vault->stuk(stuk)->note_count, 1U);
  EXPECT_EQ(anna.vault->stuk(stuk)->delivery, Device::Delivery::received);
}

TEST_F(RaadOfVaults, WhatAChairAdoptedStaysAdopted) {
  Laptop& griffier = found("Griet");
  Laptop& anna = join(griffier, "Anna", {Capacity::raadslid});
  Laptop& bram = join(griffier, "Bram", {Capacity::raadslid});
  sync(griffier);
  const DossierId dossier = new_dossier(griffier);
  for (Laptop* reader : {&anna, &bram}) {
    grant(griffier, *reader, dossier, DossierRole::commissievoorzitter);
  }
  const StukId first = griffier.add(dossier, "verslag", "een", "Een");
  const StukId second = griffier.add(dossier, "verslag", "twee", "Twee");
  settle();
  ASSERT_TRUE(anna.vault->adopt(first));
  ASSERT_TRUE(bram.vault->adopt(second));
  settle();
  ASSERT_TRUE(griffier.vault->revoke(anna.person(), dossier));
  grant(griffier, bram, dossier, DossierRole::lid);
  settle();
  for (Laptop* laptop : {&griffier, &bram}) {
    EXPECT_EQ(laptop->vault->stuk(first)->status, StukStatus::vastgesteld);
    EXPECT_EQ(laptop->vault->stuk(second)->status, StukStatus::vastgesteld);
  }
  const StukId third = griffier.add(dossier, "verslag", "drie", "Drie");
  settle();
  EXPECT_EQ(key_of(bram.vault->adopt(third)), "adopt.not_allowed");
}

TEST_F(RaadOfVaults, AKeeperOfEverythingThatIsNotHeardOfIsMissed) {
  constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
  Laptop& griffier = found("Griet");
  Laptop& anna = join(griffier, "Anna", {Capacity::raadslid});
  Laptop& piet = join(griffier, "Piet", {Capacity::plv_griffier});
  settle();
  const auto away = [&](Laptop& laptop) {
    std::vector<std::string> subjects;
    const auto status = laptop.vault->status().value();
    for (const AlarmRow& alarm : status.alarms) {
      if (alarm.code == "custody-away") subjects.push_back(alarm.subject);
    }
    return subjects;
  };
  // Who has nothing to say is not missed for saying nothing.
  clock_.advance_ms(40 * kDayMs);
  sync(griffier);
  EXPECT_THAT(away(griffier), IsEmpty());
  ASSERT_TRUE(griffier.vault->appoint(anna.person(), Capacity::wethouder, false, std::nullopt, {}));
  sync(griffier);
  clock_.advance_ms(29 * kDayMs);
  for (Laptop* laptop : {&griffier, &anna}) sync(*laptop);
  EXPECT_THAT(away(griffier), IsEmpty());
  clock_.advance_ms(2 * kDayMs);
  for (Laptop* laptop : {&griffier, &anna}) sync(*laptop);
  const auto piets = piet.vault->device().id().hex();
  EXPECT_THAT(away(griffier), ElementsAre(piets));
  EXPECT_THAT(away(anna), IsEmpty());
  ASSERT_TRUE(griffier.vault->device().alarms_seen());
  EXPECT_THAT(away(griffier), ElementsAre(piets));  // it still stands
  sync(piet);
  sync(griffier);
  EXPECT_THAT(away(griffier), IsEmpty());
}

// A griffier whose program is changed names a part of another dossier under this one's name.
TEST_F(RaadOfVaults, TheSecondPersonSignsForWhatSheIsShown) {
  Laptop& griffier = found("Griet");
  Laptop& anna = join(griffier, "Anna", {Capacity::raadslid});
  ASSERT_TRUE(griffier.vault->appoint(anna.person(), Capacity::plv_raadsvoorzitter, false,
                                      std::nullopt, {}));
  const DossierId shown = new_dossier(griffier);
  const DossierId other = new_dossier(griffier);
  for (const DossierId& dossier : {shown, other}) grant(griffier, anna, dossier);
  settle();
  const auto circles_of = [&](const std::vector<DossierId>& dossiers) {
    std::vector<CircleAlias> circles;
    for (const DossierId& dossier : dossiers) {
      const auto epochs = griffier.vault->epochs(dossier).value();
      for (const CircleEpoch& epoch : epochs) circles.push_back(epoch.circle);
    }
    std::ranges::sort(circles);
    return circles;
  };
  Decree decree;
  decree.ground = "aftreden";
  decree.dossier = shown;
  decree.circles = circles_of({shown, other});
  const auto mixed = griffier.vault->device().propose(decree);
  settle();
  const auto refused = anna.vault->approve_decree(*mixed);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().key, "decree.other_dossier");
  decree.circles = circles_of({shown});
  const auto right = griffier.vault->device().propose(decree);
  settle();
  EXPECT_TRUE(anna.vault->approve_decree(*right).has_value());
}

TEST_F(RaadOfVaults, ANewRaadBeginsWithNoAccess) {
  Laptop& griffier = found("Griet");
  Laptop& anna = join(griffier, "Anna", {Capacity::raadslid});
  Laptop& bram = join(griffier, "Bram", {Capacity::raadslid});
  Laptop& berend = join(griffier, "Berend", {Capacity::burgemeester});
  sync(griffier);
  const DossierId dossier = new_dossier(griffier);
  for (Laptop* reader : {&anna, &bram, &berend}) grant(griffier, *reader, dossier);
  const StukId stuk = griffier.add(dossier, "verslag", "de inhoud over de brug", "Verslag");
  settle();
  EXPECT_EQ(key_of(anna.vault->install_raad("raad 2030", {bram.person()})), "raad.only_officer");
  EXPECT_EQ(key_of(griffier.vault->install_raad("raad 2030", {})), "raad.nobody");
  EXPECT_EQ(key_of(griffier.vault->install_raad("raad 2030", {berend.person()})),
            "raad.not_a_member");
  EXPECT_EQ(key_of(griffier.vault->install_raad("", {bram.person()})), "name.empty");

  ASSERT_TRUE(griffier.vault->install_raad("raad 2030", {bram.person(), bram.person()}));
  EXPECT_TRUE(griffier.vault->status().value().awaits_new_raad);
  const Status early = griffier.vault->grant(bram.person(), dossier, std::nullopt, {});
  EXPECT_EQ(key_of(early), "grant.awaits_new_raad");
  // What else is done here goes on meanwhile.
  griffier.add(dossier, "agenda", "punten", "Agenda");
  settle();
  EXPECT_EQ(griffier.vault->status().value().term, "raad 2030");
  EXPECT_EQ(anna.vault->status().value().state, DeviceState::removed);
  EXPECT_THAT(bram.titles(), IsEmpty());
  EXPECT_THAT(bram.vault->search("brug").value(), IsEmpty());
  EXPECT_THAT(berend.titles(), ElementsAre("Agenda", "Verslag"));
  const Who who = griffier.vault->who("Verslag").value();
  EXPECT_EQ(because(who, bram.person()), "refused H4.3");
  EXPECT_EQ(because(who, berend.person()), "reads H4.3");

  grant(griffier, bram, dossier);
  settle();
  EXPECT_EQ(bram.read(stuk), "de inhoud over de brug");
  EXPECT_EQ(because(griffier.vault->who("Verslag").value(), bram.person()), "reads H4.3");
}

// What the disk made of a document is not the end of it, as long as the relay has it.
TEST_F(RaadOfVaults, ADocumentThatDoesNotOpenIsFetchedAgain) {
  Laptop& griffier = found("Griet");
  Laptop& anna = join(griffier, "Anna", {Capacity::raadslid});
  sync(griffier);
  const DossierId dossier = new_dossier(griffier);
  grant(griffier, anna, dossier);
  const StukId stuk = griffier.add(dossier, "verslag", "woord over de brug", "Verslag");
  settle();
  DocumentFiles& files = anna.vault->documents();
  const BlobName blob = files.list().value().at(0);
  Bytes other = files.slice(blob, 0).value();
  other.back() ^= 1U;
  const auto writer = files.create(blob);
  ASSERT_TRUE((*writer)->write(other));
  ASSERT_TRUE((*writer)->finish());
  EXPECT_EQ(anna.read(stuk), "error document.unauthentic");
  // The relay has it no better: what is here stays.
  bool lies = true;
  meddle_ = [&](const Request&, Response& response) {
    auto* slice = std::get_if<SliceAnswer>(&response);
    if (lies && slice != nullptr && slice->bytes.size() == other.size()) slice->bytes = other;
  };
  sync(anna);
  EXPECT_EQ(anna.read(stuk), "error document.unauthentic");
  EXPECT_EQ(files.slice(blob, 0).value(), other);
  lies = false;
  sync(anna);
  EXPECT_EQ(anna.read(stuk), "woord over de brug");
}

TEST_F(RaadOfVaults, AnAlarmThatWasSeenGoesUnlessItStillStands) {
  Laptop& griffier = found("Griet");
  Device& device = griffier.vault->device();
  const std::string self = device.id().hex();
  const std::string other = DeviceId{}.hex();
  const std::vector<std::pair<std::string, std::string>> past = {
      {"relay-behind", ""}, {"wrong-guess", "1"},     {"put-back", "1"}, {"bad-box", "1"},
      {"junk-act", other},  {"other-roll", other},    {"bad-blob", "1"}, {"clone", other},
      {"removed", "1"},     {"relay-stale-leaf", "1"}};
  const std::vector<std::pair<std::string, std::string>> standing = {
      {"bad-document", "1"}, {"clone", self},    {"custody-away", ""},       {"fork", "1"},
      {"removed", ""},       {"succession", ""}, {"waiting-for-officer", ""}};
  for (const auto& list : {past, standing}) {
    for (const auto& [code, subject] : list) ASSERT_TRUE(device.raise_alarm(code, subject));
  }
  ASSERT_TRUE(device.alarms_seen());
  std::vector<std::pair<std::string, std::string>> left;
  const auto status = griffier.vault->status().value();
  for (const AlarmRow& alarm : status.alarms) left.emplace_back(alarm.code, alarm.subject);
  EXPECT_THAT(left, UnorderedElementsAreArray(standing));
  ASSERT_TRUE(device.raise_alarm("relay-behind", ""));
  EXPECT_THAT(griffier.vault->status()->alarms, SizeIs(standing.size() + 1));
}

TEST_F(RaadOfVaults, ARemovedDeviceAnswersNothingButItsStatus) {
  Laptop& griffier = found("Griet");
  Laptop& anna = join(griffier, "Anna", {Capacity::raadslid});
  sync(griffier);
  const DossierId dossier = new_dossier(griffier);
  grant(griffier, anna, dossier);
  const StukId stuk = griffier.add(dossier, "verslag", "woord", "Verslag");
  settle();
  ASSERT_TRUE(griffier.vault->revoke(anna.person(), std::nullopt));
  sync(griffier);
  sync(anna);
  for (const bool reopened : {false, true}) {
    if (reopened) reopen(anna);
    EXPECT_EQ(anna.vault->status()->state, DeviceState::removed);
    EXPECT_EQ(anna.read(stuk), "error vault.removed");
    EXPECT_THAT(anna.titles(), ElementsAre("error vault.removed"));
    EXPECT_EQ(key_of(anna.vault->search("woord")), "vault.removed");
    EXPECT_THAT(anna.vault->documents().list().value(), IsEmpty());
  }
  const auto state_of_anna = [&] {
    const auto rows = griffier.vault->people().value();
    const auto row = std::ranges::find(rows, std::string("Anna"), &PersonRow::name);
    return row == rows.end() ? std::string() : row->state;
  };
  EXPECT_EQ(state_of_anna(), "unconfirmed");
  sync(griffier);
  EXPECT_EQ(state_of_anna(), "removed");
  EXPECT_EQ(because(griffier.vault->who("Verslag").value(), anna.person()), "unknown");
}

}  // namespace
}  // namespace kluis::test
