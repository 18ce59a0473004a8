#include "tools/text/sentence.h"

#include <array>
#include <cstdlib>
#include <map>

#include "proto/assert.h"
#include "tools/text/visible.h"

namespace kluis {
namespace {

using Table = std::map<std::string_view, const Sentence*>;

const Table& table() {
  static const Table whole = [] {
    Table all;
    for (const auto part : {error_sentences(), rule_sentences(), alarm_sentences(),
                            screen_sentences(), declaration_sentences(), help_sentences()}) {
      for (const Sentence& sentence : part) {
        const bool first = all.emplace(sentence.key, &sentence).second;
        KLUIS_ASSERT(first);
      }
    }
    return all;
  }();
  return whole;
}

std::string fill_in(std::string_view pattern, const std::vector<std::string>& arguments) {
  std::string text;
  while (!pattern.empty()) {
    const bool is_place = pattern.size() >= 3 && pattern[0] == '{' && pattern[2] == '}' &&
                          pattern[1] >= '0' && pattern[1] <= '9';
    if (!is_place) {
      text += pattern[0];
      pattern.remove_prefix(1);
      continue;
    }
    const auto index = static_cast<std::size_t>(pattern[1] - '0');
    if (index < arguments.size()) text += visible(arguments[index]);
    pattern.remove_prefix(3);
  }
  return text;
}

std::string_view in(Language language, const Sentence& sentence) {
  return language == Language::dutch ? sentence.dutch : sentence.english;
}

// "5.4" -> "art. 5 lid 4"; "XIII.2" -> "XIII.2".
std::string numbered(Language language, std::string_view number) {
  const std::size_t dot = number.find('.');
  const std::string article(number.substr(0, dot));
  if (dot == std::string_view::npos) return "art. " + article;
  const std::string part(number.substr(dot + 1));
  return language == Language::dutch ? "art. " + article + " lid " + part
                                     : "art. " + article + "(" + part + ")";
}

struct Source {
  std::string_view prefix;
  std::string_view key;
  bool has_articles;
};

// The longer prefix first.
constexpr std::array<Source, 8> kSources = {{{"Vt", "source.vt", true},
                                             {"V", "source.v", true},
                                             {"Ct", "source.ct", false},
                                             {"C", "source.c", false},
                                             {"Ht", "source.h", false},
                                             {"H", "source.h", false},
                                             {"Gemw", "source.gemw", true},
                                             {"R", "source.rule", false}}};

}  // namespace

const Sentence* find_sentence(std::string_view key) {
  for (std::string family(key); !family.empty();) {
    const auto found = table().find(family);
    if (found != table().end()) return found->second;
    if (family.ends_with('.')) family.pop_back();
    const std::size_t dot = family.rfind('.');
    family = dot == std::string::npos ? std::string() : family.substr(0, dot + 1);
  }
  return nullptr;
}

std::string say(Language language, std::string_view key,
                const std::vector<std::string>& arguments) {
  const Sentence* sentence = find_sentence(key);
  KLUIS_ASSERT(sentence != nullptr);
  return fill_in(in(language, *sentence), arguments);
}

std::string say(Language language, const Error& error) {
  const Sentence* sentence = find_sentence(error.key);
  if (sentence == nullptr) return say(language, "error.other", {error.key});
  std::string text = fill_in(in(language, *sentence), error.arguments);
  if (!error.article.empty()) {
    text += " " + say(language, "error.rests_on", {say_article(language, error.article)});
  }
  return text;
}

std::string say_article(Language language, std::string_view article) {
  for (const Source& source : kSources) {
    if (!article.starts_with(source.prefix)) continue;
    std::string_view number = article.substr(source.prefix.size());
    if (number.starts_with(' ')) number.remove_prefix(1);
    const std::string place =
        source.has_articles ? numbered(language, number) : std::string(number);
    return say(language, source.key, {place, std::string(article)});
  }
  return visible(article);
}

std::string_view word_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::relay:
      return "relay";
    case ErrorKind::integrity:
      return "integrity";
    case ErrorKind::locked:
      return "locked";
    case ErrorKind::no_access:
      return "no-access";
    case ErrorKind::disk:
      return "disk";
  }
  std::abort();
}

}  // namespace kluis
