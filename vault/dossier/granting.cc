#include "vault/dossier/granting.h"

#include <algorithm>

#include "vault/law/rules.h"

namespace kluis {
namespace {

Status check_officer(Desk& desk, const char* key) {
  return desk.device.is_officer() ? Status() : Status(refuse(key, "V3.1"));
}

Status check_active(Desk& desk, const PersonId& person) {
  const Person* known = desk.roll().person(person);
  if (known == nullptr || known->removed || desk.roll().active_devices_of(person).empty()) {
    return fail(ErrorKind::no_access, "person.not_active");
  }
  return {};
}

// The role, when the law lets the person have it.
Result<DossierRole> lawful_role(Desk& desk, const PersonId& person, const Dossier& dossier,
                                std::optional<DossierRole> role) {
  const auto capacities = capacities_of(desk.roll(), person);
  const DossierRole wanted = role.value_or(default_role(capacities));
  if (const auto article = role_forbidden(dossier.kind, wanted, capacities)) {
    return refuse("grant.forbidden", std::string(*article));
  }
  // A dossier is about one person in one term of office, not about whoever holds the office.
  const bool other = dossier.burgemeester && *dossier.burgemeester != person;
  if (wanted == DossierRole::burgemeester && other) {
    return refuse("grant.other_burgemeester", "H4.3");
  }
  return wanted;
}

// What is granted to a raadslid before the new raad sits is void when it does.
Status check_raad(Desk& desk, DossierRole role) {
  KLUIS_TRY(awaits, desk.device.awaits_new_raad());
  return awaits && ends_with_term(role) ? Status(refuse("grant.awaits_new_raad", "Vt2")) : Status();
}

std::optional<Device::Grant> standing_grant(const std::vector<Device::Grant>& grants,
                                            const PersonId& person) {
  for (const Device::Grant& grant : grants) {
    if (grant.person == person && !grant.withdrawn) return grant;
  }
  return std::nullopt;
}

Status admit_to(Desk& desk, const CircleAlias& circle, const PersonId& person, DossierRole role) {
  KLUIS_TRY(grants, desk.device.grants(circle));
  const auto standing = standing_grant(grants, person);
  if (standing && standing->role == role) return {};
  return desk.device.wish_admit(circle, person, role);
}

Status drop_from(Desk& desk, const CircleAlias& circle, const PersonId& person, bool& dropped) {
  KLUIS_TRY(grants, desk.device.grants(circle));
  if (!standing_grant(grants, person)) return {};
  dropped = true;
  return desk.device.wish_drop(circle, person);
}

Status grant_role(Desk& desk, const Dossier& dossier, const PersonId& person, DossierRole role) {
  KLUIS_TRY(roles, roles_in(desk, dossier));
  roles[person] = role;
  const auto classes = classes_read(dossier.kind, role);
  for (const ReaderClass reader_class : classes) {
    const auto circles = dossier.circles_of(reader_class);
    for (const CircleAlias& circle : circles) {
      KLUIS_CHECK(admit_to(desk, circle, person, role));
    }
    if (circles.empty()) KLUIS_CHECK(make_class_circle(desk, dossier, reader_class, roles));
  }
  // Another role than before may read less.
  for (const DossierCircle& circle : dossier.circles) {
    const bool read =
        std::find(classes.begin(), classes.end(), circle.reader_class) != classes.end();
    bool dropped = false;
    if (!read && circle.reader_class != ReaderClass::chosen) {
      KLUIS_CHECK(drop_from(desk, circle.alias, person, dropped));
    }
  }
  return {};
}

// ---- Chosen stukken ----

Status carry(Desk& desk, const CircleAlias& target, const Origin& origin, const BlobName& blob) {
  KLUIS_TRY(holder, desk.device.rows().record(origin.circle, origin.holder));
  if (!holder) return broken("store.damaged");
  Carry body;
  body.source = origin.circle;
  body.original = origin.record;
  body.record_bytes = holder->bytes;
  body.record_signature = holder->signature;
  if (origin.carried()) {
    // Carried to here before: passed on as its author signed it.
    KLUIS_TRY(record, decode_record(holder->bytes));
    KLUIS_TRY(inner, decode_circle_body(record.kind, record.body));
    body = std::get<Carry>(inner);
  }
  Device::NewRecord record;
  record.circle = target;
  record.kind = RecordKind::carry;
  record.body = encode(body);
  record.document = blob;
  const auto added = desk.device.add(record);
  wipe(record.body);
  KLUIS_CHECK(added);
  return {};
}

// All that was said about the stuk where it was made.
Status carry_stuk(Desk& desk, const CircleAlias& target, const FoldedStuk& stuk) {
  KLUIS_TRY(rows, desk.view.stukken(stuk.id));
  for (const StukViewRow& row : rows) {
    if (row.origin.circle == stuk.home) KLUIS_CHECK(carry(desk, target, row.origin, BlobName{}));
  }
  for (const FoldedVersion& version : stuk.versions) {
    KLUIS_CHECK(carry(desk, target, version.row.origin, version.row.blob));
  }
  KLUIS_TRY(notes, desk.view.notes(stuk.id));
  for (const NoteViewRow& row : notes) {
    if (row.origin.circle == stuk.home) KLUIS_CHECK(carry(desk, target, row.origin, BlobName{}));
  }
  KLUIS_TRY(signatures, desk.view.signatures(stuk.id));
  for (const MarkViewRow& row : signatures) {
    if (row.origin.circle == stuk.home) KLUIS_CHECK(carry(desk, target, row.origin, BlobName{}));
  }
  // Those that count: a carried one is not judged again.
  KLUIS_TRY(adoptions, desk.view.adoptions(stuk.id));
  for (const MarkViewRow& row : adoptions) {
    const bool counts = std::ranges::any_of(stuk.versions, [&](const FoldedVersion& version) {
      return version.adoptions.contains(row.origin.record);
    });
    if (counts && row.origin.circle == stuk.home) {
      KLUIS_CHECK(carry(desk, target, row.origin, BlobName{}));
    }
  }
  return {};
}

// One circle for the chosen stukken of one home: its readers and the newcomer.
Status make_chosen_circle(Desk& desk, const Dossier& dossier, const PersonId& person,
                          DossierRole role, const std::vector<FoldedStuk>& stukken) {
  KLUIS_TRY(readers, desk.device.grants(stukken.front().home));
  std::map<PersonId, DossierRole> roles;
  CircleInfo info{dossier.id, dossier.title, dossier.kind, ReaderClass::chosen,
                  dossier.burgemeester};
  KLUIS_TRY(alias, desk.device.plan_circle(info));
  for (const Device::Grant& grant : readers) {
    if (!grant.withdrawn) roles[grant.person] = grant.role;
  }
  roles[person] = role;
  for (const auto& [reader, reader_role] : roles) {
    if (desk.roll().active_devices_of(reader).empty()) continue;
    KLUIS_CHECK(desk.device.wish_admit(alias, reader, reader_role));
  }
  for (const FoldedStuk& stuk : stukken) KLUIS_CHECK(carry_stuk(desk, alias, stuk));
  return {};
}

// ---- Who reads ----

struct Place {
  CircleAlias alias;
  ReaderClass reader_class = ReaderClass::intern;
};

// The devices that can open the circle, or will as soon as it is made.
Result<std::vector<DeviceId>> readers_of(Desk& desk, const CircleAlias& alias) {
  KLUIS_TRY(state, desk.device.rows().circle(alias));
  if (!state) return std::vector<DeviceId>();
  // Made by a commit of ours whose epoch is not read yet: its members are as they were asked for.
  const bool is_coming =
      state->standing == Standing::planned || state->standing == Standing::joining;
  if (is_coming) return desk.device.entitled(alias);
  std::vector<DeviceId> active;
  for (const DeviceId& member : state->members) {
    if (desk.roll().is_active(member)) active.push_back(member);
  }
  return active;
}

Reader explain(Desk& desk, const Dossier& dossier, const Place& place, const PersonId& person,
               const std::vector<Device::Grant>& grants, const DeviceId& device) {
  Reader reader;
  reader.person = person;
  reader.name = name_of(desk.roll(), person);
  if (desk.roll().is_officer(device)) {
    reader.role = "griffier";
    reader.because = "V3.1";
    return reader;
  }
  if (const auto grant = standing_grant(grants, person)) {
    reader.role = role_word(grant->role);
    // A choice of stukken rests on a decision of the commission of its own.
    reader.because = place.reader_class == ReaderClass::chosen
                         ? "V12"
                         : reads_because(dossier.kind, grant->role, place.reader_class);
    return reader;
  }
  const EnrolledDevice* enrolled = desk.roll().device(device);
  if (enrolled != nullptr && enrolled->custody) reader.role = "custody";
  reader.because = "V3.1";
  return reader;
}

std::string refused_because(Desk& desk, const Dossier& dossier, ReaderClass reader_class,
                            const PersonId& person, const std::map<PersonId, DossierRole>& roles) {
  const auto role = roles.find(person);
  if (role != roles.end()) {
    return std::string(reads_because(dossier.kind, role->second, reader_class));
  }
  const auto capacities = capacities_of(desk.roll(), person);
  const DossierRole usual = default_role(capacities);
  if (const auto article = role_forbidden(dossier.kind, usual, capacities)) {
    return std::string(*article);
  }
  if (usual == DossierRole::burgemeester) {
    const auto classes = classes_read(dossier.kind, usual);
    if (std::find(classes.begin(), classes.end(), reader_class) == classes.end()) {
      return std::string(reads_because(dossier.kind, usual, reader_class));
    }
  }
  return std::string(outsider_refused(dossier.kind, reader_class));
}

Result<Who> who_reads_places(Desk& desk, const Dossier& dossier, const std::vector<Place>& places,
                             ReaderClass asked) {
  std::map<PersonId, Reader> readers;
  std::map<PersonId, std::set<DeviceId>> devices;
  for (const Place& place : places) {
    KLUIS_TRY(grants, desk.device.grants(place.alias));
    KLUIS_TRY(members, readers_of(desk, place.alias));
    for (const DeviceId& device : members) {
      const PersonId person = person_of(desk.roll(), device);
      readers.try_emplace(person, explain(desk, dossier, place, person, grants, device));
      devices[person].insert(device);
    }
  }
  KLUIS_TRY(roles, roles_in(desk, dossier));
  Who who;
  for (const auto& [id, person] : desk.roll().persons()) {
    const auto reader = readers.find(id);
    if (reader != readers.end()) {
      reader->second.device_count = devices[id].size();
      who.readers.push_back(reader->second);
    } else if (!person.removed && !desk.roll().active_devices_of(id).empty()) {
      who.refused.push_back({id, person.name, refused_because(desk, dossier, asked, id, roles)});
    }
  }
  return who;
}

}  // namespace

Status grant(Desk& desk, const PersonId& person, const DossierId& id,
             std::optional<DossierRole> role) {
  KLUIS_CHECK(check_officer(desk, "grant.only_officer"));
  KLUIS_CHECK(check_active(desk, person));
  KLUIS_TRY(dossier, dossier_of(desk, id));
  KLUIS_TRY(lawful, lawful_role(desk, person, dossier, role));
  KLUIS_CHECK(check_raad(desk, lawful));
  return desk.store().transact([&] { return grant_role(desk, dossier, person, lawful); });
}

Status grant_chosen(Desk& desk, const PersonId& person, const DossierId& id,
                    std::optional<DossierRole> role, const std::vector<StukId>& stukken) {
  KLUIS_CHECK(check_officer(desk, "grant.only_officer"));
  KLUIS_CHECK(check_active(desk, person));
  KLUIS_TRY(dossier, dossier_of(desk, id));
  KLUIS_TRY(lawful, lawful_role(desk, person, dossier, role));
  KLUIS_CHECK(check_raad(desk, lawful));
  std::map<CircleAlias, std::vector<FoldedStuk>> by_home;
  std::set<StukId> seen;
  for (const StukId& stuk_id : stukken) {
    if (!seen.insert(stuk_id).second) continue;
    KLUIS_TRY(stuk, folded_stuk(desk, stuk_id));
    if (stuk.dossier != id) return fail(ErrorKind::usage, "stuk.other_dossier");
    by_home[stuk.home].push_back(std::move(stuk));
  }
  return desk.store().transact([&]() -> Status {
    for (const auto& [home, chosen] : by_home) {
      KLUIS_CHECK(make_chosen_circle(desk, dossier, person, lawful, chosen));
    }
    return {};
  });
}

Status revoke_from(Desk& desk, const PersonId& person, const DossierId& id) {
  KLUIS_CHECK(check_officer(desk, "revoke.only_officer"));
  if (desk.roll().person(person) == nullptr) return fail(ErrorKind::no_access, "person.unknown");
  KLUIS_TRY(dossier, dossier_of(desk, id));
  bool dropped = false;
  KLUIS_CHECK(desk.store().transact([&]() -> Status {
    for (const DossierCircle& circle : dossier.circles) {
      KLUIS_CHECK(drop_from(desk, circle.alias, person, dropped));
    }
    return {};
  }));
  if (dropped) return {};
  const auto devices = desk.roll().active_devices_of(person);
  const bool by_office = std::any_of(devices.begin(), devices.end(), [&](const DeviceId& device) {
    return desk.roll().is_officer(device);
  });
  if (by_office) return refuse("revoke.by_office", "V3.1");
  return fail(ErrorKind::no_access, "grant.none");
}

Status revoke_person(Desk& desk, const PersonId& person) {
  KLUIS_CHECK(check_officer(desk, "revoke.only_officer"));
  KLUIS_CHECK(check_active(desk, person));
  if (person == desk.device.person()) return refuse("revoke.self", "R9");
  for (const Capacity capacity : capacities_of(desk.roll(), person)) {
    if (needs_decree(capacity)) {
      return refuse("revoke.needs_decree", "R9");
    }
  }
  return desk.device.wish(RemoveIntent{desk.roll().active_devices_of(person), person});
}

Status revoke_device(Desk& desk, const DeviceId& device) {
  KLUIS_CHECK(check_officer(desk, "revoke.only_officer"));
  if (!desk.roll().is_active(device)) return fail(ErrorKind::no_access, "device.not_active");
  if (device == desk.device.id()) return refuse("revoke.self", "R9");
  return desk.device.wish(RemoveIntent{{device}, std::nullopt});
}

Result<Who> who_reads(Desk& desk, const Dossier& dossier) {
  std::vector<Place> places;
  places.reserve(dossier.circles.size());
  for (const DossierCircle& circle : dossier.circles) {
    places.push_back({circle.alias, circle.reader_class});
  }
  return who_reads_places(desk, dossier, places, ReaderClass::intern);
}

Result<Who> who_reads(Desk& desk, const FoldedStuk& stuk) {
  KLUIS_TRY(dossier, dossier_of(desk, stuk.dossier));
  std::vector<Place> places;
  for (const CircleAlias& alias : stuk.circles) {
    for (const DossierCircle& circle : dossier.circles) {
      if (circle.alias == alias) places.push_back({alias, circle.reader_class});
    }
  }
  return who_reads_places(desk, dossier, places, stuk.reader_class);
}

}  // namespace kluis
