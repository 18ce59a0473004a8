#include <utility>

#include "tests/sync/client/lying_relay.h"
#include "vault/core/row.h"
#include "vault/crypto/sign.h"

// What a lying relay does to a device does not outlast it, though it has the laptop of somebody who
// was taken out.
namespace kluis::test {
namespace {

class LastingHarmTest : public LyingRelayTest {};

// A welcome that everybody believes to be there reaches its device all the same.
TEST_F(LastingHarmTest, AWelcomeThatItThrewAwayIsPostedAgain) {
  ASSERT_TRUE(griffier_.store.transact([&] {
    return griffier_.store.erase_prefix(Table::cell, joined_key(roll(), anna_.device->id()));
  }));
  wish(griffier_, ResealIntent{circle_});
  raad_.sync(griffier_);
  for (const bool later : {false, true}) {
    for (Party* party : {&plv_, &bram_, &griffier_}) {
      const auto result = talk(*party, [&](const Request& request) -> std::optional<Response> {
        const auto* append = std::get_if<AppendRequest>(&request);
        if (append == nullptr || append->name != held(*party, roll()).name) return std::nullopt;
        if (!append->blobs.empty()) return std::nullopt;
        if (later) return LaterAnswer{1};
        return AppendAnswer{0};
      });
      expect_end(result);
    }
  }
  raad_.settle();
  EXPECT_EQ(held(anna_, circle_).standing, Standing::current);
  raad_.write_note(griffier_, circle_, "bereikt haar");
  raad_.settle();
  EXPECT_EQ(raad_.notes(anna_, circle_), std::vector<std::string>{"bereikt haar"});
}

// Bram was taken out and lends the relay his laptop. Anna is not told, and reads what he wrote into
// the roll's epoch that he knows.
TEST_F(LastingHarmTest, AWelcomeToACircleThatTheRollDoesNotNameLeadsNowhere) {
  DeviceRows laptop(bram_.store);
  const auto secret = must(laptop.epoch_secret(roll()));
  const CircleState bram_held = held(bram_, roll());
  const auto leaf_cell = must(laptop.cell(roll(), anna_.device->id(), CellKind::leaf, 0));
  const auto leaf = leaf_of(must(VerifiedCell::from(*leaf_cell)));
  std::vector<SentItem> welcomes;
  for (unsigned i = 0; i < 8; ++i) {
    const auto welcome = make_welcome(*secret, bram_.device->roll().raad(),
                                      random_id<CircleAlias>(bram_.entropy), 0, *leaf);
    welcomes.push_back({seal_item(*secret, roll(), bram_held.number, *welcome, bram_.entropy), {}});
  }
  raad_.reload(anna_);
  const std::size_t known = must(DeviceRows(anna_.store).circles()).size();
  const CircleState anna_held = held(anna_, roll());
  ASSERT_EQ(anna_held.number, bram_held.number);
  bool shown = false;
  static_cast<void>(talk(anna_, nullptr, [&](const Request&, Response& honest) {
    auto* sync = std::get_if<SyncAnswer>(&honest);
    if (sync == nullptr || std::exchange(shown, true)) return;
    sync->circles.clear();
    sync->circles.emplace_back(NewItems{anna_held.name, anna_held.item_count, welcomes, false});
  }));
  EXPECT_GT(held(anna_, roll()).item_count, anna_held.item_count);
  EXPECT_EQ(must(DeviceRows(anna_.store).circles()).size(), known);
}

// An epoch's signed op is what a member hands to a relay that has lost the epoch.
TEST_F(LastingHarmTest, AnOpThatTheRelayMadeUpIsNotKept) {
  wish(griffier_, ResealIntent{circle_});
  raad_.sync(griffier_);
  const auto spoil = [](Superseded& epoch) { epoch.op.signature.bytes[3] ^= 1; };
  const auto result = talk(anna_, nullptr, [&](const Request&, Response& honest) {
    auto* sync = std::get_if<SyncAnswer>(&honest);
    if (sync == nullptr) return;
    for (CircleAnswer& answer : sync->circles) {
      if (auto* epoch = std::get_if<Superseded>(&answer)) spoil(*epoch);
    }
  });
  EXPECT_FALSE(result.has_value());
  raad_.sync(anna_);
  const auto op = must(DeviceRows(anna_.store).epoch_bytes(circle_))->op;
  EXPECT_TRUE(verify(op.signer.view(), "epoch-op", op.bytes, op.signature));
}

TEST_F(LastingHarmTest, AnOpOfTheRollThatTheRelayMadeUpIsNotKept) {
  wish(griffier_, ResealIntent{roll()});
  raad_.sync(griffier_);
  const auto result = talk(anna_, nullptr, [&](const Request&, Response& honest) {
    if (auto* hello = std::get_if<HelloSuperseded>(&honest)) hello->roll.op = SignedOp{};
    auto* sync = std::get_if<SyncAnswer>(&honest);
    if (sync == nullptr) return;
    for (CircleAnswer& answer : sync->circles) {
      if (auto* epoch = std::get_if<Superseded>(&answer)) epoch->op = SignedOp{};
    }
  });
  EXPECT_FALSE(result.has_value());
  raad_.sync(anna_);
  const auto op = must(DeviceRows(anna_.store).epoch_bytes(roll()))->op;
  EXPECT_TRUE(verify(op.signer.view(), "epoch-op", op.bytes, op.signature));
}

// The relay took the reply of a joiner and threw it away.
TEST_F(LastingHarmTest, AJoinersReplyThatItThrewAwayIsPostedAgain) {
  InviteOptions options;
  options.person_name = "Cas";
  options.capacities = {Capacity::raadslid};
  raad_.reload(griffier_);
  const NewInvitation invitation = must(invite(*griffier_.device, options));
  raad_.sync(griffier_);
  Party joiner("Cas", 7100);
  const Device::Surroundings around{joiner.store, raad_.clock, joiner.entropy, nullptr};
  ASSERT_TRUE(
      begin_joining(around, invitation.link, invitation.code, invitation.invitation.message, "pc")
          .has_value());
  expect_end(talk(joiner, [](const Request& request) -> std::optional<Response> {
    if (!std::holds_alternative<MailboxPutRequest>(request)) return std::nullopt;
    return DoneAnswer{};
  }));
  raad_.reload(joiner);
  for (unsigned round = 0; round < 3; ++round) {
    raad_.sync(joiner);
    raad_.sync(griffier_);
  }
  EXPECT_EQ(joiner.device->state(), DeviceState::active);
}

// ---- Removal ----

// Who took Bram out is no officer any more when he hears of it.
TEST_F(LastingHarmTest, ATagCountsByWhoWasAnOfficerWhenItWasMade) {
  raad_.reload(plv_);
  ASSERT_TRUE(plv_.device->wish_admit(circle_, raad_.person_of(plv_), DossierRole::lid));
  raad_.settle();
  ASSERT_TRUE(plv_.device->wish_drop(circle_, raad_.person_of(bram_)).has_value());
  raad_.sync(plv_);
  raad_.sync(griffier_);
  Appoint ending;
  ending.person = raad_.person_of(plv_);
  ending.capacities = {Capacity::plv_griffier};
  ending.ground = AppointGround::ending;
  wish(griffier_, AppointIntent{ending});
  raad_.sync(griffier_);
  raad_.sync(bram_);
  EXPECT_FALSE(bram_.device->roll().is_officer(plv_.device->id()));
  EXPECT_EQ(held(bram_, circle_).standing, Standing::removed);
}

// Anybody can seal to an exit key. What is not signed by the device itself does not count as its
// parcel: its tag stays, and so it will learn that it was taken out.
TEST_F(LastingHarmTest, AParcelThatItsDeviceDidNotMakeDropsNoTag) {
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->wish_drop(circle_, raad_.person_of(bram_)).has_value());
  raad_.sync(griffier_);
  const auto header = must(VerifiedHeader::from(newest(circle_).signed_header));
  ExitParcel parcel;
  parcel.device = bram_.device->id();
  parcel.circle = circle_;
  const auto anna = must(DeviceRows(anna_.store).secret<IdentitySeed>("identity"));
  const auto sealed = seal_parcel(*header.header().exit_key, parcel, *anna, anna_.entropy);
  raad_.reload(griffier_);
  ASSERT_TRUE(griffier_.device->take_parcels(circle_, {encode(*sealed)}).has_value());
  wish(griffier_, ResealIntent{circle_});
  raad_.sync(griffier_);
  raad_.sync(bram_);
  EXPECT_EQ(held(bram_, circle_).standing, Standing::removed);
}

// ---- The leaf ----

// A header that no officer signed, with a box for the leaf that waits to be shown.
TEST_F(LastingHarmTest, ABoxOfNobodysHeaderDoesNotKillTheLeaf) {
  wish(griffier_, ResealIntent{circle_});
  raad_.sync(griffier_);
  static_cast<void>(talk(anna_, [&](const Request& request) -> std::optional<Response> {
    const auto* append = std::get_if<AppendRequest>(&request);
    if (append == nullptr || append->name != held(anna_, roll()).name) return std::nullopt;
    return AppendAnswer{0};
  }));
  DeviceRows rows(anna_.store);
  const auto leaf = must(rows.secret<LeafSeed>("leaf"));
  const auto next = must(rows.local("leaf-next-cell"));
  ASSERT_TRUE(next.has_value());
  EpochPlan plan;
  plan.raad = anna_.device->roll().raad();
  plan.circle = roll();
  plan.number = held(anna_, roll()).number + 1;
  plan.previous = held(anna_, roll()).header;
  plan.roll_position = anna_.device->roll().head();
  const auto cell = must(VerifiedCell::from(must(decode_signed_cell(*next))));
  plan.members = {{anna_.device->id(), cell}};
  const auto seed = must(DeviceRows(bram_.store).secret<IdentitySeed>("identity"));
  const BuiltEpoch epoch = build_epoch(plan, EpochSecret::generate(bram_.entropy), *seed);
  Superseded forged;
  forged.signed_header = epoch.signed_header;
  forged.boxes = epoch.boxes;
  static_cast<void>(talk(anna_, [&](const Request& request) -> std::optional<Response> {
    if (!std::holds_alternative<HelloRequest>(request)) return RefusedAnswer{RefusalCode::busy};
    return HelloSuperseded{forged};
  }));
  EXPECT_TRUE(must(rows.secret<LeafSeed>("leaf"))->equals(*leaf));
  raad_.settle();
  raad_.write_note(griffier_, circle_, "bereikt haar");
  raad_.settle();
  EXPECT_EQ(raad_.notes(anna_, circle_), std::vector<std::string>{"bereikt haar"});
}

}  // namespace
}  // namespace kluis::test
