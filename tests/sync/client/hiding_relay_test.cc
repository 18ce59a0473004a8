#include "tests/sync/client/hiding_relay.h"

#include <optional>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "tests/explore/judge.h"
#include "tests/support/run_seed.h"
#include "vault/core/row.h"

// A relay that hides what it likes, from whom it likes, for as long as it likes, makes no device
// erase anything; and when it stops, all come to the same. KLUIS_SEED=N plays other random lives.
namespace kluis::test {
namespace {

constexpr std::uint64_t kSeeds = 16;
constexpr unsigned kCalmRounds = 8;

// A raad of two officers and two members, one of whom is revoked on the way.
class Story {
 public:
  explicit Story(std::uint64_t seed) : random_(seed), raad_(seed), relay_(raad_) {
    griffier_ = &raad_.found("Griet");
    plv_ = &raad_.join(*griffier_, "Piet", {Capacity::plv_griffier});
    anna_ = &raad_.join(*griffier_, "Anna", {Capacity::raadslid});
    bram_ = &raad_.join(*griffier_, "Bram", {Capacity::raadslid});
    circle_ = raad_.make_circle(*griffier_, "gesprek",
                                {raad_.person_of(*anna_), raad_.person_of(*bram_)});
    raad_.settle();
    for (const auto& party : raad_.parties) write(*party);
    raad_.settle();
    for (const auto& party : raad_.parties) remember(*party);
  }

  HidingRelay& relay() { return relay_; }
  [[nodiscard]] const std::string& failure() const { return failure_; }
  // Both officers hold proof that the relay showed them different things, and say so: a fork stops
  // both sides, whatever the relay does afterwards.
  [[nodiscard]] bool stopped_by_a_fork() const { return stopped_by_a_fork_; }

  // Everything that a reseal is for, while the relay hides.
  void play() {
    everybody_writes_and_syncs();
    wish(*griffier_, ResealIntent{circle_});
    everybody_writes_and_syncs();
    wish(*plv_, ResealIntent{roll()});
    everybody_writes_and_syncs();
    two_epochs_by(*griffier_);
    two_epochs_by(*plv_);
    everybody_writes_and_syncs();
    revoke_bram();
    everybody_writes_and_syncs();
    wish(*griffier_, ResealIntent{circle_});
    everybody_writes_and_syncs();
  }

  // The same things in any order, with other things hidden from others after each of them.
  void play_at_random(unsigned steps) {
    relay_.hides = [&](const Party& party, Hideable what) {
      return hidden_.contains({&party, what});
    };
    relay_.loses = [&](const Party& party, Hideable what) {
      return lost_.contains({&party, what});
    };
    for (unsigned step = 0; step < steps && failure_.empty(); ++step) {
      if (pick(3) == 0) choose_what_to_hide();
      Party& party = *raad_.parties[pick(raad_.parties.size())];
      switch (pick(8)) {
        case 0:
          wish(pick(2) == 0 ? *griffier_ : *plv_, ResealIntent{circle_});
          break;
        case 1:
          wish(pick(2) == 0 ? *griffier_ : *plv_, ResealIntent{roll()});
          break;
        case 2:
          write(party);
          break;
        case 3:
          if (step > steps / 2) revoke_bram();
          break;
        default:
          sync(party);
      }
    }
  }

  // The relay is honest again, and the officers make new epochs: all come to the same.
  void come_to_rest() {
    relay_.hides = nullptr;
    relay_.loses = nullptr;
    std::optional<std::string> what = "no round";
    for (unsigned round = 0; round < kCalmRounds && what && failure_.empty(); ++round) {
      raad_.clock.now_ms += 61'000;
      if (round == 1) {
        for (Party* officer : {griffier_, plv_}) {
          wish(*officer, ResealIntent{roll()});
          wish(*officer, ResealIntent{circle_});
        }
      }
      std::set<const Party*> forked;
      for (const auto& party : raad_.parties) {
        const auto result = raad_.try_sync(*party);
        note_result(*party, result);
        if (!result && result.error().key.starts_with("fork.")) forked.insert(party.get());
      }
      stopped_by_a_fork_ = forked.contains(griffier_) && forked.contains(plv_);
      what = round < 2 ? "not yet" : unsettled(holdings());
    }
    if (stopped_by_a_fork_) return check_fork_is_told();
    if (what && failure_.empty()) failure_ = "after the calm: " + *what;
  }

