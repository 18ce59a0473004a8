#include "sync/noise/protocol.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace kluis::noise {
namespace {

// Known beforehand: 'i' the initiator's static key, 'r' the responder's. Messages are divided by
// '/', the first is the initiator's.
struct Pattern {
  std::string_view name;
  std::string_view known;
  std::string_view messages;
};

constexpr Pattern kPatterns[] = {
    // One-way, section 7.4.
    {"N", "r", "e es"},
    {"K", "ir", "e es ss"},
    {"X", "r", "e es s ss"},
    // Interactive, section 7.5.
    {"NN", "", "e/e ee"},
    {"NK", "r", "e es/e ee"},
    {"NX", "", "e/e ee s es"},
    {"XN", "", "e/e ee/s se"},
    {"XK", "r", "e es/e ee/s se"},
    {"XX", "", "e/e ee s es/s se"},
    {"KN", "i", "e/e ee se"},
    {"KK", "ir", "e es ss/e ee se"},
    {"KX", "i", "e/e ee se s es"},
    {"IN", "", "e s/e ee se"},
    {"IK", "r", "e es s ss/e ee se"},
    {"IX", "", "e s/e ee se s es"},
    // Deferred, section 18.1.
    {"NK1", "r", "e/e ee es"},
    {"NX1", "", "e/e ee s/es"},
    {"X1N", "", "e/e ee/s/se"},
    {"X1K", "r", "e es/e ee/s/se"},
    {"XK1", "r", "e/e ee es/s se"},
    {"X1K1", "r", "e/e ee es/s/se"},
    {"X1X", "", "e/e ee s es/s/se"},
    {"XX1", "", "e/e ee s/es s se"},
    {"X1X1", "", "e/e ee s/es s/se"},
    {"K1N", "i", "e/e ee/se"},
    {"K1K", "ir", "e es/e ee/se"},
    {"KK1", "ir", "e/e ee se es"},
    {"K1K1", "ir", "e/e ee es/se"},
    {"K1X", "i", "e/e ee s es/se"},
    {"KX1", "i", "e/e ee se s/es"},
    {"K1X1", "i", "e/e ee s/se es"},
    {"I1N", "", "e s/e ee/se"},
    {"I1K", "r", "e es s/e ee/se"},
    {"IK1", "r", "e s/e ee se es"},
    {"I1K1", "r", "e s/e ee es/se"},
    {"I1X", "", "e s/e ee s es/se"},
    {"IX1", "", "e s/e ee se s/es"},
    {"I1X1", "", "e s/e ee s/se es"},
};

constexpr std::pair<std::string_view, Token> kTokens[] = {
    {"e", Token::e},   {"s", Token::s},   {"ee", Token::ee},
    {"es", Token::es}, {"se", Token::se}, {"ss", Token::ss},
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<Token> tokens_of(std::string_view message) {
  std::vector<Token> tokens;
  for (const std::string_view word : split(message, ' ')) {
    tokens.push_back(
        std::ranges::find(kTokens, word, [](auto& token) { return token.first; })->second);
  }
  return tokens;
}

const Pattern* find_pattern(std::string_view name) {
  const auto* found = std::ranges::find(kPatterns, name, &Pattern::name);
  return found == std::end(kPatterns) ? nullptr : found;
}

// Where the psk of modifier "pskN" stands: 0 before the first message, N after the N-th.
std::optional<std::size_t> psk_place(std::string_view modifier, std::size_t message_count) {
  if (!modifier.starts_with("psk")) return std::nullopt;
  modifier.remove_prefix(3);
  std::size_t place = 0;
  const auto* end = modifier.data() + modifier.size();
  const auto [rest, error] = std::from_chars(modifier.data(), end, place);
  if (error != std::errc() || rest != end || place > message_count) return std::nullopt;
  if (modifier != std::to_string(place)) return std::nullopt;  // "psk00" is another name
  return place;
}

// Applies modifiers such as "psk0+psk3". False when one is unknown or stands twice.
bool add_modifiers(Protocol& protocol, std::string_view modifiers) {
  std::vector<std::size_t> places;
  for (const std::string_view modifier : split(modifiers, '+')) {
    const auto place = psk_place(modifier, protocol.messages.size());
    if (!place || std::ranges::find(places, *place) != places.end()) return false;
    places.push_back(*place);
    auto& message = protocol.messages[*place == 0 ? 0 : *place - 1];
    message.insert(*place == 0 ? message.begin() : message.end(), Token::psk);
  }
  protocol.psk_count = static_cast<int>(places.size());
  return true;
}

}  // namespace

Result<Protocol> parse_protocol(std::string_view name) {
  const auto unknown = [] { return fail(ErrorKind::usage, "noise.unknown_protocol"); };
  const auto parts = split(name, '_');
  if (parts.size() != 5 || parts[0] != "Noise" || parts[2] != "25519" || parts[3] != "ChaChaPoly" ||
      (parts[4] != "BLAKE2b" && parts[4] != "SHA256")) {
    return unknown();
  }
  // A pattern's name is in capitals and digits, a modifier begins with a small letter.
  const auto modifiers_at = std::min(parts[1].find("psk"), parts[1].size());
  const Pattern* pattern = find_pattern(parts[1].substr(0, modifiers_at));
  if (pattern == nullptr) return unknown();

  Protocol protocol;
  protocol.name = name;
  protocol.hash = parts[4] == "BLAKE2b" ? NoiseHash::blake2b : NoiseHash::sha256;
  protocol.initiator_static_known = pattern->known.find('i') != std::string_view::npos;
  protocol.responder_static_known = pattern->known.find('r') != std::string_view::npos;
  for (const auto message : split(pattern->messages, '/')) {
    protocol.messages.push_back(tokens_of(message));
  }
  protocol.one_way = protocol.messages.size() == 1;
  const auto modifiers = parts[1].substr(modifiers_at);
  if (!modifiers.empty() && !add_modifiers(protocol, modifiers)) return unknown();
  return protocol;
}

}  // namespace kluis::noise
