#include "vault/vault.h"

#include <utility>

#include "vault/dossier/acts.h"
#include "vault/dossier/apart.h"
#include "vault/dossier/decrees.h"
#include "vault/dossier/granting.h"
#include "vault/dossier/terms.h"
#include "vault/dossier/text_rules.h"
#include "vault/store/sealed_vault.h"

namespace kluis {
namespace {

constexpr std::string_view kLastSync = "last_sync";

template <typename Id>
Result<Id> id_from(Result<Bytes> found) {
  KLUIS_TRY(bytes, std::move(found));
  const auto id = Id::from(bytes);
  if (!id) return broken("store.damaged");
  return *id;
}

}  // namespace

struct Vault::Parts {
  Parts(const Surroundings& surroundings, SealedVault opened)
      : around(surroundings),
        view(surroundings.clock),
        documents(surroundings.document_disk),
        sealed(std::move(opened)) {}

  // Everything that has to be right before the vault is used.
  Status begin() {
    KLUIS_CHECK(sealed.add_user(view));
    view.ask_roll([this](const Record& record) { return may_decide(record); });
    KLUIS_CHECK(load_device());
    DeviceRows rows(sealed.store());
    KLUIS_CHECK(view.bring_up_to_date(rows));
    KLUIS_CHECK(reseal_if_due());
    return drop_loose(view, documents, sealed.store());
  }

  [[nodiscard]] bool may_decide(const Record& record) const {
    if (!device || !device->has_roll()) return false;
    const RollState& roll = device->roll();
    if (!roll.was_officer(record.author, record.roll_head.act_number)) return false;
    if (record.kind != RecordKind::circle_info) return true;
    // Who made the circle says what it is; before it is in the roll, that is this device.
    const RolledCircle* circle = roll.circle(record.circle);
    return record.author == (circle == nullptr ? device->id() : circle->made_by);
  }

  Status load_device() {
    device.reset();
    KLUIS_TRY(exists, Device::exists(sealed.store()));
    if (!exists) return {};
    KLUIS_TRY(loaded, Device::load(device_surroundings()));
    device.emplace(std::move(loaded));
    return device->set_generation(sealed.generation());
  }

  Device::Surroundings device_surroundings() {
    return {sealed.store(), around.clock, around.entropy, &view};
  }

  // What an erasure made due: forgetting for good what is no longer named.
  Status reseal_if_due() {
    if (!device) return {};
    KLUIS_TRY(due, device->reseal_due(sealed.generation()));
    if (!due) return {};
    KLUIS_CHECK(sealed.reseal());
    return device->resealed(sealed.generation());
  }

  [[nodiscard]] Status require_active() const {
    if (!device || device->state() == DeviceState::waiting) {
      return fail(ErrorKind::no_access, "vault.waiting");
    }
    if (device->state() == DeviceState::removed) {
      return fail(ErrorKind::no_access, "vault.removed");
    }
    return {};
  }

  Desk desk() { return {*device, view, documents, around.thread_count}; }

