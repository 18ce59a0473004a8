#include <algorithm>
#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/text/sentence.h"

// `sync`: fetches and sends. Works in every state; a removed device erases what it held.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"--watch", Takes::flag}}};

Value document_of(const SyncReport& report, const std::vector<ShownAlarm>& alarms) {
  Value::List list;
  for (const ShownAlarm& alarm : alarms) {
    list.push_back(Value::object({{"code", alarm.code}, {"text", alarm.text}}));
  }
  return Value::object({{"sent", report.sent},
                        {"received", report.received},
                        {"round_trips", report.round_trips},
                        {"bytes_out", report.bytes_out},
                        {"bytes_in", report.bytes_in},
                        {"joined", Value::list(report.joined)},
                        {"alarms", std::move(list)}});
}

// Whether anything happened that a watching person would want to see.
bool is_news(const SyncReport& report) {
  return report.sent > 0 || report.received > 0 || !report.joined.empty();
}

std::string line_of(const CommandRun& command, const ShownAlarm& alarm) {
  return command.console().bold("! " + alarm.text);
}

std::string text_of(const CommandRun& command, const SyncReport& report,
                    const std::vector<ShownAlarm>& alarms) {
  std::string text = is_news(report) ? command.text("sync.done", {std::to_string(report.sent),
                                                                  std::to_string(report.received)})
                                     : command.text("sync.nothing");
  for (const std::string& name : report.joined) text += "\n" + command.text("sync.joined", {name});
  for (const ShownAlarm& alarm : alarms) text += "\n" + line_of(command, alarm);
  return text;
}

// The same; for who was let in by this very turn, the welcome with the words to compare.
std::string text_of_turn(const CommandRun& command, bool was_waiting, const VaultStatus& status,
                         const SyncReport& report, const std::vector<ShownAlarm>& alarms) {
  if (status.state == DeviceState::waiting) return command.text("sync.still_waiting");
  if (!was_waiting || status.state != DeviceState::active) return text_of(command, report, alarms);
  return command.text("sync.admitted", {status.gemeente}) + "\n\n  " +
         command.console().bold(fingerprint_words(*status.raad)) + "\n\n" +
         command.text("sync.compare");
}

// One turn: its answer, with the refusal of a removed or still waiting device as what came after.
Result<Answer> one_sync(CommandRun& command, Vault& vault) {
  const bool was_waiting = vault.device().state() == DeviceState::waiting;
  KLUIS_TRY(report, command.syncing().sync(vault));
  KLUIS_TRY(status, vault.status());
  KLUIS_TRY(alarms, shown_alarms(command, vault, status.alarms));
  Answer answer{document_of(report, alarms),
                text_of_turn(command, was_waiting, status, report, alarms)};
  if (!report.refused.empty()) {
    answer.afterwards = Error{ErrorKind::relay, report.refused, {}, {}};
  }
  if (status.state == DeviceState::removed) {
    answer.afterwards = Error{ErrorKind::no_access, "vault.removed_now", {}, {}};
  }
  return answer;
}

// What a watch adds up to.
struct Watched {
  SyncReport total;
  std::vector<ShownAlarm> alarms;
  std::optional<Error> end;
};

void add_up(SyncReport& total, const SyncReport& turn) {
  total.sent += turn.sent;
  total.received += turn.received;
  total.round_trips += turn.round_trips;
  total.bytes_out += turn.bytes_out;
  total.bytes_in += turn.bytes_in;
  total.joined.insert(total.joined.end(), turn.joined.begin(), turn.joined.end());
}

// What one turn of --watch found; read before the vault is closed again.
struct TurnResult {
  SyncReport report;
  DeviceState state = DeviceState::waiting;
  std::vector<ShownAlarm> alarms;
  std::string text;
};

Result<TurnResult> synced(CommandRun& command, RelayLine& line) {
  KLUIS_TRY(vault, command.any_vault());
  const bool was_waiting = vault->device().state() == DeviceState::waiting;
  KLUIS_TRY(report, line.sync(*vault));
  KLUIS_TRY(status, vault->status());
  KLUIS_TRY(alarms, shown_alarms(command, *vault, status.alarms));
  std::string text = text_of_turn(command, was_waiting, status, report, alarms);
  return TurnResult{std::move(report), status.state, std::move(alarms), std::move(text)};
}

// The alarms of this turn that the one before did not have, each on a line.
std::string new_alarms(const CommandRun& command, const std::vector<ShownAlarm>& before,
                       const std::vector<ShownAlarm>& now) {
  std::string text;
  for (const ShownAlarm& alarm : now) {
    const bool was_there = std::ranges::any_of(before, [&](const ShownAlarm& old) {
      return old.code == alarm.code && old.since_unix_ms == alarm.since_unix_ms &&
             old.text == alarm.text;
    });
    if (!was_there) text += (text.empty() ? "" : "\n") + line_of(command, alarm);
  }
  return text;
}

// One turn of --watch: the vault is open, and locked to others, only as long as this takes.
Result<bool> one_turn(CommandRun& command, RelayLine& line, Watched& watched) {
  auto turn = synced(command, line);
  command.close();
  if (!turn) return tl::unexpected<Error>(std::move(turn).error());
  add_up(watched.total, turn->report);
  const std::string text =
      is_news(turn->report) ? turn->text : new_alarms(command, watched.alarms, turn->alarms);
  watched.alarms = std::move(turn->alarms);
  if (!text.empty()) {
    command.console().print(text);
    static_cast<void>(command.console().finish());
  }
  if (turn->state != DeviceState::removed) return true;
  watched.end = Error{ErrorKind::no_access, "vault.removed_now", {}, {}};
  return false;
}

Result<Answer> watch(CommandRun& command) {
  KLUIS_TRY(vault, command.any_vault());
  KLUIS_TRY(relay, vault->device().relay());
  command.close();
  command.console().note(command.text("sync.watching"));
  Watched watched;
  const Syncing::Watch watching{
      .turn = [&](RelayLine& line) { return one_turn(command, line, watched); },
      .away = [&](const Error& error) { command.console().note(say(command.language(), error)); }};
  KLUIS_CHECK(command.syncing().watch(relay, watching));
  return Answer{document_of(watched.total, watched.alarms), command.text("sync.watched"),
                std::move(watched.end)};
}

Result<Answer> run(CommandRun& command, const Given& given) {
  if (given.has("--watch")) return watch(command);
  KLUIS_TRY(vault, command.any_vault());
  return one_sync(command, *vault);
}

}  // namespace

Verb sync_verb() {
  return {"sync", kParameters, run};
}

}  // namespace kluis
