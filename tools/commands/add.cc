#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/file_source.h"
#include "tools/commands/verbs.h"

// `add`: a new stuk, the next version of one, or taking one back that was not sent yet.
namespace kluis {
namespace {

constexpr std::array<Parameter, 6> kParameters = {{
    {"PLACE", Takes::maybe_argument},
    {"FILE", Takes::maybe_argument, Content::path},
    {"--type", Takes::value, Content::word, false, "TYPE"},
    {"--title", Takes::value, Content::text, false, "T"},
    {"--to", Takes::value, Content::text, false, "STUK"},
    {"--undo", Takes::value, Content::text, false, "STUK"},
}};

Result<Answer> tell(CommandRun& command, const Added& added) {
  if (added.is_empty) command.console().note(command.text("add.empty"));
  return Answer{
      Value::object({{"stuk", added.stuk.hex()}, {"version", added.version}}),
      command.text("add.done", {added.stuk.hex().substr(0, 8), std::to_string(added.version)})};
}

Result<Answer> undo(CommandRun& command, const std::string& named) {
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(stuk, vault->find_stuk(named));
  KLUIS_CHECK(vault->undo(stuk));
  const auto left = vault->stuk(stuk);
  const std::uint32_t version = left ? left->version : 0;
  return Answer{Value::object({{"stuk", stuk.hex()}, {"version", version}}),
                command.text("add.undone")};
}

Result<Answer> add_version(CommandRun& command, const std::string& named, const std::string& path) {
  KLUIS_TRY(source, FileSource::open(path, command.console(), "progress.sealing"));
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(stuk, vault->find_stuk(named));
  KLUIS_TRY(added,
            vault->add_version(stuk, NewFile{source->name(), source->size_bytes(), *source}));
  return tell(command, added);
}

Result<Answer> add_stuk(CommandRun& command, const Given& given) {
  const auto type = given.maybe("--type");
  if (!type) return fail(ErrorKind::usage, "usage.missing", {"--type"});
  KLUIS_TRY(source, FileSource::open(given.text("FILE"), command.console(), "progress.sealing"));
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(dossier, vault->find_dossier(given.text("PLACE")));
  KLUIS_TRY(added, vault->add(dossier, NewFile{source->name(), source->size_bytes(), *source},
                              *type, given.maybe("--title").value_or("")));
  return tell(command, added);
}

Result<Answer> run(CommandRun& command, const Given& given) {
  const bool has_place = given.has("PLACE");
  const bool has_file = given.has("FILE");
  if (const auto stuk = given.maybe("--undo")) {
    if (has_place || given.has("--to")) return fail(ErrorKind::usage, "usage.too_much");
    return undo(command, *stuk);
  }
  if (const auto stuk = given.maybe("--to")) {
    // The one argument is the file then.
    if (has_file || given.has("--type") || given.has("--title")) {
      return fail(ErrorKind::usage, "usage.too_much");
    }
    if (!has_place) return fail(ErrorKind::usage, "usage.missing", {"FILE"});
    return add_version(command, *stuk, given.text("PLACE"));
  }
  if (!has_place) return fail(ErrorKind::usage, "usage.missing", {"DOSSIER"});
  if (!has_file) return fail(ErrorKind::usage, "usage.missing", {"FILE"});
  return add_stuk(command, given);
}

}  // namespace

Verb add_verb() {
  return {"add", kParameters, run};
}

}  // namespace kluis
