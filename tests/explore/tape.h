#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "proto/message.h"
#include "tests/explore/image.h"

// What a relay that records everything keeps of the requests it saw, staged, refused or accepted:
// it counts as published for ever. A set: its fingerprint does not depend on the order.
namespace kluis::test {

class Tape {
 public:
  enum class Kind : std::uint8_t { header, bytes, item };
  struct Entry {
    Kind kind = Kind::bytes;
    Bytes content;
  };

  // This tape with what `request` shows; the same one if it shows nothing new.
  [[nodiscard]] static std::shared_ptr<const Tape> with(const std::shared_ptr<const Tape>& tape,
                                                        const Request& request);

  [[nodiscard]] const Fingerprint& print() const { return print_; }
  // Two different epochs were made with one secret.
  [[nodiscard]] bool secret_used_twice() const { return secret_used_twice_; }
  // Oldest first.
  [[nodiscard]] std::vector<const Entry*> entries() const;

 private:
  void add(Kind kind, ByteView content);

  struct Link {
    Entry entry;
    std::shared_ptr<const Link> before;
  };
  std::shared_ptr<const Link> last_;
  std::map<Digest, HeaderHash> commitments_;
  bool secret_used_twice_ = false;
  std::set<Fingerprint> known_;
  Fingerprint print_;
};
using TapePtr = std::shared_ptr<const Tape>;

}  // namespace kluis::test
