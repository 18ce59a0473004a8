#include <array>
#include <cctype>

#include "tools/commands/command_run.h"
#include "tools/commands/declared.h"
#include "tools/commands/file_source.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/text/visible.h"
#include "vault/ceremony/declaration_pdf.h"

// `verify`: checks a declaration of destruction, as data or as PDF. Needs no vault.
namespace kluis {
namespace {

constexpr std::array<Parameter, 2> kParameters = {{
    {"FILE", Takes::argument, Content::path},
    {"--fingerprint", Takes::value, Content::text, false, "WORDS"},
}};

// The data as text beside a page, with room to spare.
constexpr std::size_t kFileBytesMax = 192U << 20U;

Result<Bytes> read_file(const CommandRun& command, const std::string& path) {
  KLUIS_TRY(source, FileSource::open(path, command.console(), "progress.verifying"));
  if (source->size_bytes() > kFileBytesMax) return broken("declaration.pdf");
  Bytes bytes(static_cast<std::size_t>(source->size_bytes()) + 1);
  std::size_t size = 0;
  while (size < bytes.size()) {
    KLUIS_TRY(count, source->read(MutableByteView(bytes).subspan(size)));
    if (count == 0) break;
    size += count;
  }
  bytes.resize(size);
  return bytes;
}

// Words as they were written down: in any case, with any space or line break between them.
std::string plain_words(std::string_view text) {
  std::string words;
  bool between = false;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (std::isspace(byte) != 0) {
      between = !words.empty();
      continue;
    }
    if (between) words += ' ';
    between = false;
    words += static_cast<char>(std::tolower(byte));
  }
  return words;
}

Value signers_value(const std::vector<Signatory>& signers) {
  Value::List list;
  for (const Signatory& signer : signers) {
    list.push_back(
        Value::object({{"name", signer.name}, {"capacity", capacity_word(signer.capacity)}}));
  }
  return Value(std::move(list));
}

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(file, read_file(command, given.text("FILE")));
  KLUIS_TRY(verified, verify_declaration_file(file));
  const DeclaredErasure& content = verified.content();
  const std::string fingerprint = fingerprint_words(content.raad);
  const auto expected = given.maybe("--fingerprint");
  if (expected && plain_words(*expected) != fingerprint) return broken("declaration.other_raad");
  const auto statements = declared_statements(command.language(), content);
  std::string text = command.console().bold(command.text("declaration.valid"));
  text += "\n" + command.text(expected ? "declaration.anchored" : "declaration.not_anchored",
                              {fingerprint});
  for (const std::string& statement : statements) text += "\n- " + statement;
  return Answer{Value::object({{"valid", true},
                               {"anchored", expected.has_value()},
                               {"complete", content.complete()},
                               {"fingerprint", fingerprint},
                               {"kind", decree_word(content.kind)},
                               {"signers", signers_value(content.signers)},
                               {"statements", Value::list(statements)}}),
                std::move(text)};
}

}  // namespace

Verb verify_verb() {
  return {"verify", kParameters, run};
}

}  // namespace kluis
