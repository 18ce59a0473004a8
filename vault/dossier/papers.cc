#include "vault/dossier/papers.h"

#include <algorithm>
#include <utility>

#include "proto/limits.h"
#include "proto/utf8.h"
#include "vault/crypto/document.h"
#include "vault/dossier/text_rules.h"
#include "vault/law/rules.h"

namespace kluis {
namespace {

// Of a text file, so many bytes are searchable.
constexpr std::size_t kIndexedBytesMax = 1U << 20U;

// Keeps the beginning of what passes, for the index.
class ListeningSource final : public ByteSource {
 public:
  ListeningSource(ByteSource& source, bool keeps) : source_(source), keeps_(keeps) {}
  ~ListeningSource() override { wipe(text_); }

  Result<std::size_t> read(MutableByteView target) override {
    KLUIS_TRY(count, source_.read(target));
    if (keeps_) {
      const std::size_t room = kIndexedBytesMax - text_.size();
      append(text_, target.first(std::min(count, room)));
    }
    return count;
  }

  [[nodiscard]] std::string_view text() const { return as_text(text_); }

 private:
  ByteSource& source_;
  bool keeps_;
  Bytes text_;
};

// Keeps the beginning of what is written.
class TextSink final : public ByteSink {
 public:
  ~TextSink() override { wipe(text_); }
  Status write(ByteView source) override {
    append(text_, source.first(std::min(source.size(), kIndexedBytesMax - text_.size())));
    return {};
  }
  [[nodiscard]] std::string_view text() const { return as_text(text_); }

