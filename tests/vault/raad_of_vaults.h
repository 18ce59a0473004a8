#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sync/client/session.h"
#include "sync/enrol/enrol.h"
#include "sync/relay/memory_storage.h"
#include "sync/relay/operator.h"
#include "sync/relay/relay.h"
#include "tests/vault/vault_fixture.h"
#include "vault/store/document_files.h"

namespace kluis::test {

class FilesPort final : public DocumentPort {
 public:
  explicit FilesPort(DocumentFiles& files) : files_(files) {}
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

// A laptop with its vault on a disk in memory.
struct Laptop {
  explicit Laptop(std::uint64_t seed) : entropy(seed) {}

  StukId add(const DossierId& dossier, std::string_view type, std::string_view content,
             const std::string& title) {
    const auto added = try_add(dossier, type, content, title);
    EXPECT_TRUE(added) << added.error().key;
    return added ? added->stuk : StukId{};
  }
  Result<Added> try_add(const DossierId& dossier, std::string_view type, std::string_view content,
                        const std::string& title) {
    MemorySource source(as_bytes(content));
    return vault->add(dossier, {title + ".txt", content.size(), source}, type, title);
  }
  Result<Added> add_version(const StukId& stuk, std::string_view content) {
    MemorySource source(as_bytes(content));
    return vault->add_version(stuk, {"nieuw.txt", content.size(), source});
  }
  std::string read(const StukId& stuk, std::optional<std::uint32_t> version = std::nullopt) {
    MemorySink sink;
    const Status status = vault->read(stuk, version, sink);
    return status ? sink.text() : "error " + status.error().key;
  }
  std::vector<std::string> titles() {
    std::vector<std::string> result;
    const auto rows = vault->stukken(std::nullopt);
    if (!rows) return {"error " + rows.error().key};
    for (const StukRow& row : *rows) result.push_back(row.title);
    std::sort(result.begin(), result.end());
    return result;
  }
  [[nodiscard]] PersonId person() { return vault->device().person(); }

  FaultDisk disk;
  FaultDisk documents;
  SeededEntropy entropy;
  std::optional<Vault> vault;
};

// A relay and the laptops of a raad, joined by function calls.
class RaadOfVaults : public ::testing::Test {
 protected:
  Laptop& make_laptop() {
    laptops_.push_back(std::make_unique<Laptop>(100 + laptops_.size()));
    Laptop& laptop = *laptops_.back();
    auto vault = Vault::create(around(laptop), as_bytes(kPassphrase));
    EXPECT_TRUE(vault);
    laptop.vault.emplace(std::move(*vault));
    return laptop;
  }

  Vault::Surroundings around(Laptop& laptop) {
    return {laptop.disk, laptop.documents, clock_, laptop.entropy, hasher_, 1};
  }

  void reopen(Laptop& laptop) {
    laptop.vault.reset();
    auto vault = Vault::open(around(laptop), as_bytes(kPassphrase));
    ASSERT_TRUE(vault) << vault.error().key;
    laptop.vault.emplace(std::move(*vault));
  }

  Laptop& found(const std::string& name) {
    Laptop& griffier = make_laptop();
    Device::FoundOptions options;
    options.gemeente = "Zevenhuizen";
    options.person_name = name;
    options.device_name = "laptop";
    options.relay = {"relay.example:4000", RelayKey{}};
    options.receipt_key = relay_.receipt_key();
    const auto voucher = make_voucher(storage_, entropy_, kDefaultQuotaBytes);
    const auto request = griffier.vault->found(options, as_bytes(*voucher));
    EXPECT_TRUE(request);
    RelaySession session;
    const auto answer = relay_.handle(session, *request);
    EXPECT_TRUE(griffier.vault->founded(std::get<CommitAnswer>(answer->response).receipt));
    sync(griffier);
    return griffier;
  }

