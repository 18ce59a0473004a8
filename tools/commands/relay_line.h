#pragma once

#include <memory>

#include "sync/channel/relay_link.h"
#include "tools/commands/syncing.h"

namespace kluis {

// A connection over which a vault syncs, once or again and again.
class OpenLine final : public RelayLine {
 public:
  explicit OpenLine(std::unique_ptr<RelayLink> link) : link_(std::move(link)) {}

  [[nodiscard]] Result<SyncReport> sync(Vault& vault) override;
  [[nodiscard]] RelayLink& link() { return *link_; }

 private:
  [[nodiscard]] Status say_what_is_forgotten(Vault& vault);

  std::unique_ptr<RelayLink> link_;
  bool greeted_ = false;  // the relay knows the raad of this connection
};

}  // namespace kluis
