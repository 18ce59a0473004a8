#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/file_source.h"
#include "tools/commands/letter_files.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/ask.h"
#include "vault/letter/letter.h"

// `seal`: a file as a sealed letter, for people without Raadkluis. Needs no vault.
namespace kluis {
namespace {

constexpr std::array<Parameter, 4> kParameters = {{
    {"-r", Takes::each, Content::word, false, "RECIPIENT"},
    {"-p", Takes::flag},
    {"FILE", Takes::argument, Content::path},
    {"-o", Takes::value, Content::path, true, "OUT"},
}};

Result<std::vector<LetterRecipient>> recipients_of(const std::vector<std::string>& texts) {
  std::vector<LetterRecipient> recipients;
  for (const std::string& text : texts) {
    KLUIS_TRY(recipient, parse_letter_recipient(text, recipients.size() + 1));
    recipients.push_back(recipient);
  }
  return recipients;
}

Result<Answer> run(CommandRun& command, const Given& given) {
  const bool with_passphrase = given.has("-p");
  if (with_passphrase == given.has("-r")) return fail(ErrorKind::usage, "letter.one_way");
  KLUIS_TRY(recipients, recipients_of(given.all("-r")));
  KLUIS_TRY(source, FileSource::open(given.text("FILE"), command.console(), "progress.sealing"));
  const std::string& path = given.text("-o");
  KLUIS_TRY(target, new_letter_file(command, path));
  if (with_passphrase) {
    KLUIS_TRY(chosen,
              new_passphrase(command.console(), command.passphrase_file(), PassphraseFor::letter));
    KLUIS_CHECK(seal_letter_with_passphrase(chosen.expose(), command.entropy(), *source, *target));
  } else {
    KLUIS_CHECK(seal_letter(recipients, command.entropy(), *source, *target));
  }
  KLUIS_CHECK(keep_letter_file(*target));
  return Answer{Value::object({{"file", path}}), command.text("letter.sealed", {path})};
}

}  // namespace

Verb seal_verb() {
  return {"seal", kParameters, run};
}

}  // namespace kluis
