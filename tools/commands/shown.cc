#include "tools/commands/shown.h"

#include <algorithm>

#include "sync/enrol/words.h"
#include "tools/text/figures.h"
#include "tools/text/sentence.h"
#include "vault/law/rules.h"

namespace kluis {
namespace {

constexpr Capacity kCapacities[] = {
    Capacity::griffier,           Capacity::plv_griffier, Capacity::plv_raadsvoorzitter,
    Capacity::raadslid,           Capacity::burgemeester, Capacity::wethouder,
    Capacity::gemeentesecretaris, Capacity::archivaris};

}  // namespace

Value capacities_value(const std::vector<Capacity>& capacities) {
  Value::List words;
  for (const Capacity capacity : capacities) words.emplace_back(capacity_word(capacity));
  return words;
}

std::string capacities_text(const std::vector<Capacity>& capacities) {
  std::string text;
  for (const Capacity capacity : capacities) {
    if (!text.empty()) text += ", ";
    text += capacity_word(capacity);
  }
  return text;
}

Result<std::vector<Capacity>> capacities_from(std::string_view text) {
  std::vector<Capacity> capacities;
  while (true) {
    const std::string_view word = text.substr(0, text.find(','));
    const auto capacity = capacity_from(word);
    if (!capacity) {
      return fail(ErrorKind::usage, "usage.choice",
                  {"CAPACITY", std::string(word),
                   capacities_text({std::begin(kCapacities), std::end(kCapacities)})});
    }
    capacities.push_back(*capacity);
    if (word.size() == text.size()) return capacities;
    text.remove_prefix(word.size() + 1);
  }
}

Value time_value(std::int64_t unix_ms) {
  return unix_ms == 0 ? Value() : Value(iso_time({unix_ms}));
}

std::string time_text(const CommandRun& command, std::int64_t unix_ms) {
  return unix_ms == 0 ? command.text("show.never") : shown_time(command.language(), {unix_ms});
}

Result<std::vector<ShownAlarm>> shown_alarms(const CommandRun& command, Vault& vault,
                                             const std::vector<AlarmRow>& alarms) {
  std::vector<ShownAlarm> shown;
  if (alarms.empty()) return shown;
  // A device that waits or was taken out knows nobody by name.
  const auto known = vault.devices();
  const std::vector<DeviceRow> devices = known.value_or(std::vector<DeviceRow>());
  for (const AlarmRow& alarm : alarms) {
    std::vector<std::string> arguments = alarm.arguments;
    std::string key = "alarm." + alarm.code;
    if (alarm.code == "removed" && !alarm.subject.empty()) key = "alarm.removed-from-dossier";
    for (const DeviceRow& device : devices) {
      const std::string owner = device.person_name + " (" + device.name + ")";
      std::replace(arguments.begin(), arguments.end(), device.device.hex(), owner);
      if (alarm.code == "clone" && alarm.subject == device.device.hex() && !device.is_this) {
        key = "alarm.clone-of-other";
        arguments = {owner};
      }
    }
    shown.push_back({alarm.code, alarm.since_unix_ms, command.text(key, arguments)});
  }
  return shown;
}

std::string fingerprint_words(const RaadId& raad) {
  return words_from_bits(raad.view(), kFingerprintWords);
}

std::string head_words(const RollPosition& head) {
  return words_from_bits(head.act_id.view(), kHeadWords);
}

Result<Value> epochs_value(Vault& vault, const std::optional<DossierId>& dossier) {
  KLUIS_TRY(epochs, vault.epochs(dossier));
  Value::List numbers;
  for (const CircleEpoch& epoch : epochs) numbers.emplace_back(epoch.number);
  return Value(std::move(numbers));
}

Result<std::string> order_text(const CommandRun& command, Vault& vault,
                               const std::optional<Error>& afterwards, std::string_view done) {
  if (afterwards) return command.text("show.kept");
  KLUIS_TRY(settled, vault.is_settled());
  return command.text(settled ? done : "show.part_done");
}

}  // namespace kluis
