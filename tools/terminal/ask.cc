#include "tools/terminal/ask.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <istream>

#include "tools/text/sentence.h"
#include "vault/platform/terminal.h"

namespace kluis {
namespace {

Result<SecretBuffer> checked(Result<SecretBuffer> answer) {
  if (answer && answer->size() == 0) return fail(ErrorKind::usage, "passphrase.empty");
  return answer;
}

constexpr int kNothing = -1;  // no letter ends the secret before the stream does

// Up to the letter `stop` or the end. Without a buffer of the library's own: that would keep a copy
// that nobody wipes.
Result<SecretBuffer> read_secret(std::istream& stream, int stop) {
  SecretBuffer content(kPassphraseBytesMax + 2);
  const MutableByteView target = content.expose_writable();
  std::size_t size = 0;
  for (int letter = stream.get(); stream.good() && letter != stop; letter = stream.get()) {
    if (size == target.size()) return fail(ErrorKind::usage, "passphrase.too_long");
    target[size++] = static_cast<std::uint8_t>(letter);
  }
  if (size > 0 && target[size - 1] == '\n') --size;
  if (size > 0 && target[size - 1] == '\r') --size;
  if (size > kPassphraseBytesMax) return fail(ErrorKind::usage, "passphrase.too_long");
  content.shrink(size);
  return content;
}

Result<SecretBuffer> secret_of_file(const std::string& path) {
  if (path == "-") return read_secret(std::cin, '\n');
  std::ifstream file;
  file.rdbuf()->pubsetbuf(nullptr, 0);
  file.open(path, std::ios::binary);
  if (!file.is_open()) return fail(ErrorKind::usage, "passphrase.file");
  return read_secret(file, kNothing);
}

}  // namespace

Result<SecretBuffer> passphrase(const Console& console, const std::optional<std::string>& path,
                                PassphraseFor what) {
  if (path) return checked(secret_of_file(*path));
  const bool of_letter = what == PassphraseFor::letter;
  return checked(
      ask_secret(say(console.language(), of_letter ? "ask.letter_passphrase" : "ask.passphrase")));
}

Result<SecretBuffer> new_passphrase(const Console& console, const std::optional<std::string>& path,
                                    PassphraseFor what) {
  if (path) return checked(secret_of_file(*path));
  const bool of_letter = what == PassphraseFor::letter;
  KLUIS_TRY(first,
            checked(ask_secret(say(console.language(), of_letter ? "ask.new_letter_passphrase"
                                                                 : "ask.new_passphrase"))));
  if (first.size() < kGoodPassphraseBytes) {
    console.note(
        say(console.language(), of_letter ? "passphrase.short_letter" : "passphrase.short"));
  }
  KLUIS_TRY(second, ask_secret(say(console.language(), "ask.again")));
  if (!same_bytes(first.expose(), second.expose())) {
    return fail(ErrorKind::usage, "passphrase.differ");
  }
  return std::move(first);
}

Result<std::string> ask_line(const Console& console, const std::string& prompt) {
  if (is_terminal(Stream::input)) console.complain(prompt);
  std::string line;
  if (!std::getline(std::cin, line)) return fail(ErrorKind::usage, "input.none");
  if (line.size() > kLineBytesMax) return fail(ErrorKind::usage, "input.too_long");
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Result<SecretBuffer> secret_line(const Console& console, const std::optional<std::string>& path,
                                 const std::string& prompt) {
  KLUIS_TRY(text,
            path && *path != "-" ? read_text(*path, kLineBytesMax) : ask_line(console, prompt));
  const auto is_space = [](char letter) {
    return std::string_view(" \t\r\n").find(letter) != std::string_view::npos;
  };
  const auto begin = std::find_if_not(text.begin(), text.end(), is_space);
  const auto end = std::find_if_not(text.rbegin(), std::make_reverse_iterator(begin), is_space);
  Bytes kept(begin, end.base());
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  if (kept.empty()) return fail(ErrorKind::usage, "input.none");
  return SecretBuffer::take(std::move(kept));
}

Result<std::string> read_text(const std::string& path, std::size_t bytes_max) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file.is_open()) return fail(ErrorKind::disk, "disk.no_file");
  }
  std::istream& stream = path == "-" ? std::cin : file;
  std::string text;
  std::string part(16 * 1024, '\0');
  while (stream.read(part.data(), static_cast<std::streamsize>(part.size())) ||
         stream.gcount() > 0) {
    text.append(part, 0, static_cast<std::size_t>(stream.gcount()));
    if (text.size() > bytes_max) return fail(ErrorKind::usage, "input.too_long");
  }
  if (stream.bad()) return fail(ErrorKind::disk, "disk.io");
  return text;
}

}  // namespace kluis
