#pragma once

#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "proto/result.h"
#include "tools/terminal/progress.h"
#include "vault/crypto/byte_stream.h"

namespace kluis {

// A file of the user's, to be taken into the vault or into a letter, or a letter to be opened.
class FileSource final : public ByteSource {
 public:
  // `doing` names the sentence of the progress.
  // Errors: disk "disk.no_file" when it cannot be read; usage "add.not_a_file" for a folder, a pipe
  // or a device: their size is not known beforehand.
  [[nodiscard]] static Result<std::unique_ptr<FileSource>> open(const std::string& path,
                                                                const Console& console,
                                                                std::string_view doing);

  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }
  // Its name without the folders before it; any bytes.
  [[nodiscard]] const std::string& name() const { return name_; }

  [[nodiscard]] Result<std::size_t> read(MutableByteView target) override;

 private:
  FileSource(std::ifstream file, std::string name, std::uint64_t size_bytes, const Console& console,
             std::string_view doing);

  std::ifstream file_;
  std::string name_;
  std::uint64_t size_bytes_;
  std::uint64_t done_bytes_ = 0;
  Progress progress_;
};

}  // namespace kluis
