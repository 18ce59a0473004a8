#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/letter_files.h"
#include "tools/commands/verbs.h"
#include "tools/text/figures.h"

// `keygen`: a key to receive sealed letters with. Needs no vault.
namespace kluis {
namespace {

constexpr std::array<Parameter, 2> kParameters = {{
    {"--pq", Takes::flag},
    {"-o", Takes::value, Content::path, true, "F"},
}};

Result<Answer> run(CommandRun& command, const Given& given) {
  const std::string& path = given.text("-o");
  KLUIS_TRY(file, new_letter_file(command, path));
  const auto kind = given.has("--pq") ? LetterKeyKind::hybrid : LetterKeyKind::x25519;
  const auto identity = LetterIdentity::generate(kind, command.entropy());
  const std::string recipient = letter_recipient_text(identity.recipient());
  // What programs for age write and read, so in every language the same.
  KLUIS_CHECK(file->write(as_bytes("# created: " + iso_time(command.clock().now()) +
                                   "\n# public key: " + recipient + "\n")));
  KLUIS_CHECK(file->write(identity.text().expose()));
  KLUIS_CHECK(file->write(as_bytes("\n")));
  KLUIS_CHECK(keep_letter_file(*file));
  return Answer{Value::object({{"file", path}, {"recipient", recipient}}),
                command.text("letter.key_made", {path}) + "\n\n  " + recipient};
}

}  // namespace

Verb keygen_verb() {
  return {"keygen", kParameters, run};
}

}  // namespace kluis
