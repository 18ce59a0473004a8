#include "vault/letter/header.h"

#include <algorithm>
#include <optional>

#include "vault/letter/base64.h"

namespace kluis {
namespace {

constexpr std::string_view kFamily = "age-encryption.org/";
constexpr std::string_view kVersionLine = "age-encryption.org/v1\n";
constexpr std::string_view kStanzaMark = "-> ";
constexpr std::string_view kMacMark = "---";
constexpr std::size_t kColumns = 64;

// Words of visible ASCII with one space between them.
std::optional<std::vector<std::string>> split_arguments(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char letter : text) {
    if (letter == ' ') {
      words.emplace_back();
    } else if (letter > ' ' && letter < '\x7f') {
      words.back() += letter;
    } else {
      return std::nullopt;
    }
  }
  const bool has_empty =
      std::any_of(words.begin(), words.end(), [](const std::string& word) { return word.empty(); });
  return has_empty ? std::nullopt : std::optional(std::move(words));
}

class HeaderReader {
 public:
  explicit HeaderReader(LineSource& source) : source_(source) {}

  Result<LetterHeader> read() {
    KLUIS_CHECK(read_version());
    while (true) {
      KLUIS_TRY(line, next_line());
      if (!line.starts_with(kStanzaMark)) {
        KLUIS_CHECK(read_mac(line));
        return std::move(header_);
      }
      if (header_.stanzas.size() == kLetterStanzasMax) return broken("letter.too_many");
      KLUIS_CHECK(read_stanza(std::string_view(line).substr(kStanzaMark.size())));
    }
  }

 private:
  Status read_version() {
    KLUIS_TRY(line, source_.read_line(kVersionLine.size()));
    if (line != kVersionLine) {
      return broken(line.starts_with(kFamily) ? "letter.version" : "letter.none");
    }
    text_ = line;
    return {};
  }

  // With its line feed.
  Result<std::string> next_line() {
    const std::size_t room = kLetterHeaderBytesMax - text_.size();
    if (room == 0) return broken("letter.too_many");
    KLUIS_TRY(line, source_.read_line(room));
    if (!line.ends_with('\n')) {
      return broken(line.size() == room ? "letter.too_many" : "letter.header");
    }
    text_ += line;
    return std::move(line);
  }

  // `rest` is what stands behind the mark, with its line feed.
  Status read_stanza(std::string_view rest) {
    auto arguments = split_arguments(rest.substr(0, rest.size() - 1));
    if (!arguments) return broken("letter.header");
    std::string letters;
    for (bool is_last = false; !is_last;) {
      KLUIS_TRY(line, next_line());
      const std::size_t columns = line.size() - 1;
      if (columns > kColumns) return broken("letter.header");
      is_last = columns < kColumns;
      letters.append(line, 0, columns);
    }
    auto body = from_base64(letters);
    if (!body) return broken("letter.header");
    header_.stanzas.push_back({std::move(*arguments), std::move(*body)});
    return {};
  }

  Status read_mac(std::string_view line) {
    if (!line.starts_with(kMacMark) || header_.stanzas.empty()) return broken("letter.header");
    const std::string_view rest = line.substr(kMacMark.size());
    if (!rest.starts_with(' ')) return broken("letter.header");
    const auto mac = from_base64(rest.substr(1, rest.size() - 2));
    if (!mac || mac->size() != header_.mac.size()) return broken("letter.header");
    std::ranges::copy(*mac, header_.mac.begin());
    header_.authentic_text = text_.substr(0, text_.size() - rest.size());
    return {};
  }

  LineSource& source_;
  LetterHeader header_;
  std::string text_;  // read so far: whole lines
};

}  // namespace

Result<LetterHeader> read_letter_header(LineSource& source) {
  return HeaderReader(source).read();
}

std::string letter_header_text(const std::vector<Stanza>& stanzas) {
  std::string text(kVersionLine);
  for (const Stanza& stanza : stanzas) {
    text += "->";
    for (const std::string& argument : stanza.arguments) text += " " + argument;
    text += "\n";
    const std::string body = to_base64(stanza.body);
    for (std::size_t at = 0; at <= body.size(); at += kColumns) {
      text += body.substr(at, kColumns) + "\n";
    }
  }
  return text + std::string(kMacMark);
}

std::string finished_letter_header(const std::string& authentic_text,
                                   const std::array<std::uint8_t, 32>& mac) {
  return authentic_text + " " + to_base64(mac) + "\n";
}

}  // namespace kluis
