#pragma once

#include <array>
#include <map>
#include <memory>
#include <vector>

#include "sync/relay/storage.h"

namespace kluis {

// A relay's storage in memory, for explorations and simulations. Nothing is durable. A copy is the
// whole state of a relay at that moment; tables are shared between copies until one writes.
class MemoryStorage : public Storage {
 public:
  using Rows = std::map<Bytes, Bytes>;

  MemoryStorage();
  // Requires: no transaction is open.
  MemoryStorage(const MemoryStorage& other);
  MemoryStorage& operator=(const MemoryStorage& other);

  [[nodiscard]] Result<std::optional<Bytes>> get(RelayTable table, ByteView key) override;
  [[nodiscard]] Status put(RelayTable table, ByteView key, ByteView value) override;
  [[nodiscard]] Status erase(RelayTable table, ByteView key) override;
  [[nodiscard]] Status erase_prefix(RelayTable table, ByteView prefix) override;
  [[nodiscard]] Status scan(RelayTable table, ByteView prefix, ByteView start,
                            const std::function<bool(ByteView, ByteView)>& visit) override;
  [[nodiscard]] Status transact(const std::function<Status()>& change) override;

  // For those who compare or search states.
  [[nodiscard]] const Rows& rows(RelayTable table) const;

 private:
  struct Undo {
    RelayTable table;
    Bytes key;
    std::optional<Bytes> before;
  };

  [[nodiscard]] Rows& writable(RelayTable table);
  void remember(RelayTable table, const Bytes& key, const Rows& rows);
  void take_back(std::size_t mark);

  std::array<std::shared_ptr<Rows>, kRelayTables> tables_;
  std::vector<Undo> undo_;
  int depth_ = 0;
};

}  // namespace kluis
