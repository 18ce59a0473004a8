#include "tests/house/rules.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "tests/house/source_text.h"

namespace kluis::house {
namespace {

namespace fs = std::filesystem;
using Places = std::vector<std::string_view>;  // Prefixes of paths, relative to the root.

constexpr std::size_t kWidthMax = 100;

// From left to right: each may include itself and what stands before it.
constexpr std::array<std::string_view, 5> kFolders = {"proto", "vault", "sync", "tools", "tests"};

// Inside vault and sync: what else of the same top folder a folder may include. A folder that is
// not in the table may include all but those of kGuarded.
const std::map<std::string, Places, std::less<>>& inner_arrows() {
  static const std::map<std::string, Places, std::less<>> table = {
      {"vault/env/", {}},
      {"vault/crypto/", {"vault/env/"}},
      {"vault/law/", {}},
      {"vault/letter/", {"vault/crypto/", "vault/env/"}},
      {"vault/core/", {"vault/law/", "vault/crypto/", "vault/env/"}},
      {"vault/ceremony/", {"vault/core/", "vault/law/", "vault/crypto/", "vault/env/"}},
      {"vault/platform/", {"vault/crypto/", "vault/env/"}},
      {"vault/store/",
       {"vault/core/", "vault/law/", "vault/crypto/", "vault/env/", "vault/platform/"}},
      {"vault/dossier/",
       {"vault/core/", "vault/law/", "vault/crypto/", "vault/env/", "vault/store/"}},
      {"sync/noise/", {}},
      {"sync/channel/", {"sync/noise/"}},
      {"sync/enrol/", {}},
      {"sync/client/", {"sync/enrol/"}},
      {"sync/relay/", {}},
  };
  return table;
}

struct Guarded {
  std::string_view folder;
  Places users;
};

// Folders that only these may include: they touch the operating system.
const std::vector<Guarded>& guarded_folders() {
  static const std::vector<Guarded> table = {
      {"vault/platform/", {"vault/platform/", "vault/store/", "tools/", "tests/"}},
      {"sync/net/", {"sync/net/", "tools/", "tests/"}},
  };
  return table;
}

struct Library {
  std::string_view header;  // Beginning of the path between the angle brackets.
  Places users;
};

// Benchmarks name the yardsticks that they measure against.
const std::vector<Library>& libraries() {
  static const std::vector<Library> table = {
      {"capnp/", {"proto/"}},
      {"kj/", {"proto/"}},
      {"tl/", {"proto/result.h"}},
      {"sodium", {"vault/crypto/", "tests/bench/"}},
      {"sqlite3", {"vault/store/", "sync/relay/", "tests/bench/"}},
      {"asio", {"sync/net/"}},
      {"CLI/", {"tools/"}},
      {"nlohmann/", {"tools/", "tests/"}},
      {"Q", {"tools/pdf/"}},
      {"zlib", {"tests/support/"}},
      {"gtest/", {"tests/"}},
      {"gmock/", {"tests/"}},
      {"rapidcheck", {"tests/"}},
      {"benchmark/", {"tests/bench/"}},
  };
  return table;
}

// These libraries may be named in a .cc only: no header of ours may carry them further.
// capnp_compat.h is included before Cap'n Proto itself.
constexpr std::array<std::string_view, 4> kBodyOnly = {"capnp/", "kj/", "sodium", "asio"};
constexpr std::string_view kCapnpCompat = "proto/capnp_compat.h";

const Places& system_users() {
  static const Places places = {"vault/platform/", "sync/net/", "tests/"};
  return places;
}

struct Call {
  std::string_view word;
  Places users;
  std::string_view instead;
};

const std::vector<Call>& banned_calls() {
  static const Places clocks = {"vault/platform/", "tests/bench/", "tests/end_to_end/",
                                "tests/support/"};
  static const Places printers = {"tools/", "tests/", "proto/assert.h"};
  static const Places environment = {"vault/platform/", "tests/"};  // and the mains
  static const std::vector<Call> table = {
      {"system_clock::now", clocks, "take a Clock"},
      {"steady_clock::now", clocks, "take a Clock"},
      {"high_resolution_clock::now", clocks, "take a Clock"},
      {"clock_gettime(", clocks, "take a Clock"},
      {"gettimeofday(", clocks, "take a Clock"},
      {"time(nullptr)", clocks, "take a Clock"},
      {"randombytes_", {"vault/crypto/", "vault/platform/"}, "take an Entropy"},
      {"random_device", {}, "take an Entropy"},
      {"rand(", {}, "take an Entropy"},
      {"srand(", {}, "take an Entropy"},
      {"memcmp(", {"tests/"}, "same_bytes, or a secret's equals"},
      {"getenv(", environment, "read it in main and pass it in"},
      {"cout", printers, "return it"},
      {"cerr", printers, "return it"},
      {"printf(", printers, "return it"},
      {"fprintf(", printers, "return it"},
      {"puts(", printers, "return it"},
      {"tmpfile(", {"tests/"}, "nothing of a vault goes to a temporary file"},
      {"tmpnam(", {"tests/"}, "nothing of a vault goes to a temporary file"},
      {"mkstemp(", {"tests/"}, "nothing of a vault goes to a temporary file"},
      {"temp_directory_path(", {"tests/"}, "nothing of a vault goes to a temporary file"},
  };
  return table;
}

// Headers of the C library that have a C++ name, and the compiler's own.
bool is_standard_header(std::string_view path) {
  return path.find('.') == std::string_view::npos && path.find('/') == std::string_view::npos;
}

bool in_any(std::string_view file, const Places& places) {
  return std::any_of(places.begin(), places.end(),
                     [&](std::string_view place) { return file.starts_with(place); });
}

bool is_main(std::string_view file) {
  return file.starts_with("tools/") && (file.ends_with("/main.cc") || file.ends_with("_main.cc"));
}

std::optional<std::size_t> rank_of(std::string_view path) {
  for (std::size_t rank = 0; rank < kFolders.size(); ++rank) {
    if (path.starts_with(kFolders.at(rank)) && path.substr(kFolders.at(rank).size())[0] == '/') {
      return rank;
    }
  }
  return std::nullopt;
}

// "vault/crypto/" of "vault/crypto/aead.h"; the top folder alone of "vault/x.h".
std::string inner_folder(std::string_view path) {
  const std::size_t top = path.find('/');
  const std::size_t inner = path.find('/', top + 1);
  return std::string(path.substr(0, (inner == std::string_view::npos ? top : inner) + 1));
}

struct Include {
  std::size_t line = 0;
  bool quoted = false;
  std::string path;
};

std::optional<Include> parse_include(std::string_view text, std::size_t line) {
  const std::size_t hash = text.find_first_not_of(" \t");
  if (hash == std::string_view::npos || text[hash] != '#') return std::nullopt;
  const std::size_t word = text.find("include", hash);
  const std::size_t open = text.find_first_of("<\"", hash);
  if (word == std::string_view::npos || open == std::string_view::npos || open < word) {
    return std::nullopt;
  }
  const std::size_t close = text.find_first_of(">\"", open + 1);
  if (close == std::string_view::npos) return std::nullopt;
  return Include{line, text[open] == '"', std::string(text.substr(open + 1, close - open - 1))};
}

// One file of ours: everything the rules ask about it.
class FileCheck {
 public:
  FileCheck(const fs::path& root, std::string file, std::string_view content,
            std::vector<Finding>& findings)
      : root_(root), file_(std::move(file)), raw_(lines_of(content)), findings_(findings) {
    if (is_cpp()) {
      code_ = lines_of(without_comments_and_strings(content));
      for (std::size_t i = 0; i < code_.size(); ++i) {
        if (auto include = parse_include(code_[i], i + 1)) includes_.push_back(*include);
      }
    }
  }

