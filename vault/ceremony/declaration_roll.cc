#include "vault/ceremony/declaration_roll.h"

#include <optional>
#include <utility>

namespace kluis {
namespace {

class Fold {
 public:
  explicit Fold(const DecreeId& decree) : decree_(decree) {}

  Status take(const SignedRecord& signed_act) {
    KLUIS_TRY(record, VerifiedRecord::from(signed_act));
    KLUIS_TRY(act, decode_act(record.record().kind, record.record().body));
    executes_ = executes_ || record.record().kind == RecordKind::execute;
    commit_.push_back(std::move(record));
    return act.place.last_in_commit ? finish_commit() : Status();
  }

  Result<DeclaredRoll> finish() && {
    if (!commit_.empty() || !now_) return broken("declaration.acts");
    if (!then_) return broken("declaration.not_executed");
    return DeclaredRoll{*std::move(now_), *std::move(then_), std::move(officers_), decree_};
  }

 private:
  Status finish_commit() {
    const bool watched = executes_ && !then_ && now_;
    if (watched) officers_ = now_->officer_keys();
    auto next = now_ ? (*std::move(now_)).after(commit_) : RollState::found(commit_);
    KLUIS_CHECK(next);
    now_ = *std::move(next);
    if (watched && now_->executed().contains(decree_)) then_ = now_;
    commit_.clear();
    executes_ = false;
    return {};
  }

  DecreeId decree_;
  std::vector<VerifiedRecord> commit_;
  bool executes_ = false;  // an act of the commit
  std::optional<RollState> now_;
  std::optional<RollState> then_;
  std::vector<OfficerKey> officers_;
};

}  // namespace

Result<DeclaredRoll> fold_declared_roll(const std::vector<SignedRecord>& acts,
                                        const DecreeId& decree) {
  Fold fold(decree);
  for (const SignedRecord& act : acts) KLUIS_CHECK(fold.take(act));
  return std::move(fold).finish();
}

}  // namespace kluis
