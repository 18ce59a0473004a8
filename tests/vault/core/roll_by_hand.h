#pragma once

#include <gtest/gtest.h>

#include "tests/support/entropies.h"
#include "vault/core/roll.h"
#include "vault/crypto/sign.h"

namespace kluis::test {

struct Signer {
  IdentitySeed identity;
  OfficerSeed officer;
  LeafSeed leaf;
  DeviceId id;

  explicit Signer(Entropy& entropy)
      : identity(IdentitySeed::generate(entropy)),
        officer(OfficerSeed::generate(entropy)),
        leaf(LeafSeed::generate(entropy)),
        id(signing_public<DeviceId>(identity)) {}
};

// A roll under construction: signs whole commits by hand and folds them, also those that no honest
// device signs.
class RollByHand : public ::testing::Test {
 protected:
  RollByHand() : griffier_(entropy_) {
    genesis_.gemeente = "Voorbeeld";
    genesis_.roll = random_id<CircleAlias>(entropy_);
    genesis_.founder = certificate(griffier_, "Griet", {Capacity::griffier});
    genesis_.founder.leaf = leaf_cell(griffier_, genesis_.roll);
    state_ = must_found({genesis_, EpochAct{genesis_.roll, 0, hash_number(0), false}});
  }

  SignedCell leaf_cell(const Signer& signer, const CircleAlias& circle) {
    Cell cell;
    cell.circle = circle;
    cell.device = signer.id;
    cell.kind = CellKind::leaf;
    cell.value = encode(LeafValue{leaf_public(signer.leaf), {}});
    return sign_cell(cell, signer.identity).signed_bytes();
  }

  Certificate certificate(const Signer& signer, const std::string& name,
                          std::vector<Capacity> capacities) {
    Certificate result;
    result.person = random_id<PersonId>(entropy_);
    result.person_name = name;
    result.capacities = std::move(capacities);
    result.device = signer.id;
    result.device_name = "laptop";
    result.officer_key = signing_public<OfficerKey>(signer.officer);
    result.leaf = leaf_cell(signer, CircleAlias{});
    return result;
  }

  static HeaderHash hash_number(std::uint8_t number) {
    HeaderHash hash;
    hash.bytes.fill(static_cast<std::uint8_t>(number + 1));
    return hash;
  }

  std::vector<VerifiedRecord> sign_commit(const std::optional<RollState>& state,
                                          const Signer& author, std::vector<ActBody> bodies) {
    ActPlace place;
    place.act_number = state ? state->head().act_number + 1 : 0;
    place.previous_act = state ? state->head().act_id : RecordId{};
    place.commit_number = state ? state->commit_number() + 1 : 1;
    std::vector<VerifiedRecord> records;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      place.last_in_commit = i + 1 == bodies.size();
      records.push_back(sign_act(genesis_.roll, Act{place, bodies[i]},
                                 state ? state->head() : RollPosition{}, 0, entropy_,
                                 author.identity));
      ++place.act_number;
      place.previous_act = records.back().id();
    }
    return records;
  }

  RollState must_found(std::vector<ActBody> bodies) {
    auto state = RollState::found(sign_commit(std::nullopt, griffier_, std::move(bodies)));
    EXPECT_TRUE(state.has_value()) << (state ? "" : state.error().key);
    return std::move(*state);
  }

  std::string refusal(const Signer& author, std::vector<ActBody> bodies) {
    const auto next = state_->after(sign_commit(state_, author, std::move(bodies)));
    return next ? "accepted" : next.error().key;
  }

  void accept(const Signer& author, std::vector<ActBody> bodies) {
    auto next = state_->after(sign_commit(state_, author, std::move(bodies)));
    ASSERT_TRUE(next.has_value()) << next.error().key;
    state_ = std::move(*next);
  }

  Certificate enrol(const Signer& signer, const std::string& name,
                    std::vector<Capacity> capacities) {
    Certificate result = certificate(signer, name, std::move(capacities));
    accept(griffier_, {result});
    return result;
  }

  SeededEntropy entropy_{11};
  Signer griffier_;
  Genesis genesis_;
  std::optional<RollState> state_;
};

}  // namespace kluis::test
