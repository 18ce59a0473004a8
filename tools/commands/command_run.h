#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/result.h"
#include "tools/commands/syncing.h"
#include "tools/commands/verb.h"
#include "tools/terminal/console.h"
#include "vault/env/clock.h"
#include "vault/env/entropy.h"
#include "vault/platform/vault_lock.h"
#include "vault/vault.h"

namespace kluis {

// One run of a verb: the console, what `main` made, and the vault once the verb asks for it.
// The vault is opened at most once; its lock is held from then until the run ends.
class CommandRun {
 public:
  struct Surroundings {
    const Console& console;
    const Clock& clock;
    Entropy& entropy;
    const PasswordHasher& hasher;
    Syncing& syncing;
    std::string vault_folder;
    std::optional<std::string> passphrase_file;
    std::string device_name;  // what this computer is called
    unsigned thread_count = 1;
  };

  explicit CommandRun(const Surroundings& around) : around_(around) {}

  [[nodiscard]] const Console& console() const { return around_.console; }
  [[nodiscard]] Language language() const { return around_.console.language(); }
  [[nodiscard]] Syncing& syncing() { return around_.syncing; }
  [[nodiscard]] const Clock& clock() const { return around_.clock; }
  [[nodiscard]] Entropy& entropy() { return around_.entropy; }
  [[nodiscard]] const std::string& computer_name() const { return around_.device_name; }
  [[nodiscard]] const std::optional<std::string>& passphrase_file() const {
    return around_.passphrase_file;
  }

  // The vault in whatever state: asks for the passphrase, waits for the lock, opens.
  // Errors: disk "vault.none", "vault.unfinished"; locked "vault.in_use", "slot.wrong_passphrase";
  // …
  [[nodiscard]] Result<Vault*> any_vault();
  // The same, of an active device. Errors: no-access "vault.waiting", "vault.removed".
  [[nodiscard]] Result<Vault*> vault();
  // A new vault in the folder, which is made. One that was never finished, and opens with the same
  // passphrase, makes way. Errors: usage "vault.exists"; …
  [[nodiscard]] Result<Vault*> new_vault();
  // Takes back what new_vault made.
  [[nodiscard]] Status discard_new_vault();
  // Closes the vault and gives its lock back; any_vault opens it again without asking.
  void close();

  // After an officer's wish: a sync. Its failure is what went wrong afterwards; the wish is kept.
  [[nodiscard]] std::optional<Error> carry_out(Vault& vault);

  // A sentence of tools/text in the language of the run.
  [[nodiscard]] std::string text(std::string_view key,
                                 const std::vector<std::string>& arguments = {}) const;

 private:
  [[nodiscard]] Vault::Surroundings surroundings() const;
  [[nodiscard]] Status discard_unfinished(ByteView passphrase);
  [[nodiscard]] Status open_disk(bool create);
  [[nodiscard]] Status open_document_disk();

  Surroundings around_;
  std::optional<SecretBuffer> passphrase_;
  std::unique_ptr<VaultLock> lock_;
  std::unique_ptr<Disk> disk_;
  std::unique_ptr<Disk> document_disk_;
  std::optional<Vault> vault_;  // closed before the lock is given back
};

}  // namespace kluis
