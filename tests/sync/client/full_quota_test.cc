#include <algorithm>

#include "sync/relay/limits.h"
#include "sync/relay/state.h"
#include "tests/sync/client/lying_relay.h"
#include "vault/crypto/sign.h"

// A relay whose quota is full, the reserve above it as well.
namespace kluis::test {
namespace {

class FullQuotaTest : public LyingRelayTest {
 protected:
  void fill_the_relay() {
    RelayState state(raad_.storage, raad_.clock);
    Tenancy tenancy = must(state.tenancy(must(griffier_.device->tenancy()).value()));
    tenancy.row.quota_bytes = 1000;
    tenancy.row.used_bytes = 1000 + reserve_bytes(1000) - 10;
    ASSERT_TRUE(raad_.storage.transact([&] { return state.save(tenancy); }).has_value());
  }

  template <typename Kind>
  [[nodiscard]] std::ptrdiff_t count() const {
    return std::ranges::count_if(
        asked_, [](const Request& request) { return std::holds_alternative<Kind>(request); });
  }
};

TEST_F(FullQuotaTest, StopsNoCommit) {
  fill_the_relay();
  wish(griffier_, ResealIntent{circle_});
  const std::uint64_t before = held(griffier_, circle_).number;
  const auto result = talk(griffier_, nullptr);
  ASSERT_TRUE(result.has_value()) << result.error().key;
  EXPECT_EQ(held(griffier_, circle_).number, before + 1);
  EXPECT_EQ(count<HoldRequest>(), 1);
  for (const Request& request : asked_) {
    const auto* hold = std::get_if<HoldRequest>(&request);
    if (hold != nullptr) EXPECT_TRUE(hold->circles.empty() && hold->milliseconds == 1);
  }
  // Nobody was kept waiting for it.
  raad_.sync(anna_);
  EXPECT_EQ(held(anna_, circle_).number, before + 1);
}

// A member can fill the reserves as well, with items that mean nothing.
TEST_F(FullQuotaTest, StopsNoRemovalWhereNoLeafIsTaken) {
  wish(griffier_, ResealIntent{circle_});
  raad_.sync(griffier_);
  wish(griffier_, removal_of(bram_));
  ASSERT_TRUE(griffier_.store.transact(
      [&] { return griffier_.device->rows().set_local_number("rotate_due", 1); }));
  fill_the_relay();
  RelayState state(raad_.storage, raad_.clock);
  Tenancy tenancy = must(state.tenancy(must(griffier_.device->tenancy()).value()));
  tenancy.row.used_bytes += 2 * reserve_bytes(1000);
  ASSERT_TRUE(raad_.storage.transact([&] { return state.save(tenancy); }).has_value());
  const auto result = talk(griffier_, nullptr);
  ASSERT_TRUE(result.has_value()) << result.error().key;
  EXPECT_FALSE(griffier_.device->roll().is_active(bram_.device->id()));
}

TEST_F(FullQuotaTest, IsSaidOnceMoreAndBelieved) {
  wish(griffier_, ResealIntent{circle_});
  const auto result = talk(griffier_, [](const Request& request) -> std::optional<Response> {
    if (!std::holds_alternative<StageRequest>(request)) return std::nullopt;
    return RefusedAnswer{RefusalCode::quota};
  });
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().key, "relay.quota");
  EXPECT_EQ(count<StageRequest>(), 2);
  raad_.sync(griffier_);  // the commit that stood ready goes out when there is room
  EXPECT_TRUE(must(griffier_.device->rows().intents()).empty());
}

// ---- Mailboxes ----

class FullMailTest : public FullQuotaTest {
 protected:
  // By a member, who can make as many as he likes.
  void fill_the_mail(std::uint32_t mailboxes) {
    RelayState state(raad_.storage, raad_.clock);
    Tenancy tenancy = must(state.tenancy(must(griffier_.device->tenancy()).value()));
    tenancy.row.mailboxes = mailboxes;
    ASSERT_TRUE(raad_.storage.transact([&] { return state.save(tenancy); }).has_value());
  }
  Invitation invitation() {
    InviteOptions options;
    options.person_name = "Cas";
    options.capacities = {Capacity::raadslid};
    raad_.reload(griffier_);
    return must(invite(*griffier_.device, options)).invitation;
  }
  bool is_posted(const Invitation& invitation) {
    for (const Invitation& one : must(griffier_.device->rows().invitations())) {
      if (one.mailbox == invitation.mailbox) return one.posted;
    }
    return false;
  }
};

TEST_F(FullMailTest, StopsNoInvitationOfAnOfficer) {
  fill_the_mail(kMailboxesMax);
  const Invitation open = invitation();
  const auto result = talk(griffier_, nullptr);
  ASSERT_TRUE(result.has_value()) << result.error().key;
  EXPECT_FALSE(result->invitation_refused);
  EXPECT_TRUE(is_posted(open));
}

TEST_F(FullMailTest, StopsNoRemoval) {
  fill_the_mail(kMailboxesMax + kOfficerMailboxesMax);
  const Invitation open = invitation();
  const Invitation another = invitation();
  wish(griffier_, removal_of(bram_));
  const auto result = talk(griffier_, nullptr);
  ASSERT_TRUE(result.has_value()) << result.error().key;
  EXPECT_TRUE(result->invitation_refused);
  EXPECT_EQ(count<MailboxMakeRequest>(), 3);
  EXPECT_FALSE(griffier_.device->roll().is_active(bram_.device->id()));
  EXPECT_FALSE(is_posted(open));
  fill_the_mail(0);
  EXPECT_FALSE(raad_.sync(griffier_).invitation_refused);
  EXPECT_TRUE(is_posted(open) && is_posted(another));
}

// He knew the code, and sent a key that nothing can be sealed to.
TEST_F(FullMailTest, WhoCannotBeAnsweredStopsNobody) {
  const IdentitySeed identity = IdentitySeed::generate(anna_.entropy);
  LeafValue leaf;
  leaf.leaf.bytes.fill(0xff);
  Cell cell;
  cell.device = signing_public<DeviceId>(identity);
  cell.kind = CellKind::leaf;
  cell.value = encode(leaf);
  Invitation admitted = invitation();
  admitted.state = InvitationState::admitted;
  admitted.posted = true;
  EnrolIntent enrolment;
  enrolment.mailbox = admitted.mailbox;
  enrolment.certificate.person = admitted.person;
  enrolment.certificate.person_name = admitted.person_name;
  enrolment.certificate.capacities = admitted.capacities;
  enrolment.certificate.device = cell.device;
  enrolment.certificate.device_name = "pc";
  enrolment.certificate.leaf = sign_cell(cell, identity).signed_bytes();
  wish(griffier_, enrolment);
  ASSERT_TRUE(griffier_.store.transact([&]() -> Status {
    DeviceRows& rows = griffier_.device->rows();
    KLUIS_CHECK(rows.put(admitted));
    KLUIS_CHECK(rows.set_secret("enrol/" + admitted.mailbox.hex(), Bytes(32, 1)));
    return rows.set_local("enrolled/" + admitted.mailbox.hex(), cell.device.view());
  }));
  const auto result = talk(griffier_, nullptr);
  ASSERT_TRUE(result.has_value()) << result.error().key;
  EXPECT_TRUE(griffier_.device->roll().is_active(cell.device));
  wish(griffier_, ResealIntent{roll()});
  raad_.settle();
}

}  // namespace
}  // namespace kluis::test
