#pragma once

#include <memory>
#include <string>

#include "vault/crypto/byte_stream.h"
#include "vault/env/entropy.h"

namespace kluis {

// A file outside the vault that is there whole or not at all, readable by its owner alone. What is
// written has no name until it is kept; where the file system can do no such thing, it has a name
// of its own (".kluis-….part") that goes when this is destroyed without having been kept, so that
// there only a killed process leaves something.
// Errors of writing and keeping, kind disk: "disk.full", "disk.io".
class WholeFile : public ByteSink {
 public:
  // Makes what was written durable and gives it its name. Called last, and once.
  // Errors, beside those above: disk "disk.exists" when something has that name by now; it stays.
  [[nodiscard]] virtual Status keep() = 0;
};

enum class WholeFileWay {
  best,   // without a name where that can be
  named,  // with one of its own: what the others do; for tests
};

// Errors, kind disk: "disk.exists" when `path` is taken, by whatever; "disk.no_folder" when the
// folder is not there; "disk.full"; "disk.io" also for a folder that one may not write in.
[[nodiscard]] Result<std::unique_ptr<WholeFile>> begin_whole_file(
    const std::string& path, Entropy& entropy, WholeFileWay way = WholeFileWay::best);

}  // namespace kluis