  Surroundings around;
  View view;  // outlives the sealed vault, which it is attached to
  DocumentFiles documents;
  SealedVault sealed;
  std::optional<Device> device;
};

// ---- Making and opening ----

Vault::Vault(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Vault::Vault(Vault&&) noexcept = default;
Vault& Vault::operator=(Vault&&) noexcept = default;
Vault::~Vault() = default;

Result<bool> Vault::exists(Disk& disk) {
  return disk.exists("slot");
}

Result<Vault> Vault::create(const Surroundings& around, ByteView passphrase) {
  if (passphrase.empty()) return fail(ErrorKind::usage, "passphrase.empty");
  KLUIS_TRY(sealed,
            SealedVault::create({&around.disk, &around.entropy, &around.hasher}, passphrase));
  auto parts = std::make_unique<Parts>(around, std::move(sealed));
  KLUIS_CHECK(parts->begin());
  return Vault(std::move(parts));
}

Result<Vault> Vault::open(const Surroundings& around, ByteView passphrase) {
  KLUIS_TRY(sealed, SealedVault::open({&around.disk, &around.entropy, &around.hasher}, passphrase));
  auto parts = std::make_unique<Parts>(around, std::move(sealed));
  KLUIS_CHECK(parts->begin());
  return Vault(std::move(parts));
}

Status Vault::discard(Disk& disk) {
  // The slot first: without it nothing that stays can be opened.
  KLUIS_CHECK(disk.remove("slot"));
  KLUIS_CHECK(disk.sync_folder());
  KLUIS_TRY(files, disk.list());
  for (const std::string& file : files) {
    if (file.starts_with("data-")) KLUIS_CHECK(disk.remove(file));
  }
  return disk.sync_folder();
}

Status Vault::change_passphrase(ByteView passphrase) {
  if (passphrase.empty()) return fail(ErrorKind::usage, "passphrase.empty");
  KLUIS_CHECK(parts_->sealed.change_passphrase(passphrase));
  if (!parts_->device) return {};
  return parts_->device->resealed(parts_->sealed.generation());
}

Result<AdmitRaadRequest> Vault::found(const Device::FoundOptions& options, ByteView voucher) {
  for (const std::string* name : {&options.gemeente, &options.person_name, &options.device_name}) {
    KLUIS_CHECK(check_name(*name));
  }
  KLUIS_TRY(request, Device::found(parts_->device_surroundings(), options, voucher));
  KLUIS_CHECK(parts_->load_device());
  return std::move(request);
}

Status Vault::founded(const SignedReceipt& receipt) {
  KLUIS_CHECK(Device::founded(parts_->device_surroundings(), receipt));
  return parts_->load_device();
}

Status Vault::join_by(const std::function<Status(const Device::Surroundings&)>& begin_joining) {
  KLUIS_CHECK(begin_joining(parts_->device_surroundings()));
  return parts_->load_device();
}

bool Vault::unfinished() const {
  // One that waits and has a roll founds it; one that joins gets its roll when it is let in.
  return !parts_->device ||
         (parts_->device->state() == DeviceState::waiting && parts_->device->has_roll());
}

Device& Vault::device() {
  return *parts_->device;
}
DocumentFiles& Vault::documents() {
  return parts_->documents;
}

Status Vault::after_sync(bool reached) {
  if (!parts_->device) return {};
  if (reached) {
    const auto now = static_cast<std::uint64_t>(parts_->around.clock.now().value);
    KLUIS_CHECK(parts_->sealed.store().transact(
        [&] { return parts_->device->rows().set_local_number(kLastSync, now); }));
  }
  if (parts_->device->state() == DeviceState::active) {
    Desk desk = parts_->desk();
    KLUIS_CHECK(index_new_texts(desk));
    if (reached) KLUIS_CHECK(parts_->device->watch_custody());
  }
  KLUIS_CHECK(drop_loose(parts_->view, parts_->documents, parts_->sealed.store()));
  KLUIS_CHECK(parts_->reseal_if_due());
  return parts_->device->confirm_erasures();
}

Status Vault::rebuild_lists() {
  return parts_->view.rebuild(parts_->device->rows());
}

// ---- Who and what ----

Result<VaultStatus> Vault::status() {
  VaultStatus status;
  if (!parts_->device) return status;
  Device& device = *parts_->device;
  status.state = device.state();
  KLUIS_TRY(last_sync, device.rows().local_number(kLastSync));
  status.last_sync_unix_ms = static_cast<std::int64_t>(last_sync);
  if (status.state == DeviceState::waiting || !device.has_roll()) return status;
  const RollState& roll = device.roll();
  status.raad = roll.raad();
  status.head = roll.head();
  status.gemeente = roll.genesis().gemeente;
  status.device = device.id();
  status.person = person_of(roll, device.id());
  status.person_name = name_of(roll, status.person);
  status.term = roll.term_name();
  KLUIS_TRY(awaits, device.awaits_new_raad());
  status.awaits_new_raad = awaits;
  KLUIS_TRY(outbox, device.rows().outbox());
  for (const OutboxEntry& entry : outbox) {
    if (!entry.sent && entry.kind != OutboxKind::cell) ++status.pending;
  }
  KLUIS_TRY(intents, device.rows().intents());
  status.pending += intents.size();
  if (status.state == DeviceState::active && device.is_officer()) {
    KLUIS_TRY(waiting, apart());
    status.apart = waiting.size();
  }
  KLUIS_TRY(alarms, device.rows().alarms());
  status.alarms = std::move(alarms);
  return status;
}

Result<bool> Vault::is_settled() {
  KLUIS_CHECK(parts_->require_active());
  KLUIS_TRY(now, status());
  if (now.pending != 0) return false;
  Device& device = *parts_->device;
  KLUIS_TRY(circles, device.rows().circles());
  return std::all_of(circles.begin(), circles.end(), [&](const CircleState& circle) {
    return std::all_of(circle.members.begin(), circle.members.end(),
                       [&](const DeviceId& member) { return device.roll().is_active(member); });
  });
}

Result<std::vector<PersonRow>> Vault::people() {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return person_rows(desk);
}

Result<std::vector<DeviceRow>> Vault::devices() {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return device_rows(desk);
}

Result<PersonId> Vault::find_person(std::string_view text) {
  KLUIS_CHECK(parts_->require_active());
  const auto& persons = parts_->device->roll().persons();
  std::vector<Named> things;
  things.reserve(persons.size());
  for (const auto& [id, person] : persons) {
    things.push_back({to_bytes(id.view()), person.name});
  }
  return id_from<PersonId>(find_named("person", text, things));
}

Result<DossierId> Vault::find_dossier(std::string_view text) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  KLUIS_TRY(dossiers, all_dossiers(desk));
  std::vector<Named> things;
  things.reserve(dossiers.size());
  for (const Dossier& dossier : dossiers) {
    things.push_back({to_bytes(dossier.id.view()), dossier.title});
  }
  return id_from<DossierId>(find_named("dossier", text, things));
}

Result<StukId> Vault::find_stuk(std::string_view text) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  KLUIS_TRY(stukken, fold_stukken(desk, std::nullopt, std::nullopt));
  std::vector<Named> things;
  things.reserve(stukken.size());
  for (const FoldedStuk& stuk : stukken) {
    things.push_back({to_bytes(stuk.id.view()), stuk.title});
  }
  return id_from<StukId>(find_named("stuk", text, things));
}

