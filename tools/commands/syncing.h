#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "proto/enrol.h"
#include "proto/result.h"
#include "vault/crypto/secret.h"
#include "vault/vault.h"

// Everything a verb does with a relay. The verbs know this alone; the real one is made in `main`.
namespace kluis {

struct SyncReport {
  std::uint64_t sent = 0;      // records and wishes that the relay took
  std::uint64_t received = 0;  // records of others that came in
  std::uint64_t round_trips = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t bytes_in = 0;
  std::vector<std::string> joined;  // names of who became active in this sync
  std::string refused;  // key of the error about what the relay had no room for; empty: nothing
};

struct FoundRequest {
  std::string gemeente;
  std::string person_name;
  std::string device_name;
  RelayPlace relay;
  SecretBuffer voucher;
};

struct Invited {
  Invitation invitation;
  std::string link;
  std::string code;  // to be spoken, and nowhere else
};

// An open connection to the relay.
class RelayLine {
 public:
  virtual ~RelayLine() = default;
  // One conversation, until nothing is left to send or to fetch. On an error of kind relay all work
  // is kept; what had arrived before stays.
  [[nodiscard]] virtual Result<SyncReport> sync(Vault& vault) = 0;
};

class Syncing {
 public:
  virtual ~Syncing() = default;

  // Founds the raad at the relay. Errors: kind relay when it is away or takes no such voucher; the
  // vault then means nothing and is to be discarded.
  [[nodiscard]] virtual Status found(Vault& vault, const FoundRequest& request) = 0;

  // Makes the invitation; the next sync puts it into the mailbox.
  [[nodiscard]] virtual Result<Invited> invite(Vault& vault, const InviteRequest& request) = 0;
  [[nodiscard]] virtual Status cancel(Vault& vault, const MailboxId& mailbox) = 0;

  // Answers the invitation; the next sync delivers the answer. `code`: as typed.
  [[nodiscard]] virtual Status join(Vault& vault, const Link& link, const SecretBuffer& code,
                                    const std::string& device_name) = 0;

  // Connects, and then as RelayLine::sync.
  [[nodiscard]] virtual Result<SyncReport> sync(Vault& vault) = 0;

  // Keeps a line open. Calls `turn` at the start and whenever the relay says that there may be
  // news; it returns false to stop. Ends with success on SIGINT or SIGTERM.
  // `away` hears why the line broke or a turn could not be; it comes back by itself, each time
  // later. Errors: those of `turn` that waiting does not cure.
  struct Watch {
    std::function<Result<bool>(RelayLine&)> turn;
    std::function<void(const Error&)> away;
  };
  [[nodiscard]] virtual Status watch(const RelayPlace& relay, const Watch& watch) = 0;
};

}  // namespace kluis
