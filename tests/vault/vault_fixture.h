#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/entropies.h"
#include "tests/support/fault_disk.h"
#include "tests/support/memory_stream.h"
#include "tests/support/test_argon2_cost.h"
#include "vault/crypto/sign.h"
#include "vault/vault.h"

namespace kluis::test {

class MovedClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis now() const override { return {now_}; }
  void advance_ms(std::int64_t by) { now_ += by; }

 private:
  std::int64_t now_ = 1'774'958'700'000;  // 2026-03-31 12:05 UTC
};

// The key of an error, "" when there is none.
template <typename T>
std::string key_of(const Result<T>& result) {
  return result ? "" : result.error().key;
}

inline constexpr std::string_view kPassphrase = "vier woorden voor thuis";

// The laptop of a griffier whose raad was founded at a relay that a test key stands for.
class VaultTest : public ::testing::Test {
 protected:
  void SetUp() override {
    open(true);
    Device::FoundOptions options;
    options.gemeente = "Zevenhuizen";
    options.person_name = "G. Riffier";
    options.device_name = "laptop";
    options.relay.address = "localhost:1";
    options.receipt_key = signing_public<ReceiptKey>(relay_seed_);
    const auto request = vault_->found(options, as_bytes("voucher"));
    ASSERT_TRUE(request) << request.error().key;
    const Status founded = vault_->founded(receipt_for(request->commit));
    ASSERT_TRUE(founded) << founded.error().key;
  }

  Vault::Surroundings around() { return {disk_, documents_, clock_, entropy_, hasher_, 1}; }

  void open(bool create = false) {
    vault_.reset();
    auto opened = create ? Vault::create(around(), as_bytes(kPassphrase))
                         : Vault::open(around(), as_bytes(kPassphrase));
    ASSERT_TRUE(opened) << opened.error().key;
    vault_.emplace(std::move(*opened));
  }

  SignedReceipt receipt_for(const SignedCommit& commit) {
    Receipt receipt;
    receipt.tenancy = decode_commit(commit.bytes).value().tenancy;
    receipt.commit_number = 1;
    receipt.verdict = Verdict::committed;
    SignedReceipt signed_receipt;
    signed_receipt.bytes = encode(receipt);
    signed_receipt.signature = sign(relay_seed_, "receipt", signed_receipt.bytes);
    return signed_receipt;
  }

  DossierId new_dossier(const std::string& title = "Gesprek 2026",
                        DossierKind kind = DossierKind::gesprek) {
    clock_.advance_ms(1000);
    const auto dossier = vault_->new_dossier(title, kind, std::nullopt);
    EXPECT_TRUE(dossier) << dossier.error().key;
    return dossier.value_or(DossierId{});
  }

  Result<Added> try_add(const DossierId& dossier, std::string_view type, std::string_view content,
                        const std::string& name = "stuk.pdf", const std::string& title = "") {
    clock_.advance_ms(1000);
    MemorySource source(as_bytes(content));
    return vault_->add(dossier, {name, content.size(), source}, type, title);
  }
  StukId add(const DossierId& dossier, std::string_view type, std::string_view content,
             const std::string& name = "stuk.pdf", const std::string& title = "") {
    const auto added = try_add(dossier, type, content, name, title);
    EXPECT_TRUE(added) << added.error().key;
    return added ? added->stuk : StukId{};
  }
  Result<Added> add_version(const StukId& stuk, std::string_view content,
                            const std::string& name = "stuk.pdf") {
    MemorySource source(as_bytes(content));
    return vault_->add_version(stuk, {name, content.size(), source});
  }
  std::string read(const StukId& stuk, std::optional<std::uint32_t> version = std::nullopt) {
    clock_.advance_ms(1000);
    MemorySink sink;
    const Status status = vault_->read(stuk, version, sink);
    return status ? sink.text() : "error " + status.error().key;
  }
  StukRow row_of(const StukId& stuk) {
    const auto row = vault_->stuk(stuk);
    EXPECT_TRUE(row) << row.error().key;
    return row.value_or(StukRow{});
  }
  std::vector<std::string> journal_acts() {
    std::vector<std::string> acts;
    const auto entries = vault_->journal(std::nullopt);
    EXPECT_TRUE(entries) << entries.error().key;
    if (entries) {
      for (const RegisterEntry& entry : *entries) acts.push_back(entry.act);
    }
    return acts;
  }

  using RelaySeed = Secret<struct TestRelaySeedPurpose>;
  FaultDisk disk_;
  FaultDisk documents_;
  FaultDisk folder_;  // where exports go
  MovedClock clock_;
  SeededEntropy entropy_{11};
  PasswordHasher hasher_{test_argon2_cost()};
  RelaySeed relay_seed_ = RelaySeed::generate(entropy_);
  std::optional<Vault> vault_;
};

}  // namespace kluis::test