Result<DeviceId> Vault::find_device(std::string_view text) {
  KLUIS_CHECK(parts_->require_active());
  const auto& devices = parts_->device->roll().devices();
  std::vector<Named> things;
  things.reserve(devices.size());
  for (const auto& [id, device] : devices) {
    things.push_back({to_bytes(id.view()), device.name});
  }
  return id_from<DeviceId>(find_named("device", text, things));
}

// ---- Dossiers ----

Result<DossierId> Vault::new_dossier(const std::string& title, DossierKind kind,
                                     const std::optional<PersonId>& burgemeester) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return make_dossier(desk, title, kind, burgemeester);
}

Result<std::vector<DossierRow>> Vault::dossiers() {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return dossier_rows(desk);
}

Status Vault::grant(const PersonId& person, const DossierId& dossier,
                    std::optional<DossierRole> role, const std::vector<StukId>& only) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return only.empty() ? kluis::grant(desk, person, dossier, role)
                      : grant_chosen(desk, person, dossier, role, only);
}

Status Vault::revoke(const PersonId& person, const std::optional<DossierId>& dossier) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return dossier ? revoke_from(desk, person, *dossier) : revoke_person(desk, person);
}

Result<std::vector<CircleEpoch>> Vault::epochs(const std::optional<DossierId>& dossier) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  KLUIS_TRY(dossiers, all_dossiers(desk));
  std::vector<CircleEpoch> epochs;
  for (const Dossier& known : dossiers) {
    if (dossier && known.id != *dossier) continue;
    for (const DossierCircle& circle : known.circles) {
      KLUIS_TRY(state, desk.device.rows().circle(circle.alias));
      if (state) epochs.push_back({circle.alias, circle.reader_class, state->number});
    }
  }
  return epochs;
}

Result<Who> Vault::who(std::string_view subject) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  const auto dossier = find_dossier(subject);
  if (dossier) {
    KLUIS_TRY(known, dossier_of(desk, *dossier));
    return who_reads(desk, known);
  }
  if (dossier.error().key != "dossier.unknown") return tl::unexpected<Error>(dossier.error());
  KLUIS_TRY(id, find_stuk(subject));
  KLUIS_TRY(stuk, folded_stuk(desk, id));
  return who_reads(desk, stuk);
}

// ---- Stukken ----

Result<Added> Vault::add(const DossierId& dossier, const NewFile& file, std::string_view type,
                         const std::string& title) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return add_stuk(desk, dossier, file, type, title);
}

Result<Added> Vault::add_version(const StukId& stuk, const NewFile& file) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return kluis::add_version(desk, stuk, file);
}

Status Vault::undo(const StukId& stuk) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return undo_stuk(desk, stuk);
}

Result<std::vector<StukRow>> Vault::stukken(const std::optional<DossierId>& dossier) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  KLUIS_TRY(stukken, fold_stukken(desk, dossier, std::nullopt));
  return stuk_rows(desk, stukken);
}

Result<StukRow> Vault::stuk(const StukId& id) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  KLUIS_TRY(stuk, folded_stuk(desk, id));
  KLUIS_TRY(rows, stuk_rows(desk, {stuk}));
  return rows.front();
}

Result<std::vector<VersionRow>> Vault::versions(const StukId& id) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  KLUIS_TRY(stuk, folded_stuk(desk, id));
  return version_rows(desk, stuk);
}

