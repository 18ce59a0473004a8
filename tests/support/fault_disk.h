#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/support/run_seed.h"
#include "vault/env/disk.h"

namespace kluis::test {

enum class Fault {
  io,    // the call fails with "disk.io"; a write may have been done in part
  full,  // the same with "disk.full", at the first call from there on that needs space
  stop,  // the call may or may not happen, and from then on nothing does: the process is dead
};

enum class Repeat { once, for_ever };

// What becomes of one change that was not synced when the power went.
// Torn: every other sector of a write is kept, beginning with the first or with the second.
enum class Fate : std::uint8_t { lost, kept, torn_first, torn_second };

// A disk in memory that keeps apart what is durable and what only the running system sees. Bytes
// become durable with File::sync, names with Disk::sync_folder; until then a loss of power may
// drop, keep or tear each change on its own, in 512-byte sectors, in any order. Copying a FaultDisk
// is a snapshot of it; files opened before are not files of the copy.
class FaultDisk final : public Disk {
 public:
  FaultDisk() = default;
  FaultDisk(const FaultDisk& other);
  FaultDisk& operator=(const FaultDisk& other);  // open files of *this are dead from here on
  ~FaultDisk() override = default;

  [[nodiscard]] Result<std::unique_ptr<File>> open(const std::string& name, OpenMode mode) override;
  [[nodiscard]] Result<bool> exists(const std::string& name) override;
  [[nodiscard]] Status remove(const std::string& name) override;
  [[nodiscard]] Status rename(const std::string& source, const std::string& target) override;
  [[nodiscard]] Status sync_folder() override;
  [[nodiscard]] Result<std::vector<std::string>> list() override;

  // Every call of this disk and its files counts. `number` counts from now: 1 is the next call.
  void fail_at(std::uint64_t number, Fault fault, Repeat repeat = Repeat::once);
  void stop_failing();
  [[nodiscard]] std::uint64_t call_count() const { return call_count_; }
  // Whether the order given with fail_at was carried out.
  [[nodiscard]] bool has_failed() const { return has_failed_; }

  // The process is gone, the system runs on: what it wrote stays visible, durable or not.
  void restart_process();
  // The power is gone. The fate of what was not synced is drawn from `seed`: everything lost,
  // everything kept, the first few kept, each on its own, or each sector on its own.
  void cut_power(std::uint64_t seed);
  // The same with a fate for each pending change, in the order in which they were made.
  void cut_power(const std::vector<Fate>& fates);
  [[nodiscard]] std::size_t pending_count() const;
  // Whether the pending change number `index` can be torn: it writes more than one sector.
  [[nodiscard]] bool can_tear(std::size_t index) const;

  // What the running system would read; for tests that damage a file, both sides at once.
  [[nodiscard]] Bytes contents(const std::string& name) const;
  void set_contents(const std::string& name, Bytes bytes);
  [[nodiscard]] std::vector<std::string> names() const;
  // Every byte on the medium: files, and what truncated and removed files left behind.
  [[nodiscard]] Bytes raw_image() const;

  // Takes a defence away, to see tests fail: a sync that returns success and does nothing.
  void ignore_folder_sync(bool ignore) { ignores_folder_sync_ = ignore; }
  void ignore_sync_of(std::string name) { unsynced_name_ = std::move(name); }

 private:
  friend class FaultFile;

  struct Change {
    enum class Kind : std::uint8_t { write, truncate, link, unlink, rename };
    Kind kind{};
    std::uint64_t order = 0;
    std::uint64_t node = 0;
    std::uint64_t offset = 0;  // the new size for truncate
    Bytes bytes{};
    std::string name{};
    std::string target{};
  };
  struct Node {
    Bytes durable;
    Bytes visible;
  };
  using Names = std::map<std::string, std::uint64_t>;
  enum class Space { needs, needs_none };

  [[nodiscard]] Status enter(Space space);
  [[nodiscard]] bool is_alive(std::uint64_t generation) const;
  void record(Change change);
  void apply_visible(const Change& change);
  void apply_durable(const Change& change, const std::vector<bool>* sectors);
  void make_durable(std::uint64_t node);
  void lose_some(std::uint64_t node);
  static void apply_name(const Change& change, Names& names);
  void settle_after_power_cut();
  [[nodiscard]] bool is_synced_in_vain(std::uint64_t node) const;

  std::map<std::uint64_t, Node> nodes_;
  Names visible_names_;
  Names durable_names_;
  std::vector<Change> pending_;
  std::vector<Bytes> left_behind_;
  std::uint64_t next_node_ = 1;
  std::uint64_t next_order_ = 1;
  std::uint64_t generation_ = 1;  // of open files
  std::uint64_t call_count_ = 0;
  std::uint64_t fail_at_call_ = 0;
  Fault fault_ = Fault::io;
  Repeat repeat_ = Repeat::once;
  bool has_failed_ = false;
  bool is_stopped_ = false;
  std::mt19937_64 random_{run_seed(1)};
  bool ignores_folder_sync_ = false;
  std::string unsynced_name_;
};

}  // namespace kluis::test