 private:
  Bytes text_;
};

// The text without a character that the end cut in two; empty when it is no text.
std::string_view indexable(std::string_view text) {
  for (std::size_t cut = 0; cut < 4 && cut <= text.size(); ++cut) {
    const std::string_view shorter = text.substr(0, text.size() - cut);
    if (is_plain_utf8(shorter)) return shorter;
  }
  return {};
}

struct SealedFile {
  DocumentKey key;
  Version version;  // without the key
};

// Seals the file beside the others under a fresh key. It is loose until a version names it, so that
// whatever stops us here leaves nothing behind.
Result<SealedFile> seal_file(Desk& desk, const StukId& stuk, std::uint32_t number,
                             const NewFile& file, ByteSource& source) {
  if (file.size_bytes > kDocumentBytesMax) return fail(ErrorKind::refused, "document.too_large");
  SealedFile sealed{DocumentKey::generate(desk.device.entropy()), {}};
  sealed.version.stuk = stuk;
  sealed.version.number = number;
  sealed.version.file_name = remembered_file_name(file.name);
  sealed.version.size_bytes = file.size_bytes;
  sealed.version.sealed_bytes = sealed_size(file.size_bytes);
  sealed.version.blob = blob_name(sealed.key);
  KLUIS_CHECK(desk.store().transact([&] { return desk.view.loosen(sealed.version.blob); }));
  KLUIS_TRY(writer, desk.documents.create(sealed.version.blob));
  KLUIS_CHECK(seal_document(sealed.key, {stuk.view(), number}, file.size_bytes, source, *writer,
                            desk.thread_count));
  KLUIS_CHECK(writer->finish());
  return sealed;
}

Status add_version_record(Desk& desk, const CircleAlias& circle, const SealedFile& sealed,
                          std::string_view text) {
  Version version = sealed.version;
  std::copy(sealed.key.expose().begin(), sealed.key.expose().end(), version.key.begin());
  Bytes body = encode(version);
  wipe(version.key);
  const auto added =
      desk.device.add({circle, RecordKind::version, body, version.blob, OutboxKind::record});
  wipe(body);
  KLUIS_CHECK(added);
  if (!holds_words(version.file_name)) return {};
  return desk.view.index_text(added->id(), indexable(text));
}

// Seals the file, then lets `record` say in one transaction what it is. When either fails, the file
// goes; what cannot be removed now is removed at the next opening.
template <typename Record>
Status take_in(Desk& desk, const StukId& stuk, std::uint32_t number, const NewFile& file,
               Record&& record) {
  ListeningSource source(file.source, holds_words(remembered_file_name(file.name)));
  const auto taken = [&]() -> Status {
    KLUIS_TRY(sealed, seal_file(desk, stuk, number, file, source));
    return desk.store().transact([&] { return record(sealed, source.text()); });
  };
  const Status status = taken();
  if (!status && !drop_loose(desk.view, desk.documents, desk.store())) return status;
  return status;
}

Result<const StukType*> lawful_type(DossierKind kind, std::string_view word) {
  if (const auto article = stuk_forbidden(kind, word)) {
    return refuse("type.forbidden", std::string(*article));
  }
  if (const StukType* type = stuk_type(kind, word)) return type;
  std::string known;
  for (const std::string_view candidate : stuk_types(kind)) {
    if (!known.empty()) known += ", ";
    known += candidate;
  }
  return fail(ErrorKind::usage, "type.unknown", {std::string(word), known});
}

// Why this device cannot add a stuk of that class.
Error no_writer(const Dossier& dossier, const std::map<PersonId, DossierRole>& roles,
                const PersonId& self, ReaderClass reader_class) {
  const auto role = roles.find(self);
  const auto classes =
      role == roles.end() ? std::vector<ReaderClass>() : classes_read(dossier.kind, role->second);
  if (std::find(classes.begin(), classes.end(), reader_class) == classes.end()) {
    const std::string_view article = role == roles.end()
                                         ? outsider_refused(dossier.kind, reader_class)
                                         : reads_because(dossier.kind, role->second, reader_class);
    return {ErrorKind::refused, "stuk.not_your_class", {}, std::string(article)};
  }
  // An officer has to make the circle; he does at his next sync or grant.
  return {ErrorKind::no_access, "stuk.no_writer", {}, {}};
}

// The circle where a stuk of that class goes, made if this device may make it.
Result<CircleAlias> circle_for(Desk& desk, const Dossier& dossier, ReaderClass reader_class) {
  KLUIS_TRY(circle, writable(desk, dossier.circles_of(reader_class)));
  if (circle) return *circle;
  KLUIS_TRY(roles, roles_in(desk, dossier));
  if (desk.device.is_officer()) return make_class_circle(desk, dossier, reader_class, roles);
  return tl::unexpected<Error>(no_writer(dossier, roles, desk.device.person(), reader_class));
}

// Refuses before a byte is written what circle_for would refuse afterwards.
Status check_circle_for(Desk& desk, const Dossier& dossier, ReaderClass reader_class) {
  if (desk.device.is_officer()) return {};
  KLUIS_CHECK(circle_for(desk, dossier, reader_class));
  return {};
}

// The version record as its author signed it, from the circle or from what carries it.
Result<Version> version_record(Desk& desk, const Origin& origin) {
  KLUIS_TRY(holder, desk.device.rows().record(origin.circle, origin.holder));
  if (!holder) return broken("store.damaged");
  KLUIS_TRY(record, decode_record(holder->bytes));
  wipe(holder->bytes);
  KLUIS_TRY(body, decode_circle_body(record.kind, record.body));
  wipe(record.body);
  if (auto* carried = std::get_if<Carry>(&body)) {
    KLUIS_TRY(inner, decode_record(carried->record_bytes));
    wipe(carried->record_bytes);
    KLUIS_TRY(inner_body, decode_circle_body(inner.kind, inner.body));
    wipe(inner.body);
    auto* version = std::get_if<Version>(&inner_body);
    if (version == nullptr) return broken("store.damaged");
    return std::move(*version);
  }
  auto* version = std::get_if<Version>(&body);
  if (version == nullptr) return broken("store.damaged");
  return std::move(*version);
}

// Errors: no-access "stuk.not_here_yet"; integrity.
Status copy_version(Desk& desk, const VersionViewRow& row, ByteSink& target) {
  KLUIS_TRY(version, version_record(desk, row.origin));
  const DocumentKey key = DocumentKey::copy_of(version.key);
  wipe(version.key);
  auto source = desk.documents.read(row.blob);
  if (!source && source.error().key == "document.absent") {
    return fail(ErrorKind::no_access, "stuk.not_here_yet");
  }
  if (!source) return tl::unexpected<Error>(source.error());
  KLUIS_TRY(size, desk.documents.size(row.blob));
  const auto written = open_document(key, {version.stuk.view(), version.number}, size, **source,
                                     target, desk.thread_count);
  if (!written) return tl::unexpected<Error>(written.error());
  // Its author signed how long it is.
  return *written == version.size_bytes ? Status() : Status(broken("document.unauthentic"));
}

}  // namespace

Result<Added> add_stuk(Desk& desk, const DossierId& id, const NewFile& file, std::string_view type,
                       const std::string& title) {
  KLUIS_TRY(dossier, dossier_of(desk, id));
  KLUIS_TRY(lawful, lawful_type(dossier.kind, type));
  const std::string shown = title.empty() ? remembered_file_name(file.name) : title;
  KLUIS_CHECK(check_title(shown));
  KLUIS_CHECK(check_circle_for(desk, dossier, lawful->reader_class));
  RecordSalt salt{};
  desk.device.entropy().fill(salt);
  const StukId stuk = stuk_id(desk.device.id(), salt);
  const auto record = [&](const SealedFile& sealed, std::string_view text) -> Status {
    KLUIS_TRY(circle, circle_for(desk, dossier, lawful->reader_class));
    const Stuk body{stuk, shown, std::string(type)};
    KLUIS_CHECK(desk.device.add(
        {circle, RecordKind::stuk, encode(body), BlobName{}, OutboxKind::record, salt}));
    return add_version_record(desk, circle, sealed, text);
  };
  KLUIS_CHECK(take_in(desk, stuk, 1, file, record));
  return Added{stuk, 1, file.size_bytes == 0};
}

Result<Added> add_version(Desk& desk, const StukId& id, const NewFile& file) {
  KLUIS_TRY(stuk, folded_stuk(desk, id));
  KLUIS_TRY(circle, writable(desk, stuk.circles));
  if (!circle) return fail(ErrorKind::no_access, "stuk.no_writer");
  const std::uint32_t number = stuk.versions.back().number + 1;
  const auto record = [&](const SealedFile& sealed, std::string_view text) {
    return add_version_record(desk, *circle, sealed, text);
  };
  KLUIS_CHECK(take_in(desk, id, number, file, record));
  return Added{id, number, file.size_bytes == 0};
}

Status drop_loose(View& view, DocumentFiles& documents, Store& store) {
  KLUIS_TRY(blobs, view.loose());
  for (const BlobName& blob : blobs) {
    KLUIS_CHECK(documents.remove(blob));
    KLUIS_CHECK(store.transact([&] { return view.forget_loose(blob); }));
  }
  return {};
}

Status check_here(Desk& desk, const FoldedVersion& version) {
  KLUIS_TRY(is_here, desk.documents.exists(version.row.blob));
  if (is_here) return {};
  // Not come yet, or lost: either way the next sync asks for it.
  KLUIS_CHECK(desk.device.document_damaged(version.row.blob));
  return fail(ErrorKind::no_access, "stuk.not_here_yet");
}

Status write_content(Desk& desk, const FoldedVersion& version, ByteSink& target) {
  Status written = copy_version(desk, version.row, target);
  if (!written && written.error().kind == ErrorKind::integrity) {
    // The disk's doing, or what a relay once gave us for it: the next sync asks for it anew.
    KLUIS_CHECK(desk.device.document_damaged(version.row.blob));
  }
  return written;
}

Status index_new_texts(Desk& desk) {
  KLUIS_TRY(versions, desk.view.unindexed());
  for (const VersionViewRow& row : versions) {
    KLUIS_TRY(is_here, desk.documents.exists(row.blob));
    if (!is_here) continue;
    TextSink text;
    Status read = copy_version(desk, row, text);
    if (!read) {
      // A damaged file is for its reader to find; its words come once it is whole.
      if (read.error().kind == ErrorKind::integrity) continue;
      return read;
    }
    KLUIS_CHECK(desk.store().transact(
        [&] { return desk.view.index_text(row.origin.record, indexable(text.text())); }));
  }
  return {};
}

}  // namespace kluis