  void run() {
    check_form();
    if (!is_cpp()) return;
    for (const Include& include : includes_) {
      include.quoted ? check_own(include) : check_outside(include);
    }
    check_first_include();
    check_calls();
  }

 private:
  bool is_cpp() const { return file_.ends_with(".cc") || file_.ends_with(".h"); }

  void report(std::size_t line, std::string rule, std::string text) {
    findings_.push_back({file_, line, std::move(rule), std::move(text)});
  }

  void check_form() {
    const bool has_width =
        !file_.ends_with(".md") && !file_.ends_with(".json") && file_ != "LICENSE";
    for (std::size_t i = 0; i < raw_.size(); ++i) {
      if (has_width && width_of(raw_[i]) > kWidthMax) report(i + 1, "width", "over 100 columns");
      if (has_machine_path(raw_[i])) report(i + 1, "machine-path", raw_[i]);
      if (raw_[i].find(std::string("TODO") + "(now)") != std::string::npos) {
        report(i + 1, "todo", raw_[i]);
      }
    }
    const bool guarded = std::find(raw_.begin(), raw_.end(), "#pragma once") != raw_.end();
    if (file_.ends_with(".h") && !guarded) report(0, "pragma", "no #pragma once");
  }

  // Folders that exist on the machine of a developer only.
  static bool has_machine_path(std::string_view line) {
    for (const std::string_view name : {"work", "farm", "root"}) {
      const std::string path = "/" + std::string(name) + "/";
      for (std::size_t at = line.find(path); at != std::string_view::npos;
           at = line.find(path, at + 1)) {
        const bool absolute =
            at == 0 || std::string_view(" \t\"'`=(:<").find(line[at - 1]) != std::string_view::npos;
        if (absolute) return true;
      }
    }
    return false;
  }

