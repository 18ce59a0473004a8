#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/bench/bench.h"
#include "tests/bench/load.h"
#include "tests/bench/must.h"

// kluis_bench [--disk FOLDER] [--memory FOLDER] [--pairs N] [--quick] [NAME…]
// Prints one table. Names: document database unlock sync reseal relay; none: all.
namespace kluis::bench {
namespace {

struct Benchmark {
  std::string_view name;
  Rows (*run)(const Options&);
};

constexpr std::array<Benchmark, 6> kBenchmarks = {{{"document", bench_document},
                                                   {"database", bench_database},
                                                   {"unlock", bench_unlock},
                                                   {"sync", bench_sync},
                                                   {"reseal", bench_reseal},
                                                   {"relay", bench_relay}}};

bool is_wanted(std::string_view name, const std::vector<std::string>& names) {
  if (names.empty()) return true;
  for (const std::string& wanted : names) {
    if (wanted == name) return true;
  }
  return false;
}

int run(const Options& options, const std::vector<std::string>& names) {
  Rows table;
  const ForeignLoad load;
  for (const Benchmark& benchmark : kBenchmarks) {
    if (!is_wanted(benchmark.name, names)) continue;
    std::fprintf(stderr, "%.*s…\n", static_cast<int>(benchmark.name.size()), benchmark.name.data());
    const Rows rows = benchmark.run(options);
    table.insert(table.end(), rows.begin(), rows.end());
  }
  print_table(table);
  std::printf(
      "\nMedians of %d pairs in turn. Others kept %.2f cores busy during the whole run%s\n",
      options.pairs, load.cores(),
      load.cores() < 0.2 ? "." : ": wall times are disturbed, run it again on a quiet machine.");
  if (options.quick) std::printf("Sizes were those of --quick: these figures measure nothing.\n");
  return 0;
}

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (!words.empty() && words.front() == "--child") {
    document_child({words.begin() + 1, words.end()});
    return 0;
  }
  Options options{".", "/dev/shm"};
  std::vector<std::string> names;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool has_value = i + 1 < words.size();
    if (words[i] == "--quick") {
      options.quick = true;
    } else if (words[i] == "--disk" && has_value) {
      options.disk_folder = words[++i];
    } else if (words[i] == "--memory" && has_value) {
      options.memory_folder = words[++i];
    } else if (words[i] == "--pairs" && has_value) {
      options.pairs = std::atoi(words[++i].c_str());  // NOLINT(cert-err34-c): checked below
    } else {
      names.push_back(words[i]);
    }
  }
  must_hold(options.pairs > 0, "--pairs wants a number");
  for (const std::string& name : names) {
    bool known = false;
    for (const Benchmark& benchmark : kBenchmarks) known = known || benchmark.name == name;
    must_hold(known, ("no benchmark is called " + name).c_str());
  }
  return run(options, names);
}

}  // namespace
}  // namespace kluis::bench

int main(int count, char** arguments) {
  return kluis::bench::main(count, arguments);
}