  Laptop& join(Laptop& officer, const std::string& name, std::vector<Capacity> capacities) {
    const auto invitation =
        invite(officer.vault->device(), {std::nullopt, name, std::move(capacities), false});
    EXPECT_TRUE(invitation) << invitation.error().key;
    sync(officer);
    Laptop& joiner = make_laptop();
    RelaySession guest;
    const auto mail = relay_.handle(guest, MailboxGetRequest{invitation->link.mailbox});
    const Status begun = joiner.vault->join_by([&](const Device::Surroundings& surroundings) {
      return begin_joining(surroundings, invitation->link, invitation->code,
                           std::get<MailboxAnswer>(mail->response).messages.at(0), "laptop");
    });
    EXPECT_TRUE(begun) << begun.error().key;
    sync(joiner);
    sync(officer);
    sync(joiner);
    EXPECT_EQ(joiner.vault->device().state(), DeviceState::active);
    return joiner;
  }

  // Without documents: as a session that was cut before it came to them.
  // As the program does: a session, the device reseal if one is due, and then what may be said.
  Result<SessionReport> try_sync(Laptop& laptop, bool with_documents = true) {
    KLUIS_TRY(report, try_session(laptop, with_documents));
    KLUIS_TRY(parcels, laptop.vault->device().exit_parcels());
    if (!parcels.empty()) KLUIS_CHECK(try_session(laptop, with_documents));
    return std::move(report);
  }

  Result<SessionReport> try_session(Laptop& laptop, bool with_documents) {
    clock_.advance_ms(60'000);
    asked_.clear();
    RelaySession connection;
    connection.handshake_hash.resize(64);
    entropy_.fill(connection.handshake_hash);
    FilesPort port(laptop.vault->documents());
    Session session(laptop.vault->device(),
                    {connection.handshake_hash, false, with_documents ? &port : nullptr});
    const auto converse = [&]() -> Status {
      while (true) {
        KLUIS_TRY(request, session.next());
        if (!request) return {};
        asked_.push_back(*request);
        KLUIS_TRY(outcome, relay_.handle(connection, *request));
        if (meddle_) meddle_(*request, outcome.response);
        KLUIS_CHECK(session.receive(outcome.response));
      }
    };
    const Status conversed = converse();
    KLUIS_CHECK(laptop.vault->after_sync(conversed.has_value()));
    KLUIS_CHECK(conversed);
    return session.report();
  }
  void sync(Laptop& laptop) {
    const auto report = try_sync(laptop);
    EXPECT_TRUE(report) << report.error().key;
  }
  void settle(unsigned rounds = 2) {
    for (unsigned i = 0; i < rounds; ++i) {
      for (const auto& laptop : laptops_) sync(*laptop);
    }
  }

  DossierId new_dossier(Laptop& griffier, DossierKind kind = DossierKind::gesprek) {
    const auto dossier = griffier.vault->new_dossier("Dossier", kind, std::nullopt);
    EXPECT_TRUE(dossier) << dossier.error().key;
    return *dossier;
  }
  void grant(Laptop& griffier, Laptop& reader, const DossierId& dossier,
             std::optional<DossierRole> role = std::nullopt, const std::vector<StukId>& only = {}) {
    const Status granted = griffier.vault->grant(reader.person(), dossier, role, only);
    EXPECT_TRUE(granted) << granted.error().key;
  }

  MovedClock clock_;
  SeededEntropy entropy_{5};
  PasswordHasher hasher_{test_argon2_cost()};
  MemoryStorage storage_;
  Secret<struct TestReceiptPurpose> receipt_seed_ =
      Secret<struct TestReceiptPurpose>::generate(entropy_);
  Relay relay_{storage_, clock_, receipt_seed_};
  // What a lying relay makes of its answer. Absent: it is honest.
  std::function<void(const Request&, Response&)> meddle_;
  std::vector<Request> asked_;  // in the last session
  std::vector<std::unique_ptr<Laptop>> laptops_;
};

}  // namespace kluis::test
