#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/result.h"
#include "tools/commands/command_run.h"
#include "tools/commands/value.h"

// What several verbs show or read in the same way.
namespace kluis {

[[nodiscard]] Value capacities_value(const std::vector<Capacity>& capacities);
[[nodiscard]] std::string capacities_text(const std::vector<Capacity>& capacities);

// "raadslid,burgemeester". Errors: usage "usage.choice" with the capacities there are.
[[nodiscard]] Result<std::vector<Capacity>> capacities_from(std::string_view text);

// A time in JSON; null for 0, never.
[[nodiscard]] Value time_value(std::int64_t unix_ms);
[[nodiscard]] std::string time_text(const CommandRun& command, std::int64_t unix_ms);

struct ShownAlarm {
  std::string code;
  std::int64_t since_unix_ms = 0;
  std::string text;  // with the names of the people whose devices it is about
};
[[nodiscard]] Result<std::vector<ShownAlarm>> shown_alarms(const CommandRun& command, Vault& vault,
                                                           const std::vector<AlarmRow>& alarms);

[[nodiscard]] std::string fingerprint_words(const RaadId& raad);  // 12
[[nodiscard]] std::string head_words(const RollPosition& head);   // 8

// The numbers of the circles' epochs, of a dossier or of all.
[[nodiscard]] Result<Value> epochs_value(Vault& vault, const std::optional<DossierId>& dossier);

// What is told of an officer's order after the sync that was to carry it out (`afterwards`: how
// that failed): the sentence `done`, or that it is kept, or that a part waits for the next sync.
[[nodiscard]] Result<std::string> order_text(const CommandRun& command, Vault& vault,
                                             const std::optional<Error>& afterwards,
                                             std::string_view done);

}  // namespace kluis
