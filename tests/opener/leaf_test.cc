#include <gtest/gtest.h>

#include "tests/opener/opener.h"
#include "tests/support/simulated_raad.h"

// Rule 1: the key that opened an epoch dies too. After every sync of a raad's life, whatever the
// relay recorded opens nothing with the leaf that the vault then holds, and the leaf before it
// stands nowhere in the vault any more.
namespace kluis::test {
namespace {

const Bytes kLeaf = to_bytes(as_bytes("leaf"));

class LeafTest : public ::testing::Test {
 protected:
  LeafTest()
      : griffier_(raad_.found("Griet")),
        anna_(raad_.join(griffier_, "Anna", {Capacity::raadslid})),
        bram_(raad_.join(griffier_, "Bram", {Capacity::raadslid})) {
    circle_ =
        raad_.make_circle(griffier_, "gesprek", {raad_.person_of(anna_), raad_.person_of(bram_)});
    for (Party* party : {&griffier_, &anna_, &bram_}) sync(*party);
  }

  static Bytes leaf_of(Party& party) {
    return party.store.get(Table::secret, kLeaf)->value_or(Bytes());
  }

  static void keep(MemoryStore& store, ByteView name, ByteView secret) {
    ASSERT_TRUE(store.transact([&] { return store.put(Table::secret, name, secret); }));
  }

  // Welcomes lie under the secrets of the roll, which every active device holds: an attacker who
  // may use them all still needs a leaf for anything else.
  void learn_roll_secret() {
    DeviceRows& rows = griffier_.device->rows();
    const auto state = rows.circle(griffier_.device->roll().alias());
    const auto secret = rows.epoch_secret(griffier_.device->roll().alias());
    keep(roll_secrets_, number_name((*state)->number), (*secret)->expose());
  }

  static Bytes number_name(std::uint64_t number) {
    const std::string name = "roll " + std::to_string(number);
    return to_bytes(as_bytes(name));
  }

  // How many secrets come out with this leaf.
  std::size_t opened_with(ByteView leaf) {
    MemoryStore vault = roll_secrets_;
    if (!leaf.empty()) keep(vault, kLeaf, leaf);
    Opener opener;
    for (const Request& request : raad_.traffic.requests) opener.take(request);
    for (const Response& response : raad_.traffic.responses) opener.take(response);
    opener.take_vault(vault);
    opener.run();
    return opener.epoch_secrets();
  }

  static std::size_t rows_with(const MemoryStore& store, ByteView secret) {
    std::size_t count = 0;
    for (const auto& [key, row] : store.rows()) {
      if (std::ranges::search(row, secret).begin() != row.end()) ++count;
    }
    return count;
  }

  void sync(Party& party) {
    const Bytes before = leaf_of(party);
    raad_.sync(party);
    learn_roll_secret();
    const Bytes after = leaf_of(party);
    EXPECT_EQ(opened_with(after), opened_with({})) << party.name;
    if (before == after) return;
    ++rotations_;
    EXPECT_EQ(rows_with(party.store, before), 0U) << party.name;
    EXPECT_EQ(rows_with(party.store, after), 1U) << party.name;
  }

  void wish(IntentBody intent) {
    ASSERT_TRUE(griffier_.device->wish(std::move(intent)).has_value());
  }

