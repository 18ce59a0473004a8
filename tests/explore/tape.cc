#include "tests/explore/tape.h"

#include <algorithm>
#include <variant>

#include "vault/core/epoch.h"

namespace kluis::test {

void Tape::add(Kind kind, ByteView content) {
  const Fingerprint print = Printer().add(static_cast<std::uint64_t>(kind)).add(content).print();
  if (!known_.insert(print).second) return;
  print_ = {print_.left + print.left, print_.right ^ print.right};
  const auto header = kind == Kind::header ? VerifiedHeader::from(content)
                                           : Result<VerifiedHeader>(broken("no header"));
  if (header) {
    const auto made = commitments_.emplace(header->header().commitment, header->hash());
    secret_used_twice_ |= made.first->second != header->hash();
  }
  last_ = std::make_shared<const Link>(Link{{kind, to_bytes(content)}, last_});
}

TapePtr Tape::with(const TapePtr& tape, const Request& request) {
  const auto* stage = std::get_if<StageRequest>(&request);
  const auto* append = std::get_if<AppendRequest>(&request);
  const auto* commit = std::get_if<CommitRequest>(&request);
  const auto* admit = std::get_if<AdmitRaadRequest>(&request);
  const auto* lift = std::get_if<LiftRequest>(&request);
  const SignedCommit* signed_commit = nullptr;
  if (commit != nullptr) signed_commit = &commit->commit;
  if (admit != nullptr) signed_commit = &admit->commit;
  if (!stage && !append && !signed_commit && !lift) return tape;
  auto longer = tape ? std::make_shared<Tape>(*tape) : std::make_shared<Tape>();
  if (stage != nullptr) longer->add(Kind::bytes, stage->bytes);
  if (append != nullptr) longer->add(Kind::item, append->item);
  if (lift != nullptr) {
    longer->add(Kind::header, lift->signed_header);
    for (const StagedBlob& blob : lift->blobs) longer->add(Kind::bytes, blob.bytes);
  }
  if (admit != nullptr) {
    for (const StagedBlob& blob : admit->blobs) longer->add(Kind::bytes, blob.bytes);
  }
  const auto decoded =
      signed_commit == nullptr ? std::nullopt : std::optional(decode_commit(signed_commit->bytes));
  if (decoded && *decoded) {
    for (const EpochChange& change : (*decoded)->epochs) {
      longer->add(Kind::header, change.signed_header);
    }
    for (const CommitAppend& each : (*decoded)->appends) longer->add(Kind::item, each.item);
  }
  return tape && longer->print_ == tape->print_ ? tape : longer;
}

std::vector<const Tape::Entry*> Tape::entries() const {
  std::vector<const Entry*> all;
  for (const Link* link = last_.get(); link != nullptr; link = link->before.get()) {
    all.push_back(&link->entry);
  }
  std::reverse(all.begin(), all.end());
  return all;
}

}  // namespace kluis::test
