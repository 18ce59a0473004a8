#include "tools/terminal/console.h"

#include <cstdio>

#include "tools/text/visible.h"
#include "vault/platform/terminal.h"

namespace kluis {
namespace {

void write_to(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
}

void write_line(std::FILE* file, std::string_view text) {
  write_to(file, text);
  if (!text.ends_with('\n')) write_to(file, "\n");
}

// 0 when nobody watches.
int columns_of(Stream stream) {
  return is_terminal(stream) ? terminal_columns(stream).value_or(80) : 0;
}

}  // namespace

Console::Console(Language language, Output output)
    : language_(language),
      output_(output),
      output_is_terminal_(is_terminal(Stream::output)),
      error_is_terminal_(is_terminal(Stream::error)),
      columns_(columns_of(Stream::output)),
      error_columns_(columns_of(Stream::error)) {}

std::string Console::bold(std::string_view text) const {
  if (!output_is_terminal_ || is_json()) return std::string(text);
  return "\x1b[1m" + std::string(text) + "\x1b[0m";
}

void Console::print(std::string_view text) const {
  if (!is_json() && !text.empty()) {
    write_line(stdout, wrapped(text, static_cast<std::size_t>(columns_)));
  }
}

void Console::print_document(std::string_view json) const {
  write_line(stdout, json);
}

void Console::note(std::string_view text) const {
  if (!is_json()) complain(text);
}

void Console::complain(std::string_view text) const {
  std::fflush(stdout);
  write_line(stderr, is_json() ? std::string(text)
                               : wrapped(text, static_cast<std::size_t>(error_columns_)));
}

bool Console::write_bytes(std::string_view bytes) const {
  return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
}

bool Console::finish() const {
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

}  // namespace kluis
