#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "vault/core/device.h"
#include "vault/core/opened_roll.h"

// Which of the records that look like acts are the roll's. Whoever reads the roll can append to it,
// so a record of an act's kind means nothing by itself: it counts when an officer of the roll as
// folded so far signed it. Anything else is junk by the member who wrote it, and stops nobody. What
// an officer signed is never junk: two such acts at one place are a fork.
namespace kluis {
namespace {

struct ReadAct {
  Act act;
  const VerifiedRecord* record;

  [[nodiscard]] const RecordId& id() const { return record->id(); }
  [[nodiscard]] const DeviceId& author() const { return record->record().author; }
};

// By place in the roll; more than one at a place when somebody wrote what he may not.
using ActsByNumber = std::map<std::uint64_t, std::vector<ReadAct>>;

// The acts that lead up to the one that names `header`, the newest epoch of the roll. Of two acts
// at one place, one by an officer who was removed meanwhile, these are the roll's.
std::set<RecordId> chain_of(const ActsByNumber& acts, const VerifiedHeader& header) {
  std::map<RecordId, const ReadAct*> by_id;
  const ReadAct* at = nullptr;
  for (const auto& [number, places] : acts) {
    for (const ReadAct& act : places) {
      by_id[act.id()] = &act;
      const auto* epoch = std::get_if<EpochAct>(&act.act.body);
      // Who seals an epoch signs the commit that names it.
      const bool names = epoch != nullptr && epoch->header == header.hash();
      if (names && act.author() == header.signer()) at = &act;
    }
  }
  std::set<RecordId> chain;
  while (at != nullptr && chain.insert(at->id()).second) {
    const auto before = by_id.find(at->act.place.previous_act);
    at = before == by_id.end() ? nullptr : before->second;
  }
  return chain;
}

}  // namespace

// One fold of an update's acts onto the state before it.
class Device::RollFold {
 public:
  RollFold(const std::optional<RollState>& before, const RaadId& raad, OpenedRoll& opened)
      : state_(before), raad_(raad), opened_(opened) {}

  void read(const std::vector<VerifiedRecord>& records) {
    for (const VerifiedRecord& record : records) {
      if (!is_act(record.record().kind)) continue;
      auto act = decode_act(record.record().kind, record.record().body);
      const bool foreign = record.record().kind == RecordKind::genesis &&
                           !same_bytes(record.id().view(), raad_.view());
      if (!act || foreign) {
        unread_.push_back({&record, act ? "roll.genesis" : act.error().key});
        continue;
      }
      const std::uint64_t number = act->place.act_number;
      acts_[number].push_back({std::move(*act), &record});
    }
    if (opened_.header) chain_ = chain_of(acts_, *opened_.header);
  }

  // `judge_epoch` is called after each commit.
  Status fold(const std::function<Status(const RollState&)>& judge_epoch) {
    next_ = state_ ? state_->head().act_number + 1 : 0;
    for (const auto& [number, places] : acts_) {
      const ReadAct* act = number == next_ ? choose(places) : nullptr;
      for (const ReadAct& other : places) {
        if (&other != act) aside_.push_back(&other);
      }
      if (act == nullptr) continue;
      ++next_;
      commit_.push_back(*act->record);
      if (!act->act.place.last_in_commit) continue;
      KLUIS_TRY(after, state_ ? std::move(*state_).after(commit_) : RollState::found(commit_));
      state_ = std::move(after);
      commit_.clear();
      KLUIS_CHECK(judge_epoch(*state_));
    }
    return state_ ? Status() : broken("roll.no_genesis");
  }

  // What was not folded: junk, or an officer's wrong act. Sets `fork_by` when it is a fork.
  Status judge_rest(std::optional<DeviceId>& fork_by) {
    for (const auto& [record, error] : unread_) {
      if (state_->is_officer(record->record().author)) return broken(error);
      opened_.junk.push_back({record->id(), record->record().author});
    }
    for (const ReadAct* act : aside_) {
      const std::uint64_t number = act->act.place.act_number;
      // An officer now, and when that act would have been signed.
      const bool officer = state_->is_officer(act->author()) && number != 0 &&
                           state_->was_officer(act->author(), number - 1);
      if (!officer) {
        opened_.junk.push_back({act->id(), act->author()});
        continue;
      }
      if (number >= next_) return broken("roll.act_missing");
      fork_by = act->author();
      return broken("fork.two_acts");
    }
    return {};
  }

