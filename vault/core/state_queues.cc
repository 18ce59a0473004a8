// The rows of DeviceRows that wait for something: outbox, intents, the prepared commit,
// invitations, welcomes and alarms.
#include <algorithm>
#include <utility>

#include "vault/core/row.h"
#include "vault/core/state.h"
#include "vault/core/state_fields.h"

namespace kluis {
namespace {

constexpr std::string_view kPrepared = "prepared";
constexpr std::string_view kWelcome = "welcome/";
// Far more than honest members ever post to one device; each is one more name in its syncs.
constexpr std::size_t kWelcomedMax = 256;
constexpr std::size_t kAliasHex = 2 * CircleAlias::kSize;

void write_cell(RowWriter& row, const SignedCell& cell) {
  row.blob(cell.bytes).id(cell.signature);
}
SignedCell read_cell(RowReader& row) {
  SignedCell cell;
  cell.bytes = to_bytes(row.blob());
  cell.signature = row.id<Signature>();
  return cell;
}

void write_capacities(RowWriter& row, const std::vector<Capacity>& capacities) {
  row.each(capacities, [](RowWriter& writer, Capacity capacity) {
    writer.number(static_cast<std::uint64_t>(capacity));
  });
}
std::vector<Capacity> read_capacities(RowReader& row, bool& known) {
  std::vector<Capacity> capacities;
  row.each([&](RowReader& reader) {
    capacities.push_back(read_enum(reader, Capacity::archivaris, known));
  });
  return capacities;
}

Bytes write_outbox(const OutboxEntry& entry) {
  RowWriter row;
  row.number(static_cast<std::uint64_t>(entry.kind)).id(entry.circle).id(entry.record);
  write_cell(row, entry.cell);
  row.id(entry.document).number(entry.attempted ? 1 : 0).number(entry.sent ? 1 : 0);
  return row.take();
}

std::optional<OutboxEntry> read_outbox(RowReader& row) {
  OutboxEntry entry;
  bool known = true;
  entry.kind = read_enum(row, OutboxKind::refill, known);
  entry.circle = row.id<CircleAlias>();
  entry.record = row.id<RecordId>();
  entry.cell = read_cell(row);
  entry.document = row.id<BlobName>();
  entry.attempted = row.number() != 0;
  entry.sent = row.number() != 0;
  return known ? std::optional<OutboxEntry>(std::move(entry)) : std::nullopt;
}

// ---- Intents: the number of the body's kind, then its fields ----

void write(RowWriter& row, const EnrolIntent& intent) {
  const Certificate& certificate = intent.certificate;
  row.number(1).id(intent.mailbox).id(certificate.person).text(certificate.person_name);
  write_capacities(row, certificate.capacities);
  row.id(certificate.device).text(certificate.device_name);
  write_cell(row, certificate.leaf);
  row.id(certificate.officer_key).number(certificate.custody ? 1 : 0);
  row.number(intent.found_second_place ? 1 : 0);
}
EnrolIntent read_enrol(RowReader& row, bool& known) {
  EnrolIntent intent;
  Certificate& certificate = intent.certificate;
  intent.mailbox = row.id<MailboxId>();
  certificate.person = row.id<PersonId>();
  certificate.person_name = row.text();
  certificate.capacities = read_capacities(row, known);
  certificate.device = row.id<DeviceId>();
  certificate.device_name = row.text();
  certificate.leaf = read_cell(row);
  certificate.officer_key = row.id<OfficerKey>();
  certificate.custody = row.number() != 0;
  intent.found_second_place = row.number() != 0;
  return intent;
}

void write(RowWriter& row, const RemoveIntent& intent) {
  row.number(2);
  write_ids(row, intent.devices);
  write_optional_id(row, intent.person);
}
RemoveIntent read_remove(RowReader& row) {
  RemoveIntent intent;
  intent.devices = read_ids<DeviceId>(row);
  intent.person = read_optional_id<PersonId>(row);
  return intent;
}

void write(RowWriter& row, const AppointIntent& intent) {
  const Appoint& appoint = intent.appoint;
  row.number(3).id(appoint.person);
  write_capacities(row, appoint.capacities);
  row.number(static_cast<std::uint64_t>(appoint.ground));
  write_optional_id(row, appoint.speaking_device);
  write_optional_id(row, appoint.reserve);
  write_optional_id(row, appoint.reserve_device);
}
AppointIntent read_appoint(RowReader& row, bool& known) {
  AppointIntent intent;
  Appoint& appoint = intent.appoint;
  appoint.person = row.id<PersonId>();
  appoint.capacities = read_capacities(row, known);
  appoint.ground = read_enum(row, AppointGround::ending, known);
  appoint.speaking_device = read_optional_id<DeviceId>(row);
  appoint.reserve = read_optional_id<PersonId>(row);
  appoint.reserve_device = read_optional_id<DeviceId>(row);
  return intent;
}

void write(RowWriter& row, const CircleIntent& intent) {
  row.number(4).id(intent.circle);
}
void write(RowWriter& row, const AdmitIntent& intent) {
  row.number(5).id(intent.circle).id(intent.record);
}
void write(RowWriter& row, const DropIntent& intent) {
  row.number(6).id(intent.circle).id(intent.person).id(intent.record);
}
void write(RowWriter& row, const ResealIntent& intent) {
  row.number(7).id(intent.circle);
}

void write(RowWriter& row, const TermIntent& intent) {
  row.number(8).text(intent.term.name);
  write_ids(row, intent.term.members);
  row.number(intent.seen_act).number(intent.after ? *intent.after : 0);
}

void write(RowWriter& row, const ExecuteIntent& intent) {
  row.number(9).id(intent.decree);
}
void write(RowWriter& row, const WithdrawIntent& intent) {
  row.number(10).id(intent.decree);
}

TermIntent read_term(RowReader& row) {
  TermIntent intent;
  intent.term.name = row.text();
  intent.term.members = read_ids<PersonId>(row);
  intent.seen_act = row.number();
  // Act 0 is the genesis and installs nothing.
  const std::uint64_t after = row.number();
  if (after != 0) intent.after = after;
  return intent;
}

AdmitIntent read_admit(RowReader& row) {
  AdmitIntent intent;
  intent.circle = row.id<CircleAlias>();
  intent.record = row.id<RecordId>();
  return intent;
}
DropIntent read_drop(RowReader& row) {
  DropIntent intent;
  intent.circle = row.id<CircleAlias>();
  intent.person = row.id<PersonId>();
  intent.record = row.id<RecordId>();
  return intent;
}

std::optional<IntentBody> read_intent(RowReader& row) {
  bool known = true;
  std::optional<IntentBody> body;
  switch (row.number()) {
    case 1:
      body = read_enrol(row, known);
      break;
    case 2:
      body = read_remove(row);
      break;
    case 3:
      body = read_appoint(row, known);
      break;
    case 4:
      body = CircleIntent{row.id<CircleAlias>()};
      break;
    case 5:
      body = read_admit(row);
      break;
    case 6:
      body = read_drop(row);
      break;
    case 7:
      body = ResealIntent{row.id<CircleAlias>()};
      break;
    case 8:
      body = read_term(row);
      break;
    case 9:
      body = ExecuteIntent{row.id<DecreeId>()};
      break;
    case 10:
      body = WithdrawIntent{row.id<DecreeId>()};
      break;
    default:
      break;
  }
  return known ? body : std::nullopt;
}

Bytes write_prepared(const PreparedCommit& prepared) {
  RowWriter row;
  row.blob(prepared.commit.bytes).id(prepared.commit.signer).id(prepared.commit.signature);
  row.number(prepared.position).id(prepared.first_act);
  row.each(prepared.stage, [](RowWriter& writer, const StagedBlob& blob) {
    writer.id(blob.blob).blob(blob.bytes);
  });
  row.each(prepared.intents,
           [](RowWriter& writer, std::uint64_t position) { writer.number(position); });
  return row.take();
}

std::optional<PreparedCommit> read_prepared(RowReader& row) {
  PreparedCommit prepared;
  prepared.commit.bytes = to_bytes(row.blob());
  prepared.commit.signer = row.id<OfficerKey>();
  prepared.commit.signature = row.id<Signature>();
  prepared.position = row.number();
  prepared.first_act = row.id<RecordId>();
  row.each([&](RowReader& reader) {
    const auto name = reader.id<BlobName>();
    prepared.stage.push_back({name, to_bytes(reader.blob())});
  });
  row.each([&](RowReader& reader) { prepared.intents.push_back(reader.number()); });
  return prepared;
}

Bytes write_invitation(const Invitation& invitation) {
  RowWriter row;
  row.id(invitation.mailbox).number(static_cast<std::uint64_t>(invitation.state));
  row.id(invitation.session).id(invitation.person).text(invitation.person_name);
  write_capacities(row, invitation.capacities);
  row.number(invitation.custody ? 1 : 0).number(invitation.posted ? 1 : 0);
  row.number(static_cast<std::uint64_t>(invitation.expires_unix_ms));
  row.blob(invitation.message).blob(invitation.reply).id(invitation.raad);
  return row.take();
}

std::optional<Invitation> read_invitation(RowReader& row) {
  Invitation invitation;
  bool known = true;
  invitation.mailbox = row.id<MailboxId>();
  invitation.state = read_enum(row, InvitationState::joining, known);
  invitation.session = row.id<CpaceSession>();
  invitation.person = row.id<PersonId>();
  invitation.person_name = row.text();
  invitation.capacities = read_capacities(row, known);
  invitation.custody = row.number() != 0;
  invitation.posted = row.number() != 0;
  invitation.expires_unix_ms = static_cast<std::int64_t>(row.number());
  invitation.message = to_bytes(row.blob());
  invitation.reply = to_bytes(row.blob());
  invitation.raad = row.id<RaadId>();
  return known ? std::optional<Invitation>(std::move(invitation)) : std::nullopt;
}

Bytes alarm_key(std::string_view code, std::string_view subject) {
  Bytes key = key_of(code);
  key.push_back(0);
  append(key, as_bytes(subject));
  return key;
}

Bytes write_alarm(const AlarmRow& alarm) {
  RowWriter row;
  row.text(alarm.code).text(alarm.subject);
  row.number(static_cast<std::uint64_t>(alarm.since_unix_ms));
  row.each(alarm.arguments,
           [](RowWriter& writer, const std::string& argument) { writer.text(argument); });
  return row.take();
}

std::optional<AlarmRow> read_alarm(RowReader& row) {
  AlarmRow alarm;
  alarm.code = row.text();
  alarm.subject = row.text();
  alarm.since_unix_ms = static_cast<std::int64_t>(row.number());
  row.each([&](RowReader& reader) { alarm.arguments.push_back(reader.text()); });
  return alarm;
}

// Reads the rows of a queue, whose keys are their positions.
template <typename Value, typename Read>
Result<std::vector<Value>> read_queue(Store& store, Table table, Read&& read) {
  std::vector<Value> values;
  bool damaged = false;
  KLUIS_CHECK(store.scan(table, {}, [&](ByteView key, ByteView row) {
    RowReader reader(row);
    std::optional<Value> value = read(reader);
    damaged = !value || !reader.finish() || key.size() != 8;
    if (damaged) return false;
    for (const std::uint8_t byte : key) value->position = value->position << 8U | byte;
    values.push_back(std::move(*value));
    return true;
  }));
  if (damaged) return broken("store.damaged");
  return values;
}

template <typename Value, typename Read>
Result<std::vector<Value>> read_all(Store& store, Table table, Read&& read) {
  std::vector<Value> values;
  Status damaged{};
  KLUIS_CHECK(store.scan(table, {}, [&](ByteView, ByteView row) {
    auto value = read_row(row, read);
    if (!value) {
      damaged = tl::unexpected<Error>(std::move(value).error());
      return false;
    }
    values.push_back(std::move(*value));
    return true;
  }));
  KLUIS_CHECK(damaged);
  return values;
}

}  // namespace

// Positions are never used twice: what names one (a prepared commit) must not meet another entry.
Result<std::uint64_t> DeviceRows::next_position(Table table) {
  const std::string name = table == Table::outbox ? "outbox_last" : "intent_last";
  KLUIS_TRY(last, local_number(name));
  const std::uint64_t position = last + 1;
  KLUIS_CHECK(set_local_number(name, position));
  return position;
}

Result<std::vector<OutboxEntry>> DeviceRows::outbox() {
  return read_queue<OutboxEntry>(store_, Table::outbox, read_outbox);
}

Status DeviceRows::put(const OutboxEntry& entry) {
  std::uint64_t position = entry.position;
  if (position == 0) {
    KLUIS_TRY(next, next_position(Table::outbox));
    position = next;
  }
  return store_.put(Table::outbox, key_of(position), write_outbox(entry));
}

Status DeviceRows::erase_outbox(std::uint64_t position) {
  return store_.erase(Table::outbox, key_of(position));
}

Result<std::vector<Intent>> DeviceRows::intents() {
  return read_queue<Intent>(store_, Table::intent, [](RowReader& row) -> std::optional<Intent> {
    auto body = read_intent(row);
    if (!body) return std::nullopt;
    return Intent{0, std::move(*body)};
  });
}

Status DeviceRows::put(const Intent& intent) {
  std::uint64_t position = intent.position;
  if (position == 0) {
    KLUIS_TRY(next, next_position(Table::intent));
    position = next;
  }
  RowWriter row;
  std::visit([&](const auto& body) { write(row, body); }, intent.body);
  return store_.put(Table::intent, key_of(position), row.take());
}

Status DeviceRows::erase_intent(std::uint64_t position) {
  return store_.erase(Table::intent, key_of(position));
}

Result<std::optional<PreparedCommit>> DeviceRows::prepared() {
  KLUIS_TRY(row, store_.get(Table::prepared, key_of(kPrepared)));
  if (!row) return std::nullopt;
  KLUIS_TRY(prepared, read_row(*row, read_prepared));
  return std::move(prepared);
}

Status DeviceRows::put(const PreparedCommit& prepared) {
  return store_.put(Table::prepared, key_of(kPrepared), write_prepared(prepared));
}

Status DeviceRows::clear_prepared() {
  return store_.erase(Table::prepared, key_of(kPrepared));
}

Result<std::vector<Invitation>> DeviceRows::invitations() {
  return read_all<Invitation>(store_, Table::invitation, read_invitation);
}

Status DeviceRows::put(const Invitation& invitation) {
  return store_.put(Table::invitation, invitation.mailbox.view(), write_invitation(invitation));
}

Status DeviceRows::forget_plans() {
  KLUIS_CHECK(clear_prepared());
  for (const Table table : {Table::intent, Table::invitation}) {
    KLUIS_CHECK(store_.erase_prefix(table, {}));
  }
  for (const std::string_view prefix : {"cpace/", "enrol/"}) {
    KLUIS_CHECK(store_.erase_prefix(Table::secret, key_of_name(prefix)));
  }
  return {};
}

Result<std::vector<DeviceRows::Welcomed>> DeviceRows::welcomed() {
  std::vector<std::string> names;
  KLUIS_CHECK(store_.scan(Table::secret, key_of_name(kWelcome), [&](ByteView key, ByteView) {
    names.emplace_back(as_text(key));
    return true;
  }));
  std::vector<Welcomed> all;
  for (std::string& name : names) {
    const std::size_t alias = std::max(name.size(), kAliasHex) - kAliasHex;
    const auto bytes = from_hex(std::string_view(name).substr(alias));
    const auto circle = bytes ? CircleAlias::from(*bytes) : std::nullopt;
    KLUIS_TRY(secret, this->secret<EpochSecret>(name));
    if (!circle || !secret) return broken("store.damaged");
    all.push_back({std::move(name), *circle, std::move(*secret)});
  }
  return all;
}

Status DeviceRows::put_welcomed(const CircleAlias& circle, const EpochSecret& secret) {
  KLUIS_TRY(all, welcomed());
  const bool known = std::ranges::any_of(
      all, [&](const Welcomed& one) { return one.circle == circle && one.secret.equals(secret); });
  if (known) return {};
  if (all.size() >= kWelcomedMax) KLUIS_CHECK(clear_secret(all.front().row));
  KLUIS_TRY(position, local_number("welcomed"));
  KLUIS_CHECK(set_local_number("welcomed", position + 1));
  return set_secret(std::string(kWelcome) + to_hex(key_of(position)) + "/" + circle.hex(),
                    secret.expose());
}

Status DeviceRows::clear_welcomed(const CircleAlias& circle) {
  KLUIS_TRY(all, welcomed());
  for (const Welcomed& one : all) {
    if (one.circle == circle) KLUIS_CHECK(clear_secret(one.row));
  }
  return {};
}

Result<std::vector<AlarmRow>> DeviceRows::alarms() {
  return read_all<AlarmRow>(store_, Table::alarm, read_alarm);
}

Status DeviceRows::raise(const AlarmRow& alarm) {
  AlarmRow row = alarm;
  const Bytes key = alarm_key(alarm.code, alarm.subject);
  KLUIS_TRY(standing, store_.get(Table::alarm, key));
  if (standing) {
    KLUIS_TRY(before, read_row(*standing, read_alarm));
    row.since_unix_ms = before.since_unix_ms;
  }
  return store_.put(Table::alarm, key, write_alarm(row));
}

Status DeviceRows::clear_alarm(std::string_view code, std::string_view subject) {
  return store_.erase(Table::alarm, alarm_key(code, subject));
}

}  // namespace kluis
