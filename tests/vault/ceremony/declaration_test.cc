#include "vault/ceremony/declaration.h"

#include "proto/limits.h"
#include "tests/vault/ceremony/declaring_raad.h"

// What a declaration of destruction says, and when it can be made.
namespace kluis::test {
namespace {

class DeclarationTest : public DeclaringRaad {};

TEST_F(DeclarationTest, SaysWhatWasDestroyedAndByWhom) {
  const DecreeId decree = destroyed();
  everybody_lives_on();
  const auto verified = verify_declaration(declared(griffier_, decree));
  ASSERT_TRUE(verified) << verified.error().key;
  const DeclaredErasure& content = verified->content();
  EXPECT_EQ(content.raad, griffier_.device->roll().raad());
  EXPECT_EQ(content.gemeente, griffier_.device->roll().genesis().gemeente);
  EXPECT_EQ(content.decree, decree);
  EXPECT_EQ(content.kind, DecreeKind::destroy_dossier);
  EXPECT_EQ(content.ground, "aftreden van de burgemeester");
  ASSERT_EQ(content.covers.size(), 1U);
  EXPECT_EQ(content.covers.front().count, 2U);
  ASSERT_EQ(content.signers.size(), 2U);
  EXPECT_EQ(content.signers[0].name, "Griet");
  EXPECT_EQ(content.signers[0].capacity, Capacity::griffier);
  EXPECT_EQ(content.signers[1].name, "Anna");
  EXPECT_EQ(content.signers[1].capacity, Capacity::plv_raadsvoorzitter);
  EXPECT_EQ(content.maker.name, "Griet");
  EXPECT_EQ(content.maker.capacity, Capacity::griffier);
  EXPECT_EQ(content.exceptions, Names{"papieren afdruk bij de CvdK"});
  EXPECT_EQ(content.place, "Voorbeeldstad");
  EXPECT_EQ(content.software_version, "raadkluis 0.1.0");
  EXPECT_EQ(content.made_unix_ms, raad_.clock.now_ms);
  EXPECT_GT(content.executed_unix_ms, 0);
}

TEST_F(DeclarationTest, IsCompleteWhenEveryDeviceConfirmed) {
  const DecreeId decree = destroyed();
  everybody_lives_on();
  const auto verified = verify_declaration(declared(griffier_, decree));
  ASSERT_TRUE(verified) << verified.error().key;
  EXPECT_TRUE(verified->content().complete());
  EXPECT_TRUE(verified->content().relay_receipt);
  EXPECT_EQ(names(verified->content().confirmed), (Names{"Anna", "Bram", "Griet", "Piet"}));
}

TEST_F(DeclarationTest, NamesWhomItMissesAndIsSupersededByALaterOne) {
  const DecreeId decree = destroyed();
  live_on({&griffier_, &anna_, &griffier_});
  const auto early = verify_declaration(declared(griffier_, decree));
  ASSERT_TRUE(early) << early.error().key;
  EXPECT_FALSE(early->content().complete());
  EXPECT_EQ(names(early->content().confirmed), (Names{"Anna", "Griet"}));
  EXPECT_EQ(names(early->content().missing), (Names{"Bram", "Piet"}));
  everybody_lives_on();
  const auto later = verify_declaration(declared(griffier_, decree));
  ASSERT_TRUE(later) << later.error().key;
  EXPECT_TRUE(later->content().complete());
}

// He has no receipt: the relay gave that to who asked for it.
TEST_F(DeclarationTest, AnotherOfficerDeclaresWithoutTheReceipt) {
  const DecreeId decree = destroyed();
  everybody_lives_on();
  raad_.sync(plv_);
  raad_.reload(plv_);
  const auto verified = verify_declaration(declared(plv_, decree));
  ASSERT_TRUE(verified) << verified.error().key;
  EXPECT_TRUE(verified->content().complete());
  EXPECT_FALSE(verified->content().relay_receipt);
  EXPECT_EQ(verified->content().maker.capacity, Capacity::plv_griffier);
}

TEST_F(DeclarationTest, WhoBecameAnOfficerLaterDeclaresItToo) {
  const DecreeId decree = destroyed();
  everybody_lives_on();
  Party& successor = raad_.join(griffier_, "Sofie", {Capacity::plv_griffier});
  raad_.settle();
  const auto verified = verify_declaration(declared(successor, decree));
  ASSERT_TRUE(verified) << verified.error().key;
  EXPECT_TRUE(verified->content().complete());
  EXPECT_EQ(verified->content().maker.name, "Sofie");
}

TEST_F(DeclarationTest, HasNothingToDoWithWhatCameAfter) {
  const DecreeId decree = destroyed();
  everybody_lives_on();
  const std::size_t acts = taken_apart(declared(griffier_, decree)).acts.size();
  raad_.join(griffier_, "Nieuw", {Capacity::raadslid});
  raad_.settle();
  raad_.reload(griffier_);
  EXPECT_EQ(taken_apart(declared(griffier_, decree)).acts.size(), acts);
}

// With a changed program: a word that does not count stops nobody.
TEST_F(DeclarationTest, WhatAMemberSaysAmissIsLeftOut) {
  const auto say = [&](Party& party, const DecreeId& decree) {
    raad_.reload(party);
    ASSERT_TRUE(
        party.device->add({party.device->roll().alias(), RecordKind::confirmation,
                           encode(Confirmation{decree, 1, {}}), BlobName{}, OutboxKind::record}));
    raad_.settle();
  };
  const DecreeId decree = ordered(destruction());
  say(bram_, decree);  // before it was done
  raad_.sync(griffier_);
  live_on({&griffier_, &plv_, &anna_});
  Party& late = raad_.join(griffier_, "Laat", {Capacity::raadslid});
  say(late, decree);  // who never had it
  raad_.reload(griffier_);
  const auto early = verify_declaration(declared(griffier_, decree));
  ASSERT_TRUE(early) << early.error().key;
  EXPECT_EQ(names(early->content().missing), Names{"Bram"});
  everybody_lives_on();
  const auto later = verify_declaration(declared(griffier_, decree));
  ASSERT_TRUE(later) << later.error().key;
  EXPECT_TRUE(later->content().complete());
}

TEST_F(DeclarationTest, AReceiptThatDoesNotFitIsLeftOut) {
  const DecreeId decree = destroyed();
  auto kept = *griffier_.device->erasure_receipt(decree);
  ASSERT_TRUE(kept);
  Receipt content = *decode_receipt(kept->receipt.bytes);
  ++content.commit_number;
  kept->receipt.bytes = encode(content);
  kept->receipt.signature = sign(raad_.receipt_seed(), "receipt", kept->receipt.bytes);
  ASSERT_TRUE(griffier_.store.transact(
      [&] { return griffier_.device->rows().put_receipt(decree, *kept); }));
  const auto verified = verify_declaration(declared(griffier_, decree));
  ASSERT_TRUE(verified) << verified.error().key;
  EXPECT_FALSE(verified->content().relay_receipt);
}

TEST_F(DeclarationTest, OneStukIsDeclaredToo) {
  const RecordId note = raad_.write_note(anna_, circle_, "geheim");
  raad_.settle();
  Decree decree = destruction();
  decree.kind = DecreeKind::destroy_stuk;
  decree.stuk = StukId{};
  decree.records = {note};
  const DecreeId id = ordered(decree);
  raad_.sync(griffier_);
  everybody_lives_on();
  const auto verified = verify_declaration(declared(griffier_, id));
  ASSERT_TRUE(verified) << verified.error().key;
  EXPECT_EQ(verified->content().kind, DecreeKind::destroy_stuk);
  EXPECT_TRUE(verified->content().relay_receipt);
}

TEST_F(DeclarationTest, IsMadeOfWhatWasCarriedOutByAnOfficerAlone) {
  const DecreeId decree = ordered(destruction());
  raad_.reload(griffier_);
  const auto early = make_declaration(*griffier_.device, decree, terms());
  EXPECT_EQ(early.error().key, "declaration.not_executed");
  EXPECT_EQ(early.error().article, "V14.4");
  raad_.sync(griffier_);
  everybody_lives_on();
  const auto bram = make_declaration(*bram_.device, decree, terms());
  EXPECT_EQ(bram.error().key, "declaration.only_officer");
  EXPECT_EQ(bram.error().article, "V3.1");
}

TEST_F(DeclarationTest, ItsTermsHaveBounds) {
  const DecreeId decree = destroyed();
  DeclarationTerms long_ones = terms();
  long_ones.exceptions = {std::string(kTitleBytesMax + 1, 'x')};
  EXPECT_EQ(make_declaration(*griffier_.device, decree, long_ones).error().key, "declaration.long");
  long_ones.exceptions = {""};
  EXPECT_EQ(make_declaration(*griffier_.device, decree, long_ones).error().key, "declaration.long");
}

TEST_F(DeclarationTest, OneByteMoreLessOrOtherIsRefused) {
  const DecreeId decree = destroyed();
  live_on({&griffier_});
  const Bytes made = declared(griffier_, decree);
  ASSERT_EQ(judged(made), "valid");
  for (std::size_t at = 0; at < made.size(); ++at) {
    Bytes changed = made;
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ 1U);
    ASSERT_NE(judged(changed), "valid") << "byte " << at << " of " << made.size();
  }
  Bytes changed = made;
  changed.push_back(0);
  EXPECT_NE(judged(changed), "valid");
  changed.resize(made.size() + 8);
  EXPECT_NE(judged(changed), "valid");
  for (std::size_t at = 0; at < made.size(); at += 97) {
    Bytes cut = made;
    cut.erase(cut.begin() + static_cast<std::ptrdiff_t>(at));
    ASSERT_NE(judged(cut), "valid") << "byte " << at;
    cut.resize(at);
    ASSERT_NE(judged(cut), "valid") << "from byte " << at;
  }
}

// He had it, and left the raad before it was destroyed.
TEST_F(DeclarationTest, WhoLeftBeforeCountsByTheWordHeLeft) {
  wish(griffier_, removal_of(bram_));
  raad_.sync(griffier_);
  const DecreeId decree = destroyed();
  live_on({&griffier_, &plv_, &anna_});
  const auto early = verify_declaration(declared(griffier_, decree));
  ASSERT_TRUE(early) << early.error().key;
  EXPECT_EQ(names(early->content().missing), Names{"Bram"});
  raad_.sync(bram_);
  after_sync(bram_);
  raad_.sync(bram_);
  raad_.sync(griffier_);
  raad_.reload(griffier_);
  const Bytes made = declared(griffier_, decree);
  EXPECT_EQ(taken_apart(made).leavings.size(), 1U);
  const auto later = verify_declaration(made);
  ASSERT_TRUE(later) << later.error().key;
  EXPECT_TRUE(later->content().complete());
  EXPECT_EQ(names(later->content().confirmed), (Names{"Anna", "Bram", "Griet", "Piet"}));
}

}  // namespace
}  // namespace kluis::test
