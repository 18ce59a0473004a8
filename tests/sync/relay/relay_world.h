#pragma once

#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "proto/commit.h"
#include "proto/epoch.h"
#include "proto/message.h"
#include "sync/relay/operator.h"
#include "sync/relay/relay.h"
#include "tests/support/entropies.h"
#include "vault/crypto/secret.h"
#include "vault/crypto/sign.h"

// A relay, and a raad that uses it: enough of one to make valid requests, and to spoil them.
namespace kluis::test {

using Seed = Secret<struct TestSeedPurpose>;

class MovableClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis now() const override { return {now_ms}; }
  std::int64_t now_ms = 1'800'000'000'000;
};

// What the raad knows of one of its circles.
struct CircleBook {
  CircleAlias alias;
  std::uint64_t number = 0;
  HeaderHash header;
  CircleName name;
  std::uint32_t count = 0;
  Chain chain;
};

// A commit under construction; everything in it can be changed before it is sealed.
struct CommitDraft {
  Commit commit;
  std::vector<StagedBlob> blobs;            // boxes and lists of its epochs
  std::map<CircleAlias, CircleBook> after;  // how the circles stand if it is applied
};

struct EpochOptions {
  HeaderKind kind = HeaderKind::open;
  std::vector<RemovedTag> removed = {};
  std::vector<BlobName> drop_blobs = {};
};

class RelayWorld {
 public:
  explicit RelayWorld(std::unique_ptr<Storage> storage);

  // ---- The raad's side ----
  // Founds the tenancy with one officer and the roll; fails the test if the relay refuses.
  void found(std::uint64_t quota_bytes = 1ULL << 30U);
  [[nodiscard]] CommitDraft draft();
  // Adds the next epoch of `alias`; number 0 if the circle is new.
  void reseal(CommitDraft& draft, const CircleAlias& alias, const EpochOptions& options = {});
  [[nodiscard]] SignedCommit sealed(const CommitDraft& draft) const;
  // Stages the blobs, sends the commit, and takes it over when it was applied.
  Response send(RelaySession& session, const CommitDraft& draft);
  // A circle beside the roll.
  CircleAlias new_circle(RelaySession& session);

  // A session with a proven, current raad key.
  [[nodiscard]] RelaySession member();
  [[nodiscard]] RelaySession guest();
  [[nodiscard]] HelloRequest hello(const RelaySession& session, const Seed& raad_seed) const;
  [[nodiscard]] SyncEntry entry(const CircleAlias& alias) const;
  [[nodiscard]] AppendRequest append(const CircleAlias& alias, std::string_view item,
                                     std::vector<BlobName> blobs = {}) const;
  // Appends and takes the item over. Requires: the relay takes it.
  void appended(RelaySession& session, const CircleAlias& alias, std::string_view item,
                std::vector<BlobName> blobs = {});
  BlobName stage(RelaySession& session, ByteView bytes);
  [[nodiscard]] HoldRequest hold(const RelaySession& session, const Seed& officer,
                                 std::uint32_t milliseconds, std::vector<CircleAlias> held) const;

  // ---- The relay ----
  // One request; a failure of the storage fails the test.
  Response ask(RelaySession& session, const Request& request);
  template <typename Answer>
  Answer expect(RelaySession& session, const Request& request) {
    const Response response = ask(session, request);
    const Answer* answer = std::get_if<Answer>(&response);
    if (answer == nullptr) {
      ADD_FAILURE() << "another answer: " << describe(response);
      return Answer{};
    }
    return *answer;
  }
  void expect_refused(RelaySession& session, const Request& request, RefusalCode code);
  [[nodiscard]] static std::string describe(const Response& response);
  [[nodiscard]] TenancyRow tenancy_row();

  [[nodiscard]] Bytes random_bytes(std::size_t size);
  template <typename Id>
  [[nodiscard]] Id id() {
    return random_id<Id>(entropy);
  }

  std::unique_ptr<Storage> storage;
  MovableClock clock;
  SeededEntropy entropy{1};
  Seed receipt_seed;
  Relay relay;
  std::optional<Notice> last_notice;

  TenancyId tenancy;
  Seed officer;
  CircleAlias roll;
  std::map<std::uint64_t, Seed> raad_seeds;  // by the roll's epoch
  std::map<CircleAlias, CircleBook> circles;
  std::uint64_t commit_number = 0;

 private:
  [[nodiscard]] const Seed& raad_seed(std::uint64_t number);
};

}  // namespace kluis::test
