#include "tests/opener/traces.h"

#include <bitset>
#include <unordered_set>

namespace kluis::test {
namespace {

constexpr std::size_t kWindowBytes = 24;
constexpr std::size_t kDifferentBytesMin = 8;
constexpr std::size_t kBase64CharactersMin = 8;  // fewer stand in any few megabytes by chance

bool stands_anywhere(std::string_view window) {
  std::bitset<256> seen;
  for (const char byte : window) seen.set(static_cast<unsigned char>(byte));
  return seen.count() < kDifferentBytesMin;
}

}  // namespace

std::string utf16(std::string_view text) {
  std::string wide;
  for (const char letter : text) {
    wide.push_back(letter);
    wide.push_back('\0');
  }
  return wide;
}

std::string base64_core(std::string_view text, std::size_t skip) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t i = skip; i + 3 <= text.size(); i += 3) {
    const auto byte = [&](std::size_t at) -> unsigned {
      return static_cast<unsigned char>(text[at]);
    };
    const unsigned bits = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
    for (unsigned shift = 18;; shift -= 6) {
      result.push_back(kDigits[bits >> shift & 63U]);
      if (shift == 0) break;
    }
  }
  return result;
}

std::size_t traces(std::string_view haystack, std::string_view text) {
  const auto holds = [&](std::string_view part) {
    return haystack.find(part) != std::string_view::npos;
  };
  std::size_t count = (holds(text) ? 1U : 0U) + (holds(utf16(text)) ? 1U : 0U);
  for (std::size_t at = 0; at + kWindowBytes <= text.size(); ++at) {
    if (holds(text.substr(at, kWindowBytes))) ++count;
  }
  for (std::size_t skip = 0; skip < 3; ++skip) {
    const std::string core = base64_core(text, skip);
    if (core.size() >= kBase64CharactersMin && holds(core)) ++count;
  }
  return count;
}

std::size_t windows_found(ByteView haystack, ByteView document) {
  const std::string_view text = as_text(document);
  const std::string_view where = as_text(haystack);
  std::unordered_set<std::string_view> windows;
  for (std::size_t at = 0; at + kWindowBytes <= text.size(); ++at) {
    const std::string_view window = text.substr(at, kWindowBytes);
    if (!stands_anywhere(window)) windows.insert(window);
  }
  std::size_t count = 0;
  for (std::size_t at = 0; at + kWindowBytes <= where.size(); ++at) {
    if (windows.contains(where.substr(at, kWindowBytes))) ++count;
  }
  return count;
}

}  // namespace kluis::test