Result<std::vector<NoteRow>> Vault::notes(const StukId& id) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  KLUIS_TRY(stuk, folded_stuk(desk, id));
  return note_rows(desk, stuk);
}

Status Vault::read(const StukId& stuk, std::optional<std::uint32_t> version, ByteSink& target) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return read_stuk(desk, stuk, version, target);
}

Result<Exported> Vault::export_to(const StukId& stuk, std::optional<std::uint32_t> version,
                                  Disk& folder) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return export_stuk(desk, stuk, version, folder);
}

Result<RecordId> Vault::note(const StukId& stuk, std::optional<std::uint32_t> version,
                             const std::string& text) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return note_stuk(desk, stuk, version, text);
}

Result<RecordId> Vault::sign(const StukId& stuk) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return sign_stuk(desk, stuk);
}

Result<StukStatus> Vault::adopt(const StukId& stuk) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return adopt_stuk(desk, stuk);
}

Result<std::vector<SearchHit>> Vault::search(std::string_view words) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return search_words(desk, words);
}

Result<std::vector<RegisterEntry>> Vault::journal(const std::optional<DossierId>& dossier) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return journal_of(desk, dossier);
}

// ---- Officers' wishes about people ----

Result<std::optional<DecreeId>> Vault::appoint(const PersonId& person, Capacity capacity, bool ends,
                                               const std::optional<PersonId>& reserve,
                                               const std::string& ground) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return appoint_person(desk, {person, capacity, ends, reserve, ground});
}

Result<RecordId> Vault::record_event(std::string_view code, const PersonId& person,
                                     const std::string& date) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return kluis::record_event(desk, code, person, date);
}

Result<ProposedDecree> Vault::propose_destruction(const DossierId& dossier,
                                                  const std::string& ground,
                                                  const std::string& waiver) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return propose_dossier(desk, dossier, ground, waiver);
}

Result<ProposedDecree> Vault::propose_destruction(const StukId& stuk, const std::string& ground) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return propose_stuk(desk, stuk, ground);
}

Status Vault::approve_decree(const DecreeId& decree) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return kluis::approve_decree(desk, decree);
}

Status Vault::withdraw_decree(const DecreeId& decree) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return kluis::withdraw_decree(desk, decree);
}

Status Vault::execute_decree(const DecreeId& decree) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return kluis::execute_decree(desk, decree);
}

Result<std::vector<DecreeAnswer>> Vault::decrees() {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return decree_answers(desk);
}

Result<DecreeId> Vault::find_decree(std::string_view text) {
  KLUIS_TRY(known, decrees());
  std::vector<Named> things;
  things.reserve(known.size());
  for (const DecreeAnswer& decree : known) {
    things.push_back({to_bytes(decree.decree.view()), decree.decree.hex()});
  }
  return id_from<DecreeId>(find_named("decree", text, things));
}

Status Vault::install_raad(const std::string& name, const std::vector<PersonId>& members) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return kluis::install_raad(desk, name, members);
}

Status Vault::revoke_device(const DeviceId& device) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return kluis::revoke_device(desk, device);
}

Status Vault::check_invite(const InviteRequest& request) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return check_invitation(desk, request);
}

Result<std::vector<Invitation>> Vault::invitations() {
  KLUIS_CHECK(parts_->require_active());
  return parts_->device->rows().invitations();
}

Result<std::vector<ApartRow>> Vault::apart() {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return apart_rows(desk);
}

Result<RecordId> Vault::find_apart(std::string_view text) {
  KLUIS_TRY(rows, apart());
  std::vector<Named> things;
  things.reserve(rows.size());
  for (const ApartRow& row : rows) {
    things.push_back({to_bytes(row.record.view()), row.record.hex()});
  }
  return id_from<RecordId>(find_named("apart", text, things));
}

Status Vault::carry_in(const RecordId& record) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return kluis::carry_in(desk, record);
}

Status Vault::refuse_apart(const RecordId& record) {
  KLUIS_CHECK(parts_->require_active());
  Desk desk = parts_->desk();
  return kluis::refuse_apart(desk, record);
}

Result<MailboxId> Vault::find_invitation(std::string_view text) {
  KLUIS_CHECK(parts_->require_active());
  KLUIS_TRY(known, parts_->device->rows().invitations());
  std::vector<Named> things;
  things.reserve(known.size());
  for (const Invitation& invitation : known) {
    things.push_back({to_bytes(invitation.mailbox.view()), invitation.person_name});
  }
  return id_from<MailboxId>(find_named("invitation", text, things));
}

}  // namespace kluis