  void check_own(const Include& include) {
    const auto target = rank_of(include.path);
    if (!target) {
      report(include.line, "root-path", "\"" + include.path + "\" is not written from the root");
      return;
    }
    const auto own = rank_of(file_);
    if (own && *target > *own) report(include.line, "arrow", "includes " + include.path);
    if (include.path.starts_with("tests/") && !file_.starts_with("tests/")) return;
    check_inner(include);
  }

  void check_inner(const Include& include) {
    const std::string from = inner_folder(file_);
    const std::string into = inner_folder(include.path);
    for (const Guarded& guarded : guarded_folders()) {
      if (into == guarded.folder && !in_any(file_, guarded.users)) {
        report(include.line, "arrow", "includes " + include.path);
        return;
      }
    }
    const auto row = inner_arrows().find(from);
    const bool same_top = rank_of(file_) == rank_of(include.path);
    if (row == inner_arrows().end() || !same_top || from == into) return;
    if (!in_any(include.path, row->second)) {
      report(include.line, "arrow", "includes " + include.path);
    }
  }

  void check_outside(const Include& include) {
    for (const Library& library : libraries()) {
      if (!include.path.starts_with(library.header)) continue;
      const bool body_only =
          std::find(kBodyOnly.begin(), kBodyOnly.end(), library.header) != kBodyOnly.end();
      const bool in_header = body_only && file_.ends_with(".h") && !may_carry(library.header);
      if (!in_any(file_, library.users) || in_header) {
        report(include.line, "library", "names <" + include.path + ">");
      }
      return;
    }
    if (is_standard_header(include.path) || in_any(file_, system_users())) return;
    report(include.line, "system", "names <" + include.path + ">");
  }

  // Headers that are seen by their own folder alone.
  bool may_carry(std::string_view library) const {
    return file_ == kCapnpCompat || (library == "asio" && file_.starts_with("sync/net/")) ||
           ((library == "capnp/" || library == "kj/") && file_.starts_with("proto/codec"));
  }

  void check_first_include() {
    if (!file_.ends_with(".cc")) return;
    const std::string header = file_.substr(0, file_.size() - 3) + ".h";
    if (!fs::exists(root_ / header)) return;
    if (includes_.empty() || includes_.front().path != header) {
      report(includes_.empty() ? 0 : includes_.front().line, "own-header",
             header + " is not the first include");
    }
  }

