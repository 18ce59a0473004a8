#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/text/visible.h"

// `status`: works in every state, also before this device was admitted and after it was removed.
// `--seen`: shows the alarms once more and drops those that tell of something past.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"--seen", Takes::flag}}};

std::string_view state_word(DeviceState state) {
  switch (state) {
    case DeviceState::waiting:
      return "waiting";
    case DeviceState::active:
      return "active";
    case DeviceState::removed:
      break;
  }
  return "removed";
}

Value alarms_value(const std::vector<ShownAlarm>& alarms) {
  Value::List list;
  for (const ShownAlarm& alarm : alarms) {
    list.push_back(Value::object(
        {{"code", alarm.code}, {"since", time_value(alarm.since_unix_ms)}, {"text", alarm.text}}));
  }
  return list;
}

Value document_of(const VaultStatus& status, const std::vector<ShownAlarm>& alarms) {
  Value document = Value::object({{"state", state_word(status.state)}});
  if (!status.raad) {
    document.add("last_sync", time_value(status.last_sync_unix_ms));
    return document;
  }
  document.add("raad", status.raad->hex());
  document.add("fingerprint", fingerprint_words(*status.raad));
  document.add("head", head_words(status.head));
  document.add("person", status.person.hex());
  document.add("device", status.device.hex());
  document.add("last_sync", time_value(status.last_sync_unix_ms));
  document.add("pending", status.pending);
  document.add("alarms", alarms_value(alarms));
  return document;
}

std::string text_of(const CommandRun& command, const VaultStatus& status,
                    const std::vector<ShownAlarm>& alarms) {
  std::string text = command.text("status." + std::string(state_word(status.state)));
  if (status.raad) {
    text = command.text("status.raad", {status.gemeente, status.person_name}) + " " + text + "\n\n";
    text += command.text("status.fingerprint") + "\n  " + fingerprint_words(*status.raad) + "\n";
    text += command.text("status.head") + "\n  " + head_words(status.head) + "\n\n";
    text += command.text("status.pending", {std::to_string(status.pending)});
    if (status.apart != 0) {
      text += "\n" + command.text("status.apart", {std::to_string(status.apart)});
    }
  }
  text += "\n" + command.text("status.last_sync", {time_text(command, status.last_sync_unix_ms)});
  for (const ShownAlarm& alarm : alarms) {
    text += "\n" + command.console().bold("! " + alarm.text) + " (" +
            time_text(command, alarm.since_unix_ms) + ")";
  }
  return text;
}

Result<Answer> run(CommandRun& command, const Given& given) {
  KLUIS_TRY(vault, command.any_vault());
  KLUIS_TRY(status, vault->status());
  KLUIS_TRY(alarms, shown_alarms(command, *vault, status.alarms));
  Answer answer{document_of(status, alarms), text_of(command, status, alarms)};
  if (given.has("--seen") && !alarms.empty()) {
    KLUIS_CHECK(vault->device().alarms_seen());
    answer.text += "\n" + command.text("status.seen");
  } else if (!alarms.empty()) {
    answer.text += "\n" + command.text("status.seen_how");
  }
  return answer;
}

}  // namespace

Verb status_verb() {
  return {"status", kParameters, run};
}

}  // namespace kluis
