#include <gmock/gmock.h>

#include "proto/limits.h"
#include "tests/vault/raad_of_vaults.h"

// A document is checked before it counts as here: what a relay makes of it is asked for again.
namespace kluis::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// More than any of these sessions needs.
constexpr std::size_t kRequestsMax = 40;

class BadDocument : public RaadOfVaults {
 protected:
  BadDocument() : griffier_(found("Griet")), anna_(join(griffier_, "Anna", {Capacity::raadslid})) {
    sync(griffier_);
    dossier_ = new_dossier(griffier_);
    grant(griffier_, anna_, dossier_);
    settle();
    content_.assign(700'000, 'a');  // three slices
  }

  // What the relay makes of each slice of a document.
  void lie(const std::function<void(SliceAnswer&)>& change) {
    meddle_ = [this, change](const Request&, Response& response) {
      auto* answer = std::get_if<SliceAnswer>(&response);
      if (answer != nullptr && answer->total_bytes > content_.size()) change(*answer);
    };
  }
  void be_honest() { meddle_ = nullptr; }

  static std::vector<std::string> alarms(Laptop& laptop) {
    std::vector<std::string> codes;
    const auto rows = laptop.vault->device().rows().alarms();
    for (const AlarmRow& alarm : *rows) codes.push_back(alarm.code);
    return codes;
  }

  Laptop& griffier_;
  Laptop& anna_;
  DossierId dossier_;
  std::string content_;
};

TEST_F(BadDocument, ADocumentWithOneOtherByteIsAskedForAgain) {
  const StukId stuk = griffier_.add(dossier_, "verslag", content_, "Verslag");
  sync(griffier_);
  for (const std::size_t slice : {0U, 1U, 2U}) {
    std::size_t number = 0;
    lie([&](SliceAnswer& answer) {
      if (number++ == slice) answer.bytes.back() ^= 1;
    });
    sync(anna_);
    EXPECT_EQ(number, 3U);
    EXPECT_LT(asked_.size(), kRequestsMax);
    EXPECT_EQ(anna_.read(stuk), "error stuk.not_here_yet");
    EXPECT_THAT(anna_.documents.names(), IsEmpty());
    EXPECT_THAT(alarms(anna_), ElementsAre("bad-document"));
  }
  be_honest();
  sync(anna_);
  EXPECT_EQ(anna_.read(stuk), content_);
  EXPECT_THAT(alarms(anna_), IsEmpty());
}

// Stopped between the last slice and its name.
TEST_F(BadDocument, ADocumentThatIsAllThereIsNotAskedForAgain) {
  content_.resize(3 * kSliceBytes);
  const StukId stuk = griffier_.add(dossier_, "verslag", content_, "Verslag");
  sync(griffier_);
  const BlobName blob = griffier_.vault->documents().list().value().at(0);
  lie([](SliceAnswer& answer) { answer.present = false; });
  sync(anna_);  // all but the document
  DocumentFiles& files = anna_.vault->documents();
  const std::uint64_t size = griffier_.vault->documents().size(blob).value();
  for (std::uint64_t at = 0; at < size; at += kSliceBytes) {
    ASSERT_TRUE(files.receive(blob, at, griffier_.vault->documents().slice(blob, at).value()));
  }
  sync(anna_);
  EXPECT_EQ(anna_.read(stuk), content_);
}

// A part that a power cut emptied is our own disk's doing: nobody is accused, and all of it is
// fetched once more in the same session.
TEST_F(BadDocument, APartThatTheDiskLostIsFetchedAgainWithoutAnAlarm) {
  const StukId stuk = griffier_.add(dossier_, "verslag", content_, "Verslag");
  sync(griffier_);
  const BlobName blob = griffier_.vault->documents().list().value().at(0);
  lie([](SliceAnswer& answer) { answer.present = false; });
  sync(anna_);  // all but the document
  ASSERT_TRUE(anna_.vault->documents().receive(blob, 0, Bytes(kSliceBytes)));
  be_honest();
  sync(anna_);
  EXPECT_EQ(anna_.read(stuk), content_);
  EXPECT_THAT(alarms(anna_), IsEmpty());
  EXPECT_LT(asked_.size(), kRequestsMax);
}

// A member says of another's document what is not so. It does not keep it from anybody.
TEST_F(BadDocument, WhatAMemberSaysOfAnothersDocumentDoesNotStandInItsWay) {
  Laptop& bram = join(griffier_, "Bram", {Capacity::raadslid});
  sync(griffier_);
  grant(griffier_, bram, dossier_);
  const StukId stuk = griffier_.add(dossier_, "verslag", content_, "Verslag");
  sync(griffier_);
  sync(bram);
  Version lie;
  lie.stuk = stuk;
  lie.number = 1;
  lie.file_name = "verslag.txt";
  lie.size_bytes = content_.size();
  lie.blob = bram.vault->documents().list().value().at(0);
  lie.sealed_bytes = bram.vault->documents().size(lie.blob).value();
  entropy_.fill(lie.key);
  const auto circles = bram.vault->epochs(dossier_).value();
  for (const CircleEpoch& circle : circles) {
    ASSERT_TRUE(bram.vault->device().add(
        {circle.circle, RecordKind::version, encode(lie), BlobName{}, OutboxKind::record}));
  }
  EXPECT_GT(circles.size(), 1U);
  sync(bram);
  sync(anna_);
  EXPECT_EQ(anna_.documents.names(), std::vector<std::string>{lie.blob.hex()});
  EXPECT_THAT(alarms(anna_), IsEmpty());
  const auto versions = anna_.vault->versions(stuk).value();
  for (const VersionRow& version : versions) {
    const bool is_genuine = version.author == griffier_.person();
    EXPECT_EQ(anna_.read(stuk, version.number) == content_, is_genuine);
  }
  EXPECT_GT(versions.size(), 1U);
}

// The words of a text come with its bytes, also when a damaged file was looked through before.
TEST_F(BadDocument, ASearchFindsATextThatWasDamagedOnceItIsWhole) {
  griffier_.add(dossier_, "verslag", "over de vuurtoren", "Verslag");
  sync(griffier_);
  sync(anna_);
  const std::string name = anna_.documents.names().at(0);
  const Bytes whole = anna_.documents.contents(name);
  Bytes damaged = whole;
  damaged.back() ^= 1;
  anna_.documents.set_contents(name, damaged);
  Store& store = anna_.vault->device().rows().store();
  ASSERT_TRUE(store.transact([&] { return anna_.vault->rebuild_lists(); }));
  EXPECT_THAT(anna_.vault->search("vuurtoren").value(), IsEmpty());
  anna_.documents.set_contents(name, whole);
  EXPECT_THAT(anna_.vault->search("vuurtoren").value(), SizeIs(1));
}

}  // namespace
}  // namespace kluis::test