 private:
  using Held = std::set<std::pair<CircleAlias, RecordId>>;

  std::size_t pick(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  CircleAlias roll() const { return griffier_->device->roll().alias(); }

  void fail(const Party& party, const std::string& what) {
    if (failure_.empty()) failure_ = party.name + ": " + what;
  }

  void wish(Party& officer, IntentBody intent) {
    raad_.reload(officer);
    if (officer.device->is_officer()) EXPECT_TRUE(officer.device->wish(std::move(intent)));
  }

  // So that the others are two behind.
  void two_epochs_by(Party& officer) {
    for (unsigned i = 0; i < 2; ++i) {
      wish(officer, ResealIntent{circle_});
      sync(officer);
    }
  }

  void revoke_bram() {
    RemoveIntent removal;
    removal.person = bram_person();
    removal.devices = {bram_->device->id()};
    revoked_ = true;
    wish(*griffier_, removal);
  }

  PersonId bram_person() const {
    return griffier_->device->roll().device(bram_->device->id())->person;
  }

  void write(Party& party) {
    raad_.reload(party);
    Note note;
    note.text = party.name + std::to_string(++written_);
    const auto record = party.device->add(
        {circle_, RecordKind::note, encode(note), BlobName{}, OutboxKind::record});
    if (!record && !(revoked_ && &party == bram_)) fail(party, "cannot write");
    remember(party);
  }

  void everybody_writes_and_syncs() {
    for (const auto& party : raad_.parties) write(*party);
    for (unsigned round = 0; round < 2; ++round) {
      for (const auto& party : raad_.parties) sync(*party);
    }
  }

  void sync(Party& party) { note_result(party, relay_.sync(party)); }

  void note_result(Party& party, const Result<SessionReport>& result) {
    if (!result && result.error().key == "store.damaged") fail(party, "store.damaged");
    raad_.reload(party);
    check_nothing_erased(party);
    remember(party);
  }

  std::vector<Holding> holdings() {
    std::vector<Holding> result;
    for (const auto& party : raad_.parties) result.push_back(holding_of(*party->device).value());
    return result;
  }

  void check_fork_is_told() {
    for (const Holding& holding : holdings()) {
      if (!holding.officer) continue;
      const bool told = std::ranges::find(holding.alarms, "fork") != holding.alarms.end();
      if (!told && failure_.empty()) failure_ = "a fork without an alarm";
    }
  }

  void remember(Party& party) {
    Held& held = held_[&party];
    held.clear();
    const auto circles = party.device->rows().circles();
    for (const CircleState& state : *circles) {
      const auto entries = party.device->rows().key_entries(state.alias);
      for (const KeyEntry& entry : *entries) {
        if (*party.device->rows().record(state.alias, entry.record)) {
          held.insert({state.alias, entry.record});
        }
      }
    }
  }

  void check_nothing_erased(Party& party) {
    const bool may_be_out = revoked_ && &party == bram_;
    if (may_be_out && party.device->state() == DeviceState::removed) return;
    if (party.device->state() != DeviceState::active) fail(party, "is not active any more");
    const auto circles = party.device->rows().circles();
    for (const CircleState& state : *circles) {
      if (state.standing == Standing::removed || state.standing == Standing::ended) {
        if (!may_be_out) fail(party, "thinks itself out of a circle");
        return;
      }
      check_epoch_opens(party, state);
    }
    for (const auto& [circle, record] : held_[&party]) {
      const auto bytes = party.device->rows().record(circle, record);
      const auto apart = party.store.get(Table::apart, joined_key(circle, record));
      if (!*bytes && !*apart) fail(party, "lost a record");
    }
  }

  // What stands in the store as the newest epoch opens with the secret that stands beside it.
  void check_epoch_opens(Party& party, const CircleState& state) {
    if (state.standing != Standing::current && state.standing != Standing::waiting) return;
    const auto secret = party.device->rows().epoch_secret(state.alias);
    const auto bytes = party.device->rows().epoch_bytes(state.alias);
    if (!*secret || !*bytes) return fail(party, "an epoch without its secret");
    const auto header = VerifiedHeader::from((*bytes)->signed_header);
    if (!header || header->hash() != state.header ||
        !open_list(*header, (*bytes)->list, **secret)) {
      fail(party, "an epoch that its secret does not open");
    }
  }

  void choose_what_to_hide() {
    hidden_.clear();
    lost_.clear();
    for (const auto& party : raad_.parties) {
      if (pick(2) == 0) continue;
      for (const Hideable what : kHideables) {
        if (pick(4) == 0) hidden_.insert({party.get(), what});
        if (pick(8) == 0) lost_.insert({party.get(), what});
      }
    }
  }

  std::mt19937_64 random_;
  SimulatedRaad raad_;
  HidingRelay relay_;
  Party* griffier_ = nullptr;
  Party* plv_ = nullptr;
  Party* anna_ = nullptr;
  Party* bram_ = nullptr;
  CircleAlias circle_;
  std::map<const Party*, Held> held_;
  std::set<std::pair<const Party*, Hideable>> hidden_;
  std::set<std::pair<const Party*, Hideable>> lost_;
  bool revoked_ = false;
  unsigned written_ = 0;
  bool stopped_by_a_fork_ = false;
  std::string failure_;
};

class HidingRelayTest : public ::testing::TestWithParam<const char*> {};

// One thing, kept from one device for as long as it takes. One officer sees everything, and so all
// come to the same in the end.
TEST_P(HidingRelayTest, WhatItKeepsFromADeviceErasesNothing) {
  for (const Hideable what : kHideables) {
    Story story(1);
    story.relay().hides = [&](const Party& party, Hideable asked) {
      return party.name == GetParam() && asked == what;
    };
    story.play();
    story.come_to_rest();
    EXPECT_EQ(story.failure(), "") << name_of(what);
    EXPECT_FALSE(story.stopped_by_a_fork()) << name_of(what);
  }
}

TEST_P(HidingRelayTest, WhatItTakesFromADeviceAndThrowsAwayErasesNothing) {
  for (const Hideable what :
       {Hideable::leaf, Hideable::cell, Hideable::welcome, Hideable::record}) {
    Story story(2);
    story.relay().loses = [&](const Party& party, Hideable asked) {
      return party.name == GetParam() && asked == what;
    };
    story.play();
    story.come_to_rest();
    EXPECT_EQ(story.failure(), "") << name_of(what);
    EXPECT_FALSE(story.stopped_by_a_fork()) << name_of(what);
  }
}

INSTANTIATE_TEST_SUITE_P(From, HidingRelayTest, ::testing::Values("Griet", "Piet", "Anna", "Bram"));

TEST(HidingRelayAtRandomTest, WhateverItHidesFromWhomeverWheneverErasesNothing) {
  const std::uint64_t first = run_seed(1);
  std::size_t forks = 0;
  for (std::uint64_t seed = first; seed < first + kSeeds; ++seed) {
    Story story(seed);
    story.play_at_random(120);
    story.come_to_rest();
    ASSERT_EQ(story.failure(), "") << "KLUIS_SEED=" << seed;
    if (story.stopped_by_a_fork()) ++forks;
  }
  EXPECT_LT(forks, kSeeds / 2);
}

}  // namespace
}  // namespace kluis::test
