#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "vault/dossier/answers.h"
#include "vault/dossier/desk.h"

// Persons, devices, capacities and invitations, and finding things by what a user types.
namespace kluis {

[[nodiscard]] Result<std::vector<PersonRow>> person_rows(Desk& desk);
[[nodiscard]] Result<std::vector<DeviceRow>> device_rows(Desk& desk);

struct Appointment {
  PersonId person;
  Capacity capacity = Capacity::raadslid;
  bool ends = false;
  std::optional<PersonId> reserve;
  std::string ground;  // of a decree
};
// As Vault::appoint.
[[nodiscard]] Result<std::optional<DecreeId>> appoint_person(Desk& desk, const Appointment& wanted);

struct InviteRequest {
  std::string name;                  // of a new person
  std::optional<PersonId> person;    // or a further device of this one
  std::vector<Capacity> capacities;  // of a new person
  bool custody = false;
};
// As Vault::check_invite.
[[nodiscard]] Status check_invitation(Desk& desk, const InviteRequest& request);

// Something that a user can name.
struct Named {
  Bytes id;
  std::string name;  // title or name
};
// The one of `things` that `text` names: its id, its exact name, or a prefix of at least 4
// hexadecimal digits of its id. Errors: no-access "<kind>.unknown"; usage "<kind>.ambiguous" with
// the ids that fit.
[[nodiscard]] Result<Bytes> find_named(std::string_view kind, std::string_view text,
                                       const std::vector<Named>& things);

}  // namespace kluis
