#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/verbs.h"
#include "tools/commands/version_number.h"
#include "vault/platform/folder.h"

// `export`: the original bytes and a cover sheet, as files outside the vault; recorded.
namespace kluis {
namespace {

constexpr std::array<Parameter, 3> kParameters = {{
    {"STUK", Takes::argument},
    {"--to", Takes::value, Content::path, true, "DIR"},
    {"--version", Takes::value, Content::word, false, "N"},
}};

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(version, version_number(given.maybe("--version")));
  KLUIS_TRY(folder, open_folder(given.text("--to"), FolderMode::outside));
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(stuk, vault->find_stuk(given.text("STUK")));
  KLUIS_TRY(exported, vault->export_to(stuk, version, *folder));
  std::string path = given.text("--to");
  if (!path.ends_with('/')) path += '/';
  return Answer{Value::object({{"file", path + exported.file}, {"cover", path + exported.cover}}),
                command.text("export.done", {path + exported.file, path + exported.cover}) + "\n" +
                    command.text("export.outside")};
}

}  // namespace

Verb export_verb() {
  return {"export", kParameters, run};
}

}  // namespace kluis
