#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/record.h"
#include "vault/core/device.h"
#include "vault/env/clock.h"
#include "vault/store/sealed_store.h"

// Lists and the full-text index over the records of all dossier circles, kept in step inside the
// transaction that takes a record in. Nothing here is a source: `bring_up_to_date` makes all of it
// again from the records. Holds no key.
namespace kluis {

// Whether a file of this name holds words for the index.
[[nodiscard]] bool holds_words(std::string_view file_name);

// Where a row comes from. A carried record stands with its author, id and time, in the circle that
// carries it.
struct Origin {
  CircleAlias circle;
  RecordId record;
  DeviceId author;
  std::int64_t written_unix_ms = 0;
  std::uint64_t roll_act = 0;  // of the roll head the author saw
  RecordId holder;             // the record of the circle that says it: itself, or what carries it
  [[nodiscard]] bool carried() const { return holder != record; }
};

struct CircleInfoRow {
  Origin origin;
  std::uint64_t sequence = 0;
  CircleInfo info;
};
struct StukViewRow {
  Origin origin;
  Stuk stuk;
};
struct VersionViewRow {
  Origin origin;
  StukId stuk;
  std::uint32_t number = 0;  // as its author numbered it
  StukStatus status = StukStatus::concept_;
  std::string file_name;
  std::uint64_t size_bytes = 0;
  std::uint64_t sealed_bytes = 0;
  BlobName blob;
};
struct MarkViewRow {  // a signature or an adoption
  Origin origin;
  StukId stuk;
  RecordId version_record;
};
struct NoteViewRow {
  Origin origin;
  StukId stuk;
  std::uint32_t version = 0;
  std::string text;
};
struct NoteRefRow {
  Origin origin;
  StukId stuk;
  std::uint32_t version = 0;
};
struct EventViewRow {
  Origin origin;
  RecordKind kind = RecordKind::journal;
  std::string act;  // of a journal record
  Bytes subject;    // stuk or person
  std::uint32_t version = 0;
  std::string article;
};
struct OpenedViewRow {
  CircleAlias circle;
  DeviceId device;
  Opened opened;
};
struct HitViewRow {
  CircleAlias circle;
  StukId stuk;
  std::string snippet;
};

// Threads: one at a time.
class View final : public RecordObserver, public DatabaseUser {
 public:
  // Lifetime: `clock` outlives this object.
  explicit View(const Clock& clock) : clock_(&clock) {}

  // Whether the author of such a record was an officer when he wrote it, and for a circle info
  // whether he made the circle. Circle infos, grants and carries count from them alone; without an
  // answer to this question none do.
  using MayDecide = std::function<bool(const Record& record)>;
  void ask_roll(MayDecide may_decide) { may_decide_ = std::move(may_decide); }

  [[nodiscard]] Status attach(Database& database) override;
  void detach() override { database_ = nullptr; }

  [[nodiscard]] Status on_record(const VerifiedRecord& record) override;
  [[nodiscard]] Status on_cell(const VerifiedCell& cell) override;
  [[nodiscard]] Status on_forgotten(const CircleAlias& circle, const RecordId& record) override;
  [[nodiscard]] Status on_circle_forgotten(const CircleAlias& circle) override;

  // Makes everything anew when the tables are of another make than this program's. Cheap otherwise.
  [[nodiscard]] Status bring_up_to_date(DeviceRows& rows);
  [[nodiscard]] Status rebuild(DeviceRows& rows);

  // Without an argument: of all circles. Errors of all: disk, integrity "store.damaged".
  [[nodiscard]] Result<std::vector<CircleInfoRow>> circles();
  [[nodiscard]] Result<std::vector<StukViewRow>> stukken(const std::optional<StukId>& stuk);
  [[nodiscard]] Result<std::vector<VersionViewRow>> versions(const std::optional<StukId>& stuk);
  [[nodiscard]] Result<std::vector<MarkViewRow>> signatures(const std::optional<StukId>& stuk);
  [[nodiscard]] Result<std::vector<MarkViewRow>> adoptions(const std::optional<StukId>& stuk);
  [[nodiscard]] Result<std::vector<NoteViewRow>> notes(const StukId& stuk);
  [[nodiscard]] Result<std::vector<NoteRefRow>> note_refs(const std::optional<StukId>& stuk);
  [[nodiscard]] Result<std::vector<EventViewRow>> events();
  [[nodiscard]] Result<std::vector<OpenedViewRow>> openings();
  // When this vault last took in something of that device; 0: never.
  [[nodiscard]] Result<std::int64_t> last_seen(const DeviceId& device);

  // Documents that no version names any more, or not yet: their files are to be removed, whatever
  // happens in between. A version that names one ties it again.
  // Requires: inside a transaction.
  [[nodiscard]] Status loosen(const BlobName& blob);
  [[nodiscard]] Status forget_loose(const BlobName& blob);
  [[nodiscard]] Result<std::vector<BlobName>> loose();

  // Takes the words of a version's content into the index; once a version.
  [[nodiscard]] Status index_text(const RecordId& version, std::string_view text);
  // Versions whose words are not in the index, though their name says that they have some.
  [[nodiscard]] Result<std::vector<VersionViewRow>> unindexed();
  // `expression` in the engine's own syntax. Best first.
  [[nodiscard]] Result<std::vector<HitViewRow>> search(std::string_view expression,
                                                       std::uint64_t count_max);

 private:
  [[nodiscard]] Status take_record(const Origin& origin, const RecordId& holder,
                                   const Record& record);
  [[nodiscard]] Status take_body(std::int64_t id, const RecordId& origin, const Record& record,
                                 const CircleBody& body);
  struct BodyTaker;
  [[nodiscard]] Result<bool> is_taken(const StukId& stuk, const RecordId& record);
  [[nodiscard]] Status add_words(std::int64_t id, const StukId& stuk, std::string_view words);
  [[nodiscard]] Status forget(Statement& ids);
  [[nodiscard]] Status clear();
  [[nodiscard]] Status saw(const DeviceId& device);
  [[nodiscard]] Result<Database*> database();

  const Clock* clock_;
  MayDecide may_decide_;
  Database* database_ = nullptr;
  bool rebuilding_ = false;
};

}  // namespace kluis
