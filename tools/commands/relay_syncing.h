#pragma once

#include <memory>

#include "sync/channel/relay_link.h"
#include "tools/commands/syncing.h"
#include "vault/env/clock.h"
#include "vault/env/entropy.h"

namespace kluis {

// Syncing over the network.
class RelaySyncing final : public Syncing {
 public:
  explicit RelaySyncing(Entropy& entropy) : entropy_(entropy) {}

  [[nodiscard]] Status found(Vault& vault, const FoundRequest& request) override;
  [[nodiscard]] Result<Invited> invite(Vault& vault, const InviteRequest& request) override;
  [[nodiscard]] Status cancel(Vault& vault, const MailboxId& mailbox) override;
  [[nodiscard]] Status join(Vault& vault, const Link& link, const SecretBuffer& code,
                            const std::string& device_name) override;
  [[nodiscard]] Result<SyncReport> sync(Vault& vault) override;
  [[nodiscard]] Status watch(const RelayPlace& relay, const Watch& watch) override;

 private:
  Entropy& entropy_;
};

}  // namespace kluis
