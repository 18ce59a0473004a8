#pragma once

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "proto/limits.h"
#include "sync/relay/answer.h"
#include "tests/sync/client/raad_of_four.h"
#include "vault/core/chain.h"

// A relay that answers what it likes, and a raad of four to try it on.
namespace kluis::test {

// More than any session with it may ask.
inline constexpr std::size_t kRequestsMax = 4'000;

template <typename T>
T must(Result<T> result) {
  if (!result) std::abort();
  return std::move(*result);
}

// Sealed files in memory.
class MemoryDocuments final : public DocumentPort {
 public:
  Result<bool> exists(const BlobName& name) override { return whole.contains(name); }
  Result<std::uint64_t> size(const BlobName& name) override { return whole.at(name).size(); }
  Result<Bytes> slice(const BlobName& name, std::uint64_t offset) override {
    const ByteView rest = ByteView(whole.at(name)).subspan(offset);
    return to_bytes(rest.first(std::min(rest.size(), kSliceBytes)));
  }
  Result<std::uint64_t> received(const BlobName& name) override { return parts[name].size(); }
  Status receive(const BlobName& name, std::uint64_t offset, ByteView slice) override {
    parts[name].resize(offset);
    append(parts[name], slice);
    return {};
  }
  // Takes what comes for the document: these are not sealed.
  Status complete(const BlobName& name, std::uint64_t size_bytes,
                  const std::vector<DocumentSeal>& seals) override {
    EXPECT_FALSE(seals.empty());
    Bytes part = std::move(parts[name]);
    parts.erase(name);
    if (part.size() != size_bytes) return broken("document.size");
    whole[name] = std::move(part);
    return {};
  }

  std::map<BlobName, Bytes> whole;
  std::map<BlobName, Bytes> parts;
};

// What the relay says instead; nothing: what the honest one says.
using Lie = std::function<std::optional<Response>(const Request& request)>;
// What it makes of the honest answer.
using Twist = std::function<void(const Request& request, Response& honest)>;

class LyingRelayTest : public RaadOfFour {
 protected:
  // One session of a party with the liar.
  Result<SessionReport> talk(Party& party, const Lie& lie, const Twist& twist = nullptr) {
    raad_.reload(party);
    asked_.clear();
    RelaySession connection;
    connection.handshake_hash.assign(64, static_cast<std::uint8_t>(++connections_));
    Session session(*party.device, {connection.handshake_hash, false, &documents_});
    while (asked_.size() < kRequestsMax) {
      KLUIS_TRY(request, session.next());
      if (!request) return session.report();
      asked_.push_back(*request);
      auto answer = lie ? lie(*request) : std::nullopt;
      if (!answer) {
        answer = must(raad_.relay().handle(connection, *request)).response;
        if (twist) twist(*request, *answer);
      }
      KLUIS_CHECK(session.receive(*answer));
    }
    return fail(ErrorKind::usage, "test.endless");
  }

  // The session came to an end by itself, well or not.
  void expect_end(const Result<SessionReport>& result) {
    EXPECT_TRUE(result || result.error().key != "test.endless");
    EXPECT_LT(asked_.size(), kRequestsMax);
  }

  [[nodiscard]] CircleAlias roll() const { return griffier_.device->roll().alias(); }

  // The newest epoch as the relay has it.
  Superseded newest(const CircleAlias& circle) {
    RelayState state(raad_.storage, raad_.clock);
    return must(superseded(state, must(griffier_.device->tenancy()).value(), circle, {}));
  }

  CircleState held(Party& party, const CircleAlias& circle) {
    return must(DeviceRows(party.store).circle(circle)).value();
  }

  // As the relay says it that has lost all items of a circle.
  Differs emptied(Party& party, const CircleAlias& circle) {
    const CircleState state = held(party, circle);
    return {state.name, 0, shorten(chain_start(state.header))};
  }

  RecordId add_document(Party& party, std::size_t sealed_bytes) {
    Version version;
    version.stuk = random_id<StukId>(party.entropy);
    version.file_name = "verslag.pdf";
    version.size_bytes = sealed_bytes;
    version.sealed_bytes = sealed_bytes;
    version.blob = random_id<BlobName>(party.entropy);
    documents_.whole[version.blob] = Bytes(sealed_bytes, 0x5a);
    raad_.reload(party);
    const auto record = party.device->add(
        {circle_, RecordKind::version, encode(version), version.blob, OutboxKind::record});
    EXPECT_TRUE(record.has_value());
    return record->id();
  }

  MemoryDocuments documents_;
  std::vector<Request> asked_;
  unsigned connections_ = 0;
};

}  // namespace kluis::test
