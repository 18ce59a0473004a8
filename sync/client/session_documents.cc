#include <utility>

#include "proto/limits.h"
#include "sync/client/session.h"
#include "sync/client/slice_of.h"

// Fetching sealed documents. What a relay sends is checked before it counts as here.
namespace kluis {
namespace {

// The longest document, sealed; what a record says is longer is not fetched.
constexpr std::uint64_t kSealedBytesMax = kDocumentBytesMax + (kDocumentBytesMax >> 4U);

}  // namespace

Result<Session::Asked> Session::ask_document() {
  if (options_.documents == nullptr || !device_.has_roll()) return Asked();
  if (!document_) {
    KLUIS_TRY(documents, device_.documents());
    for (const Device::DocumentHeld& held : documents) {
      if (held.here || absent_documents_.contains(held.blob)) continue;
      if (held.sealed_bytes > kSealedBytesMax) continue;
      KLUIS_TRY(exists, options_.documents->exists(held.blob));
      if (exists && !held.damaged) {
        KLUIS_CHECK(device_.document_arrived(held));
        continue;
      }
      document_ = held;
      KLUIS_TRY(received_before, options_.documents->received(held.blob));
      document_resumed_ = received_before > 0;
      break;
    }
  }
  if (!document_) return Asked();
  KLUIS_TRY(received, options_.documents->received(document_->blob));
  if (received >= document_->sealed_bytes) {  // all of it came, and then the power went
    KLUIS_CHECK(document_is_whole());
    return ask_document();
  }
  const auto slice = static_cast<std::uint32_t>(received / kSliceBytes);
  return ask(Purpose::document, FetchSliceRequest{document_->blob, slice});
}

Status Session::take_document(const SliceAnswer& answer) {
  const Device::DocumentHeld held = *document_;
  KLUIS_TRY(received, options_.documents->received(held.blob));
  const std::uint64_t offset = received / kSliceBytes * kSliceBytes;
  if (!answer.present || answer.total_bytes != held.sealed_bytes ||
      !is_whole_slice(answer, offset)) {
    absent_documents_.insert(held.blob);
    document_.reset();
    return {};
  }
  KLUIS_CHECK(options_.documents->receive(held.blob, offset, answer.bytes));
  if (offset + answer.bytes.size() < held.sealed_bytes) return {};
  return document_is_whole();
}

// Of all circles that name it: what a member says of it in one does not count against another.
Result<std::vector<DocumentSeal>> Session::seals_of(const BlobName& blob) {
  std::vector<DocumentSeal> seals;
  KLUIS_TRY(documents, device_.documents());
  for (const Device::DocumentHeld& held : documents) {
    if (held.blob != blob) continue;
    auto known = document_records_.find(held.circle);
    if (known == document_records_.end() || !known->second.contains(blob)) {
      KLUIS_TRY(records, device_.document_records(held.circle));
      known = document_records_.insert_or_assign(held.circle, std::move(records)).first;
    }
    const auto [begin, end] = known->second.equal_range(blob);
    for (auto record = begin; record != end; ++record) {
      KLUIS_TRY(seal, device_.document_seal(held.circle, record->second));
      if (seal) seals.push_back(std::move(*seal));
    }
  }
  return seals;
}

Status Session::document_is_whole() {
  const Device::DocumentHeld held = *document_;
  document_.reset();
  KLUIS_TRY(seals, seals_of(held.blob));
  const Status complete = options_.documents->complete(held.blob, held.sealed_bytes, seals);
  if (!complete && complete.error().kind == ErrorKind::integrity) {
    // A part that an earlier session left may have been lost by our own disk when the power went:
    // once more, from the beginning.
    if (document_resumed_) return {};
    // The relay's doing, or its author's. It stays wanted, and is not asked for again today.
    absent_documents_.insert(held.blob);
    if (seals.empty()) return {};  // erased while it was under way
    return device_.raise_alarm("bad-document", held.blob.hex());
  }
  KLUIS_CHECK(complete);
  ++report_.received;
  return device_.document_arrived(held);
}

}  // namespace kluis
