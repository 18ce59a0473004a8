#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/terminal/table.h"
#include "tools/text/figures.h"
#include "vault/law/rules.h"

// `list`: the stukken this device may open, of one dossier or of all.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"DOSSIER", Takes::maybe_argument}}};

std::string delivery_word(Device::Delivery delivery) {
  switch (delivery) {
    case Device::Delivery::local:
      return "local";
    case Device::Delivery::sent:
      return "sent";
    case Device::Delivery::received:
      break;
  }
  return "received";
}

Value value_of(const StukRow& row) {
  return Value::object({{"stuk", row.stuk.hex()},
                        {"dossier", row.dossier.hex()},
                        {"title", row.title},
                        {"type", row.type},
                        {"version", row.version},
                        {"status", status_word(row.status)},
                        {"marking", row.marking},
                        {"bytes", row.size_bytes},
                        {"signatures", row.signature_count},
                        {"notes", row.note_count},
                        {"delivery", delivery_word(row.delivery)}});
}

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.vault());
  std::optional<DossierId> dossier;
  if (const auto named = given.maybe("DOSSIER")) {
    KLUIS_TRY(found, vault->find_dossier(*named));
    dossier = found;
  }
  KLUIS_TRY(stukken, vault->stukken(dossier));
  Value::List list;
  TextTable table({command.text("column.stuk"), command.text("column.title"),
                   command.text("column.type"), command.text("column.marking"),
                   command.text("column.version"), command.text("column.size"),
                   command.text("column.signatures"), command.text("column.notes"),
                   command.text("column.delivery")});
  for (const StukRow& row : stukken) {
    list.push_back(value_of(row));
    std::string state = command.text("delivery." + delivery_word(row.delivery));
    if (!row.is_here) state += ", " + command.text("list.not_here");
    table.add({row.stuk.hex().substr(0, 8), row.title, row.type, row.marking,
               std::to_string(row.version) + " " + std::string(status_word(row.status)),
               shown_size(command.language(), row.size_bytes), std::to_string(row.signature_count),
               std::to_string(row.note_count), state});
  }
  const std::string text =
      table.empty() ? command.text("list.none") : table.text(command.console());
  return Answer{Value::object({{"stukken", std::move(list)}}), text};
}

}  // namespace

Verb list_verb() {
  return {"list", kParameters, run};
}

}  // namespace kluis
