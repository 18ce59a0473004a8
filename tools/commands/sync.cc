#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/shown.h"
#include "tools/commands/verbs.h"
#include "tools/text/sentence.h"

// `sync`: fetches and sends. Works in every state; a removed device erases what it held.
namespace kluis {
namespace {

constexpr std::array<Parameter, 1> kParameters = {{{"--watch", Takes::flag}}};

Value document_of(const CommandRun& command, const SyncReport& report,
                  const std::vector<AlarmRow>& alarms) {
  Value::List list;
  for (const AlarmRow& alarm : alarms) {
    list.push_back(Value::object(
        {{"code", alarm.code}, {"text", alarm_text(command.language(), alarm)}}));
  }
  return Value::object({{"sent", report.sent},
                        {"received", report.received},
                        {"round_trips", report.round_trips},
                        {"bytes_out", report.bytes_out},
                        {"bytes_in", report.bytes_in},
                        {"joined", Value::list(report.joined)},
                        {"alarms", std::move(list)}});
}

std::string text_of(const CommandRun& command, const SyncReport& report,
                    const std::vector<AlarmRow>& alarms) {
  std::string text = command.text("sync.done", {std::to_string(report.sent),
                                                std::to_string(report.received)});
  for (const std::string& name : report.joined) text += "\n" + command.text("sync.joined", {name});
  for (const AlarmRow& alarm : alarms) {
    text += "\n" + command.console().bold("! " + alarm_text(command.language(), alarm));
  }
  return text;
}

// One turn: its answer, with the refusal of a removed or still waiting device as what came after.
Result<Answer> one_sync(CommandRun& command, Vault& vault) {
  KLUIS_TRY(report, command.syncing().sync(vault));
  KLUIS_TRY(status, vault.status());
  Answer answer{document_of(command, report, status.alarms),
                text_of(command, report, status.alarms)};
  if (report.quota_full) answer.afterwards = Error{ErrorKind::relay, "relay.quota", {}, {}};
  if (status.state == DeviceState::removed) {
    answer.afterwards = Error{ErrorKind::no_access, "vault.removed_now", {}, {}};
  }
  if (status.state == DeviceState::waiting) answer.text = command.text("sync.still_waiting");
  return answer;
}

// Whether anything happened that a watching person would want to see.
bool is_news(const SyncReport& report) {
  return report.sent > 0 || report.received > 0 || !report.joined.empty();
}

// What a watch adds up to.
struct Watched {
  SyncReport total;
  std::vector<AlarmRow> alarms;
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

// One turn of --watch: the vault is open, and locked to others, only as long as this takes.
Result<bool> one_turn(CommandRun& command, RelayLine& line, Watched& watched) {
  KLUIS_TRY(vault, command.any_vault());
  auto report = line.sync(*vault);
  const auto status = vault->status();
  command.close();
  if (!report) return tl::unexpected<Error>(std::move(report).error());
  if (!status) return tl::unexpected<Error>(status.error());
  add_up(watched.total, *report);
  watched.alarms = status->alarms;
  if (is_news(*report)) {
    command.console().print(text_of(command, *report, status->alarms));
    static_cast<void>(command.console().finish());
  }
  if (status->state != DeviceState::removed) return true;
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
  return Answer{document_of(command, watched.total, watched.alarms), command.text("sync.watched"),
                std::move(watched.end)};
}

Result<Answer> run(CommandRun& command, const Given& given) {
  if (given.has("--watch")) return watch(command);
  KLUIS_TRY(vault, command.any_vault());
  return one_sync(command, *vault);
}

}  // namespace

Verb sync_verb() { return {"sync", kParameters, run}; }

}  // namespace kluis
