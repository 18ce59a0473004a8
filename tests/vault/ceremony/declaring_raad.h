#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sync/client/raad_of_four.h"
#include "vault/ceremony/declaration.h"
#include "vault/ceremony/declaring.h"
#include "vault/crypto/sign.h"

namespace kluis::test {

// A raad in which Griet and Anna decree that a dossier is destroyed, and what a declaration of it
// looks like when somebody with a changed program makes one.
class DeclaringRaad : public RaadOfFour {
 protected:
  using Names = std::vector<std::string>;

  DeclaringRaad() {
    Appoint appoint;
    appoint.person = raad_.person_of(anna_);
    appoint.capacities = {Capacity::plv_raadsvoorzitter};
    appoint.ground = AppointGround::founding;
    appoint.speaking_device = anna_.device->id();
    wish(griffier_, AppointIntent{appoint});
    raad_.settle();
  }

  Decree destruction() const {
    Decree decree;
    decree.ground = "aftreden van de burgemeester";
    decree.dossier.bytes.fill(7);
    decree.circles = {circle_};
    decree.covers = {{"verslag", 2025, 2}};
    return decree;
  }

  // Decided by both, and ordered; the griffier's next sync carries it out.
  DecreeId ordered(const Decree& decree) {
    raad_.reload(griffier_);
    const auto id = griffier_.device->propose(decree);
    EXPECT_TRUE(id.has_value());
    raad_.settle();
    raad_.reload(anna_);
    EXPECT_TRUE(anna_.device->approve(*id).has_value());
    raad_.settle();
    wish(griffier_, ExecuteIntent{*id});
    return *id;
  }
  DecreeId destroyed() {
    const DecreeId id = ordered(destruction());
    raad_.sync(griffier_);
    raad_.reload(griffier_);
    return id;
  }

  // What the vault does after each sync: the disk is resealed where that is due, and that is said.
  void after_sync(Party& party) {
    raad_.reload(party);
    const std::uint64_t generation = *party.device->rows().local_number("generation");
    const auto due = party.device->reseal_due(generation);
    ASSERT_TRUE(due.has_value());
    if (*due) ASSERT_TRUE(party.device->resealed(generation + 1).has_value());
    ASSERT_TRUE(party.device->confirm_erasures().has_value());
  }
  void live_on(const std::vector<Party*>& parties) {
    for (unsigned round = 0; round < 3; ++round) {
      for (Party* party : parties) {
        raad_.sync(*party);
        after_sync(*party);
      }
    }
    raad_.reload(griffier_);
  }
  void everybody_lives_on() { live_on({&griffier_, &plv_, &anna_, &bram_}); }

  DeclarationTerms terms() const {
    return {{"papieren afdruk bij de CvdK"},
            "Voorbeeldstad",
            "raadkluis 0.1.0",
            raad_.clock.now(),
            std::nullopt};
  }
  Bytes declared(Party& party, const DecreeId& decree) {
    const auto made = make_declaration(*party.device, decree, terms());
    EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().key);
    return made.value_or(Bytes());
  }

  // ---- With a changed program ----
  static IdentitySeed identity_of(Party& party) {
    auto seed = party.device->rows().secret<IdentitySeed>("identity");
    return *std::move(*seed);
  }
  static Declaration taken_apart(const Bytes& bytes) {
    return *decode_declaration(decode_signed_declaration(bytes)->bytes);
  }
  static Bytes signed_by(Party& party, const Declaration& declaration) {
    SignedDeclaration made;
    made.bytes = encode(declaration);
    made.signer = party.device->id();
    made.signature = sign(identity_of(party), "declaration", made.bytes);
    return encode(made);
  }
  // "valid" or why not.
  static std::string judged(const Bytes& bytes) {
    const auto verified = verify_declaration(bytes);
    return verified ? "valid" : verified.error().key;
  }

  // A word of a device, as its program makes them.
  SignedRecord word_of(Party& party, const Confirmation& body, const RollPosition& head) {
    return word_by(identity_of(party), body, head);
  }
  SignedRecord word_by(const IdentitySeed& identity, const Confirmation& body,
                       const RollPosition& head) {
    Record record;
    record.circle = griffier_.device->roll().alias();
    record.author = signing_public<DeviceId>(identity);
    record.sequence = 1;
    record.roll_head = head;
    record.written_unix_ms = raad_.clock.now_ms;
    record.kind = RecordKind::confirmation;
    record.body = encode(body);
    return sign_record(record, identity).signed_bytes();
  }
  static DeviceId author_of(const SignedRecord& record) {
    return decode_record(record.bytes)->author;
  }
  static void put_in_order(std::vector<SignedRecord>& words) {
    std::ranges::sort(words, {}, author_of);
  }

  static Names names(const std::vector<DeclaredDevice>& devices) {
    Names result;
    for (const DeclaredDevice& device : devices) result.push_back(device.person);
    return result;
  }
};

}  // namespace kluis::test
