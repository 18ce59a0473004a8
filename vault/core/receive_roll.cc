#include <algorithm>
#include <set>
#include <utility>

#include "proto/limits.h"
#include "vault/core/chain.h"
#include "vault/core/device.h"
#include "vault/core/opened_roll.h"
#include "vault/crypto/hash.h"

// Taking in the roll. Its own newest epoch is named by an act among its own items, so an update is
// opened provisionally, folded commit by commit, and stored only when the fold names the header
// that opened it.
namespace kluis {

namespace {

constexpr std::size_t kMissingAtOnce = 512;

// The roll never drops an act.
bool lists_all(const KeyList& list, const std::vector<RecordId>& acts) {
  return std::all_of(acts.begin(), acts.end(), [&](const RecordId& act) {
    const auto place = std::lower_bound(
        list.entries.begin(), list.entries.end(), act,
        [](const KeyEntry& entry, const RecordId& id) { return entry.record < id; });
    return place != list.entries.end() && place->record == act;
  });
}

}  // namespace

Status Device::open_roll_epoch(const RollUpdate& update, OpenedRoll& opened) {
  KLUIS_TRY(header, VerifiedHeader::from(update.superseded->signed_header));
  KLUIS_TRY(raad, rows_.local("raad"));
  if (!raad || !same_bytes(header.header().raad.view(), *raad)) return broken("header.other_raad");
  if (header.header().circle != opened.state.alias) return broken("epoch.other_circle");
  if (header.header().kind != HeaderKind::open) return broken("epoch.end_needs_decree");
  const bool first = opened.state.standing == Standing::joining;
  const std::uint64_t number = header.header().number;
  if (number < opened.state.number || (!first && number == opened.state.number)) {
    return broken("roll.older_epoch");
  }
  if (roll_ && removed_by(header, *roll_)) {
    opened.outcome = RollOutcome::removed;
    opened.header = std::move(header);
    return {};
  }
  KLUIS_TRY(secret, secret_for(header, update.superseded->boxes, opened.state));
  if (!secret) {
    opened.outcome = RollOutcome::waiting;
    return {};
  }
  opened.needs.next_name = circle_name(*secret);
  if (!update.list) {
    opened.needs.list = blob_name_of(header.header().list_hash);
  } else {
    KLUIS_TRY(verified, verify_epoch(header, update.superseded->boxes, *update.list, *secret));
    for (KeyEntry& entry : verified.list.entries) {
      opened.keys.push_back({entry.record, RecordKey::copy_of(entry.key)});
    }
    opened.list_key_count = opened.keys.size();
    opened.list = std::move(verified.list);
  }
  opened.state.number = number;
  opened.secret = std::move(*secret);
  opened.header = std::move(header);
  return {};
}

Status Device::open_roll_items(const RollUpdate& update, OpenedRoll& opened) {
  for (const SentItem& sent : update.items) {
    auto item = open_item(*opened.secret, opened.state.alias, opened.state.number, sent.item);
    if (!item) {
      opened.items.emplace_back();
      continue;
    }
    if (auto* record = std::get_if<ItemRecord>(&*item)) {
      RecordKey key = RecordKey::copy_of(record->key);
      wipe(record->key);
      const bool named =
          std::find(sent.blobs.begin(), sent.blobs.end(), blob_name(key)) != sent.blobs.end();
      opened.keys.push_back({record->record, std::move(key), !named});
    }
    opened.items.emplace_back(std::move(*item));
  }
  opened.item_count = update.items.size();
  return {};
}

Result<Device::OpenedRoll> Device::open_roll(const RollUpdate& update) {
  KLUIS_TRY(alias, roll_alias());
  if (!alias) return broken("store.damaged");
  KLUIS_TRY(state, rows_.circle(*alias));
  if (!state) return broken("store.damaged");
  OpenedRoll opened;
  opened.state = std::move(*state);
  if (update.superseded) {
    KLUIS_CHECK(open_roll_epoch(update, opened));
    if (opened.outcome != RollOutcome::applied || !opened.list) return opened;
    if (update.from != 0) return broken("sync.wrong_index");
  } else {
    if (update.from != opened.state.item_count) return broken("sync.wrong_index");
    KLUIS_TRY(secret, rows_.epoch_secret(*alias));
    if (!secret) return broken("store.damaged");
    opened.secret = std::move(*secret);
  }
  KLUIS_CHECK(open_roll_items(update, opened));
  KLUIS_CHECK(add_missing(opened));
  std::set<BlobName> asked;
  for (const OpenedRoll::Key& key : opened.keys) {
    KLUIS_TRY(present, rows_.record(*alias, key.record));
    const BlobName blob = blob_name(key.key);
    if (present || update.blobs.contains(blob) || !asked.insert(blob).second) continue;
    if (key.optional && update.absent.contains(blob)) continue;
    opened.needs.blobs.push_back(blob);
  }
  return opened;
}

// Records of the roll of which the relay had only spoiled bytes are asked for again.
Status Device::add_missing(OpenedRoll& opened) {
  KLUIS_TRY(missing, rows_.missing_records(kMissingAtOnce));
  for (const DeviceRows::MissingRecord& record : missing) {
    if (record.circle != opened.state.alias) continue;
    KLUIS_TRY(key, rows_.record_key(record.circle, record.record));
    if (!key) return broken("store.damaged");
    opened.keys.push_back({record.record, std::move(*key), true});
  }
  return {};
}

Result<Device::RollNeeds> Device::roll_needs(const RollUpdate& update) {
  KLUIS_TRY(opened, open_roll(update));
  return std::move(opened.needs);
}

// The records of the update that we do not hold yet, each once. Blobs that open and are no record
// are junk by some member and stop nobody.
Result<std::vector<VerifiedRecord>> Device::new_roll_records(const RollUpdate& update,
                                                             OpenedRoll& opened) {
  std::vector<VerifiedRecord> records;
  std::set<RecordId> taken;
  for (const OpenedRoll::Key& key : opened.keys) {
    KLUIS_TRY(present, rows_.record(opened.state.alias, key.record));
    if (present || !taken.insert(key.record).second) continue;
    const auto blob = update.blobs.find(blob_name(key.key));
    if (blob == update.blobs.end() && key.optional) {
      opened.junk.push_back({key.record, DeviceId{}});
      continue;
    }
    if (blob == update.blobs.end()) return fail(ErrorKind::relay, "relay.incomplete");
    auto record = open_record(key.key, key.record, blob->second);
    if (!record && record.error().key == "aead.unauthentic") {
      // A member's junk, or an act that the relay spoiled: what follows that one is then refused.
      KLUIS_CHECK(raise_alarm("bad-blob", opened.state.alias.hex()));
      continue;
    }
    if (record && (record->record().circle == opened.state.alias ||
                   record->record().kind == RecordKind::genesis)) {
      records.push_back(std::move(*record));
    }
  }
  return records;
}

Result<Device::RollOutcome> Device::apply_roll(const RollUpdate& update) {
  KLUIS_TRY(opened, open_roll(update));
  if (opened.outcome == RollOutcome::removed) {
    KLUIS_CHECK(
        around_.store->transact([&] { return become_removed(opened.state, *opened.header); }));
    state_ = DeviceState::removed;
    return RollOutcome::removed;
  }
  if (opened.outcome == RollOutcome::waiting) {
    KLUIS_CHECK(raise_alarm("waiting-for-officer", "roll"));
    return RollOutcome::waiting;
  }
  if (!opened.needs.nothing()) return fail(ErrorKind::relay, "relay.incomplete");
  KLUIS_TRY(records, new_roll_records(update, opened));
  KLUIS_TRY(next, fold_roll(opened, records));
  if (roll_ && opened.list && !lists_all(*opened.list, roll_->act_ids())) {
    return broken("roll.dropped_act");
  }
  KLUIS_TRY(raad, rows_.local("raad"));
  if (!raad || !same_bytes(next.raad().view(), *raad)) return broken("join.other_raad");
  const HeaderHash& current = opened.header ? opened.header->hash() : opened.state.header;
  if (next.circle(opened.state.alias)->newest() != current) {
    return opened.header ? broken("epoch.not_named") : broken("roll.newer_epoch_hidden");
  }
  if (opened.header && !opened.header_judged) return broken("epoch.not_named");
  if (!roll_) KLUIS_CHECK(check_answered(next));
  if (!next.is_active(id_)) return broken("roll.not_enrolled");
  const std::optional<RollState> before = roll_;
  auto status = around_.store->transact([&] { return store_roll(update, opened, next, records); });
  if (!status) {
    roll_ = before;
    return tl::unexpected<Error>(status.error());
  }
  state_ = DeviceState::active;
  return RollOutcome::applied;
}

Status Device::store_first_leaves(const RollState& next) {
  for (const auto& [id, device] : next.devices()) {
    if (roll_ && roll_->device(id) != nullptr) continue;
    KLUIS_TRY(present, rows_.cell(next.alias(), id, CellKind::leaf, 0));
    if (present) continue;
    KLUIS_TRY(leaf, VerifiedCell::from(device.first_leaf));
    Cell cell = leaf.cell();
    cell.circle = next.alias();
    KLUIS_CHECK(rows_.put_cell(cell, leaf.signed_bytes()));
  }
  return {};
}

Status Device::tell_of_new_raad(const RollState& before, const RollState& next) {
  if (before.term_act() == next.term_act()) return {};
  KLUIS_CHECK(raise_alarm("new-raad", {}, {next.term_name()}));
  const bool emptied = !before.voices().empty() && next.voices().empty();
  return emptied ? raise_alarm("second-place", {}) : Status();
}

Status Device::store_roll(const RollUpdate& update, OpenedRoll& opened, const RollState& next,
                          const std::vector<VerifiedRecord>& records) {
  KLUIS_CHECK(store_first_leaves(next));
  if (!roll_) KLUIS_CHECK(forget_answered());
  const std::uint64_t known = roll_ ? roll_->head().act_number + 1 : 0;
  if (roll_) KLUIS_CHECK(tell_of_new_raad(*roll_, next));
  const std::optional<RollState> before = std::exchange(roll_, next);
  KLUIS_CHECK(rows_.set_local_number("state", static_cast<std::uint64_t>(DeviceState::active)));
  for (const VerifiedRecord& record : records) {
    const auto number = next.act_number_of(record.id());
    if (!number || *number < known) continue;
    KLUIS_CHECK(rows_.put_act(*number, record.signed_bytes()));
    KLUIS_CHECK(rows_.put_record(opened.state.alias, record.id(), record.signed_bytes()));
    KLUIS_CHECK(observe(record));
  }
  if (opened.header) {
    KLUIS_CHECK(take_epoch(opened.state, *opened.header, *opened.list, *opened.secret,
                           *update.superseded, *update.list));
  }
  KLUIS_CHECK(carry_out_decrees(before));
  for (std::size_t i = 0; i < opened.item_count; ++i) {
    KLUIS_TRY(state, rows_.circle(opened.state.alias));
    KLUIS_CHECK(accept_item(*state, *opened.secret, update.items[i]));
  }
  for (const VerifiedRecord& record : records) {
    if (!is_act(record.record().kind) && may_stand(record.record())) {
      KLUIS_CHECK(accept_record(record));
    }
    KLUIS_CHECK(rows_.clear_missing(opened.state.alias, record.id()));
  }
  for (const OpenedRoll::Junk& junk : opened.junk) {
    KLUIS_CHECK(rows_.erase_record(opened.state.alias, junk.record));
    KLUIS_CHECK(raise_about("junk-act", junk.author));
  }
  return {};
}

Status Device::try_welcome(const Welcome& welcome) {
  Bytes bytes = to_bytes(welcome.kem_ciphertext.view());
  append(bytes, welcome.sealed);
  KLUIS_CHECK(rows_.put_welcome(hash_as<Digest>("welcome-posted", {bytes})));
  for (const char* name : {"leaf", "leaf-next"}) {
    KLUIS_TRY(leaf, rows_.secret<LeafSeed>(name));
    if (!leaf) continue;
    const auto opened = open_welcome(*leaf, roll_->raad(), welcome);
    if (!opened || opened->circle == roll_->alias()) continue;
    // Whoever knows the roll's secret can make one. Only to what the roll names does it lead.
    const RolledCircle* rolled = roll_->circle(opened->circle);
    if (rolled == nullptr || rolled->ended || rolled->number() < opened->number) continue;
    if (std::string_view(name) == "leaf-next") KLUIS_CHECK(leaf_acknowledged());
    KLUIS_TRY(known, rows_.circle(opened->circle));
    CircleState state = known ? std::move(*known) : CircleState{};
    const bool holds =
        known && (state.standing == Standing::current || state.standing == Standing::waiting);
    // A welcome to an epoch already held is not opened a second time and rotates nothing.
    if (holds && state.number >= opened->number) return {};
    KLUIS_CHECK(rows_.set_local_number("rotate_due", 1));
    // Beside the secret that stands, which lives until the new epoch is opened, checked and
    // durable; and beside other welcomes: which of them is genuine the epoch will tell.
    KLUIS_CHECK(rows_.put_welcomed(opened->circle, opened->secret));
    if (holds || state.standing == Standing::joining) return {};
    state.alias = opened->circle;
    state.standing = Standing::joining;
    state.name = CircleName{};
    return rows_.put(state);
  }
  return {};
}

}  // namespace kluis
