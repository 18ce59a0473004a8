#include "tools/commands/command_run.h"

#include "tools/terminal/ask.h"
#include "tools/text/sentence.h"
#include "vault/platform/folder.h"

namespace kluis {
namespace {

constexpr const char* kDocumentFolder = "/documents";

}  // namespace

Vault::Surroundings CommandRun::surroundings() const {
  return {.disk = *disk_,
          .document_disk = *document_disk_,
          .clock = around_.clock,
          .entropy = around_.entropy,
          .hasher = around_.hasher,
          .thread_count = around_.thread_count};
}

Status CommandRun::open_disk(bool create) {
  if (around_.vault_folder.empty()) return fail(ErrorKind::usage, "usage.no_folder");
  auto disk = open_folder(around_.vault_folder, create ? FolderMode::create : FolderMode::existing);
  if (!disk && disk.error().key == "disk.no_folder") return fail(ErrorKind::disk, "vault.none");
  if (!disk) return tl::unexpected<Error>(std::move(disk).error());
  disk_ = std::move(*disk);
  return {};
}

Status CommandRun::open_document_disk() {
  KLUIS_TRY(disk, open_folder(around_.vault_folder + kDocumentFolder, FolderMode::create));
  document_disk_ = std::move(disk);
  return {};
}

Result<Vault*> CommandRun::any_vault() {
  if (vault_) return &*vault_;
  KLUIS_CHECK(open_disk(false));
  KLUIS_TRY(is_there, Vault::exists(*disk_));
  if (!is_there) return fail(ErrorKind::disk, "vault.none");
  KLUIS_CHECK(open_document_disk());
  // Asked before the lock is taken: nobody else waits for a person who thinks.
  if (!passphrase_) {
    KLUIS_TRY(answer, passphrase(around_.console, around_.passphrase_file));
    passphrase_ = std::move(answer);
  }
  KLUIS_TRY(lock, lock_vault(around_.vault_folder));
  lock_ = std::move(lock);
  auto vault = Vault::open(surroundings(), passphrase_->expose());
  if (!vault) {
    lock_.reset();
    return tl::unexpected<Error>(std::move(vault).error());
  }
  if (vault->unfinished()) return fail(ErrorKind::disk, "vault.unfinished");
  return &vault_.emplace(std::move(*vault));
}

Result<Vault*> CommandRun::vault() {
  KLUIS_TRY(vault, any_vault());
  switch (vault->device().state()) {
    case DeviceState::waiting:
      return fail(ErrorKind::no_access, "vault.waiting");
    case DeviceState::removed:
      return fail(ErrorKind::no_access, "vault.removed");
    case DeviceState::active:
      break;
  }
  return vault;
}

Result<Vault*> CommandRun::new_vault() {
  KLUIS_CHECK(open_disk(true));
  KLUIS_TRY(is_there, Vault::exists(*disk_));
  KLUIS_CHECK(open_document_disk());
  KLUIS_TRY(answer, is_there ? passphrase(around_.console, around_.passphrase_file)
                             : new_passphrase(around_.console, around_.passphrase_file));
  KLUIS_TRY(lock, lock_vault(around_.vault_folder));
  lock_ = std::move(lock);
  if (is_there) KLUIS_CHECK(discard_unfinished(answer.expose()));
  auto vault = Vault::create(surroundings(), answer.expose());
  if (!vault) {
    // What it left behind would stand in the way of the next attempt.
    static_cast<void>(discard_new_vault());
    return tl::unexpected<Error>(std::move(vault).error());
  }
  passphrase_ = std::move(answer);
  return &vault_.emplace(std::move(*vault));
}

Status CommandRun::discard_unfinished(ByteView passphrase) {
  {
    const auto vault = Vault::open(surroundings(), passphrase);
    if (!vault || !vault->unfinished()) return fail(ErrorKind::usage, "vault.exists");
  }
  return Vault::discard(*disk_);
}

Status CommandRun::discard_new_vault() {
  vault_.reset();
  const Status gone = Vault::discard(*disk_);
  lock_.reset();
  return gone;
}

void CommandRun::close() {
  vault_.reset();
  lock_.reset();
}

std::optional<Error> CommandRun::carry_out(Vault& vault) {
  auto report = around_.syncing.sync(vault);
  if (!report) return std::move(report).error();
  if (!report->refused.empty()) return Error{ErrorKind::relay, report->refused, {}, {}};
  return std::nullopt;
}

std::string CommandRun::text(std::string_view key,
                             const std::vector<std::string>& arguments) const {
  return say(language(), key, arguments);
}

}  // namespace kluis
