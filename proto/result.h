#pragma once

#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

// How an ordinary failure travels: as a value. Exceptions of outside libraries are caught where the
// library is named; a bug of our own aborts.
namespace kluis {

// The kinds of failure that a caller treats differently; each is an exit code of `kluis`.
enum class ErrorKind {
  refused = 1,    // a rule forbids it
  usage = 2,      // the caller asked for something that has no meaning
  relay = 3,      // the relay cannot be reached, is busy, or something else answers
  integrity = 4,  // tampering, fork, malformed or foreign data: nothing was accepted
  locked = 5,     // wrong passphrase, or the vault is in use
  no_access = 6,  // unknown to this vault, or no longer readable
  disk = 7,       // full, damaged, not writable
};

// One failure. `key` names the sentence that tools/ shows in the user's language, e.g.
// "slot.wrong_passphrase"; `arguments` fill it in. No secret, title or name stands in either, but
// what the user himself typed.
struct Error {
  ErrorKind kind;
  std::string key;
  std::vector<std::string> arguments = {};
  std::string article = {};  // The rule of law that a refusal rests on, e.g. "V5.4".
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string key,
                                                std::vector<std::string> arguments = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(key), std::move(arguments), {}});
}

[[nodiscard]] inline tl::unexpected<Error> refuse(std::string key, std::string article,
                                                  std::vector<std::string> arguments = {}) {
  return tl::unexpected<Error>(
      Error{ErrorKind::refused, std::move(key), std::move(arguments), std::move(article)});
}

// Something from outside does not follow its format or does not verify.
[[nodiscard]] inline tl::unexpected<Error> broken(std::string key) {
  return fail(ErrorKind::integrity, std::move(key));
}

}  // namespace kluis

// Evaluates `expression` (a Result); returns its error from the enclosing function if it failed.
#define KLUIS_CHECK(expression)                                               \
  do {                                                                        \
    if (auto kluis_result = (expression); !kluis_result)                      \
      return tl::unexpected<::kluis::Error>(std::move(kluis_result).error()); \
  } while (false)

// Declares `name` as the value of `expression`, or returns its error.
#define KLUIS_TRY(name, expression)                                                            \
  auto name##_result = (expression);                                                           \
  if (!name##_result) return tl::unexpected<::kluis::Error>(std::move(name##_result).error()); \
  auto& name = *name##_result