  // The acts of a commit of which more is to come.
  [[nodiscard]] std::set<RecordId> unfinished() const {
    std::set<RecordId> ids;
    for (const VerifiedRecord& record : commit_) ids.insert(record.id());
    return ids;
  }
  [[nodiscard]] RollState take() { return std::move(*state_); }

 private:
  // The acts of one commit come together: who may act is judged before it. An `execute` by the one
  // it appoints comes with decrees.
  [[nodiscard]] bool may_act(const ReadAct& act) const {
    if (state_) return state_->is_officer(act.author());
    if (commit_.empty()) return act.record->record().kind == RecordKind::genesis;
    return act.author() == commit_.front().record().author;
  }

  [[nodiscard]] bool is_followed(const ReadAct& act) const {
    const auto after = acts_.find(next_ + 1);
    return after != acts_.end() &&
           std::any_of(after->second.begin(), after->second.end(), [&](const ReadAct& follower) {
             return may_act(follower) && follower.act.place.previous_act == act.id();
           });
  }

  // The act that stands at a place: one that an officer signed, and of several the one that the
  // roll goes on from.
  [[nodiscard]] const ReadAct* choose(const std::vector<ReadAct>& places) const {
    const ReadAct* first = nullptr;
    const ReadAct* followed = nullptr;
    for (const ReadAct& act : places) {
      if (!may_act(act)) continue;
      if (chain_.contains(act.id())) return &act;
      if (first == nullptr) first = &act;
      if (followed == nullptr && is_followed(act)) followed = &act;
    }
    return followed != nullptr ? followed : first;
  }

  std::optional<RollState> state_;
  const RaadId& raad_;
  OpenedRoll& opened_;
  ActsByNumber acts_;
  std::set<RecordId> chain_;
  std::uint64_t next_ = 0;
  std::vector<VerifiedRecord> commit_;
  struct Unread {
    const VerifiedRecord* record;
    std::string error;
  };
  std::vector<Unread> unread_;
  std::vector<const ReadAct*> aside_;
};

// Folds the new acts, whole commits only. Items from the first act of an unfinished commit on are
// left for the next sync.
Result<RollState> Device::fold_roll(OpenedRoll& opened,
                                    const std::vector<VerifiedRecord>& records) {
  KLUIS_TRY(row, rows_.local("raad"));
  const auto raad = row ? RaadId::from(*row) : std::nullopt;
  if (!raad) return broken("store.damaged");
  RollFold fold(roll_, *raad, opened);
  fold.read(records);
  KLUIS_CHECK(fold.fold([&](const RollState& state) { return judge_roll_epoch(opened, state); }));
  std::optional<DeviceId> fork_by;
  if (Status status = fold.judge_rest(fork_by); !status) {
    if (fork_by) KLUIS_CHECK(raise_alarm("fork", fork_by->hex()));
    return tl::unexpected<Error>(status.error());
  }
  const std::set<RecordId> unfinished = fold.unfinished();
  for (std::size_t i = 0; i < opened.items.size() && !unfinished.empty(); ++i) {
    const auto* item = opened.items[i] ? std::get_if<ItemRecord>(&*opened.items[i]) : nullptr;
    if (item == nullptr || !unfinished.contains(item->record)) continue;
    opened.item_count = i;
    break;
  }
  return fold.take();
}

// The header that opened the update, judged at the very act that names it.
Status Device::judge_roll_epoch(OpenedRoll& opened, const RollState& state) {
  const RolledCircle* rolled = state.circle(opened.state.alias);
  const bool named = rolled != nullptr && opened.header && opened.list &&
                     rolled->newest() == opened.header->hash();
  if (!named) return {};
  if (!state.was_officer(opened.header->signer(), rolled->newest_act)) {
    return broken("header.officer");
  }
  KLUIS_CHECK(check_list(state, *opened.list, *opened.header, rolled->newest_act));
  opened.header_judged = true;
  return {};
}

}  // namespace kluis
