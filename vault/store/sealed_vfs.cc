#include "vault/store/sealed_vfs.h"

#include <atomic>
#include <cstring>
#include <map>
#include <new>
#include <string_view>
#include <utility>

#include <sqlite3.h>

#include "proto/assert.h"
#include "vault/store/sealed_file.h"

namespace kluis {
namespace {

constexpr std::string_view kLogSuffix = "-wal";
constexpr std::string_view kJournalSuffix = "-journal";

// What SQLite allocates for an open file; `methods` must come first.
struct OpenFile {
  const sqlite3_io_methods* methods;
  LogicalFile* file;  // owned
  SealedVfsState* vfs;
  const char* name;  // SQLite keeps it as long as the file is open
};

bool is_journal(std::string_view name) {
  return name.ends_with(kJournalSuffix);
}

// The database whose log or journal is called `name`.
std::string database_of(std::string_view name, std::string_view suffix) {
  return std::string(name.substr(0, name.size() - suffix.size()));
}

}  // namespace

struct SealedVfsState {
  Disk* disk;
  Entropy* entropy;
  std::string name;
  std::map<std::string, DatabaseKey> keys;
  std::map<std::string, SealedPages*> open_pages;  // by file name
  std::optional<Error> disk_error;
  sqlite3_vfs vfs{};

  static SealedVfsState& of(sqlite3_vfs* vfs) {
    return *static_cast<SealedVfsState*>(vfs->pAppData);
  }

