#include "tools/commands/file_source.h"

#include <filesystem>

#include "tools/text/sentence.h"

namespace kluis {

FileSource::FileSource(std::ifstream file, std::string name, std::uint64_t size_bytes,
                       const Console& console, std::string_view doing)
    : file_(std::move(file)),
      name_(std::move(name)),
      size_bytes_(size_bytes),
      progress_(console, say(console.language(), doing), size_bytes) {}

Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path,
                                                     const Console& console,
                                                     std::string_view doing) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status facts = fs::status(path, error);
  if (error || !fs::exists(facts)) return fail(ErrorKind::disk, "disk.no_file");
  if (!fs::is_regular_file(facts)) return fail(ErrorKind::usage, "add.not_a_file");
  const auto size = fs::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file.is_open()) return fail(ErrorKind::disk, "disk.no_file");
  std::string name = fs::path(path).filename().string();
  return std::unique_ptr<FileSource>(
      new FileSource(std::move(file), std::move(name), size, console, doing));
}

Result<std::size_t> FileSource::read(MutableByteView target) {
  file_.read(reinterpret_cast<char*>(target.data()), static_cast<std::streamsize>(target.size()));
  if (file_.bad()) return fail(ErrorKind::disk, "disk.io");
  const auto count = static_cast<std::size_t>(file_.gcount());
  done_bytes_ += count;
  progress_.show(done_bytes_);
  return count;
}

}  // namespace kluis