  void check_calls() {
    for (const Call& call : banned_calls()) {
      if (in_any(file_, call.users)) continue;
      if (call.word == "getenv(" && is_main(file_)) continue;
      for (std::size_t i = 0; i < code_.size(); ++i) {
        if (!has_word(code_[i], call.word)) continue;
        report(i + 1, "call", std::string(call.word) + ": " + std::string(call.instead));
      }
    }
  }

  const fs::path& root_;
  std::string file_;
  std::vector<std::string> raw_;
  std::vector<std::string> code_;
  std::vector<Include> includes_;
  std::vector<Finding>& findings_;
};

std::string content_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// What the CMakeLists.txt files name, as paths from the root.
class NamedFiles {
 public:
  void read(const std::string& folder, std::string_view text) {
    for (const std::string& line : lines_of(text)) {
      const std::string_view code = std::string_view(line).substr(0, line.find('#'));
      std::string word;
      for (const char letter : code) {
        if (std::string_view(" \t()\";").find(letter) == std::string_view::npos) {
          word += letter;
        } else {
          add(folder, std::exchange(word, {}));
        }
      }
      add(folder, word);
    }
  }

  bool has(const std::string& file) const { return names_.contains(file); }

 private:
  void add(const std::string& folder, const std::string& word) {
    static constexpr std::string_view kRoot = "${PROJECT_SOURCE_DIR}/";
    if (word.empty()) return;
    names_.insert(word.starts_with(kRoot) ? word.substr(kRoot.size()) : folder + word);
  }

  std::set<std::string> names_;
};

bool is_text_of_ours(std::string_view file) {
  static constexpr std::array<std::string_view, 9> kEndings = {
      ".cc", ".h", ".capnp", ".cmake", ".txt", ".sh", ".json", ".md", ".yml"};
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return file.ends_with(ending); });
}

bool is_compiled(std::string_view file) {
  return file.ends_with(".cc") || file.ends_with(".h") || file.ends_with(".capnp");
}

std::vector<std::string> files_under(const fs::path& root) {
  std::vector<std::string> files;
  for (const std::string_view folder : kFolders) {
    if (!fs::exists(root / folder)) continue;
    for (auto entry = fs::recursive_directory_iterator(root / folder);
         entry != fs::recursive_directory_iterator(); ++entry) {
      const std::string file = fs::relative(entry->path(), root).generic_string();
      const bool hidden = entry->path().filename().string().starts_with('.');
      if (entry->is_directory() && (hidden || file == "tests/vectors")) {
        entry.disable_recursion_pending();
      } else if (entry->is_regular_file() && !hidden && is_text_of_ours(file)) {
        files.push_back(file);
      }
    }
  }
  for (const auto& entry : fs::directory_iterator(root)) {
    const std::string file = entry.path().filename().string();
    if (entry.is_regular_file() && is_text_of_ours(file)) files.push_back(file);
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<Finding> check_house(const fs::path& root) {
  std::vector<Finding> findings;
  const std::vector<std::string> files = files_under(root);
  NamedFiles named;
  for (const std::string& file : files) {
    const std::string content = content_of(root / file);
    FileCheck(root, file, content, findings).run();
    if (fs::path(file).filename() == "CMakeLists.txt") {
      const std::string folder = fs::path(file).parent_path().generic_string();
      named.read(folder.empty() ? folder : folder + "/", content);
    }
  }
  for (const std::string& file : files) {
    if (is_compiled(file) && !named.has(file)) {
      findings.push_back({file, 0, "unnamed", "no CMakeLists.txt names it"});
    }
  }
  return findings;
}

std::string describe(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.file + ":" + std::to_string(finding.line) + ": " + finding.rule + ": " +
            finding.text + "\n";
  }
  return text;
}

}  // namespace kluis::house
