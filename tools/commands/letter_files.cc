#include "tools/commands/letter_files.h"

#include <fstream>
#include <utility>

namespace kluis {
namespace {

// That a name is taken is a mistake on the line, as it is for `export`.
Error told(Error error) {
  if (error.key == "disk.exists") return {ErrorKind::usage, "letter.exists", {}, {}};
  return error;
}

// Without a buffer of the library's own: that would keep a copy that nobody wipes.
Result<SecretBuffer> read_identity_file(const std::string& path) {
  std::ifstream file;
  file.rdbuf()->pubsetbuf(nullptr, 0);
  file.open(path, std::ios::binary);
  SecretBuffer text(kLetterIdentityFileBytesMax + 1);
  const MutableByteView target = text.expose_writable();
  file.read(reinterpret_cast<char*>(target.data()), static_cast<std::streamsize>(target.size()));
  if (!file.eof() && !file.good()) return fail(ErrorKind::disk, "letter.identity_file");
  const auto size = static_cast<std::size_t>(file.gcount());
  if (size > kLetterIdentityFileBytesMax) return fail(ErrorKind::usage, "letter.identity_long");
  text.shrink(size);
  return text;
}

}  // namespace

Result<std::unique_ptr<WholeFile>> new_letter_file(CommandRun& command, const std::string& path) {
  auto file = begin_whole_file(path, command.entropy());
  if (!file) return tl::unexpected<Error>(told(std::move(file).error()));
  return file;
}

Status keep_letter_file(WholeFile& file) {
  if (Status kept = file.keep(); !kept) {
    return tl::unexpected<Error>(told(std::move(kept).error()));
  }
  return {};
}

Result<std::vector<LetterIdentity>> identities_in(const std::vector<std::string>& paths) {
  std::vector<LetterIdentity> all;
  for (const std::string& path : paths) {
    KLUIS_TRY(text, read_identity_file(path));
    KLUIS_TRY(identities, parse_letter_identities(text.expose()));
    for (LetterIdentity& identity : identities) all.push_back(std::move(identity));
  }
  return all;
}

}  // namespace kluis
