#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"
#include "tools/text/language.h"

// Every sentence that people read, in Dutch and in English, under the key by which the rest of the
// program names it. What stands here is plain and short; what a script reads never comes from here.
namespace kluis {

struct Sentence {
  // "slot.wrong_passphrase"; a key that ends in '.' is the sentence of a whole family, for keys of
  // it that have none of their own.
  std::string_view key;
  std::string_view dutch;  // {0}, {1}… stand for arguments
  std::string_view english;
};

// The tables, one a file of tools/text/.
[[nodiscard]] std::span<const Sentence> error_sentences();
[[nodiscard]] std::span<const Sentence> rule_sentences();
[[nodiscard]] std::span<const Sentence> alarm_sentences();
[[nodiscard]] std::span<const Sentence> screen_sentences();
[[nodiscard]] std::span<const Sentence> declaration_sentences();
[[nodiscard]] std::span<const Sentence> help_sentences();

// The sentence of `key`, or of the nearest family around it. nullptr when there is none.
[[nodiscard]] const Sentence* find_sentence(std::string_view key);

// The sentence in that language, arguments filled in and made visible. Aborts when there is none:
// a test holds every key of the source against the tables.
[[nodiscard]] std::string say(Language language, std::string_view key,
                              const std::vector<std::string>& arguments = {});

// The sentence of a failure; of a refusal with the article it rests on. A key without a sentence
// gets a general one, since an error must never become a crash.
[[nodiscard]] std::string say(Language language, const Error& error);

// "V5.4" as a person would look it up: "art. 5 lid 4 van de verordening (V5.4)".
[[nodiscard]] std::string say_article(Language language, std::string_view article);

// The word of a failure's kind in JSON; the same in every language.
[[nodiscard]] std::string_view word_of(ErrorKind kind);

}  // namespace kluis
