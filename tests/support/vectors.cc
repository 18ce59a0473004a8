#include "tests/support/vectors.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace kluis::test {
namespace {

[[noreturn]] void give_up(const std::string& reason) {
  throw std::runtime_error("test vectors: " + reason);
}

std::string folder() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in a test program changes the environment.
  const char* chosen = std::getenv("KLUIS_VECTORS");
  return chosen != nullptr && *chosen != '\0' ? chosen : KLUIS_VECTORS_DIR;
}

}  // namespace

nlohmann::json load_vectors(const std::string& name) {
  const std::string path = folder() + "/" + name;
  std::ifstream file(path);
  if (!file) give_up("cannot read " + path);
  auto parsed = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) give_up("no JSON in " + path);
  return parsed;
}

Bytes read_vector(const std::string& name) {
  const std::string path = folder() + "/" + name;
  std::ifstream file(path, std::ios::binary);
  if (!file) give_up("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> vector_names(const std::string& name) {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder() + "/" + name)) {
    names.push_back(entry.path().filename().string());
  }
  if (names.empty()) give_up("nothing in " + name);
  std::ranges::sort(names);
  return names;
}

Bytes hex_field(const nlohmann::json& object, const std::string& key) {
  if (!object.contains(key) || !object[key].is_string()) give_up("no field " + key);
  return hex(object[key].get<std::string>());
}

Bytes hex(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto bytes = from_hex(text);
  if (!bytes) give_up("not hexadecimal: " + text);
  return *bytes;
}

}  // namespace kluis::test
