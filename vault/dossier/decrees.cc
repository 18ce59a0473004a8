#include "vault/dossier/decrees.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "vault/core/erasure.h"
#include "vault/dossier/calendar.h"
#include "vault/dossier/stukken.h"
#include "vault/dossier/text_rules.h"
#include "vault/law/rules.h"

namespace kluis {
namespace {

constexpr std::string_view kVerslag = "verslag";

std::string_view kind_of(DecreeKind kind) {
  switch (kind) {
    case DecreeKind::destroy_dossier:
      return "destroy-dossier";
    case DecreeKind::destroy_stuk:
      return "destroy-stuk";
    case DecreeKind::appoint:
      return "appoint";
    case DecreeKind::discharge:
      return "discharge";
  }
  return {};
}

bool destroys(DecreeKind kind) {
  return kind == DecreeKind::destroy_dossier || kind == DecreeKind::destroy_stuk;
}

std::string_view word_of(DecreePlace place) {
  return place == DecreePlace::griffie ? "griffie" : "second";
}

// Whether a signature of this device would count, of somebody who was there at that act. What the
// roll says of it is told as a refusal: nothing is wrong with anybody's data.
Status check_signer(Desk& desk, const Decree& decree, std::uint64_t since_act) {
  const auto signer = desk.roll().signing_device(decree, desk.device.id(), since_act);
  return signer ? Status() : refuse(signer.error().key, "R9");
}

Status check_ground(const std::string& ground) {
  if (ground.empty()) return refuse("decree.no_ground", "Archiefbesluit 8");
  return check_title(ground);
}

// By an officer, about this burgemeester, or about any when the dossier names none; on a day that
// has come.
Result<bool> has_left(Desk& desk, const std::optional<PersonId>& burgemeester) {
  const std::string today = date_and_time(desk.device.clock().now().value).substr(0, 10);
  KLUIS_TRY(records, desk.device.roll_records(RecordKind::event));
  return std::ranges::any_of(records, [&](const VerifiedRecord& record) {
    const auto event = decode_event(record.record().body);
    return event && event->code == kEventAftreden && event->date <= today &&
           (!burgemeester || event->person == *burgemeester) &&
           desk.roll().was_officer(record.record().author, record.record().roll_head.act_number);
  });
}

Status check_may_be_destroyed(Desk& desk, const Dossier& dossier) {
  if (is_transferred(dossier.kind)) return refuse("destroy.needs_transfer", "V14.2");
  KLUIS_TRY(left, has_left(desk, dossier.burgemeester));
  return left ? Status() : refuse("destroy.before_aftreden", "V14.4");
}

// Number and type per year: what is told of content that is to be gone.
std::vector<Covered> covers_of(const std::vector<FoldedStuk>& stukken) {
  std::map<std::pair<std::string, std::uint16_t>, std::uint32_t> counts;
  for (const FoldedStuk& stuk : stukken) {
    const std::int64_t made = stuk.versions.front().row.origin.written_unix_ms;
    ++counts[{stuk.type, static_cast<std::uint16_t>(month_number(made) / 12)}];
  }
  std::vector<Covered> covers;
  for (const auto& [what, count] : counts) covers.push_back({what.first, what.second, count});
  return covers;
}

// What the law wants settled before (V14; an unsigned verslag says nothing of what was agreed).
std::vector<std::string> blocked_by(const std::vector<FoldedStuk>& stukken) {
  std::vector<std::string> blocks;
  for (const FoldedStuk& stuk : stukken) {
    if (stuk.type != kVerslag || stuk.versions.back().status == StukStatus::vastgesteld) continue;
    blocks.push_back("verslag-not-adopted:" + stuk.id.hex());
  }
  return blocks;
}

std::vector<CircleAlias> aliases_of(const Dossier& dossier) {
  std::vector<CircleAlias> aliases;
  for (const DossierCircle& circle : dossier.circles) aliases.push_back(circle.alias);
  std::ranges::sort(aliases);
  return aliases;
}

// Signs and proposes. Who has no say in it is refused before anything is written.
Result<DecreeId> proposed(Desk& desk, Decree decree) {
  KLUIS_CHECK(check_signer(desk, decree, desk.roll().head().act_number));
  return desk.device.propose(std::move(decree));
}

Result<Device::DecreeRow> decree_row(Desk& desk, const DecreeId& id) {
  KLUIS_TRY(rows, desk.device.decrees());
  for (Device::DecreeRow& row : rows) {
    if (row.id == id) return std::move(row);
  }
  return fail(ErrorKind::no_access, "decree.unknown", {id.hex().substr(0, 12)});
}

// One that can still be signed and carried out.
Result<Device::DecreeRow> open_decree(Desk& desk, const DecreeId& id) {
  KLUIS_TRY(row, decree_row(desk, id));
  if (row.phase == Device::DecreePhase::executed) return refuse("decree.executed", "R9");
  if (row.phase == Device::DecreePhase::withdrawn) return refuse("decree.withdrawn", "R9");
  return std::move(row);
}

// What the signer is shown is what he signs for: parts of another dossier under this one's name, or
// parts of it that were left out, are neither shown nor meant.
Status check_parts(Desk& desk, const Decree& decree) {
  if (!destroys(decree.kind)) return {};
  KLUIS_TRY(dossiers, all_dossiers(desk));
  for (const Dossier& dossier : dossiers) {
    const bool meant = dossier.id == decree.dossier;
    for (const DossierCircle& circle : dossier.circles) {
      const bool named = std::ranges::binary_search(decree.circles, circle.alias);
      if (named && !meant) return refuse("decree.other_dossier", "R9");
      const bool all = decree.kind == DecreeKind::destroy_dossier;
      if (meant && all && !named) return refuse("decree.dossier_grew", "R9");
    }
  }
  return {};
}

// How many parts of it this vault cannot read.
Result<std::uint64_t> hidden_parts(Desk& desk, const Decree& decree) {
  std::uint64_t hidden = 0;
  for (const CircleAlias& circle : decree.circles) {
    KLUIS_TRY(state, desk.device.rows().circle(circle));
    const bool read =
        state && (state->standing == Standing::current || state->standing == Standing::ended);
    if (!read) ++hidden;
  }
  return hidden;
}

std::vector<std::string> needs_of(const RollState& roll, const Device::DecreeRow& row) {
  std::vector<std::string> needs;
  if (roll.suffices(row.decree, row.signers)) return needs;
  if (roll.is_succession(row.decree)) return {"raad"};
  for (const DecreePlace place : kDecreePlaces) {
    if (std::ranges::find(row.signers, place, &DecreeSigner::place) != row.signers.end()) continue;
    needs.emplace_back(word_of(place));
  }
  return needs;
}

std::vector<NamedDevice> named(const RollState& roll, const std::vector<DeviceId>& devices) {
  std::vector<NamedDevice> result;
  for (const DeviceId& id : devices) {
    const EnrolledDevice* device = roll.device(id);
    result.push_back(
        {id, name_of(roll, person_of(roll, id)), device == nullptr ? std::string() : device->name});
  }
  return result;
}

Result<std::vector<VerifiedRecord>> verified(std::vector<SignedRecord> records) {
  std::vector<VerifiedRecord> result;
  for (SignedRecord& bytes : records) {
    KLUIS_TRY(record, VerifiedRecord::from(std::move(bytes)));
    result.push_back(std::move(record));
  }
  return result;
}

// Of an executed decree that destroyed something: who said that it is gone, and who did not yet.
Status add_progress(Desk& desk, DecreeAnswer& answer) {
  KLUIS_TRY(confirmations, desk.device.roll_records(RecordKind::confirmation));
  KLUIS_TRY(words, desk.device.rows().words_of_leaving());
  KLUIS_TRY(leavings, verified(std::move(words)));
  const ErasureProgress progress =
      erasure_progress(desk.roll(), answer.decree, confirmations, leavings);
  answer.confirmed = named(desk.roll(), progress.confirmed);
  answer.missing = named(desk.roll(), progress.missing);
  answer.state = progress.missing.empty() ? "complete" : "incomplete";
  KLUIS_TRY(receipt, desk.device.erasure_receipt(answer.decree));
  answer.relay_receipt = receipt.has_value();
  return {};
}

Result<std::string> subject_of(Desk& desk, const Decree& decree) {
  if (decree.person) return name_of(desk.roll(), *decree.person);
  const auto dossier = dossier_of(desk, decree.dossier);
  if (!decree.stuk) return dossier ? dossier->title : std::string();
  const auto stuk = folded_stuk(desk, *decree.stuk);
  return stuk ? stuk->title : std::string();
}

Result<DecreeAnswer> answer_of(Desk& desk, const Device::DecreeRow& row) {
  DecreeAnswer answer;
  answer.decree = row.id;
  answer.kind = kind_of(row.decree.kind);
  answer.ground = row.decree.ground;
  answer.covers = row.decree.covers;
  answer.capacities = row.decree.capacities;
  answer.proposed_unix_ms = row.proposed_unix_ms;
  answer.not_before_unix_ms = row.decree.not_before_unix_ms;
  KLUIS_TRY(subject, subject_of(desk, row.decree));
  answer.subject = std::move(subject);
  KLUIS_TRY(hidden, hidden_parts(desk, row.decree));
  answer.hidden_parts = hidden;
  for (const DecreeSigner& signer : row.signers) {
    answer.signatures.push_back(
        {signer.person, name_of(desk.roll(), signer.person), std::string(word_of(signer.place))});
  }
  switch (row.phase) {
    case Device::DecreePhase::proposed:
      answer.state = "proposed";
      answer.needs = needs_of(desk.roll(), row);
      break;
    case Device::DecreePhase::withdrawn:
      answer.state = "withdrawn";
      break;
    case Device::DecreePhase::executed:
      answer.state = "complete";
      if (destroys(row.decree.kind)) KLUIS_CHECK(add_progress(desk, answer));
      break;
  }
  return answer;
}

Status check_date(const std::string& date) {
  static constexpr std::string_view kForm = "dddd-dd-dd";
  bool fits = date.size() == kForm.size();
  for (std::size_t i = 0; fits && i < kForm.size(); ++i) {
    fits = kForm[i] == 'd' ? date[i] >= '0' && date[i] <= '9' : date[i] == kForm[i];
  }
  const auto number = [&](std::size_t at) { return (date[at] - '0') * 10 + (date[at + 1] - '0'); };
  fits = fits && number(5) >= 1 && number(5) <= 12 && number(8) >= 1 && number(8) <= 31;
  return fits ? Status() : Status(fail(ErrorKind::usage, "event.date"));
}

}  // namespace

Result<ProposedDecree> propose_dossier(Desk& desk, const DossierId& id, const std::string& ground,
                                       const std::string& waiver) {
  KLUIS_CHECK(check_ground(ground));
  // Who may not see all of it would leave a part of it standing.
  if (!desk.device.is_officer()) return refuse("destroy.only_officer", "V14.4");
  KLUIS_TRY(dossier, dossier_of(desk, id));
  KLUIS_CHECK(check_may_be_destroyed(desk, dossier));
  KLUIS_TRY(stukken, fold_stukken(desk, id, std::nullopt));
  ProposedDecree answer;
  answer.waived = blocked_by(stukken);
  if (!answer.waived.empty() && waiver.empty()) {
    return refuse("destroy.blocked", "H4.2", {std::to_string(answer.waived.size())});
  }
  Decree decree;
  decree.kind = DecreeKind::destroy_dossier;
  decree.ground = answer.waived.empty() ? ground : ground + " — " + waiver;
  KLUIS_CHECK(check_ground(decree.ground));
  decree.dossier = id;
  decree.circles = aliases_of(dossier);
  decree.covers = covers_of(stukken);
  KLUIS_TRY(made, proposed(desk, std::move(decree)));
  answer.decree = made;
  return answer;
}

Result<ProposedDecree> propose_stuk(Desk& desk, const StukId& id, const std::string& ground) {
  KLUIS_CHECK(check_ground(ground));
  if (!desk.device.is_officer()) return refuse("destroy.only_officer", "V14.4");
  KLUIS_TRY(stuk, folded_stuk(desk, id));
  if (is_transferred(stuk.kind)) return refuse("destroy.needs_transfer", "V14.2");
  Decree decree;
  decree.kind = DecreeKind::destroy_stuk;
  decree.ground = ground;
  decree.dossier = stuk.dossier;
  decree.stuk = id;
  decree.circles = stuk.circles;
  std::ranges::sort(decree.circles);
  for (const CircleAlias& circle : decree.circles) {
    KLUIS_TRY(about, desk.device.records_about(circle, id));
    decree.records.insert(decree.records.end(), about.begin(), about.end());
  }
  std::ranges::sort(decree.records);
  const auto [first, last] = std::ranges::unique(decree.records);
  decree.records.erase(first, last);
  decree.covers = covers_of({std::move(stuk)});
  KLUIS_TRY(made, proposed(desk, std::move(decree)));
  return ProposedDecree{made, {}};
}

Result<DecreeId> propose_office(Desk& desk, DecreeKind kind, const PersonId& person,
                                Capacity capacity, const std::string& ground) {
  KLUIS_CHECK(check_ground(ground));
  Decree decree;
  decree.kind = kind;
  decree.ground = ground;
  decree.person = person;
  decree.capacities = {capacity};
  if (kind == DecreeKind::appoint && is_quorum_capacity(capacity)) {
    const auto devices = desk.roll().active_devices_of(person);
    // Which laptop is to speak for him must not be in doubt.
    if (devices.empty()) return fail(ErrorKind::usage, "appoint.no_device");
    if (devices.size() > 1) return fail(ErrorKind::usage, "appoint.several_devices");
    decree.speaking_device = devices.front();
  }
  return proposed(desk, std::move(decree));
}

Status approve_decree(Desk& desk, const DecreeId& id) {
  KLUIS_TRY(row, open_decree(desk, id));
  KLUIS_TRY(proposal, desk.device.rows().record(desk.roll().alias(), RecordId{id.bytes}));
  if (!proposal) return broken("store.damaged");
  KLUIS_TRY(record, decode_record(proposal->bytes));
  KLUIS_CHECK(check_signer(desk, row.decree, record.roll_head.act_number));
  KLUIS_CHECK(check_parts(desk, row.decree));
  const PersonId self = desk.device.person();
  if (std::ranges::find(row.signers, self, &DecreeSigner::person) != row.signers.end()) {
    return refuse("decree.signed_twice", "R9");
  }
  return desk.device.approve(id);
}

Status withdraw_decree(Desk& desk, const DecreeId& id) {
  KLUIS_CHECK(open_decree(desk, id));
  return desk.device.wish(WithdrawIntent{id});
}

Status execute_decree(Desk& desk, const DecreeId& id) {
  if (!desk.device.is_officer()) return refuse("decree.only_officer", "V14.4");
  KLUIS_TRY(row, open_decree(desk, id));
  // He could not sign what his leaving asks for.
  const bool own = row.decree.person == desk.device.person();
  if (own && row.decree.kind == DecreeKind::discharge) {
    return refuse("decree.own_discharge", "R9");
  }
  if (!needs_of(desk.roll(), row).empty()) return refuse("decree.too_few", "R9");
  const std::int64_t delay = desk.roll().is_succession(row.decree) ? kSuccessionDelayMs : 0;
  const std::int64_t from = std::max(row.decree.not_before_unix_ms, row.proposed_unix_ms + delay);
  if (desk.device.clock().now().value < from) return refuse("decree.too_early", "R9");
  if (row.decree.kind == DecreeKind::destroy_dossier) {
    // Another officer may have made a part of it that its signers did not see.
    KLUIS_TRY(dossier, dossier_of(desk, row.decree.dossier));
    if (aliases_of(dossier) != row.decree.circles) return refuse("decree.dossier_grew", "R9");
  }
  if (row.decree.stuk) {
    KLUIS_TRY(stuk, folded_stuk(desk, *row.decree.stuk));
    std::ranges::sort(stuk.circles);
    if (stuk.circles != row.decree.circles) return refuse("decree.dossier_grew", "R9");
  }
  return desk.device.wish(ExecuteIntent{id});
}

Result<std::vector<DecreeAnswer>> decree_answers(Desk& desk) {
  std::vector<DecreeAnswer> answers;
  KLUIS_TRY(rows, desk.device.decrees());
  for (const Device::DecreeRow& row : rows) {
    KLUIS_TRY(answer, answer_of(desk, row));
    answers.push_back(std::move(answer));
  }
  return answers;
}

Result<RecordId> record_event(Desk& desk, std::string_view code, const PersonId& person,
                              const std::string& date) {
  if (!desk.device.is_officer()) return refuse("event.only_officer", "V3.1");
  const auto words = event_words();
  if (std::ranges::find(words, code) == words.end()) {
    return fail(ErrorKind::usage, "event.unknown", {std::string(code)});
  }
  KLUIS_CHECK(check_date(date));
  const Person* known = desk.roll().person(person);
  const auto was = [](const CapacitySpan& span) { return span.capacity == Capacity::burgemeester; };
  if (known == nullptr || !std::ranges::any_of(known->history, was)) {
    return fail(ErrorKind::usage, "event.not_the_burgemeester");
  }
  KLUIS_TRY(record, desk.device.add({desk.roll().alias(), RecordKind::event,
                                     encode(Event{std::string(code), person, date}), BlobName{},
                                     OutboxKind::record}));
  return record.id();
}

}  // namespace kluis
