#pragma once

#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "proto/ids.h"
#include "proto/result.h"
#include "sync/relay/rows.h"
#include "sync/relay/storage.h"
#include "vault/env/clock.h"

// What the relay's rules read and write, in their own terms.
namespace kluis {

// A tenancy while a request works on it. Whoever changes `row` saves it before the request ends.
struct Tenancy {
  TenancyId id;
  TenancyRow row;
};

using BlobNames = std::set<BlobName>;

// Requires (everything that writes): inside a transaction of the storage.
// Errors: those of Storage; refusals (sync/relay/refusal.h) where a function says so.
class RelayState {
 public:
  RelayState(Storage& storage, const Clock& clock) : storage_(storage), clock_(clock) {}

  template <typename Row>
  [[nodiscard]] Result<std::optional<Row>> find(RelayTable table, ByteView key) {
    KLUIS_TRY(value, storage_.get(table, key));
    if (!value) return std::optional<Row>();
    KLUIS_TRY(row, from_row<Row>(*value));
    return std::optional<Row>(std::move(row));
  }
  template <typename Row>
  [[nodiscard]] Status save(RelayTable table, ByteView key, const Row& row) {
    return storage_.put(table, key, to_row(row));
  }
  [[nodiscard]] Result<bool> has(RelayTable table, ByteView key);
  [[nodiscard]] std::int64_t now() const { return clock_.now().value; }
  [[nodiscard]] Storage& storage() { return storage_; }

  // Refuses: unknown_name.
  [[nodiscard]] Result<Tenancy> tenancy(const TenancyId& id);
  [[nodiscard]] Status save(const Tenancy& tenancy);
  [[nodiscard]] Result<std::optional<CircleAlias>> alias_of(const TenancyId& tenancy,
                                                            const CircleName& name);
  [[nodiscard]] Result<std::optional<EpochRow>> epoch(const TenancyId& tenancy,
                                                      const CircleAlias& circle);
  [[nodiscard]] Status save_epoch(const TenancyId& tenancy, const CircleAlias& circle,
                                  const EpochRow& row);
  // Refuses: unknown_name.
  [[nodiscard]] Result<EpochTextRow> epoch_text(const TenancyId& tenancy,
                                                const CircleAlias& circle);
  [[nodiscard]] Result<bool> is_officer(const TenancyId& tenancy, const OfficerKey& key);
  // How many epochs were lifted, ever.
  [[nodiscard]] Result<std::uint64_t> lifts(const TenancyId& tenancy);
  [[nodiscard]] Status count_lift(const TenancyId& tenancy);

  // ---- Blobs ----
  [[nodiscard]] Result<std::optional<BlobRow>> blob(const TenancyId& tenancy, const BlobName& name);
  // Adds the next slice. A slice that is there already changes nothing, nor does one that skips
  // ahead. Boxes or a list that an epoch names and whose bytes are wrong are forgotten again.
  // Requires: the sizes were checked.
  [[nodiscard]] Result<BlobRow> stage(Tenancy& tenancy, const StageRequest& request);
  [[nodiscard]] Result<Bytes> read_slice(const TenancyId& tenancy, const BlobName& name,
                                         std::uint32_t slice);
  // Requires: complete.
  [[nodiscard]] Result<Bytes> read_blob(const TenancyId& tenancy, const BlobName& name);
  // Counts `circle` among those that name the blob. Once for each circle.
  [[nodiscard]] Status name_blob(const TenancyId& tenancy, const CircleAlias& circle,
                                 const BlobName& name, BlobUse use, const Digest& expected);
  // The circle no longer names it; the last one erases it, and `erased` then has it.
  [[nodiscard]] Status drop_blob(Tenancy& tenancy, const CircleAlias& circle, const BlobName& name,
                                 BlobNames& erased);
  [[nodiscard]] Status drop_all_blobs(Tenancy& tenancy, const CircleAlias& circle,
                                      BlobNames& erased);
  [[nodiscard]] Status erase_blob(Tenancy& tenancy, const BlobName& name, const BlobRow& row);
  // Whether the bytes of a complete blob are the boxes or list with this hash.
  [[nodiscard]] Result<bool> hashes_to(const TenancyId& tenancy, const BlobName& name, BlobUse use,
                                       const Digest& expected);

  // ---- Items ----
  // Appends to `epoch`, which the caller saves. An item that is there already keeps its index: a
  // device whose acknowledgement was lost, or two that refill a relay, append it once.
  // Requires: its blobs are complete and named.
  [[nodiscard]] Result<std::uint32_t> append_item(Tenancy& tenancy, const CircleAlias& circle,
                                                  EpochRow& epoch, const SentItem& item);
  [[nodiscard]] Status erase_items(Tenancy& tenancy, const CircleAlias& circle, EpochRow& epoch);
  // Chain after the first `count` items. Requires: count <= epoch.count.
  [[nodiscard]] Result<Chain> chain_at(const TenancyId& tenancy, const CircleAlias& circle,
                                       const EpochRow& epoch, std::uint32_t count);

 private:
  [[nodiscard]] Status erase_slices(const TenancyId& tenancy, const BlobName& name);
  [[nodiscard]] Result<std::optional<std::uint32_t>> find_item(const TenancyId& tenancy,
                                                               const CircleAlias& circle,
                                                               const EpochRow& epoch,
                                                               ByteView item);

  // Where the items of one circle are, as far as they were looked up. Nothing that is not in the
  // storage: it counts only while its chain is that of the epoch.
  struct KnownItems {
    Chain chain;
    std::unordered_map<std::size_t, std::uint32_t> indexes;  // by a hash of the item
  };
  [[nodiscard]] Result<KnownItems*> known_items(const TenancyId& tenancy, const CircleAlias& circle,
                                                const EpochRow& epoch);

  std::map<std::pair<TenancyId, CircleAlias>, KnownItems> known_items_;
  std::size_t known_count_ = 0;
  Storage& storage_;
  const Clock& clock_;
};

}  // namespace kluis
