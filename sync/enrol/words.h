#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/bytes.h"

// Bits as Dutch words that survive a telephone: 1,024 everyday words of 4 to 8 letters a-z, told
// apart by their first four letters, no two alike to the ear. Four words are a spoken code (40
// bits), eight a head (80), twelve a fingerprint (120).
//
// The list is part of the format: a word never moves. Its properties are proved by
// tests/sync/enrol/words_test.cc.
namespace kluis {

inline constexpr std::size_t kWordCount = 1024;
inline constexpr std::size_t kWordBits = 10;
inline constexpr std::size_t kCodeWords = 4;
inline constexpr std::size_t kHeadWords = 8;
inline constexpr std::size_t kFingerprintWords = 12;

// Requires: `index` < kWordCount.
[[nodiscard]] std::string_view word_at(std::size_t index);

// The place of a word as a person types it: any case, whole or broken off after at least four
// letters. Errors: nullopt for anything else, a word with a wrong end included.
[[nodiscard]] std::optional<std::size_t> index_of(std::string_view text);

// What a person may be typing: the words that begin with `prefix`, in order; any case.
[[nodiscard]] std::vector<std::string_view> words_beginning_with(std::string_view prefix);

// The first `word_count` * 10 bits of `bytes`, most significant first, as words with one space
// between them. Requires: `bytes` holds that many.
[[nodiscard]] std::string words_from_bits(ByteView bytes, std::size_t word_count);

// The reverse: `word_count` words, with any white space or hyphens between, before and after.
// Requires: `word_count` is a multiple of 4, so that the bits fill whole bytes.
// Errors: nullopt if the count differs or any word is unknown.
[[nodiscard]] std::optional<Bytes> bits_from_words(std::string_view text, std::size_t word_count);

}  // namespace kluis