  SimulatedRaad raad_{71};
  MemoryStore roll_secrets_;
  Party& griffier_;
  Party& anna_;
  Party& bram_;
  CircleAlias circle_;
  std::size_t rotations_ = 0;
};

TEST_F(LeafTest, TheLeafThatOpenedABoxOrAWelcomeIsGoneAfterTheSync) {
  const Bytes leaf = leaf_of(anna_);
  wish(ResealIntent{circle_});
  sync(griffier_);
  const std::size_t before = rotations_;
  sync(anna_);
  EXPECT_EQ(rotations_, before + 1);
  // That leaf would have opened it: the opener can.
  EXPECT_GT(opened_with(leaf), opened_with({}));
  wish(ResealIntent{griffier_.device->roll().alias()});
  sync(griffier_);
  sync(anna_);
  EXPECT_EQ(rotations_, before + 3);
}

TEST_F(LeafTest, TheLeafThatOpenedAWelcomeIsGoneAfterTheSync) {
  const CircleAlias other = raad_.make_circle(griffier_, "tweede", {raad_.person_of(anna_)});
  const Bytes leaf = leaf_of(anna_);
  sync(anna_);
  EXPECT_NE(leaf_of(anna_), leaf);
  EXPECT_GT(opened_with(leaf), opened_with({}));
  EXPECT_TRUE(anna_.device->rows().circle(other)->has_value());
}

// Bram never came for the epoch that was sealed to him; his leaf opens it all the same.
TEST_F(LeafTest, WhoIsTakenOutOfACircleGivesUpTheLeafItsBoxesWereSealedTo) {
  const Bytes leaf = leaf_of(bram_);
  raad_.write_note(griffier_, circle_, "nooit opgehaald");
  wish(ResealIntent{circle_});
  sync(griffier_);
  ASSERT_TRUE(griffier_.device->wish_drop(circle_, raad_.person_of(bram_)).has_value());
  sync(griffier_);
  EXPECT_GT(opened_with(leaf), opened_with({}));
  sync(bram_);
  EXPECT_EQ(bram_.device->rows().circle(circle_)->value().standing, Standing::removed);
  EXPECT_NE(leaf_of(bram_), leaf);
}

TEST_F(LeafTest, WhoIsTakenOutOfTheRaadKeepsNoLeaf) {
  RemoveIntent removal;
  removal.person = raad_.person_of(bram_);
  removal.devices = {bram_.device->id()};
  const Bytes leaf = leaf_of(bram_);
  wish(ResealIntent{circle_});
  sync(griffier_);
  wish(removal);
  sync(griffier_);
  EXPECT_TRUE(raad_.sync(bram_).became_removed);
  EXPECT_GT(opened_with(leaf), opened_with({}));
  EXPECT_EQ(rows_with(bram_.store, leaf), 0U);
  EXPECT_TRUE(leaf_of(bram_).empty());
}

constexpr const char* kNote = "geschreven in de trein";

// Rule 7: the outer seal is put on when a record is sent, under the epoch of that moment.
TEST(SealTest, ANoteWrittenBeforeARevocationAndSentAfterItIsClosedToTheRevoked) {
  SimulatedRaad raad(9);
  Party& griffier = raad.found("Griet");
  Party& anna = raad.join(griffier, "Anna", {Capacity::raadslid});
  Party& bram = raad.join(griffier, "Bram", {Capacity::raadslid});
  const CircleAlias circle =
      raad.make_circle(griffier, "gesprek", {raad.person_of(anna), raad.person_of(bram)});
  raad.settle();
  const RecordId note = raad.write_note(anna, circle, kNote);  // on the train
  const MemoryStore bram_before = bram.store;
  RemoveIntent wish;
  wish.person = raad.person_of(bram);
  wish.devices = {bram.device->id()};
  ASSERT_TRUE(griffier.device->wish(wish).has_value());
  raad.sync(griffier);
  const auto sent = raad.try_sync(anna);
  ASSERT_TRUE(sent.has_value()) << sent.error().key;
  EXPECT_NE(anna.device->deliveries(circle).value().at(note), Device::Delivery::local);
  raad.sync(griffier);
  const auto opened = [&](MemoryStore vault) {
    Opener opener;
    for (const Request& request : raad.traffic.requests) opener.take(request);
    for (const Response& response : raad.traffic.responses) opener.take(response);
    opener.take_vault(vault);
    opener.run();
    return opener.texts();
  };
  EXPECT_FALSE(opened(bram_before).contains(kNote));
  EXPECT_TRUE(opened(griffier.store).contains(kNote));
}

}  // namespace
}  // namespace kluis::test
