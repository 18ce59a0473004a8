#include "tests/explore/rules.h"

#include <algorithm>
#include <iterator>

#include "sync/relay/rows.h"
#include "vault/core/record.h"

namespace kluis::test {
namespace {

constexpr std::size_t kClosuresMax = 200'000;

std::vector<Bytes> known_to(const DeviceImage& image) {
  std::vector<Bytes> all;
  std::set_union(image.records.begin(), image.records.end(), image.apart.begin(), image.apart.end(),
                 std::back_inserter(all));
  return all;
}

bool includes(const std::vector<Bytes>& all, const std::vector<Bytes>& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

const HeldEpoch* held_of(const DeviceImage& image, const CircleAlias& circle) {
  for (const HeldEpoch& held : image.held) {
    if (held.circle == circle) return &held;
  }
  return nullptr;
}

std::vector<Bytes> records_of(const DeviceImage& image, const CircleAlias& circle) {
  std::vector<Bytes> some;
  for (const Bytes& key : image.records) {
    if (same_bytes(ByteView(key).first(CircleAlias::kSize), circle.view())) some.push_back(key);
  }
  return some;
}

bool holds(const DeviceImage& image, const CircleAlias& circle, const RecordId& record) {
  Bytes key = to_bytes(circle.view());
  append(key, record.view());
  return std::binary_search(image.records.begin(), image.records.end(), key);
}

// Whether whoever holds `image` sees, told of `frontier`, that records exist which it lacks.
bool lacks_some(const DeviceImage& image, const HeldEpoch& other) {
  return std::any_of(other.frontier.begin(), other.frontier.end(),
                     [&](const RecordId& record) { return !holds(image, other.circle, record); });
}

}  // namespace

std::optional<std::string> Rules::judge_move(const State& before,
                                             const Successor& successor) const {
  if (auto what = judge_session(before, successor)) return what;
  if (auto what = judge_losses(before, successor.state)) return what;
  return judge_commits(*successor.state.facts);
}

// Nobody asks without end, or is made to lose one race after another; and where nobody lies, no
// session ends in an error but that it has to come again.
std::optional<std::string> Rules::judge_session(const State&, const Successor& successor) const {
  const Happened& happened = successor.happened;
  const bool honest = scenario_.lies == 0;
  // A relay that lies can keep a session talking (to an end), and make anybody lose.
  if (happened.too_long && honest) return at(happened.device, "asks without end");
  const FlightPtr& flight = successor.state.flights[happened.device];
  if (honest && flight && flight->lost_races > scenario_.lost_races_max) {
    return at(happened.device, "is starved");
  }
  if (!happened.ended) return std::nullopt;
  const bool tolerated =
      happened.ended->key == "relay.busy" || (!honest && happened.ended->key != "store.damaged");
  if (tolerated) return std::nullopt;
  return at(happened.device, "ends a session with ") + happened.ended->key;
}

// A record is lost to a device only after an officer took it out, and to everybody never.
std::optional<std::string> Rules::judge_losses(const State& before, const State& after) const {
  for (std::size_t i = 0; i < setting_.size(); ++i) {
    if (before.devices[i] == after.devices[i] || after.facts->removal_wished[i]) continue;
    if (after.devices[i]->removed) return at(i, "thinks itself removed, and nobody did that");
    const auto now = known_to(*after.devices[i]);
    if (!includes(now, before.devices[i]->records)) return at(i, "lost a record");
  }
  std::vector<Bytes> now;
  for (const DeviceImagePtr& image : after.devices) {
    const auto known = known_to(*image);
    now.insert(now.end(), known.begin(), known.end());
  }
  std::sort(now.begin(), now.end());
  for (std::size_t i = 0; i < setting_.size(); ++i) {
    if (before.devices[i] == after.devices[i] || after.facts->removal_wished[i]) continue;
    if (!includes(now, known_to(*before.devices[i]))) return "a record is gone from everywhere";
  }
  return std::nullopt;
}

// An officer signs a second commit for a position only when he may know that the first is lost.
std::optional<std::string> Rules::judge_commits(const Facts& facts) const {
  for (std::size_t i = 0; i < facts.commits.size(); ++i) {
    for (std::size_t j = i + 1; j < facts.commits.size(); ++j) {
      const SentCommit& one = facts.commits[i];
      const SentCommit& two = facts.commits[j];
      if (one.signer == two.signer && one.position == two.position && !one.dead) {
        return "an officer has two live commits for one position";
      }
    }
  }
  return std::nullopt;
}

std::optional<std::string> Rules::judge_state(const State& state) {
  if (state.tape->secret_used_twice()) return "two epochs were made with one secret";
  for (std::size_t i = 0; i < setting_.size(); ++i) {
    if (auto what = judge_secrets(state, i)) return what;
    for (std::size_t j = 0; j < i; ++j) {
      if (auto what = judge_heads(state, i, j)) return what;
    }
  }
  return std::nullopt;
}

const Closure& Rules::closure(const DeviceImagePtr& image, const Tape& tape) {
  const auto key = std::pair(image->print, tape.print());
  const auto known = closures_.find(key);
  if (known != closures_.end()) return known->second;
  if (closures_.size() >= kClosuresMax) closures_.clear();
  return closures_.emplace(key, closure_of({image}, tape)).first->second;
}

// What a device has left behind does not follow from what it holds and all that was ever recorded;
// and what was made to be closed to it does not follow from the last that it held.
std::optional<std::string> Rules::judge_secrets(const State& state, std::size_t device) {
  const DeviceImage& image = *state.devices[device];
  if (image.removed || image.at_rest) {
    for (const OpenedEpoch& epoch : closure(state.devices[device], *state.tape).epochs) {
      if (image.removed) return at(device, "was removed and still opens an epoch");
      const HeldEpoch* held = held_of(image, epoch.circle);
      if (held == nullptr || held->number < epoch.number || held->header == epoch.header) continue;
      return at(device, "still opens an epoch that it left: ") + epoch.circle.hex().substr(0, 6) +
             "/" + std::to_string(epoch.number);
    }
  }
  const Facts& facts = *state.facts;
  if (!facts.removal_wished[device]) return judge_path(state, device);
  const Closure& before = closure(facts.last_live[device], *state.tape);
  for (const OpenedEpoch& epoch : before.epochs) {
    const RemovedTag tag = removed_tag(epoch.circle, setting_.devices[device]);
    if (std::binary_search(epoch.removed.begin(), epoch.removed.end(), tag)) {
      return at(device, "opens an epoch that has its tag");
    }
  }
  // Put back to before a removal, the relay takes again what was lawful then.
  const bool late = !scenario_.may_fork && facts.removal_landed[device] != 0 &&
                    std::any_of(facts.late.begin(), facts.late.end(), [&](const BlobName& blob) {
                      return before.blobs.contains(blob) && !facts.early.contains(blob);
                    });
  if (late) return at(device, "reads what was sent after its removal");
  return std::nullopt;
}

// Whatever is on its way: a member can open the newest epochs with what it holds at this moment.
std::optional<std::string> Rules::judge_path(const State& state, std::size_t device) {
  if (scenario_.lies != 0 || scenario_.officer_waits || scenario_.member_waits) return std::nullopt;
  const Closure& open = closure(state.devices[device], *state.tape);
  const auto& rows = state.relays.front()->storage.rows(RelayTable::epoch);
  const bool all = std::all_of(rows.begin(), rows.end(), [&](const auto& row) {
    const auto epoch = from_row<EpochRow>(row.second);
    return std::any_of(open.epochs.begin(), open.epochs.end(),
                       [&](const OpenedEpoch& opened) { return opened.header == epoch->header; });
  });
  return all ? std::nullopt : std::optional(at(device, "has no way into the newest epoch"));
}

// Two who tell each other their roll head and what they have seen of a circle: when that is the
// same, what they hold is the same; and when each holds what the other lacks, it shows.
std::optional<std::string> Rules::judge_heads(const State& state, std::size_t one,
                                              std::size_t other) const {
  const DeviceImage& left = *state.devices[one];
  const DeviceImage& right = *state.devices[other];
  if (left.removed || right.removed || left.acts != right.acts) return std::nullopt;
  for (const HeldEpoch& mine : left.held) {
    const HeldEpoch* theirs = held_of(right, mine.circle);
    if (mine.circle == setting_.roll || theirs == nullptr || theirs->header != mine.header) {
      continue;
    }
    if (mine.header.is_zero()) continue;
    const auto ours = records_of(left, mine.circle);
    const auto other_records = records_of(right, mine.circle);
    const bool same = mine.frontier == theirs->frontier;
    if (same && ours != other_records) return at(one, "has the same heads and other records");
    const bool apart = !includes(ours, other_records) && !includes(other_records, ours);
    if (apart && !(lacks_some(left, *theirs) && lacks_some(right, mine))) {
      return at(one, "is on another branch and cannot see it");
    }
  }
  return std::nullopt;
}

}  // namespace kluis::test
