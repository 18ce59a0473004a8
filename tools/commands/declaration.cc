#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/declared.h"
#include "tools/commands/verbs.h"
#include "tools/commands/version.h"
#include "vault/ceremony/declaration_pdf.h"
#include "vault/ceremony/declaring.h"
#include "vault/crypto/sha256.h"
#include "vault/platform/companion.h"
#include "vault/platform/whole_file.h"

// `declaration`: what was destroyed, as signed data and as a page to sign.
namespace kluis {
namespace {

constexpr std::array<Parameter, 5> kParameters = {{
    {"DECREE", Takes::argument, Content::word},
    {"--out", Takes::value, Content::path, true, "FILE"},
    {"--pdf", Takes::value, Content::path, false, "FILE"},
    {"--exception", Takes::each, Content::text, false, "TEXT"},
    {"--place", Takes::value, Content::text, false, "TEXT"},
}};

constexpr std::size_t kPageBytesMax = 32U << 20U;

// That a name is taken is a mistake on the line, as it is for `export`.
Error told(Error error) {
  if (error.key == "disk.exists") return {ErrorKind::usage, "export.exists", {}, {}};
  return error;
}

using File = std::unique_ptr<WholeFile>;

Result<File> new_file(CommandRun& command, const std::string& path) {
  auto file = begin_whole_file(path, command.entropy());
  if (!file) return tl::unexpected<Error>(told(std::move(file).error()));
  return file;
}

Status keep(WholeFile& file, ByteView content) {
  KLUIS_CHECK(file.write(content));
  if (Status kept = file.keep(); !kept) return tl::unexpected<Error>(told(std::move(kept).error()));
  return {};
}

// The page comes first: what is signed names its hash.
Result<Bytes> make_pdf(Device& device, const DecreeId& decree, DeclarationTerms terms,
                       const DeclaredErasure& content) {
  const std::string text = write_page(declaration_page(content));
  KLUIS_TRY(page, run_companion("kluis-pdf", as_bytes(text), kPageBytesMax));
  terms.pdf = sha256(page);
  KLUIS_TRY(data, make_declaration(device, decree, terms));
  auto file = with_declaration(page, data);
  if (!file) return fail(ErrorKind::disk, "companion.failed", {"kluis-pdf"});
  KLUIS_CHECK(verify_declaration_pdf(*file));
  return *std::move(file);
}

std::string told_of(const CommandRun& command, const std::string& path,
                    const DeclaredErasure& content) {
  if (content.complete()) return command.text("declaration.made", {path});
  return command.text("declaration.made_provisional",
                      {path, declared_devices_text(command.language(), content.missing)});
}

Result<Answer> run(CommandRun& command, const Given& given) {
  const std::string& path = given.text("--out");
  const auto pdf_path = given.maybe("--pdf");
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(decree, vault->find_decree(given.text("DECREE")));
  KLUIS_TRY(file, new_file(command, path));
  std::optional<File> pdf_file;
  if (pdf_path) {
    KLUIS_TRY(made, new_file(command, *pdf_path));
    pdf_file = std::move(made);
  }
  const DeclarationTerms terms{.exceptions = given.all("--exception"),
                               .place = given.maybe("--place").value_or(""),
                               .software_version = kVersion,
                               .now = command.clock().now()};
  KLUIS_TRY(data, make_declaration(vault->device(), decree, terms));
  KLUIS_TRY(declared, verify_declaration(data));
  const DeclaredErasure& content = declared.content();
  Bytes pdf;
  if (pdf_file) {
    KLUIS_TRY(made, make_pdf(vault->device(), decree, terms, content));
    pdf = std::move(made);
  }
  KLUIS_CHECK(keep(*file, data));
  if (pdf_file) KLUIS_CHECK(keep(**pdf_file, pdf));
  return Answer{Value::object({{"file", path}, {"complete", content.complete()}}),
                told_of(command, path, content)};
}

}  // namespace

Verb declaration_verb() {
  return {"declaration", kParameters, run};
}

}  // namespace kluis
