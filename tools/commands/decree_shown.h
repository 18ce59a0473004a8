#pragma once

#include <string>
#include <vector>

#include "tools/commands/command_run.h"
#include "tools/commands/value.h"
#include "vault/dossier/answers.h"

// How the verbs about decrees show one.
namespace kluis {

// The one that the argument DECREE names.
[[nodiscard]] Result<DecreeAnswer> decree_given(Vault& vault, const std::string& text);
// The same decree as it is now.
[[nodiscard]] Result<DecreeAnswer> decree_now(Vault& vault, const DecreeId& id);

// [{"person","name","place"}], and the places that nobody signed in yet.
[[nodiscard]] Value signed_value(const DecreeAnswer& decree);
[[nodiscard]] Value needs_value(const DecreeAnswer& decree);
[[nodiscard]] Value covers_value(const DecreeAnswer& decree);
[[nodiscard]] Value devices_value(const std::vector<NamedDevice>& devices);
// {"decree","state","signed","needs"}
[[nodiscard]] Value short_value(const DecreeAnswer& decree);

// What it does, in a sentence: "Het dossier Gesprek wordt vernietigd: 3 stukken."
[[nodiscard]] std::string what_text(const CommandRun& command, const DecreeAnswer& decree);
// Ground, what it covers, who signed and who is to sign, a line each.
[[nodiscard]] std::string details_text(const CommandRun& command, const DecreeAnswer& decree);
[[nodiscard]] std::string state_text(const CommandRun& command, const DecreeAnswer& decree);
// "Anna (laptop), Bram (laptop)"
[[nodiscard]] std::string devices_text(const std::vector<NamedDevice>& devices);

}  // namespace kluis