  Result<std::unique_ptr<LogicalFile>> open(const std::string& file_name, int flags);
  // The log of `database` is about to go: what it brought must be complete in the file.
  Status complete(const std::string& database);
  // SQLite's code for `error`, which is remembered.
  int failed(const Error& error, int io_code);
  int code_of(const Status& status, int io_code) {
    return status ? SQLITE_OK : failed(status.error(), io_code);
  }
};

int SealedVfsState::failed(const Error& error, int io_code) {
  disk_error = error;
  return error.key == "disk.full" ? SQLITE_FULL : io_code;
}

namespace {

OpenFile& open_file_of(sqlite3_file* handle) {
  return *reinterpret_cast<OpenFile*>(handle);
}

int close_file(sqlite3_file* handle) {
  OpenFile& open = open_file_of(handle);
  open.vfs->open_pages.erase(open.name);
  delete open.file;
  open.file = nullptr;
  return SQLITE_OK;
}

int read_file(sqlite3_file* handle, void* target, int size, sqlite3_int64 offset) {
  OpenFile& open = open_file_of(handle);
  const MutableByteView bytes(static_cast<std::uint8_t*>(target), static_cast<std::size_t>(size));
  const auto outcome = open.file->read(static_cast<std::uint64_t>(offset), bytes);
  if (!outcome) return open.vfs->failed(outcome.error(), SQLITE_IOERR_READ);
  switch (*outcome) {
    case ReadOutcome::complete:
      return SQLITE_OK;
    case ReadOutcome::short_read:
      return SQLITE_IOERR_SHORT_READ;
    case ReadOutcome::damaged:
      break;
  }
  return SQLITE_IOERR_DATA;
}

int write_file(sqlite3_file* handle, const void* source, int size, sqlite3_int64 offset) {
  OpenFile& open = open_file_of(handle);
  const ByteView bytes(static_cast<const std::uint8_t*>(source), static_cast<std::size_t>(size));
  return open.vfs->code_of(open.file->write(static_cast<std::uint64_t>(offset), bytes),
                           SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* handle, sqlite3_int64 size) {
  OpenFile& open = open_file_of(handle);
  return open.vfs->code_of(open.file->truncate(static_cast<std::uint64_t>(size)),
                           SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* handle, int) {
  OpenFile& open = open_file_of(handle);
  return open.vfs->code_of(open.file->sync(), SQLITE_IOERR_FSYNC);
}

int size_of_file(sqlite3_file* handle, sqlite3_int64* size) {
  OpenFile& open = open_file_of(handle);
  const auto result = open.file->size();
  if (!result) return open.vfs->failed(result.error(), SQLITE_IOERR_FSTAT);
  *size = static_cast<sqlite3_int64>(*result);
  return SQLITE_OK;
}

// The vault lock keeps other processes out before a database is ever opened.
int lock_file(sqlite3_file*, int) {
  return SQLITE_OK;
}

int is_reserved(sqlite3_file*, int* answer) {
  *answer = 0;
  return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file*) {
  return static_cast<int>(kPageBytes);
}

// No SQLITE_IOCAP_BATCH_ATOMIC. What one write does not cover, a torn write leaves alone: frames
// need no padding.
int characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

// Version 1: no shared memory (SQLite then keeps the index of the log in its own heap, given
// exclusive locking) and no memory mapping.
constexpr sqlite3_io_methods kMethods = {
    1,         close_file, read_file,   write_file,   truncate_file, sync_file,       size_of_file,
    lock_file, lock_file,  is_reserved, control_file, sector_size,   characteristics, nullptr,
    nullptr,   nullptr,    nullptr,     nullptr,      nullptr};

}  // namespace

Result<std::unique_ptr<LogicalFile>> SealedVfsState::open(const std::string& file_name, int flags) {
  const auto refused = fail(ErrorKind::disk, "disk.io");
  if ((flags & SQLITE_OPEN_MAIN_JOURNAL) != 0) {
    const auto pages = open_pages.find(database_of(file_name, kJournalSuffix));
    const bool is_new = pages != open_pages.end() && pages->second->edition() == 0;
    if (!is_new) return refused;
    return std::make_unique<DiscardedJournal>();
  }
  const bool is_log = (flags & SQLITE_OPEN_WAL) != 0;
  if (!is_log && (flags & SQLITE_OPEN_MAIN_DB) == 0) return refused;
  const std::string database = is_log ? database_of(file_name, kLogSuffix) : file_name;
  const auto key = keys.find(database);
  if (key == keys.end()) return refused;
  const bool may_create = (flags & SQLITE_OPEN_CREATE) != 0;
  KLUIS_TRY(file, disk->open(file_name, may_create ? OpenMode::create : OpenMode::write));
  PageSealer sealer(key->second, *entropy);
  if (!is_log) {
    KLUIS_TRY(pages, SealedPages::open(std::move(file), *disk, std::move(sealer)));
    open_pages[file_name] = pages.get();
    return std::unique_ptr<LogicalFile>(std::move(pages));
  }
  const auto pages = open_pages.find(database);
  if (pages == open_pages.end()) return refused;
  return std::make_unique<SealedLog>(std::move(file), *disk, std::move(sealer), *pages->second);
}

Status SealedVfsState::complete(const std::string& database) {
  const auto pages = open_pages.find(database);
  return pages == open_pages.end() ? Status{} : pages->second->complete();
}

namespace {

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* handle, int flags, int* flags_out) {
  auto* open = reinterpret_cast<OpenFile*>(handle);
  open->methods = nullptr;
  if (name == nullptr) return SQLITE_CANTOPEN;  // a temporary file
  auto& state = SealedVfsState::of(vfs);
  auto file = state.open(name, flags);
  if (!file) return state.failed(file.error(), SQLITE_CANTOPEN);
  *open = {&kMethods, file->release(), &state, name};
  if (flags_out != nullptr) *flags_out = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  if (is_journal(name)) return SQLITE_IOERR_DELETE_NOENT;
  auto& state = SealedVfsState::of(vfs);
  Status status = std::string_view(name).ends_with(kLogSuffix)
                      ? state.complete(database_of(name, kLogSuffix))
                      : Status{};
  if (status) status = state.disk->remove(name);
  if (status && sync_folder != 0) status = state.disk->sync_folder();
  return state.code_of(status, SQLITE_IOERR_DELETE);
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* answer) {
  *answer = 0;
  // There is never a journal, whatever somebody put in the folder.
  if (is_journal(name)) return SQLITE_OK;
  auto& state = SealedVfsState::of(vfs);
  const auto exists = state.disk->exists(name);
  if (!exists) return state.failed(exists.error(), SQLITE_IOERR_ACCESS);
  *answer = *exists ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* target) {
  if (std::strlen(name) >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::strcpy(target, name);  // NOLINT(clang-analyzer-security.insecureAPI.strcpy): measured above
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* target) {
  SealedVfsState::of(vfs).entropy->fill(
      {reinterpret_cast<std::uint8_t*>(target), static_cast<std::size_t>(size)});
  return size;
}

int sleep_micros(sqlite3_vfs*, int) {
  return 0;
}

// SQL has no clock: time comes from the Clock that the program was given.
int no_time(sqlite3_vfs*, double* days) {
  *days = 0;
  return SQLITE_ERROR;
}

int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

std::string next_name() {
  static std::atomic<std::uint64_t> counter{0};
  return "kluis-sealed-" + std::to_string(++counter);
}

}  // namespace

SealedVfs::SealedVfs(Disk& disk, Entropy& entropy)
    : state_(new SealedVfsState{&disk, &entropy, next_name(), {}, {}, {}, {}}) {
  constexpr int kNameBytesMax = 64;
  sqlite3_vfs& vfs = state_->vfs;
  vfs.iVersion = 1;
  vfs.szOsFile = sizeof(OpenFile);
  vfs.mxPathname = kNameBytesMax;
  vfs.zName = state_->name.c_str();
  vfs.pAppData = state_.get();
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = randomness;
  vfs.xSleep = sleep_micros;
  vfs.xCurrentTime = no_time;
  vfs.xGetLastError = last_error;
  KLUIS_ASSERT(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}

SealedVfs::~SealedVfs() {
  sqlite3_vfs_unregister(&state_->vfs);
}

void SealedVfs::set_key(const std::string& name, DatabaseKey key) {
  state_->keys.insert_or_assign(name, std::move(key));
}

void SealedVfs::forget_key(const std::string& name) {
  state_->keys.erase(name);
}

Result<bool> SealedVfs::has_log(const std::string& name) const {
  const std::string log = name + std::string(kLogSuffix);
  KLUIS_TRY(exists, state_->disk->exists(log));
  if (!exists) return false;
  KLUIS_TRY(file, state_->disk->open(log, OpenMode::read));
  KLUIS_TRY(size, file->size());
  return size > 0;
}

Status SealedVfs::sync_log(const std::string& name) const {
  KLUIS_TRY(file, state_->disk->open(name + std::string(kLogSuffix), OpenMode::write));
  KLUIS_CHECK(file->sync());
  return state_->disk->sync_folder();
}

std::optional<Error> SealedVfs::take_disk_error() {
  return std::exchange(state_->disk_error, std::nullopt);
}

const char* SealedVfs::name() const {
  return state_->name.c_str();
}

}  // namespace kluis
