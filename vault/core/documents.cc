#include <algorithm>

#include "vault/core/device.h"
#include "vault/core/row.h"

// Which sealed documents belong to which circle, and which of them are here.
namespace kluis {
namespace {

constexpr std::uint64_t kWanted = 0;
constexpr std::uint64_t kHere = 1;
constexpr std::uint64_t kDamaged = 2;

Bytes document_row(std::uint64_t sealed_bytes, std::uint64_t state) {
  return RowWriter().number(sealed_bytes).number(state).take();
}

// The version that a record brings, its own or a carried one.
std::optional<Version> version_in(const Record& record) {
  if (record.kind != RecordKind::version && record.kind != RecordKind::carry) return std::nullopt;
  auto body = decode_circle_body(record.kind, record.body);
  if (!body) return std::nullopt;
  if (const auto* version = std::get_if<Version>(&*body)) return *version;
  const auto inner = decode_record(std::get<Carry>(*body).record_bytes);
  if (!inner || inner->kind != RecordKind::version) return std::nullopt;
  return version_in(*inner);
}

}  // namespace

std::optional<BlobName> document_in(const Record& record) {
  auto version = version_in(record);
  if (!version) return std::nullopt;
  wipe(version->key);
  return version->blob;
}

Status Device::note_document(const CircleAlias& circle, const Record& record, bool own) {
  auto version = version_in(record);
  if (!version) return {};
  wipe(version->key);
  const Bytes key = joined_key(circle, version->blob);
  KLUIS_TRY(present, around_.store->get(Table::document, key));
  if (present) return {};
  // Who writes a version has its file. Who carries one may not have it yet.
  bool here = own && record.kind == RecordKind::version;
  if (own && !here) {
    KLUIS_TRY(held_documents, documents());
    here = std::any_of(held_documents.begin(), held_documents.end(), [&](const DocumentHeld& held) {
      return held.blob == version->blob && held.here;
    });
  }
  return around_.store->put(Table::document, key,
                            document_row(version->sealed_bytes, here ? kHere : kWanted));
}

Result<std::vector<Device::DocumentHeld>> Device::documents() {
  std::vector<DocumentHeld> result;
  bool damaged = false;
  KLUIS_CHECK(around_.store->scan(Table::document, {}, [&](ByteView key, ByteView value) {
    if (key.size() != CircleAlias::kSize + BlobName::kSize) {
      damaged = true;
      return false;
    }
    RowReader reader(value);
    DocumentHeld held;
    held.circle = *CircleAlias::from(key.first(CircleAlias::kSize));
    held.blob = *BlobName::from(key.subspan(CircleAlias::kSize));
    held.sealed_bytes = reader.number();
    const std::uint64_t state = reader.number();
    held.here = state == kHere;
    held.damaged = state == kDamaged;
    damaged = !reader.finish();
    result.push_back(held);
    return !damaged;
  }));
  if (damaged) return broken("store.damaged");
  return result;
}

Status Device::document_arrived(const DocumentHeld& document) {
  return around_.store->transact([&]() -> Status {
    KLUIS_CHECK(rows_.clear_alarm("bad-document", document.blob.hex()));
    return around_.store->put(Table::document, joined_key(document.circle, document.blob),
                              document_row(document.sealed_bytes, kHere));
  });
}

Status Device::document_damaged(const BlobName& blob) {
  KLUIS_TRY(held_documents, documents());
  return around_.store->transact([&]() -> Status {
    for (const DocumentHeld& held : held_documents) {
      if (held.blob != blob || !held.here) continue;
      KLUIS_CHECK(around_.store->put(Table::document, joined_key(held.circle, blob),
                                     document_row(held.sealed_bytes, kDamaged)));
    }
    return {};
  });
}

Result<std::multimap<BlobName, RecordId>> Device::document_records(const CircleAlias& circle) {
  std::multimap<BlobName, RecordId> result;
  KLUIS_TRY(entries, rows_.key_entries(circle));
  for (KeyEntry& entry : entries) {
    wipe(entry.key);
    KLUIS_TRY(bytes, rows_.record(circle, entry.record));
    if (!bytes) continue;
    KLUIS_TRY(record, decode_record(bytes->bytes));
    auto version = version_in(record);
    if (!version) continue;
    wipe(version->key);
    result.emplace(version->blob, entry.record);
  }
  return result;
}

Result<std::optional<DocumentSeal>> Device::document_seal(const CircleAlias& circle,
                                                          const RecordId& record) {
  KLUIS_TRY(bytes, rows_.record(circle, record));
  if (!bytes) return std::optional<DocumentSeal>();
  KLUIS_TRY(content, decode_record(bytes->bytes));
  auto version = version_in(content);
  if (!version) return std::optional<DocumentSeal>();
  DocumentSeal seal{DocumentKey::copy_of(version->key), to_bytes(version->stuk.view()),
                    version->number, version->size_bytes};
  wipe(version->key);
  return std::optional<DocumentSeal>(std::move(seal));
}

}  // namespace kluis
