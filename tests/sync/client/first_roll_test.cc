#include <utility>

#include "tests/sync/client/lying_relay.h"

// The first roll that a joiner is shown, against what the griffier told him under the spoken code.
namespace kluis::test {
namespace {

class FirstRollTest : public LyingRelayTest {
 protected:
  FirstRollTest() {
    raad_.parties.push_back(std::make_unique<Party>("Cas", 99));
    const auto request = Device::begin_join(around(), "laptop", {"relay.example:4000", RelayKey{}});
    EnrolIntent enrolment;
    enrolment.certificate.person = random_id<PersonId>(joiner().entropy);
    enrolment.certificate.person_name = "Cas";
    enrolment.certificate.capacities = {Capacity::raadslid};
    enrolment.certificate.device = request->device;
    enrolment.certificate.device_name = request->device_name;
    enrolment.certificate.officer_key = request->officer_key;
    enrolment.certificate.leaf = request->leaf;
    person_ = enrolment.certificate.person;
    wish(griffier_, enrolment);
    raad_.sync(griffier_);
    answer_ = must(griffier_.device->answer_for(request->device, request->leaf));
    begun_ = joiner().store;
  }

  Party& joiner() { return *raad_.parties.back(); }
  Device::Surroundings around() { return {joiner().store, raad_.clock, joiner().entropy, nullptr}; }

  // The first sync of a joiner who was told this.
  Result<SessionReport> join_with(const JoinAnswer& answer, const Twist& twist = nullptr) {
    joiner().store = begun_;
    KLUIS_CHECK(Device::finish_join(around(), griffier_.device->roll().raad(), answer));
    return talk(joiner(), nullptr, twist);
  }

  PersonId person_;
  JoinAnswer answer_;
  MemoryStore begun_;
};

TEST_F(FirstRollTest, IsWhatTheGriffierSaidOrNothingOfItIsKept) {
  std::vector<JoinAnswer> others(6, answer_);
  others[0].roll_head.act_number += 1;  // the relay shows what was before it
  others[1].roll_head.act_id = griffier_.device->roll().act_ids().front();  // another branch
  others[2].roll_head.act_number -= 1;
  others[3].person = raad_.person_of(griffier_);
  others[4].capacities = {};
  others[5].capacities = {Capacity::griffier, Capacity::raadslid};
  for (std::size_t i = 0; i < others.size(); ++i) {
    const auto result = join_with(others[i]);
    ASSERT_FALSE(result.has_value()) << i;
    EXPECT_EQ(result.error().key, "join.other_roll") << i;
    EXPECT_EQ(result.error().kind, ErrorKind::integrity) << i;
    raad_.reload(joiner());
    EXPECT_FALSE(joiner().device->has_roll()) << i;
    EXPECT_EQ(joiner().device->state(), DeviceState::waiting) << i;
    EXPECT_TRUE(must(joiner().device->rows().acts()).empty()) << i;
  }
  ASSERT_TRUE(join_with(answer_).has_value());
  raad_.reload(joiner());
  EXPECT_EQ(joiner().device->state(), DeviceState::active);
}

TEST_F(FirstRollTest, MayHaveGoneOnSinceTheGriffierAnswered) {
  Appoint appoint;
  appoint.person = person_;
  appoint.capacities = {Capacity::plv_griffier};
  appoint.ground = AppointGround::officer;
  wish(griffier_, AppointIntent{appoint});
  raad_.sync(griffier_);
  ASSERT_TRUE(griffier_.device->roll().has_capacity(person_, Capacity::plv_griffier));
  const auto result = join_with(answer_);
  ASSERT_TRUE(result.has_value()) << result.error().key;
  EXPECT_TRUE(joiner().device->is_officer());
}

TEST_F(FirstRollTest, MayComeInParts) {
  unsigned parts = 0;
  const auto result = join_with(answer_, [&](const Request&, Response& honest) {
    auto* sync = std::get_if<SyncAnswer>(&honest);
    if (sync == nullptr || joiner().device->has_roll()) return;
    for (CircleAnswer& circle : sync->circles) {
      auto* part = std::get_if<NewItems>(&circle);
      if (part == nullptr || part->items.size() < 3) continue;
      part->items.resize(2);
      part->more = true;
      ++parts;
    }
  });
  ASSERT_TRUE(result.has_value()) << result.error().key;
  EXPECT_GT(parts, 1U);
  EXPECT_EQ(joiner().device->roll().head(), griffier_.device->roll().head());
}

}  // namespace
}  // namespace kluis::test
