#include "sync/relay/answer.h"

#include "proto/commit.h"
#include "proto/limits.h"
#include "sync/relay/limits.h"
#include "sync/relay/refusal.h"
#include "vault/core/chain.h"

namespace kluis {
namespace {

constexpr std::size_t kAnswerOverhead = 512;  // of one circle's answer, encoded
constexpr std::size_t kItemOverhead = 64;     // of one item, encoded

std::size_t size_of(const Superseded& answer) {
  return answer.op.bytes.size() + answer.signed_header.size() + answer.boxes.size() +
         kAnswerOverhead;
}

std::size_t size_of(const SentItem& item) {
  return item.item.size() + item.blobs.size() * (BlobName::kSize + 8) + kItemOverhead;
}

// Answers one sync; keeps count of the room that is left in the frame.
class SyncAnswerer {
 public:
  SyncAnswerer(RelayState& state, const TenancyId& tenancy) : state_(state), tenancy_(tenancy) {}

  Status add(const SyncEntry& entry, std::vector<CircleAlias>& circles) {
    KLUIS_TRY(alias, state_.alias_of(tenancy_, entry.name));
    if (!alias) {
      now_.push_back({entry.name, 0, {}});
      place(Unknown{entry.name}, kAnswerOverhead);
      return {};
    }
    circles.push_back(*alias);
    KLUIS_TRY(epoch, state_.epoch(tenancy_, *alias));
    if (!epoch) return broken("relay.store_damaged");
    const bool current = epoch->name == entry.name;
    now_.push_back(current ? SyncEntry{entry.name, epoch->count, shorten(epoch->chain)}
                           : SyncEntry{entry.name, 0, {}});
    const bool only_name_known = entry.count == 0 && entry.chain.is_zero();
    // Also for a device that knows no more than the name, be it the current one (proto/message.h).
    if (!current || only_name_known) return add_newest(entry, *alias);
    return add_current(entry, *alias, *epoch);
  }

  [[nodiscard]] Digest digest() const { return sync_digest(now_); }
  [[nodiscard]] std::vector<CircleAnswer> take() { return std::move(answers_); }

 private:
  // The first answer is placed whatever its size: it was cut to fit a frame.
  bool place(CircleAnswer answer, std::size_t size) {
    if (!answers_.empty() && used_ + size > kAnswerBytesMax) return false;
    used_ += size;
    answers_.push_back(std::move(answer));
    return true;
  }

  // Boxes are not read for an answer that has no room for them: whoever asks for the same circle
  // 4096 times would keep the relay reading for all others.
  Result<bool> has_room(const CircleAlias& alias) {
    if (answers_.empty()) return true;
    KLUIS_TRY(text, state_.epoch_text(tenancy_, alias));
    KLUIS_TRY(op, decode_epoch_op(text.op.bytes));
    KLUIS_TRY(boxes, state_.blob(tenancy_, blob_name_of(op.boxes_hash)));
    const std::uint64_t boxes_bytes = boxes && boxes->complete() ? boxes->total_bytes : 0;
    const Superseded bare{{}, text.op, text.signed_header, {}};
    return used_ + size_of(bare) + boxes_bytes <= kAnswerBytesMax;
  }

  Status add_newest(const SyncEntry& entry, const CircleAlias& alias) {
    KLUIS_TRY(room, has_room(alias));
    if (!room) return {};
    KLUIS_TRY(answer, superseded(state_, tenancy_, alias, entry.name));
    const std::size_t size = size_of(answer);
    place(std::move(answer), size);
    return {};
  }

  Status add_current(const SyncEntry& entry, const CircleAlias& alias, const EpochRow& epoch) {
    const Differs differs{entry.name, epoch.count, shorten(epoch.chain)};
    if (entry.count > epoch.count) {
      place(differs, kAnswerOverhead);
      return {};
    }
    KLUIS_TRY(chain, state_.chain_at(tenancy_, alias, epoch, entry.count));
    if (shorten(chain) != entry.chain) {
      place(differs, kAnswerOverhead);
      return {};
    }
    if (entry.count == epoch.count) return {};
    return add_items(entry, alias, epoch);
  }

  Status add_items(const SyncEntry& entry, const CircleAlias& alias, const EpochRow& epoch) {
    NewItems answer{entry.name, entry.count, {}, false};
    std::size_t size = kAnswerOverhead;
    Status status;
    const Bytes prefix = row_key(tenancy_, alias);
    KLUIS_CHECK(state_.storage().scan(RelayTable::item, prefix,
                                      row_key(tenancy_, alias, entry.count),
                                      [&](ByteView, ByteView value) {
                                        auto row = from_row<ItemRow>(value);
                                        if (!row) {
                                          status = tl::unexpected<Error>(std::move(row).error());
                                          return false;
                                        }
                                        const std::size_t more = size_of(row->sent);
                                        const bool fits = used_ + size + more <= kAnswerBytesMax &&
                                                          answer.items.size() < kAnswerItemsMax;
                                        if (!fits && !(answers_.empty() && answer.items.empty()))
                                          return false;
                                        size += more;
                                        answer.items.push_back(std::move(row->sent));
                                        return true;
                                      }));
    KLUIS_CHECK(std::move(status));
    if (answer.items.empty()) return {};
    answer.more = entry.count + answer.items.size() < epoch.count;
    place(std::move(answer), size);
    return {};
  }

  RelayState& state_;
  const TenancyId& tenancy_;
  std::vector<SyncEntry> now_;
  std::vector<CircleAnswer> answers_;
  std::size_t used_ = 0;
};

}  // namespace

Result<Superseded> superseded(RelayState& state, const TenancyId& tenancy,
                              const CircleAlias& circle, const CircleName& asked) {
  KLUIS_TRY(text, state.epoch_text(tenancy, circle));
  KLUIS_TRY(op, decode_epoch_op(text.op.bytes));
  Superseded answer{asked, std::move(text.op), std::move(text.signed_header), {}};
  if (op.kind == HeaderKind::end) return answer;
  const BlobName name = blob_name_of(op.boxes_hash);
  KLUIS_TRY(boxes, state.blob(tenancy, name));
  if (!boxes || !boxes->complete()) return answer;  // lifted, and not refilled yet
  if (size_of(answer) + boxes->total_bytes > kAnswerBytesMax) return answer;
  KLUIS_TRY(bytes, state.read_blob(tenancy, name));
  answer.boxes = std::move(bytes);
  return answer;
}

Result<SyncAnswer> answer_sync(RelayState& state, const Tenancy& tenancy,
                               const std::vector<SyncEntry>& entries,
                               std::vector<CircleAlias>& circles) {
  SyncAnswerer answerer(state, tenancy.id);
  for (const SyncEntry& entry : entries) KLUIS_CHECK(answerer.add(entry, circles));
  return SyncAnswer{tenancy.row.commit_number, answerer.digest(), answerer.take()};
}

}  // namespace kluis
