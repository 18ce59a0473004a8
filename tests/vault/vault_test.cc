#include "vault/vault.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "proto/limits.h"
#include "tests/vault/vault_fixture.h"
#include "vault/crypto/document.h"
#include "vault/store/document_files.h"

namespace kluis {
namespace {

using test::key_of;
using test::VaultTest;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using VaultOpening = VaultTest;

TEST_F(VaultOpening, ShowsWhoFoundedTheRaad) {
  const auto status = vault_->status().value();
  EXPECT_EQ(status.state, DeviceState::active);
  EXPECT_EQ(status.gemeente, "Zevenhuizen");
  EXPECT_EQ(status.person_name, "G. Riffier");
  ASSERT_TRUE(status.raad.has_value());
  EXPECT_FALSE(status.raad->is_zero());
  EXPECT_FALSE(status.head.act_id.is_zero());
  EXPECT_EQ(status.last_sync_unix_ms, 0);
  EXPECT_EQ(status.pending, 0U);
  const auto people = vault_->people().value();
  ASSERT_THAT(people, SizeIs(1));
  EXPECT_EQ(people[0].state, "active");
  EXPECT_THAT(people[0].capacities, ElementsAre(Capacity::griffier));
  const auto devices = vault_->devices().value();
  ASSERT_THAT(devices, SizeIs(1));
  EXPECT_TRUE(devices[0].is_this);
}

TEST_F(VaultOpening, NeedsThePassphrase) {
  vault_.reset();
  EXPECT_EQ(key_of(Vault::open(around(), as_bytes("anders"))), "slot.wrong_passphrase");
  EXPECT_EQ(key_of(Vault::create(around(), as_bytes("x"))), "vault.exists");
  EXPECT_EQ(key_of(Vault::create(around(), {})), "passphrase.empty");
  open();
  EXPECT_EQ(vault_->status().value().state, DeviceState::active);
}

TEST_F(VaultOpening, AChangedPassphraseOpensAndTheOldDoesNot) {
  const DossierId dossier = new_dossier();
  EXPECT_EQ(key_of(vault_->change_passphrase({})), "passphrase.empty");
  ASSERT_TRUE(vault_->change_passphrase(as_bytes("een andere")));
  const StukId stuk = add(dossier, "verslag", "inhoud");
  vault_.reset();
  EXPECT_EQ(key_of(Vault::open(around(), as_bytes(test::kPassphrase))), "slot.wrong_passphrase");
  auto opened = Vault::open(around(), as_bytes("een andere"));
  ASSERT_TRUE(opened) << opened.error().key;
  vault_.emplace(std::move(*opened));
  EXPECT_EQ(read(stuk), "inhoud");
}

TEST_F(VaultOpening, AWaitingVaultAnswersNothingButItsStatus) {
  test::FaultDisk disk;
  test::FaultDisk documents;
  auto vault = Vault::create({disk, documents, clock_, entropy_, hasher_, 1}, as_bytes("x"));
  ASSERT_TRUE(vault);
  EXPECT_EQ(key_of(vault->dossiers()), "vault.waiting");
  ASSERT_TRUE(vault->join_by([](const Device::Surroundings& around) -> Status {
    KLUIS_CHECK(Device::begin_join(around, "laptop", {"localhost:1", {}}));
    return {};
  }));
  EXPECT_EQ(vault->status().value().state, DeviceState::waiting);
  EXPECT_FALSE(vault->status().value().raad.has_value());
  EXPECT_EQ(key_of(vault->people()), "vault.waiting");
  EXPECT_EQ(key_of(vault->find_person("x")), "vault.waiting");
  EXPECT_EQ(key_of(vault->search("x")), "vault.waiting");
  EXPECT_EQ(key_of(vault->new_dossier("x", DossierKind::gesprek, std::nullopt)), "vault.waiting");
  EXPECT_EQ(vault->people().error().kind, ErrorKind::no_access);
}

TEST_F(VaultOpening, ADiscardedVaultLeavesNothing) {
  vault_.reset();
  EXPECT_TRUE(Vault::exists(disk_).value());
  ASSERT_TRUE(Vault::discard(disk_));
  EXPECT_FALSE(Vault::exists(disk_).value());
  EXPECT_THAT(disk_.list().value(), IsEmpty());
}

// ---- Dossiers ----

using VaultDossiers = VaultTest;

TEST_F(VaultDossiers, AreThereAtOnceAndAfterReopening) {
  const DossierId dossier = new_dossier("Klankbordgesprek 2026");
  new_dossier("Benoeming", DossierKind::benoeming);
  for (const bool reopened : {false, true}) {
    if (reopened) open();
    const auto rows = vault_->dossiers().value();
    ASSERT_THAT(rows, SizeIs(2));
    EXPECT_EQ(rows[0].title, "Benoeming");
    EXPECT_EQ(rows[0].kind, DossierKind::benoeming);
    EXPECT_EQ(rows[1].dossier, dossier);
    EXPECT_EQ(rows[1].phase, "ingesteld");
    EXPECT_EQ(rows[1].stuk_count, 0U);
  }
  EXPECT_GT(vault_->status().value().pending, 0U);
}

TEST_F(VaultDossiers, AreFoundByTitleIdAndPrefix) {
  const DossierId dossier = new_dossier("Een");
  EXPECT_EQ(vault_->find_dossier("Een").value(), dossier);
  EXPECT_EQ(vault_->find_dossier(dossier.hex()).value(), dossier);
  EXPECT_EQ(vault_->find_dossier(dossier.hex().substr(0, 6)).value(), dossier);
  EXPECT_EQ(key_of(vault_->find_dossier(dossier.hex().substr(0, 3))), "dossier.unknown");
  EXPECT_EQ(key_of(vault_->find_dossier("een")), "dossier.unknown");
  EXPECT_EQ(key_of(vault_->find_dossier("")), "dossier.unknown");
  const DossierId same = new_dossier("Een");
  const auto ambiguous = vault_->find_dossier("Een");
  ASSERT_FALSE(ambiguous);
  EXPECT_EQ(ambiguous.error().key, "dossier.ambiguous");
  EXPECT_EQ(ambiguous.error().kind, ErrorKind::usage);
  EXPECT_THAT(ambiguous.error().arguments[1], HasSubstr(same.hex().substr(0, 12)));
  EXPECT_EQ(vault_->find_dossier(same.hex()).value(), same);
}

TEST_F(VaultDossiers, RefuseBadTitlesAndForbiddenPersons) {
  const auto attempt = [&](const std::string& title) {
    return key_of(vault_->new_dossier(title, DossierKind::gesprek, std::nullopt));
  };
  EXPECT_EQ(attempt(""), "title.empty");
  EXPECT_EQ(attempt(std::string(10'000, 'x')), "title.too_long");
  EXPECT_EQ(attempt("a\nb"), "title.control");
  const PersonId self = vault_->status().value().person;
  const auto named = vault_->new_dossier("x", DossierKind::benoeming, self);
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().kind, ErrorKind::refused);
  EXPECT_EQ(named.error().article, "Ct VI");
  EXPECT_EQ(key_of(vault_->new_dossier("x", DossierKind::gesprek, self)),
            "dossier.not_a_burgemeester");
  EXPECT_THAT(vault_->dossiers().value(), IsEmpty());
}

TEST_F(VaultDossiers, TheGriffierReadsByOffice) {
  const DossierId dossier = new_dossier();
  add(dossier, "verslag", "x");
  const Who who = vault_->who("Gesprek 2026").value();
  ASSERT_THAT(who.readers, SizeIs(1));
  EXPECT_EQ(who.readers[0].name, "G. Riffier");
  EXPECT_EQ(who.readers[0].because, "V3.1");
  EXPECT_EQ(who.readers[0].device_count, 1U);
  EXPECT_THAT(who.refused, IsEmpty());
  EXPECT_EQ(key_of(vault_->who("iets")), "stuk.unknown");
}

// ---- Stukken ----

using VaultStukken = VaultTest;

TEST_F(VaultStukken, KeepEveryByteAndWhatTheyAre) {
  const DossierId dossier = new_dossier();
  std::string content(3'000'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31);
  const StukId stuk = add(dossier, "verslag", content, "/home/g/Verslag 1.pdf", "Verslag van mei");
  for (const bool reopened : {false, true}) {
    if (reopened) open();
    EXPECT_TRUE(read(stuk) == content);
    const StukRow row = row_of(stuk);
    EXPECT_EQ(row.title, "Verslag van mei");
    EXPECT_EQ(row.type, "verslag");
    EXPECT_EQ(row.marking, "G");
    EXPECT_EQ(row.reader_class, ReaderClass::verslag);
    EXPECT_EQ(row.version, 1U);
    EXPECT_EQ(row.status, StukStatus::concept_);
    EXPECT_EQ(row.file_name, "Verslag 1.pdf");
    EXPECT_EQ(row.size_bytes, content.size());
    EXPECT_EQ(row.delivery, Device::Delivery::local);
    EXPECT_TRUE(row.is_here);
    EXPECT_EQ(row.dossier, dossier);
  }
  EXPECT_EQ(vault_->dossiers().value()[0].stuk_count, 1U);
  EXPECT_EQ(vault_->dossiers().value()[0].phase, "concept");
  EXPECT_THAT(vault_->stukken(dossier).value(), SizeIs(1));
  EXPECT_EQ(vault_->find_stuk("Verslag van mei").value(), stuk);
}

TEST_F(VaultStukken, LieInTheCircleOfTheirClass) {
  const DossierId dossier = new_dossier();
  EXPECT_THAT(vault_->epochs(dossier).value(), SizeIs(1));
  add(dossier, "agenda", "a");
  add(dossier, "agenda", "b");
  add(dossier, "informantverslag", "c");
  const auto epochs = vault_->epochs(dossier).value();
  ASSERT_THAT(epochs, SizeIs(2));
  EXPECT_EQ(epochs[0].reader_class, ReaderClass::intern);
  EXPECT_EQ(epochs[1].reader_class, ReaderClass::gezamenlijk);
}

TEST_F(VaultStukken, RefuseTypesThatTheLawOrTheKindDoesNotHave) {
  const DossierId dossier = new_dossier();
  const auto unknown = try_add(dossier, "sollicitatiebrief", "x");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().key, "type.unknown");
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_THAT(unknown.error().arguments[1], HasSubstr("verslag"));
  const auto forbidden = try_add(dossier, "justitiele-gegevens", "x");
  ASSERT_FALSE(forbidden);
  EXPECT_EQ(forbidden.error().kind, ErrorKind::refused);
  EXPECT_EQ(forbidden.error().article, "Ct IV");
  EXPECT_THAT(documents_.list().value(), IsEmpty());
}

TEST_F(VaultStukken, AnEmptyFileIsTakenAndSaid) {
  const auto added = try_add(new_dossier(), "overig", "");
  ASSERT_TRUE(added);
  EXPECT_TRUE(added->is_empty);
  EXPECT_EQ(read(added->stuk), "");
}

TEST_F(VaultStukken, AFileOverTheLimitIsRefusedBeforeAByteIsWritten) {
  const DossierId dossier = new_dossier();
  test::MemorySource source({});
  const auto calls = documents_.call_count();
  const auto added =
      vault_->add(dossier, {"groot.bin", kDocumentBytesMax + 1, source}, "overig", "");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().key, "document.too_large");
  EXPECT_EQ(added.error().kind, ErrorKind::refused);
  EXPECT_EQ(documents_.call_count(), calls);
  EXPECT_THAT(vault_->stukken(dossier).value(), IsEmpty());
}

TEST_F(VaultStukken, AFileThatChangesMeanwhileLeavesNothing) {
  const DossierId dossier = new_dossier();
  const Bytes content(10);
  test::MemorySource source(content);
  EXPECT_EQ(key_of(vault_->add(dossier, {"a.pdf", 11, source}, "overig", "")),
            "document.source_changed");
  EXPECT_THAT(documents_.list().value(), IsEmpty());
  EXPECT_THAT(vault_->stukken(dossier).value(), IsEmpty());
}

TEST_F(VaultStukken, VersionsStandBesideEachOther) {
  const StukId stuk = add(new_dossier(), "verslag", "een");
  ASSERT_EQ(add_version(stuk, "twee", "nieuw.pdf")->version, 2U);
  EXPECT_EQ(read(stuk), "twee");
  EXPECT_EQ(read(stuk, 1), "een");
  EXPECT_EQ(read(stuk, 3), "error version.unknown");
  const auto versions = vault_->versions(stuk).value();
  ASSERT_THAT(versions, SizeIs(2));
  EXPECT_EQ(versions[1].file_name, "nieuw.pdf");
  EXPECT_EQ(row_of(stuk).version, 2U);
  StukId other;
  EXPECT_EQ(key_of(vault_->stuk(other)), "stuk.unknown");
}

TEST_F(VaultStukken, WithoutTheirBytesSayThatTheyAreNotHere) {
  const StukId stuk = add(new_dossier(), "verslag", "een");
  const auto names = vault_->documents().list().value();
  ASSERT_TRUE(vault_->documents().remove(names.at(0)));
  EXPECT_EQ(read(stuk), "error stuk.not_here_yet");
  EXPECT_FALSE(row_of(stuk).is_here);
  // What was not shown was not opened.
  EXPECT_THAT(journal_acts(), ElementsAre("dossier", "add"));
}

TEST_F(VaultStukken, ADamagedFileIsNeverShownAsAStuk) {
  const StukId stuk = add(new_dossier(), "verslag", "een");
  const auto name = vault_->documents().list().value().at(0).hex();
  auto file = documents_.open(name, OpenMode::write).value();
  Bytes byte(1);
  ASSERT_TRUE(file->read_at(80, byte));
  byte[0] ^= 1U;
  ASSERT_TRUE(file->write_at(80, byte));
  test::MemorySink sink;
  const Status read = vault_->read(stuk, std::nullopt, sink);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::integrity);
  EXPECT_THAT(sink.bytes, IsEmpty());
}

TEST_F(VaultStukken, AVersionThatLiesAboutItsSizeIsNotBelieved) {
  const StukId stuk = add(new_dossier(), "verslag", "een");
  const DocumentKey key = DocumentKey::generate(entropy_);
  Version version;
  version.stuk = stuk;
  version.number = 2;
  version.file_name = "a.pdf";
  version.size_bytes = 4;  // of 3
  version.sealed_bytes = sealed_size(3);
  version.blob = blob_name(key);
  std::copy(key.expose().begin(), key.expose().end(), version.key.begin());
  auto writer = vault_->documents().create(version.blob).value();
  const Bytes content(3);
  test::MemorySource source(content);
  ASSERT_TRUE(seal_document(key, {stuk.view(), 2}, 3, source, *writer, 1));
  ASSERT_TRUE(writer->finish());
  const auto circle = vault_->epochs(std::nullopt).value().at(1).circle;
  ASSERT_TRUE(vault_->device().add(
      {circle, RecordKind::version, encode(version), version.blob, OutboxKind::record}));
  EXPECT_EQ(row_of(stuk).version, 2U);
  EXPECT_EQ(read(stuk), "error document.unauthentic");
  EXPECT_EQ(read(stuk, 1), "een");
}

// ---- What readers do ----

using VaultActs = VaultTest;

TEST_F(VaultActs, AnOpeningIsDurableBeforeAByteIsShown) {
  const StukId stuk = add(new_dossier(), "verslag", "geheim");
  // The disk refuses every write from here on: nothing may be shown.
  disk_.fail_at(1, test::Fault::io, test::Repeat::for_ever);
  test::MemorySink sink;
  EXPECT_FALSE(vault_->read(stuk, std::nullopt, sink));
  EXPECT_THAT(sink.bytes, IsEmpty());
  disk_.stop_failing();
  open();
  EXPECT_EQ(read(stuk), "geheim");
  EXPECT_THAT(journal_acts(), ElementsAre("dossier", "add", "open"));
}

TEST_F(VaultActs, OpeningsOfAMonthAddUpAndSurvive) {
  const StukId stuk = add(new_dossier(), "verslag", "x");
  for (int i = 0; i < 3; ++i) {
    clock_.advance_ms(60'000);
    EXPECT_EQ(read(stuk), "x");
  }
  clock_.advance_ms(31LL * 24 * 3600 * 1000);
  EXPECT_EQ(read(stuk), "x");
  open();
  const auto entries = vault_->journal(std::nullopt).value();
  const auto openings = std::count_if(entries.begin(), entries.end(), [](const auto& entry) {
    return entry.act == "open" && entry.person_name == "G. Riffier" && entry.subject == "stuk.pdf";
  });
  EXPECT_EQ(openings, 4);
  EXPECT_TRUE(std::is_sorted(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.time_unix_ms < b.time_unix_ms;
  }));
}

TEST_F(VaultActs, OpeningsThatNoLongerFitTheMonthAreTold) {
  const StukId stuk = add(new_dossier(), "verslag", "x");
  // A month in which it was opened almost as often as its cell can say.
  OpenedValue value;
  while (encode(value).size() + 2 * kWrapperBytesMax + 500 < kCellBytesMax) {
    value.entries.resize(value.entries.size() + 10, {stuk, 1, clock_.now().value});
  }
  const auto circle = vault_->epochs(std::nullopt).value().at(1).circle;
  const std::uint32_t month = 2026 * 12 + 2;
  ASSERT_TRUE(vault_->device().set_cell(circle, CellKind::opened, month, encode(value)));
  const auto pending = vault_->status().value().pending;
  std::size_t openings = value.entries.size();
  while (vault_->status().value().pending == pending) {
    ASSERT_EQ(read(stuk), "x");
    ASSERT_LT(++openings, value.entries.size() + 100);
  }
  const auto entries = vault_->journal(std::nullopt).value();
  EXPECT_EQ(std::count_if(entries.begin(), entries.end(),
                          [](const auto& entry) { return entry.act == "open"; }),
            openings);
}

TEST_F(VaultActs, NotesKeepTheirVersionAndText) {
  const DossierId dossier = new_dossier();
  const StukId stuk = add(dossier, "verslag", "x");
  ASSERT_TRUE(vault_->note(stuk, 1, "Op bladzijde 2:\nontbreekt een afspraak."));
  clock_.advance_ms(1000);
  ASSERT_TRUE(vault_->note(stuk, std::nullopt, "Akkoord."));
  EXPECT_EQ(key_of(vault_->note(stuk, 2, "x")), "version.unknown");
  EXPECT_EQ(key_of(vault_->note(stuk, std::nullopt, "")), "text.empty");
  open();
  const auto notes = vault_->notes(stuk).value();
  ASSERT_THAT(notes, SizeIs(2));
  EXPECT_EQ(notes[0].version, 1U);
  EXPECT_THAT(notes[0].text, HasSubstr("ontbreekt"));
  EXPECT_EQ(notes[1].author_name, "G. Riffier");
  EXPECT_EQ(row_of(stuk).note_count, 2U);
}

TEST_F(VaultActs, ASignatureIsForOneVersion) {
  const StukId stuk = add(new_dossier(), "verslag", "een");
  ASSERT_TRUE(vault_->sign(stuk));
  EXPECT_EQ(key_of(vault_->sign(stuk)), "sign.already");
  EXPECT_EQ(row_of(stuk).signature_count, 1U);
  ASSERT_TRUE(add_version(stuk, "twee"));
  EXPECT_EQ(row_of(stuk).signature_count, 0U);
  EXPECT_THAT(vault_->versions(stuk).value()[0].signed_by, SizeIs(1));
  ASSERT_TRUE(vault_->sign(stuk));
}

TEST_F(VaultActs, AdoptingWarnsWhenAGesprekVerslagIsNotSigned) {
  const DossierId dossier = new_dossier();
  const StukId stuk = add(dossier, "verslag", "een");
  EXPECT_EQ(vault_->adopt(stuk).value(), StukStatus::vastgesteld);
  EXPECT_EQ(row_of(stuk).status, StukStatus::vastgesteld);
  EXPECT_EQ(vault_->dossiers().value()[0].phase, "vastgesteld");
  const auto entries = vault_->journal(dossier).value();
  const auto warning = std::find_if(entries.begin(), entries.end(), [](const auto& entry) {
    return entry.act == "warning.unsigned";
  });
  ASSERT_NE(warning, entries.end());
  EXPECT_EQ(warning->article, "H4.2");
  // Doing it again says nothing new.
  const auto count = entries.size();
  ASSERT_TRUE(vault_->adopt(stuk));
  EXPECT_EQ(vault_->journal(dossier).value().size(), count);
  // A change afterwards is a new concept.
  ASSERT_TRUE(add_version(stuk, "twee"));
  EXPECT_EQ(row_of(stuk).status, StukStatus::concept_);
  EXPECT_EQ(vault_->versions(stuk).value()[0].status, StukStatus::vastgesteld);
}

TEST_F(VaultActs, AnExportIsRecordedAndNeverOverwrites) {
  const StukId stuk = add(new_dossier(), "verslag", "inhoud", "../verslag.pdf", "Verslag");
  const Exported exported = vault_->export_to(stuk, std::nullopt, folder_).value();
  EXPECT_EQ(exported.file, "verslag.pdf");
  auto file = folder_.open(exported.file, OpenMode::read).value();
  Bytes content(100);
  content.resize(file->read_at(0, content).value());
  EXPECT_EQ(as_text(content), "inhoud");
  auto cover = folder_.open(exported.cover, OpenMode::read).value();
  Bytes sheet(5000);
  sheet.resize(cover->read_at(0, sheet).value());
  EXPECT_THAT(std::string(as_text(sheet)), HasSubstr("Markering: GEHEIM"));
  EXPECT_THAT(std::string(as_text(sheet)), HasSubstr("2026-03-31 12:05 UTC"));
  EXPECT_THAT(journal_acts(), Contains("export"));

  const auto again = vault_->export_to(stuk, std::nullopt, folder_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().key, "export.exists");
  EXPECT_EQ(journal_acts().size(), 3U);
  EXPECT_THAT(folder_.list().value(), SizeIs(2));
}

TEST_F(VaultActs, AFailedExportLeavesNoFile) {
  const StukId stuk = add(new_dossier(), "verslag", "inhoud");
  disk_.fail_at(1, test::Fault::io, test::Repeat::for_ever);
  EXPECT_FALSE(vault_->export_to(stuk, std::nullopt, folder_));
  EXPECT_THAT(folder_.list().value(), IsEmpty());
}

// ---- Undo ----

using VaultUndo = VaultTest;

TEST_F(VaultUndo, TakesAStukBackAsIfItNeverWas) {
  const DossierId dossier = new_dossier();
  const StukId stuk = add(dossier, "verslag", "een", "a.txt");
  ASSERT_TRUE(vault_->note(stuk, std::nullopt, "weg ermee"));
  ASSERT_TRUE(vault_->undo(stuk));
  EXPECT_THAT(vault_->stukken(dossier).value(), IsEmpty());
  EXPECT_THAT(vault_->search("weg").value(), IsEmpty());
  EXPECT_THAT(vault_->documents().list().value(), IsEmpty());
  EXPECT_EQ(key_of(vault_->undo(stuk)), "stuk.unknown");
  open();
  EXPECT_THAT(vault_->stukken(dossier).value(), IsEmpty());
}

TEST_F(VaultUndo, TakesTheNewestVersionBackAndKeepsTheRest) {
  const DossierId dossier = new_dossier();
  const StukId stuk = add(dossier, "verslag", "een");
  ASSERT_TRUE(add_version(stuk, "twee"));
  ASSERT_TRUE(vault_->sign(stuk));
  const StukId later = add(dossier, "verslag", "woorden om te vinden", "later.txt");
  ASSERT_TRUE(vault_->sign(later));
  ASSERT_TRUE(vault_->note(stuk, std::nullopt, "blijft"));
  ASSERT_TRUE(vault_->undo(stuk));
  EXPECT_EQ(read(stuk), "een");
  EXPECT_EQ(row_of(stuk).version, 1U);
  EXPECT_EQ(row_of(stuk).signature_count, 0U);
  EXPECT_EQ(row_of(stuk).note_count, 1U);
  // What came later was said again, and still points at what it was about.
  EXPECT_EQ(row_of(later).signature_count, 1U);
  EXPECT_EQ(read(later), "woorden om te vinden");
  EXPECT_THAT(vault_->search("vinden").value(), SizeIs(1));
}

// ---- Search ----

using VaultSearch = VaultTest;

TEST_F(VaultSearch, FindsTitlesNotesAndTexts) {
  const DossierId dossier = new_dossier();
  const StukId titled = add(dossier, "verslag", "x", "a.pdf", "Verslag over waterschade");
  const StukId noted = add(dossier, "verslag", "y", "b.pdf");
  ASSERT_TRUE(vault_->note(noted, std::nullopt, "Kanttekening bij de brug"));
  const StukId texted = add(dossier, "overig", "De burgemeester noemt Café Zeezicht.", "c.txt");
  const StukId binary = add(dossier, "overig", "\xff\xfe verborgen woord", "d.txt");
  for (const bool reopened : {false, true}) {
    if (reopened) open();
    const auto find = [&](std::string_view words) {
      std::vector<StukId> stukken;
      const auto hits = vault_->search(words).value();
      for (const SearchHit& hit : hits) stukken.push_back(hit.stuk);
      return stukken;
    };
    EXPECT_THAT(find("waterschade"), ElementsAre(titled));
    EXPECT_THAT(find("WATER"), ElementsAre(titled));
    EXPECT_THAT(find("kanttekening brug"), ElementsAre(noted));
    EXPECT_THAT(find("cafe zeezicht"), ElementsAre(texted));
    EXPECT_THAT(find("waterschade brug"), IsEmpty());
    EXPECT_THAT(find("verborgen"), IsEmpty());
    EXPECT_THAT(find("inhoud"), IsEmpty());
  }
  EXPECT_THAT(vault_->search("zeezicht").value()[0].snippet, HasSubstr("\u2039Zeezicht\u203a"));
  EXPECT_EQ(row_of(binary).type, "overig");
}

TEST_F(VaultSearch, ReadsNothingAsAnExpression) {
  add(new_dossier(), "verslag", "x", "a.pdf", "Verslag AND agenda");
  for (const char* words :
       {"verslag AND", "NOT", "verslag NEAR(agenda", "words:verslag", "ver*",
        "verslag\" OR \"agenda", "(", "-agenda ^verslag", "agenda'--", "een\"twee"}) {
    EXPECT_TRUE(vault_->search(words) || key_of(vault_->search(words)) == "search.empty") << words;
  }
  EXPECT_THAT(vault_->search("verslag AND").value(), SizeIs(1));
  EXPECT_EQ(key_of(vault_->search("")), "search.empty");
  EXPECT_EQ(key_of(vault_->search("  \" * ")), "search.empty");
}

// ---- Officers' wishes ----

using VaultWishes = VaultTest;

TEST_F(VaultWishes, KeepTheRulesOfThePlaces) {
  const PersonId self = vault_->status().value().person;
  const auto invite = [&](std::vector<Capacity> capacities, const std::string& name = "B. Lid") {
    return key_of(vault_->check_invite({name, std::nullopt, std::move(capacities), false}));
  };
  EXPECT_EQ(invite({Capacity::raadslid}), "");
  EXPECT_EQ(invite({Capacity::plv_raadsvoorzitter}), "");
  EXPECT_EQ(invite({Capacity::griffier}), "appoint.needs_decree");
  EXPECT_EQ(invite({Capacity::plv_griffier, Capacity::plv_raadsvoorzitter}),
            "appoint.officer_in_second_place");
  EXPECT_EQ(invite({}), "invite.no_capacity");
  EXPECT_EQ(invite({Capacity::raadslid},
                   "a\x1b"
                   "b"),
            "name.control");
  EXPECT_EQ(key_of(vault_->appoint(self, Capacity::plv_raadsvoorzitter, false, std::nullopt, {})),
            "appoint.officer_in_second_place");
  EXPECT_EQ(key_of(vault_->appoint(self, Capacity::griffier, true, std::nullopt, {})),
            "appoint.needs_decree");
  EXPECT_EQ(key_of(vault_->appoint(self, Capacity::raadslid, true, std::nullopt, {})),
            "appoint.not_held");
  EXPECT_EQ(key_of(vault_->revoke(self, std::nullopt)), "revoke.self");
  EXPECT_EQ(key_of(vault_->revoke_device(vault_->device().id())), "revoke.self");
  EXPECT_EQ(key_of(vault_->revoke(self, new_dossier())), "revoke.by_office");
  EXPECT_EQ(key_of(vault_->find_invitation("abcd")), "invitation.unknown");
}

TEST_F(VaultWishes, AGrantThatTheLawForbidsNamesTheArticle) {
  const PersonId self = vault_->status().value().person;
  const DossierId dossier = new_dossier();
  const auto granted = vault_->grant(self, dossier, DossierRole::lid, {});
  ASSERT_FALSE(granted);
  EXPECT_EQ(granted.error().kind, ErrorKind::refused);
  EXPECT_EQ(granted.error().article, "V3.4");
  EXPECT_EQ(key_of(vault_->grant(PersonId{}, dossier, std::nullopt, {})), "person.not_active");
  EXPECT_EQ(key_of(vault_->grant(self, DossierId{}, std::nullopt, {})), "dossier.unknown");
}

TEST_F(VaultWishes, AGrantMakesEveryCircleThatItsRoleReads) {
  const PersonId self = vault_->status().value().person;
  const DossierId dossier = new_dossier();
  clock_.advance_ms(1000);
  ASSERT_TRUE(vault_->grant(self, dossier, DossierRole::secretaris, {}));
  EXPECT_THAT(vault_->epochs(dossier).value(), SizeIs(3));
  const auto pending = vault_->status().value().pending;
  ASSERT_TRUE(vault_->grant(self, dossier, DossierRole::secretaris, {}));  // nothing new
  EXPECT_EQ(vault_->status().value().pending, pending);
  // One line in the register, whatever the number of circles.
  EXPECT_THAT(journal_acts(), ElementsAre("dossier", "grant"));
}

TEST_F(VaultWishes, ChosenStukkenAreCarriedWithAllThatWasSaidOfThem) {
  const PersonId self = vault_->status().value().person;
  const DossierId dossier = new_dossier();
  const StukId chosen = add(dossier, "verslag", "gekozen", "a.pdf", "Gekozen");
  const StukId other = add(dossier, "verslag", "niet", "b.pdf", "Niet");
  ASSERT_TRUE(vault_->note(chosen, std::nullopt, "noot"));
  ASSERT_TRUE(vault_->sign(chosen));
  ASSERT_TRUE(vault_->grant(self, dossier, DossierRole::secretaris, {chosen, chosen}));
  const auto epochs = vault_->epochs(dossier).value();
  ASSERT_THAT(epochs, SizeIs(3));
  EXPECT_EQ(epochs[2].reader_class, ReaderClass::chosen);
  // Shown once, counted once, as before.
  EXPECT_THAT(vault_->stukken(dossier).value(), SizeIs(2));
  EXPECT_EQ(row_of(chosen).note_count, 1U);
  EXPECT_EQ(row_of(chosen).signature_count, 1U);
  EXPECT_EQ(row_of(chosen).reader_class, ReaderClass::verslag);
  // Without the circle it came from, the carried copy stands on its own.
  auto& device = vault_->device();
  const auto home = std::find_if(epochs.begin(), epochs.end(), [](const CircleEpoch& epoch) {
    return epoch.reader_class == ReaderClass::verslag;
  });
  ASSERT_NE(home, epochs.end());
  auto& store = device.rows().store();
  ASSERT_TRUE(store.transact([&] { return device.rows().forget_circle(home->circle); }));
  ASSERT_TRUE(store.transact([&] { return store.erase(Table::circle, home->circle.view()); }));
  ASSERT_TRUE(store.transact([&] { return vault_->rebuild_lists(); }));
  EXPECT_EQ(read(chosen), "gekozen");
  EXPECT_EQ(row_of(chosen).note_count, 1U);
  EXPECT_EQ(row_of(chosen).signature_count, 1U);
  EXPECT_EQ(row_of(chosen).reader_class, ReaderClass::chosen);
  EXPECT_EQ(key_of(vault_->stuk(other)), "stuk.unknown");
}

TEST_F(VaultWishes, ListsMadeAnewSayTheSame) {
  const DossierId dossier = new_dossier();
  const StukId stuk = add(dossier, "verslag", "tekst over de brug", "a.txt");
  ASSERT_TRUE(vault_->note(stuk, std::nullopt, "noot"));
  ASSERT_TRUE(vault_->sign(stuk));
  EXPECT_EQ(read(stuk), "tekst over de brug");
  const auto acts = journal_acts();
  ASSERT_TRUE(vault_->device().rows().store().transact([&] { return vault_->rebuild_lists(); }));
  EXPECT_EQ(journal_acts(), acts);
  EXPECT_THAT(vault_->search("brug").value(), SizeIs(1));
  EXPECT_EQ(row_of(stuk).signature_count, 1U);
}

// ---- Crashes ----

using VaultCrashes = VaultTest;

TEST_F(VaultCrashes, AnAddIsThereWholeOrNotAtAll) {
  const DossierId dossier = new_dossier();
  const std::string content(200'000, 'x');
  bool finished = false;
  for (std::uint64_t at = 1; !finished; ++at) {
    ASSERT_LT(at, 400U);
    open();
    const auto before = vault_->stukken(dossier).value().size();
    test::FaultDisk& failing = at % 2 == 0 ? disk_ : documents_;
    failing.fail_at((at + 1) / 2, test::Fault::stop, test::Repeat::for_ever);
    const bool added = try_add(dossier, "verslag", content).has_value();
    finished = added && at > 60;
    vault_.reset();
    failing.stop_failing();
    disk_.restart_process();
    documents_.restart_process();
    disk_.cut_power(at);
    documents_.cut_power(at);
    open();
    const auto rows = vault_->stukken(dossier).value();
    if (added) ASSERT_EQ(rows.size(), before + 1);
    for (const StukRow& row : rows) {
      ASSERT_TRUE(row.is_here);
      ASSERT_EQ(read(row.stuk), content);
    }
    // No sealed file stays that nothing names.
    ASSERT_EQ(documents_.list().value().size(), rows.size());
  }
}

}  // namespace
}  // namespace kluis
