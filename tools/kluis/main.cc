#include <algorithm>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "tools/commands/program.h"
#include "tools/commands/relay_syncing.h"
#include "tools/terminal/console.h"
#include "tools/text/sentence.h"
#include "vault/platform/folder.h"
#include "vault/platform/hardening.h"
#include "vault/platform/system.h"

// The command line of one vault. Everything that differs between this program and a simulation is
// made here: time, randomness, the cost of a passphrase, the network.
namespace {

// Before any thread is started.
std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace kluis;  // NOLINT(google-build-using-namespace)
  const Language language = language_of({.lc_all = environment("LC_ALL"),
                                         .lc_messages = environment("LC_MESSAGES"),
                                         .lang = environment("LANG")});
  if (const auto hardened = harden_process(); !hardened) {
    Console(language, Console::Output::text).complain(say(language, hardened.error()));
    return static_cast<int>(hardened.error().kind);
  }
  const SystemClock clock;
  SystemEntropy entropy;
  const PasswordHasher hasher(Argon2Cost::product());
  RelaySyncing syncing(entropy);
  const std::string folder = environment("KLUIS_VAULT");
  const ProgramParts parts{.clock = clock,
                           .entropy = entropy,
                           .hasher = hasher,
                           .syncing = syncing,
                           .language = language,
                           .vault_folder = folder.empty() ? default_vault_folder() : folder,
                           .thread_count = std::max(1U, std::thread::hardware_concurrency())};
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  return run_program(parts, arguments);
}
