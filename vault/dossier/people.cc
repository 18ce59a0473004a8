#include "vault/dossier/people.h"

#include <algorithm>

#include "vault/dossier/decrees.h"
#include "vault/dossier/text_rules.h"
#include "vault/law/rules.h"

namespace kluis {
namespace {

// Removed devices of which some circle still waits for word that they forgot.
Result<std::set<RemovedTag>> open_tags(Desk& desk) {
  std::set<RemovedTag> tags;
  KLUIS_TRY(circles, desk.device.rows().circles());
  for (const CircleState& circle : circles) {
    for (const RemovedTag& tag : circle.removed) {
      // The header says so until the circle's next epoch; the parcel may have come already.
      KLUIS_TRY(came, desk.device.rows().local_number("parcel/" + tag.hex()));
      if (came == 0) tags.insert(tag);
    }
  }
  return tags;
}

Result<bool> is_unconfirmed(Desk& desk, const EnrolledDevice& device,
                            const std::set<RemovedTag>& tags) {
  if (device.active() || tags.empty()) return false;
  KLUIS_TRY(circles, desk.device.rows().circles());
  return std::any_of(circles.begin(), circles.end(), [&](const CircleState& circle) {
    return tags.contains(removed_tag(circle.alias, device.id));
  });
}

// Whether the device has taken part since it was certified: it drew a new leaf, or said what it
// holds.
Result<bool> has_spoken(Desk& desk, const EnrolledDevice& device) {
  if (device.id == desk.device.id()) return true;
  DeviceRows& rows = desk.device.rows();
  const CircleAlias& roll = desk.roll().alias();
  KLUIS_TRY(seen, rows.cell(roll, device.id, CellKind::seen, 0));
  if (seen) return true;
  KLUIS_TRY(leaf, rows.cell(roll, device.id, CellKind::leaf, 0));
  if (!leaf) return false;
  KLUIS_TRY(cell, decode_cell(leaf->bytes));
  return cell.counter > 0;
}

Result<std::string> device_state(Desk& desk, const EnrolledDevice& device,
                                 const std::set<RemovedTag>& tags) {
  if (device.active()) {
    KLUIS_TRY(spoken, has_spoken(desk, device));
    return std::string(spoken ? "active" : "waiting");
  }
  KLUIS_TRY(unconfirmed, is_unconfirmed(desk, device, tags));
  return std::string(unconfirmed ? "unconfirmed" : "removed");
}

// The state of a person is the best of his devices'.
std::string best_state(const std::set<std::string>& states) {
  for (const char* state : {"active", "waiting", "unconfirmed"}) {
    if (states.contains(state)) return state;
  }
  return "removed";
}

Result<DeviceId> speaking_device(Desk& desk, const PersonId& person) {
  const auto devices = desk.roll().active_devices_of(person);
  if (devices.empty()) return fail(ErrorKind::usage, "appoint.no_device");
  // The one founding appointment is about one laptop, the first that was certified.
  const auto first =
      std::min_element(devices.begin(), devices.end(), [&](const DeviceId& a, const DeviceId& b) {
        return desk.roll().device(a)->certified_act < desk.roll().device(b)->certified_act;
      });
  return *first;
}

Result<Appoint> founding_appointment(Desk& desk, const PersonId& person, Capacity capacity,
                                     const std::optional<PersonId>& reserve) {
  const auto own = capacities_of(desk.roll(), desk.device.person());
  const bool griffier = std::find(own.begin(), own.end(), Capacity::griffier) != own.end();
  if (desk.roll().founding_over() || !griffier) return refuse("appoint.needs_decree", "R9");
  Appoint appoint;
  appoint.person = person;
  appoint.capacities = {capacity};
  appoint.ground = AppointGround::founding;
  KLUIS_TRY(device, speaking_device(desk, person));
  appoint.speaking_device = device;
  if (desk.roll().is_officer(device)) return refuse("appoint.officer_in_second_place", "R9");
  if (!reserve) return appoint;
  KLUIS_TRY(reserve_device, speaking_device(desk, *reserve));
  if (*reserve == person || desk.roll().is_officer(reserve_device)) {
    return refuse("appoint.officer_in_second_place", "R9");
  }
  appoint.reserve = reserve;
  appoint.reserve_device = reserve_device;
  return appoint;
}

}  // namespace

Result<std::vector<DeviceRow>> device_rows(Desk& desk) {
  KLUIS_TRY(tags, open_tags(desk));
  std::vector<DeviceRow> rows;
  for (const auto& [id, device] : desk.roll().devices()) {
    KLUIS_TRY(state, device_state(desk, device, tags));
    KLUIS_TRY(seen, desk.view.last_seen(id));
    DeviceRow row;
    row.person = device.person;
    row.person_name = name_of(desk.roll(), device.person);
    row.device = id;
    row.name = device.name;
    row.state = state;
    row.custody = device.custody;
    row.is_this = id == desk.device.id();
    row.last_seen_unix_ms = row.is_this ? desk.device.clock().now().value : seen;
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<PersonRow>> person_rows(Desk& desk) {
  KLUIS_TRY(devices, device_rows(desk));
  std::map<PersonId, std::set<std::string>> states;
  for (const DeviceRow& device : devices) states[device.person].insert(device.state);
  std::vector<PersonRow> rows;
  for (const auto& [id, person] : desk.roll().persons()) {
    PersonRow row;
    row.person = id;
    row.name = person.name;
    row.capacities = capacities_of(desk.roll(), id);
    row.device_count = desk.roll().active_devices_of(id).size();
    row.state = best_state(states[id]);
    rows.push_back(std::move(row));
  }
  KLUIS_TRY(invitations, desk.device.rows().invitations());
  const std::int64_t now = desk.device.clock().now().value;
  for (const Invitation& invitation : invitations) {
    const bool posted = invitation.state == InvitationState::posted;
    const bool admitted = invitation.state == InvitationState::admitted;
    const bool open = admitted || (posted && invitation.expires_unix_ms > now);
    if (!open || desk.roll().person(invitation.person) != nullptr) continue;
    rows.push_back({invitation.person, invitation.person_name, invitation.capacities, 0,
                    posted ? "invited" : "waiting"});
  }
  return rows;
}

Result<std::optional<DecreeId>> appoint_person(Desk& desk, const Appointment& wanted) {
  const auto& [person, capacity, ends, reserve, ground] = wanted;
  const Person* known = desk.roll().person(person);
  if (known == nullptr || known->removed) return fail(ErrorKind::no_access, "person.not_active");
  const bool holds = desk.roll().has_capacity(person, capacity);
  // Who holds the second place and lost his laptop is appointed to it anew, on another.
  const bool again = !ends && is_quorum_capacity(capacity) && !ground.empty();
  if (ends != holds && !again)
    return fail(ErrorKind::usage, ends ? "appoint.not_held" : "appoint.held");
  if (needs_decree(capacity) && !ground.empty()) {
    const DecreeKind kind = ends ? DecreeKind::discharge : DecreeKind::appoint;
    KLUIS_TRY(decree, propose_office(desk, kind, person, capacity, ground));
    return std::optional<DecreeId>(decree);
  }
  if (!desk.device.is_officer()) return refuse("appoint.only_officer", "V3.1");
  // He could not sign what his leaving asks for.
  const bool own = ends && person == desk.device.person() && is_officer_capacity(capacity);
  if (own && !needs_decree(capacity)) return refuse("appoint.own_office", "R9");
  Appoint appoint;
  appoint.person = person;
  appoint.capacities = {capacity};
  appoint.ground = ends ? AppointGround::ending : AppointGround::officer;
  if (needs_decree(capacity)) {
    if (ends || !is_quorum_capacity(capacity)) return refuse("appoint.needs_decree", "R9");
    KLUIS_TRY(founding, founding_appointment(desk, person, capacity, reserve));
    appoint = std::move(founding);
  } else if (reserve) {
    return fail(ErrorKind::usage, "appoint.reserve_without_second_place");
  }
  KLUIS_CHECK(desk.device.wish(AppointIntent{std::move(appoint)}));
  return std::optional<DecreeId>();
}

Status check_invitation(Desk& desk, const InviteRequest& request) {
  if (!desk.device.is_officer()) return refuse("invite.only_officer", "V3.1");
  if (request.person) {
    const Person* known = desk.roll().person(*request.person);
    if (known == nullptr || known->removed) return fail(ErrorKind::no_access, "person.not_active");
    return {};
  }
  KLUIS_CHECK(check_name(request.name));
  if (request.capacities.empty()) return fail(ErrorKind::usage, "invite.no_capacity");
  const auto count = [&](Capacity capacity) {
    return std::count(request.capacities.begin(), request.capacities.end(), capacity);
  };
  for (const Capacity capacity : request.capacities) {
    if (count(capacity) > 1) return fail(ErrorKind::usage, "invite.capacity_twice");
    if (!needs_decree(capacity)) continue;
    const auto own = capacities_of(desk.roll(), desk.device.person());
    const bool griffier = std::find(own.begin(), own.end(), Capacity::griffier) != own.end();
    const bool founding = is_quorum_capacity(capacity) && griffier && !desk.roll().founding_over();
    if (!founding) return refuse("appoint.needs_decree", "R9");
    // Nobody fills both places.
    if (count(Capacity::plv_griffier) > 0) return refuse("appoint.officer_in_second_place", "R9");
  }
  return {};
}

Result<Bytes> find_named(std::string_view kind, std::string_view text,
                         const std::vector<Named>& things) {
  std::vector<const Named*> by_id;
  std::vector<const Named*> by_name;
  std::vector<const Named*> by_prefix;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'F' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  for (const Named& thing : things) {
    const std::string id = to_hex(thing.id);
    if (id == lower) by_id.push_back(&thing);
    if (thing.name == text) by_name.push_back(&thing);
    if (lower.size() >= 4 && id.starts_with(lower)) by_prefix.push_back(&thing);
  }
  for (const auto* found : {&by_id, &by_name, &by_prefix}) {
    if (found->empty()) continue;
    if (found->size() == 1) return found->front()->id;
    std::string ids;
    for (const Named* thing : *found) {
      if (!ids.empty()) ids += ", ";
      ids += to_hex(thing->id).substr(0, 12);
    }
    return fail(ErrorKind::usage, std::string(kind) + ".ambiguous", {std::string(text), ids});
  }
  return fail(ErrorKind::no_access, std::string(kind) + ".unknown", {std::string(text)});
}

}  // namespace kluis
