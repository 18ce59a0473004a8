#pragma once

#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sync/relay/state.h"
#include "tests/support/simulated_raad.h"

// A relay that shows each device what it likes. It stands before the product's own relay, and knows
// more than any relay can: what lies in each item. What it keeps from a device it keeps well: the
// chains and digests of its answers fit what it shows.
namespace kluis::test {

enum class Hideable {
  header,   // that a newer epoch of a circle, or of the roll, is there
  newest,   // the newest epoch of a dossier circle, where an older one is still new to the device
  boxes,    // the boxes of a newer epoch
  list,     // its key list
  act,      // items of the roll
  leaf,     // leaf cells
  cell,     // other cells
  welcome,  // also those for others
  record,   // items of dossier circles
  blob,     // the bytes of a record or an act
};
constexpr std::array kHideables = {
    Hideable::header, Hideable::newest, Hideable::boxes,   Hideable::list,   Hideable::act,
    Hideable::leaf,   Hideable::cell,   Hideable::welcome, Hideable::record, Hideable::blob};
[[nodiscard]] const char* name_of(Hideable what);

class HidingRelay {
 public:
  explicit HidingRelay(SimulatedRaad& raad);

  // Whether something is kept from the device that asks. Absent: nothing is.
  std::function<bool(const Party& asking, Hideable what)> hides;
  // The same for the bytes of one blob.
  std::function<bool(const Party& asking, const BlobName& blob)> hides_blob;
  // Whether what a device appends is acknowledged and thrown away.
  std::function<bool(const Party& author, Hideable what)> loses;

  // One session, from what is stored. Errors: the session's.
  [[nodiscard]] Result<SessionReport> sync(Party& party);
  // What the device asked in the last session.
  [[nodiscard]] const std::vector<Request>& asked() const { return asked_; }

 private:
  // What one device was shown of one epoch: indexes of items, in the order shown.
  using Shown = std::vector<std::uint32_t>;

  [[nodiscard]] bool hidden(Hideable what) const { return hides && hides(*party_, what); }
  void learn_secrets(Party& party);
  [[nodiscard]] Hideable kind_of(const CircleAlias& circle, std::uint64_t number, ByteView item);
  [[nodiscard]] Response answer(RelaySession& session, const Request& request);
  [[nodiscard]] Response hello_superseded(const RelaySession& session, const Request& request,
                                          Response honest);
  [[nodiscard]] SyncAnswer answer_sync(const TenancyId& tenancy,
                                       const std::vector<SyncEntry>& entries);
  void show(const SyncEntry& entry, SyncAnswer& answer, std::vector<SyncEntry>& now);
  void show_items(const SyncEntry& entry, const CircleAlias& circle, const EpochRow& epoch,
                  SyncAnswer& answer, std::vector<SyncEntry>& now);
  [[nodiscard]] std::vector<SentItem> items_of(const CircleAlias& circle);
  // What it showed others, or keeps: the newest epoch but the last one that is new to the device.
  [[nodiscard]] const Superseded* older_epoch(const CircleAlias& circle, const CircleName& held);
  void keep_epochs();
  [[nodiscard]] bool lost(const RelaySession& session, const Request& request);

  SimulatedRaad& raad_;
  RelayState state_;
  const Party* party_ = nullptr;  // who asks
  TenancyId tenancy_;
  std::vector<Request> asked_;
  std::map<std::pair<CircleAlias, std::uint64_t>, EpochSecret> secrets_;
  std::map<std::pair<std::string, HeaderHash>, Shown> shown_;
  std::map<CircleAlias, std::map<std::uint64_t, Superseded>> epochs_;  // kept, by number
};

}  // namespace kluis::test
