#include "vault/ceremony/declaration.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "vault/ceremony/declaration_receipt.h"
#include "vault/ceremony/declaration_roll.h"
#include "vault/ceremony/declaration_words.h"
#include "vault/core/erasure.h"
#include "vault/crypto/sign.h"

namespace kluis {
namespace {

bool destroys(const Decree& decree) {
  return decree.kind == DecreeKind::destroy_dossier || decree.kind == DecreeKind::destroy_stuk;
}

using Counts = bool(const DeclaredRoll&, const Record&, const Confirmation&);

// Words of devices that all count, one of each and in order; else `wrong` is the error.
Result<std::vector<VerifiedRecord>> read_words(const DeclaredRoll& roll,
                                               const std::vector<SignedRecord>& records,
                                               Counts counts, const char* wrong) {
  std::vector<VerifiedRecord> words;
  for (const SignedRecord& signed_record : records) {
    KLUIS_TRY(word, VerifiedRecord::from(signed_record));
    const Record& record = word.record();
    const auto body = decode_confirmation(record.body);
    if (!body || !counts(roll, record, *body)) return broken(wrong);
    if (!words.empty() && !(words.back().record().author < record.author)) {
      return broken("declaration.order");
    }
    words.push_back(std::move(word));
  }
  return words;
}

DeclaredDevice named(const RollState& roll, const DeviceId& id) {
  const EnrolledDevice* device = roll.device(id);
  if (device == nullptr) return {id, {}, {}};
  return {id, roll.person(device->person)->name, device->name};
}

std::vector<DeclaredDevice> all_named(const RollState& roll, const std::vector<DeviceId>& ids) {
  std::vector<DeclaredDevice> devices;
  devices.reserve(ids.size());
  for (const DeviceId& id : ids) devices.push_back(named(roll, id));
  std::ranges::sort(devices, {}, [](const DeclaredDevice& device) {
    return std::tuple(device.person, device.device, device.id);
  });
  return devices;
}

Status tell_devices(const DeclaredRoll& roll, const Declaration& declaration,
                    DeclaredErasure& content) {
  KLUIS_TRY(confirmations,
            read_words(roll, declaration.confirmations, confirms, "declaration.confirmation"));
  KLUIS_TRY(leavings,
            read_words(roll, declaration.leavings, tells_of_leaving, "declaration.leaving"));
  const ErasureProgress progress =
      erasure_progress(roll.then, roll.decree, confirmations, leavings);
  content.confirmed = all_named(roll.now, progress.confirmed);
  content.missing = all_named(roll.now, progress.missing);
  return {};
}

// As what this person acted when the act of that number was applied.
template <typename Fits>
Signatory signatory(const RollState& roll, const PersonId& id, std::uint64_t act, Fits fits) {
  const Person& person = *roll.person(id);
  for (const CapacitySpan& span : person.history) {
    const bool held = span.given_act <= act && (!span.ended_act || *span.ended_act > act);
    if (held && fits(span.capacity)) return {person.name, span.capacity};
  }
  return {person.name, {}};
}

void tell_decree(const DeclaredRoll& roll, const Declaration& declaration,
                 DeclaredErasure& content) {
  const ExecutedDecree& executed = roll.executed();
  content.raad = roll.now.raad();
  content.gemeente = roll.now.genesis().gemeente;
  content.decree = declaration.decree;
  content.kind = executed.decree.kind;
  content.ground = executed.decree.ground;
  content.covers = executed.decree.covers;
  content.executed_unix_ms = executed.executed_unix_ms;
  for (const DecreeSigner& signer : executed.signers) {
    const auto fits = [&](Capacity capacity) { return decree_place(capacity) == signer.place; };
    content.signers.push_back(signatory(roll.now, signer.person, executed.act_number, fits));
  }
}

void tell_maker(const DeclaredRoll& roll, const DeviceId& signer, Declaration declaration,
                DeclaredErasure& content) {
  const std::uint64_t at =
      roll.now.is_officer(signer) ? roll.now.head().act_number : roll.executed().act_number;
  content.maker = signatory(roll.now, roll.now.device(signer)->person, at, is_officer_capacity);
  content.exceptions = std::move(declaration.exceptions);
  content.place = std::move(declaration.place);
  content.made_unix_ms = declaration.made_unix_ms;
  content.software_version = std::move(declaration.software_version);
}

}  // namespace

Result<VerifiedDeclaration> verify_declaration(ByteView bytes, const std::optional<Sha256>& page) {
  KLUIS_TRY(outer, decode_signed_declaration(bytes));
  if (!verify(outer.signer.view(), "declaration", outer.bytes, outer.signature)) {
    return broken("declaration.signature");
  }
  KLUIS_TRY(declaration, decode_declaration(outer.bytes));
  if (declaration.pdf != page) return broken("declaration.page");
  KLUIS_TRY(roll, fold_declared_roll(declaration.acts, declaration.decree));
  if (!destroys(roll.executed().decree)) return broken("declaration.destroys_nothing");
  if (!roll.may_declare(outer.signer)) return broken("declaration.signer");
  DeclaredErasure content;
  tell_decree(roll, declaration, content);
  KLUIS_CHECK(tell_devices(roll, declaration, content));
  if (declaration.receipt) KLUIS_CHECK(check_erasure_receipt(roll, *declaration.receipt));
  content.relay_receipt = declaration.receipt.has_value();
  tell_maker(roll, outer.signer, std::move(declaration), content);
  return VerifiedDeclaration(std::move(content));
}

}  // namespace kluis
