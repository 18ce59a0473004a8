#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/file_source.h"
#include "tools/commands/letter_files.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/ask.h"
#include "vault/letter/letter.h"

// `unseal`: what is in a sealed letter, as a file. Needs no vault. There is no way to standard
// output: what a letter holds is known to be whole only at its end.
namespace kluis {
namespace {

constexpr std::array<Parameter, 4> kParameters = {{
    {"-i", Takes::each, Content::path, false, "IDENTITY"},
    {"-p", Takes::flag},
    {"FILE", Takes::argument, Content::path},
    {"-o", Takes::value, Content::path, true, "OUT"},
}};

Result<Answer> run(CommandRun& command, const Given& given) {
  const bool with_identities = given.has("-i");
  if (with_identities && given.has("-p")) return fail(ErrorKind::usage, "letter.one_way_in");
  KLUIS_TRY(identities, identities_in(given.all("-i")));
  KLUIS_TRY(source, FileSource::open(given.text("FILE"), command.console(), "progress.opening"));
  const std::string& path = given.text("-o");
  KLUIS_TRY(target, new_letter_file(command, path));
  KLUIS_TRY(letter, ReceivedLetter::read(*source));
  if (letter.has_passphrase() && with_identities) {
    return fail(ErrorKind::no_access, "letter.has_passphrase");
  }
  if (letter.has_passphrase()) {
    KLUIS_TRY(answer,
              passphrase(command.console(), command.passphrase_file(), PassphraseFor::letter));
    KLUIS_CHECK(letter.open(answer.expose(), *target));
  } else if (with_identities) {
    KLUIS_CHECK(letter.open(identities, *target));
  } else {
    return fail(ErrorKind::no_access, "letter.needs_identity");
  }
  KLUIS_CHECK(keep_letter_file(*target));
  return Answer{Value::object({{"file", path}}), command.text("letter.opened", {path})};
}

}  // namespace

Verb unseal_verb() {
  return {"unseal", kParameters, run};
}

}  // namespace kluis
