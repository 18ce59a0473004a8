#include "tests/support/simulated_raad.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "sync/relay/operator.h"

namespace kluis::test {
namespace {

[[noreturn]] void stop(const Error& error) {
  std::fprintf(stderr, "simulated raad: %s\n", error.key.c_str());
  std::abort();
}

template <typename T>
T must(Result<T> result) {
  if (!result) stop(result.error());
  return std::move(*result);
}

void must(const Status& status) {
  if (!status) stop(status.error());
}

}  // namespace

SimulatedRaad::SimulatedRaad(std::uint64_t seed)
    : seed_(seed),
      entropy_(seed),
      receipt_seed_(Secret<struct SimulatedReceiptPurpose>::generate(entropy_)) {
  restart_relay();
}

void SimulatedRaad::restart_relay() {
  relay_ = std::make_unique<Relay>(storage, clock, receipt_seed_);
}

Device::Surroundings SimulatedRaad::around(Party& party) {
  return {party.store, clock, party.entropy, nullptr};
}

Party& SimulatedRaad::make_party(const std::string& name) {
  parties.push_back(std::make_unique<Party>(name, seed_ * 1000 + parties.size() + 1));
  return *parties.back();
}

void SimulatedRaad::reload(Party& party) {
  party.device = std::make_unique<Device>(must(Device::load(around(party))));
}

Response SimulatedRaad::ask_relay(RelaySession& session, const Request& request) {
  traffic.requests.push_back(request);
  Outcome outcome = must(relay_->handle(session, request));
  traffic.responses.push_back(outcome.response);
  if (trace) {
    std::fprintf(stderr, "request %zu response %zu\n", request.index(), outcome.response.index());
  }
  return std::move(outcome.response);
}

Party& SimulatedRaad::found(const std::string& name) {
  Party& griffier = make_party(name);
  Device::FoundOptions options;
  options.gemeente = "Voorbeeld";
  options.person_name = name;
  options.device_name = "laptop";
  options.relay = {"relay.example:4000", RelayKey{}};
  options.receipt_key = relay_->receipt_key();
  const std::string voucher = must(make_voucher(storage, entropy_, kDefaultQuotaBytes));
  const auto request = must(Device::found(around(griffier), options, as_bytes(voucher)));
  RelaySession session;
  const Response response = ask_relay(session, request);
  must(Device::founded(around(griffier), std::get<CommitAnswer>(response).receipt));
  reload(griffier);
  sync(griffier);
  return griffier;
}

Party& SimulatedRaad::finish_join(Party& officer, Party& joiner, const NewInvitation& invitation) {
  sync(officer);
  RelaySession guest;
  const Response mail = ask_relay(guest, MailboxGetRequest{invitation.link.mailbox});
  must(begin_joining(around(joiner), invitation.link, invitation.code,
                     std::get<MailboxAnswer>(mail).messages.at(0), "laptop"));
  reload(joiner);
  sync(joiner);
  sync(officer);
  sync(joiner);
  return joiner;
}

Party& SimulatedRaad::join(Party& officer, const std::string& name,
                           std::vector<Capacity> capacities) {
  InviteOptions options;
  options.person_name = name;
  options.capacities = std::move(capacities);
  const NewInvitation invitation = must(invite(*officer.device, options));
  return finish_join(officer, make_party(name), invitation);
}

Party& SimulatedRaad::join_device(Party& officer, const std::string& name, const PersonId& person,
                                  bool custody) {
  InviteOptions options;
  options.person = person;
  options.custody = custody;
  const NewInvitation invitation = must(invite(*officer.device, options));
  return finish_join(officer, make_party(name), invitation);
}

Result<SessionReport> SimulatedRaad::try_sync(Party& party) {
  // As every program does: from what is stored, nothing from memory.
  reload(party);
  RelaySession connection;
  connection.handshake_hash.resize(64);
  entropy_.fill(connection.handshake_hash);
  Session session(*party.device, {connection.handshake_hash, false, nullptr});
  while (true) {
    KLUIS_TRY(request, session.next());
    if (!request) return session.report();
    const Response response = ask_relay(connection, *request);
    KLUIS_CHECK(session.receive(response));
  }
}

void SimulatedRaad::sync_until_committed(Party& party) {
  reload(party);
  RelaySession connection;
  connection.handshake_hash.resize(64);
  entropy_.fill(connection.handshake_hash);
  Session session(*party.device, {connection.handshake_hash, false, nullptr});
  while (true) {
    const auto request = must(session.next());
    if (!request) std::abort();  // there was nothing to commit
    const Response response = ask_relay(connection, *request);
    if (std::holds_alternative<CommitAnswer>(response)) return;
    must(session.receive(response));
  }
}

SessionReport SimulatedRaad::sync(Party& party) {
  return must(try_sync(party));
}

void SimulatedRaad::after_sync(Party& party) {
  reload(party);
  const auto generation = must(party.device->rows().local_number("generation"));
  if (must(party.device->reseal_due(generation))) must(party.device->resealed(generation + 1));
  must(party.device->confirm_erasures());
}

void SimulatedRaad::live_on(unsigned rounds) {
  for (unsigned round = 0; round < rounds; ++round) {
    for (const auto& party : parties) {
      sync(*party);
      after_sync(*party);
    }
  }
}

void SimulatedRaad::settle(unsigned rounds) {
  for (unsigned round = 0; round < rounds; ++round) {
    for (const auto& party : parties) sync(*party);
  }
}

PersonId SimulatedRaad::person_of(const Party& party) const {
  return party.device->person();
}

CircleAlias SimulatedRaad::make_circle(Party& officer, const std::string& title,
                                       const std::vector<PersonId>& admitted) {
  CircleInfo info;
  info.dossier = random_id<DossierId>(entropy_);
  info.title = title;
  const CircleAlias circle = must(officer.device->plan_circle(info));
  for (const PersonId& person : admitted) {
    must(officer.device->wish_admit(circle, person, DossierRole::lid));
  }
  sync(officer);
  return circle;
}

RecordId SimulatedRaad::write_note(Party& party, const CircleAlias& circle,
                                   const std::string& text) {
  Note note;
  note.text = text;
  return must(party.device->add(
                  {circle, RecordKind::note, encode(note), BlobName{}, OutboxKind::record}))
      .id();
}

std::vector<std::string> SimulatedRaad::notes(Party& party, const CircleAlias& circle) {
  std::vector<std::string> texts;
  for (const KeyEntry& entry : must(party.device->rows().key_entries(circle))) {
    const auto bytes = must(party.device->rows().record(circle, entry.record));
    if (!bytes) continue;
    const Record record = must(decode_record(bytes->bytes));
    if (record.kind != RecordKind::note) continue;
    texts.push_back(std::get<Note>(must(decode_circle_body(record.kind, record.body))).text);
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

}  // namespace kluis::test
