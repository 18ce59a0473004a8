#include "tests/house/source_text.h"

#include <algorithm>
#include <cctype>

namespace kluis::house {
namespace {

bool is_identifier(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

// Walks over a source text once, copying code and blanking the rest.
class Stripper {
 public:
  explicit Stripper(std::string_view source) : source_(source) { result_.reserve(source.size()); }

  std::string run() {
    while (at_ < source_.size()) step();
    return std::move(result_);
  }

 private:
  void step() {
    if (starts("//")) {
      blank_until("\n");
    } else if (starts("/*")) {
      blank_until("*/");
    } else if (starts("R\"(")) {
      blank_until(")\"");
    } else if (source_[at_] == '#' && first_on_line()) {
      copy_line();
    } else if (source_[at_] == '"' || (source_[at_] == '\'' && !digit_separator())) {
      blank_quoted(source_[at_]);
    } else {
      result_ += source_[at_++];
    }
  }

  bool starts(std::string_view text) const { return source_.substr(at_).starts_with(text); }

  bool first_on_line() const {
    const std::size_t begin = result_.find_last_of('\n') + 1;  // npos + 1 is the beginning
    return result_.find_first_not_of(" \t", begin) == std::string::npos;
  }

  bool digit_separator() const {
    return at_ > 0 && std::isxdigit(static_cast<unsigned char>(source_[at_ - 1])) != 0;
  }

  void blank() {
    result_ += source_[at_] == '\n' ? '\n' : ' ';
    ++at_;
  }

  void blank_until(std::string_view end) {
    const std::size_t found = source_.find(end, at_ + 1);
    // The line break itself stays: the next line is code again.
    const std::size_t stop = found == std::string_view::npos ? source_.size()
                             : end == "\n"                   ? found
                                                             : found + end.size();
    while (at_ < stop) blank();
  }

  void blank_quoted(char quote) {
    blank();
    while (at_ < source_.size() && source_[at_] != quote && source_[at_] != '\n') {
      if (source_[at_] == '\\') blank();
      if (at_ < source_.size()) blank();
    }
    if (at_ < source_.size()) blank();
  }

  void copy_line() {
    while (at_ < source_.size() && source_[at_] != '\n' && !starts("//")) {
      result_ += source_[at_++];
    }
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::string result_;
};

}  // namespace

std::string without_comments_and_strings(std::string_view source) {
  return Stripper(source).run();
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool has_word(std::string_view line, std::string_view word) {
  for (std::size_t at = line.find(word); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool open_end = word.back() == '_' || !is_identifier(word.back());
    const bool begins = at == 0 || !is_identifier(line[at - 1]);
    const bool ends = open_end || end == line.size() || !is_identifier(line[end]);
    if (begins && ends) return true;
  }
  return false;
}

std::size_t width_of(std::string_view line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

}  // namespace kluis::house
