#include "tools/commands/relay_line.h"

#include "sync/client/session.h"
#include "vault/store/document_files.h"

namespace kluis {
namespace {

class DiskDocuments final : public DocumentPort {
 public:
  explicit DiskDocuments(DocumentFiles& files) : files_(files) {}

  Result<bool> exists(const BlobName& name) override { return files_.exists(name); }
  Result<std::uint64_t> size(const BlobName& name) override { return files_.size(name); }
  Result<Bytes> slice(const BlobName& name, std::uint64_t offset) override {
    return files_.slice(name, offset);
  }
  Result<std::uint64_t> received(const BlobName& name) override { return files_.received(name); }
  Status receive(const BlobName& name, std::uint64_t offset, ByteView slice) override {
    return files_.receive(name, offset, slice);
  }
  Status complete(const BlobName& name, std::uint64_t size_bytes,
                  const std::vector<DocumentSeal>& seals) override {
    return files_.complete(name, size_bytes, seals);
  }

 private:
  DocumentFiles& files_;
};

Status converse(Session& session, RelayLink& link) {
  while (true) {
    KLUIS_TRY(request, session.next());
    if (!request) return {};
    KLUIS_TRY(response, link.call(*request));
    KLUIS_CHECK(session.receive(response));
  }
}

std::string key_of_refused(const SessionReport& report) {
  if (report.documents_refused) return "relay.quota";
  return report.invitation_refused ? "relay.no_mailbox" : "";
}

std::vector<std::string> names_of(Vault& vault, const std::vector<PersonId>& persons) {
  std::vector<std::string> names;
  const auto people = vault.people();
  if (!people) return names;
  for (const PersonId& person : persons) {
    for (const PersonRow& row : *people) {
      if (row.person == person) names.push_back(row.name);
    }
  }
  return names;
}

}  // namespace

// What we were taken out of, and what was destroyed, is forgotten on this disk now, and only now
// that is said.
Status OpenLine::say_what_is_forgotten(Vault& vault) {
  KLUIS_TRY(parcels, vault.device().exit_parcels());
  KLUIS_TRY(confirms, vault.device().has_confirmation_to_send());
  if (parcels.empty() && !confirms) return {};
  Session session(vault.device(), {.handshake_hash = to_bytes(link_->handshake_hash()),
                                   .greeted = vault.device().state() == DeviceState::active,
                                   .documents = nullptr});
  KLUIS_CHECK(converse(session, *link_));
  return vault.after_sync(true);
}

Result<SyncReport> OpenLine::sync(Vault& vault) {
  DiskDocuments documents(vault.documents());
  const LinkCounters before = link_->counters();
  Session session(vault.device(), {.handshake_hash = to_bytes(link_->handshake_hash()),
                                   .greeted = greeted_,
                                   .documents = &documents});
  const Status conversed = converse(session, *link_);
  // Also after a conversation that broke off: what had arrived is here, what is due is due.
  const Status settled = vault.after_sync(conversed.has_value());
  // What went wrong on the disk first is what its owner is told.
  if (!conversed && conversed.error().kind == ErrorKind::disk) KLUIS_CHECK(conversed);
  KLUIS_CHECK(settled);
  KLUIS_CHECK(conversed);
  KLUIS_CHECK(say_what_is_forgotten(vault));
  greeted_ = vault.device().state() == DeviceState::active;
  const LinkCounters after = link_->counters();
  const SessionReport& report = session.report();
  return SyncReport{.sent = report.sent,
                    .received = report.received,
                    .round_trips = after.round_trips - before.round_trips,
                    .bytes_out = after.bytes_out - before.bytes_out,
                    .bytes_in = after.bytes_in - before.bytes_in,
                    .joined = names_of(vault, report.joined),
                    .refused = key_of_refused(report)};
}

}  // namespace kluis
