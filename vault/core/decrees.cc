#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "vault/core/device.h"

// Decrees before they are carried out: members' records in the roll, signed offline and in any
// order. What counts is judged anew each time they are looked at, by the roll as it is then; the
// last word is the roll's, at the act that executes one (roll_decree.cc).
namespace kluis {
namespace {

bool is_about(const Decree& decree, const CircleAlias& circle) {
  return std::ranges::binary_search(decree.circles, circle);
}

}  // namespace

// The records of these kinds that became part of the roll, decoded and verified.
Result<std::vector<VerifiedRecord>> Device::roll_records(RecordKind kind) {
  std::vector<VerifiedRecord> records;
  KLUIS_TRY(ids, rows_.roll_records(kind));
  for (const RecordId& id : ids) {
    KLUIS_TRY(bytes, rows_.record(roll_->alias(), id));
    if (!bytes) continue;
    KLUIS_TRY(record, VerifiedRecord::from(std::move(*bytes)));
    records.push_back(std::move(record));
  }
  return records;
}

// Signatures that count now, the proposer's first; of a person the first one found.
Result<Device::Signatures> Device::signatures(const VerifiedRecord& proposal,
                                              const std::vector<VerifiedRecord>& approvals) {
  Signatures result;
  std::set<PersonId> persons;
  const std::uint64_t since = proposal.record().roll_head.act_number;
  KLUIS_TRY(decree, decode_decree(proposal.record().body));
  const auto take = [&](const VerifiedRecord& record) {
    const auto signer = roll_->signer(decree, record, since);
    if (!signer || !persons.insert(signer->person).second) return false;
    result.signers.push_back(*signer);
    return true;
  };
  result.proposer_counts = take(proposal);
  for (const VerifiedRecord& record : approvals) {
    const auto approval = decode_approval(record.record().body);
    if (!approval || !same_bytes(approval->decree.view(), proposal.id().view())) continue;
    if (take(record)) result.approvals.push_back(record.signed_bytes());
  }
  return result;
}

Result<std::vector<Device::DecreeRow>> Device::decrees() {
  std::vector<DecreeRow> rows;
  KLUIS_TRY(proposals, roll_records(RecordKind::proposal));
  KLUIS_TRY(approvals, roll_records(RecordKind::approval));
  for (const VerifiedRecord& proposal : proposals) {
    // Anybody can write one that says nothing.
    auto decree = decode_decree(proposal.record().body);
    if (!decree || decree->raad != roll_->raad()) continue;
    DecreeRow row;
    row.id = DecreeId{proposal.id().bytes};
    row.proposer = proposal.record().author;
    row.proposed_unix_ms = proposal.record().written_unix_ms;
    row.decree = std::move(*decree);
    const auto executed = roll_->executed().find(row.id);
    if (executed != roll_->executed().end()) {
      row.phase = DecreePhase::executed;
      row.signers = executed->second.signers;
    } else {
      KLUIS_TRY(signatures, this->signatures(proposal, approvals));
      // One that its proposer may not make, or not any more, is nothing to sign.
      const bool stands = signatures.proposer_counts && !roll_->is_withdrawn(row.id);
      row.phase = stands ? DecreePhase::proposed : DecreePhase::withdrawn;
      row.signers = std::move(signatures.signers);
    }
    rows.push_back(std::move(row));
  }
  std::ranges::sort(rows, {},
                    [](const DecreeRow& row) { return std::pair(row.proposed_unix_ms, row.id); });
  return rows;
}

Result<std::optional<Execute>> Device::execution_of(const DecreeId& id) {
  KLUIS_TRY(proposals, roll_records(RecordKind::proposal));
  const auto proposal = std::ranges::find_if(proposals, [&](const VerifiedRecord& record) {
    return same_bytes(record.id().view(), id.view());
  });
  if (proposal == proposals.end()) return std::optional<Execute>();
  KLUIS_TRY(approvals, roll_records(RecordKind::approval));
  KLUIS_TRY(signatures, this->signatures(*proposal, approvals));
  KLUIS_TRY(decree, decode_decree(proposal->record().body));
  if (!signatures.proposer_counts || !roll_->suffices(decree, signatures.signers)) {
    return std::optional<Execute>();
  }
  return std::optional<Execute>(
      Execute{proposal->signed_bytes(), std::move(signatures.approvals), {}});
}

Result<DecreeId> Device::propose(Decree decree) {
  decree.raad = roll_->raad();
  KLUIS_TRY(record, add({roll_->alias(), RecordKind::proposal, encode(decree), BlobName{},
                         OutboxKind::record}));
  return DecreeId{record.id().bytes};
}

Status Device::approve(const DecreeId& id) {
  KLUIS_TRY(record, add({roll_->alias(), RecordKind::approval, encode(Approval{id}), BlobName{},
                         OutboxKind::record}));
  static_cast<void>(record);
  return {};
}

// Whether the record would be content of what the decree destroys: in one of its circles, as a copy
// that is carried out of one, or in a circle more for its dossier. Who gets in and who gets out,
// and what was done, is no content.
Result<bool> Device::adds_to(const Decree& decree, const NewRecord& request) {
  if (decree.kind != DecreeKind::destroy_dossier && decree.kind != DecreeKind::destroy_stuk) {
    return false;
  }
  KLUIS_TRY(body, decode_circle_body(request.kind, request.body));
  if (const auto* info = std::get_if<CircleInfo>(&body)) {
    return decree.kind == DecreeKind::destroy_dossier && info->dossier == decree.dossier;
  }
  CircleAlias from = request.circle;
  if (auto* carry = std::get_if<Carry>(&body)) {
    from = carry->source;
    wipe(carry->record_bytes);
  }
  const bool within = is_about(decree, from) || is_about(decree, request.circle);
  Record record;
  record.kind = request.kind;
  record.body = request.body;
  const auto stuk = stuk_of(record);
  wipe(record.body);
  return within && stuk && (decree.kind == DecreeKind::destroy_dossier || decree.stuk == stuk);
}

// Somebody is to fill the place that looks on for the raad: everybody hears of it in time.
Status Device::tell_of_succession(const VerifiedRecord& proposal) {
  const auto decree = decode_decree(proposal.record().body);
  if (!decree || !roll_->is_succession(*decree)) return {};
  const Person* successor = roll_->person(*decree->person);
  return rows_.raise({"succession",
                      proposal.id().hex(),
                      around_.clock->now().value,
                      {successor == nullptr ? std::string() : successor->name}});
}

// What is to be destroyed takes in nothing new: its second signer signs for what he was shown.
Result<bool> Device::is_suspended(const NewRecord& request) {
  if (is_roll_kind(request.kind) || request.circle == roll_->alias()) return false;
  KLUIS_TRY(rows, decrees());
  for (const DecreeRow& row : rows) {
    if (row.phase != DecreePhase::proposed) continue;
    KLUIS_TRY(adds, adds_to(row.decree, request));
    if (adds) return true;
  }
  return false;
}

Result<std::vector<Device::ConfirmationRow>> Device::confirmations(const DecreeId& id) {
  std::map<DeviceId, ConfirmationRow> first;
  KLUIS_TRY(records, roll_records(RecordKind::confirmation));
  for (const VerifiedRecord& record : records) {
    auto body = decode_confirmation(record.record().body);
    if (!body || body->decree != id) continue;
    first.try_emplace(
        record.record().author,
        ConfirmationRow{std::move(*body), record.record().author, record.signed_bytes()});
  }
  std::vector<ConfirmationRow> rows;
  rows.reserve(first.size());
  for (auto& [device, row] : first) rows.push_back(std::move(row));
  return rows;
}

}  // namespace kluis
