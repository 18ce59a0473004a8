#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "proto/bytes.h"

// Outside test vectors. They lie in tests/vectors, or in the folder that the environment variable
// KLUIS_VECTORS names, so that another set in the same format can be run.
namespace kluis::test {

// Reads e.g. "noise/cacophony-chachapoly-sha256-blake2b.json". Throws, which fails the
// test, when there is no such file: a set of vectors that is not there must not pass.
[[nodiscard]] nlohmann::json load_vectors(const std::string& name);

// The bytes of e.g. "age/testkit/x25519"; the names of the files in "age/testkit", sorted. Both
// throw like load_vectors; a folder without files does, too.
[[nodiscard]] Bytes read_vector(const std::string& name);
[[nodiscard]] std::vector<std::string> vector_names(const std::string& name);

// The bytes of a hexadecimal field, in either case. Throws when it is none.
[[nodiscard]] Bytes hex_field(const nlohmann::json& object, const std::string& key);
[[nodiscard]] Bytes hex(std::string text);

}  // namespace kluis::test
