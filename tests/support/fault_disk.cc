#include "tests/support/fault_disk.h"

#include <algorithm>

#include "proto/assert.h"

namespace kluis::test {
namespace {

constexpr std::size_t kSectorBytes = 512;

std::size_t sector_count(std::uint64_t offset, std::size_t size) {
  if (size == 0) return 0;
  return static_cast<std::size_t>((offset + size - 1) / kSectorBytes - offset / kSectorBytes + 1);
}

// Copies the chosen sectors of `source` to `target`, which grows as far as they reach.
void copy_sectors(Bytes& target, std::uint64_t offset, const Bytes& source,
                  const std::vector<bool>* sectors) {
  std::size_t done = 0;
  for (std::size_t index = 0; done < source.size(); ++index) {
    const std::size_t position = static_cast<std::size_t>(offset) + done;
    const std::size_t size = std::min(kSectorBytes - position % kSectorBytes, source.size() - done);
    if (sectors == nullptr || (*sectors)[index]) {
      if (target.size() < position + size) target.resize(position + size);
      std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(done), size,
                  target.begin() + static_cast<std::ptrdiff_t>(position));
    }
    done += size;
  }
}

}  // namespace

class FaultFile final : public File {
 public:
  FaultFile(FaultDisk& disk, std::uint64_t node)
      : disk_(&disk), node_(node), generation_(disk.generation_) {}

  Result<std::size_t> read_at(std::uint64_t offset, MutableByteView target) override {
    KLUIS_CHECK(enter(FaultDisk::Space::needs_none));
    const Bytes& bytes = disk_->nodes_[node_].visible;
    if (offset >= bytes.size()) return std::size_t{0};
    const auto size = std::min<std::size_t>(target.size(), bytes.size() - offset);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), size, target.begin());
    return size;
  }

  Status write_at(std::uint64_t offset, ByteView source) override {
    Status entered = enter(FaultDisk::Space::needs);
    // Half of it went through before the error; a dying process may have handed over all of it.
    const bool is_whole = entered || disk_->is_stopped_;
    const ByteView part = is_whole ? source : source.first(source.size() / 2);
    if (disk_->is_alive(generation_) && !part.empty()) {
      disk_->record({FaultDisk::Change::Kind::write, 0, node_, offset, to_bytes(part), {}, {}});
    }
    return entered;
  }

  Status truncate(std::uint64_t size_bytes) override {
    const bool grows = disk_->nodes_[node_].visible.size() < size_bytes;
    KLUIS_CHECK(enter(grows ? FaultDisk::Space::needs : FaultDisk::Space::needs_none));
    disk_->record({FaultDisk::Change::Kind::truncate, 0, node_, size_bytes, {}, {}, {}});
    return {};
  }

  Status sync() override {
    Status entered = enter(FaultDisk::Space::needs);
    if (!entered) {
      if (disk_->is_alive(generation_) && !disk_->is_stopped_) disk_->lose_some(node_);
      return entered;
    }
    if (!disk_->is_synced_in_vain(node_)) disk_->make_durable(node_);
    return {};
  }

  Result<std::uint64_t> size() override {
    KLUIS_CHECK(enter(FaultDisk::Space::needs_none));
    return disk_->nodes_[node_].visible.size();
  }

 private:
  Status enter(FaultDisk::Space space) {
    if (!disk_->is_alive(generation_)) return fail(ErrorKind::disk, "disk.io");
    return disk_->enter(space);
  }

  FaultDisk* disk_;
  std::uint64_t node_;
  std::uint64_t generation_;
};

FaultDisk::FaultDisk(const FaultDisk& other) {
  *this = other;
}

FaultDisk& FaultDisk::operator=(const FaultDisk& other) {
  if (this == &other) return *this;
  const std::uint64_t generation = std::max(generation_, other.generation_) + 1;
  nodes_ = other.nodes_;
  visible_names_ = other.visible_names_;
  durable_names_ = other.durable_names_;
  pending_ = other.pending_;
  left_behind_ = other.left_behind_;
  next_node_ = other.next_node_;
  next_order_ = other.next_order_;
  call_count_ = other.call_count_;
  fail_at_call_ = other.fail_at_call_;
  fault_ = other.fault_;
  repeat_ = other.repeat_;
  has_failed_ = other.has_failed_;
  is_stopped_ = other.is_stopped_;
  random_ = other.random_;
  ignores_folder_sync_ = other.ignores_folder_sync_;
  unsynced_name_ = other.unsynced_name_;
  generation_ = generation;
  return *this;
}

bool FaultDisk::is_alive(std::uint64_t generation) const {
  return generation == generation_;
}

Status FaultDisk::enter(Space space) {
  ++call_count_;
  if (is_stopped_) return fail(ErrorKind::disk, "disk.io");
  if (fail_at_call_ == 0 || call_count_ < fail_at_call_) return {};
  if (fault_ == Fault::full && space == Space::needs_none) return {};
  has_failed_ = true;
  if (repeat_ == Repeat::once) fail_at_call_ = 0;
  is_stopped_ = fault_ == Fault::stop;
  return fail(ErrorKind::disk, fault_ == Fault::full ? "disk.full" : "disk.io");
}

void FaultDisk::fail_at(std::uint64_t number, Fault fault, Repeat repeat) {
  fail_at_call_ = call_count_ + number;
  fault_ = fault;
  repeat_ = repeat;
  has_failed_ = false;
}

void FaultDisk::stop_failing() {
  fail_at_call_ = 0;
  is_stopped_ = false;
}

Result<std::unique_ptr<File>> FaultDisk::open(const std::string& name, OpenMode mode) {
  const auto found = visible_names_.find(name);
  const bool makes =
      found == visible_names_.end() && (mode == OpenMode::create || mode == OpenMode::create_new);
  KLUIS_CHECK(enter(makes ? Space::needs : Space::needs_none));
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
    return fail(ErrorKind::disk, "disk.name");
  }
  if (found == visible_names_.end() && !makes) return fail(ErrorKind::disk, "disk.no_file");
  if (found != visible_names_.end() && mode == OpenMode::create_new) {
    return fail(ErrorKind::disk, "disk.exists");
  }
  std::uint64_t node = 0;
  if (makes) {
    node = next_node_++;
    nodes_[node] = {};
    record({Change::Kind::link, 0, node, 0, {}, name, {}});
  } else {
    node = found->second;
  }
  return std::make_unique<FaultFile>(*this, node);
}

Result<bool> FaultDisk::exists(const std::string& name) {
  KLUIS_CHECK(enter(Space::needs_none));
  return visible_names_.contains(name);
}

Status FaultDisk::remove(const std::string& name) {
  KLUIS_CHECK(enter(Space::needs_none));
  const auto found = visible_names_.find(name);
  if (found == visible_names_.end()) return {};
  record({Change::Kind::unlink, 0, found->second, 0, {}, name, {}});
  return {};
}

Status FaultDisk::rename(const std::string& source, const std::string& target) {
  KLUIS_CHECK(enter(Space::needs));
  const auto found = visible_names_.find(source);
  if (found == visible_names_.end()) return fail(ErrorKind::disk, "disk.io");
  record({Change::Kind::rename, 0, found->second, 0, {}, source, target});
  return {};
}

Status FaultDisk::sync_folder() {
  KLUIS_CHECK(enter(Space::needs));
  if (ignores_folder_sync_) return {};
  std::vector<Change> rest;
  for (auto& change : pending_) {
    if (change.kind >= Change::Kind::link) {
      apply_durable(change, nullptr);
    } else {
      rest.push_back(std::move(change));
    }
  }
  pending_ = std::move(rest);
  return {};
}

Result<std::vector<std::string>> FaultDisk::list() {
  KLUIS_CHECK(enter(Space::needs_none));
  return names();
}

void FaultDisk::record(Change change) {
  change.order = next_order_++;
  apply_visible(change);
  pending_.push_back(std::move(change));
}

void FaultDisk::apply_name(const Change& change, Names& names) {
  switch (change.kind) {
    case Change::Kind::link:
      names[change.name] = change.node;
      break;
    case Change::Kind::unlink:
      names.erase(change.name);
      break;
    case Change::Kind::rename:
      names.erase(change.name);
      names[change.target] = change.node;
      break;
    case Change::Kind::write:
    case Change::Kind::truncate:
      break;
  }
}

void FaultDisk::apply_visible(const Change& change) {
  apply_name(change, visible_names_);
  Bytes& bytes = nodes_[change.node].visible;
  if (change.kind == Change::Kind::write) copy_sectors(bytes, change.offset, change.bytes, nullptr);
  if (change.kind == Change::Kind::truncate) bytes.resize(change.offset);
}

void FaultDisk::apply_durable(const Change& change, const std::vector<bool>* sectors) {
  apply_name(change, durable_names_);
  Bytes& bytes = nodes_[change.node].durable;
  if (change.kind == Change::Kind::write) {
    copy_sectors(bytes, change.offset, change.bytes, sectors);
  }
  if (change.kind == Change::Kind::truncate) {
    if (change.offset < bytes.size()) {
      left_behind_.emplace_back(bytes.begin() + static_cast<std::ptrdiff_t>(change.offset),
                                bytes.end());
    }
    bytes.resize(change.offset);
  }
}

void FaultDisk::make_durable(std::uint64_t node) {
  std::vector<Change> rest;
  for (auto& change : pending_) {
    if (change.node == node && change.kind < Change::Kind::link) {
      apply_durable(change, nullptr);
    } else {
      rest.push_back(std::move(change));
    }
  }
  pending_ = std::move(rest);
}

// A sync that failed: the system counts all of it as written, the medium has some of it, and no
// later sync brings the rest.
void FaultDisk::lose_some(std::uint64_t node) {
  std::vector<Change> rest;
  for (auto& change : pending_) {
    if (change.node != node || change.kind >= Change::Kind::link) {
      rest.push_back(std::move(change));
    } else if (random_() % 2 == 0) {
      apply_durable(change, nullptr);
    }
  }
  pending_ = std::move(rest);
}

bool FaultDisk::is_synced_in_vain(std::uint64_t node) const {
  const auto found = visible_names_.find(unsynced_name_);
  return found != visible_names_.end() && found->second == node;
}

void FaultDisk::restart_process() {
  ++generation_;
  stop_failing();
}

void FaultDisk::cut_power(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  enum class Mode { all_lost, all_kept, first_kept, each, each_sector };
  const auto mode = static_cast<Mode>(random() % 5);
  const std::size_t kept = pending_.empty() ? 0 : random() % (pending_.size() + 1);
  for (std::size_t index = 0; index < pending_.size(); ++index) {
    const Change& change = pending_[index];
    if (mode == Mode::all_lost) continue;
    if (mode == Mode::first_kept && index >= kept) continue;
    if (mode == Mode::each && random() % 2 == 0) continue;
    if (mode == Mode::each_sector) {
      if (change.kind != Change::Kind::write) {
        if (random() % 2 == 0) apply_durable(change, nullptr);
        continue;
      }
      std::vector<bool> sectors(sector_count(change.offset, change.bytes.size()));
      for (std::size_t i = 0; i < sectors.size(); ++i) sectors[i] = random() % 2 == 0;
      apply_durable(change, &sectors);
      continue;
    }
    apply_durable(change, nullptr);
  }
  settle_after_power_cut();
}

void FaultDisk::cut_power(const std::vector<Fate>& fates) {
  KLUIS_ASSERT(fates.size() == pending_.size());
  for (std::size_t index = 0; index < pending_.size(); ++index) {
    const Change& change = pending_[index];
    if (fates[index] == Fate::kept) apply_durable(change, nullptr);
    if (fates[index] != Fate::torn_first && fates[index] != Fate::torn_second) continue;
    std::vector<bool> sectors(sector_count(change.offset, change.bytes.size()), false);
    for (std::size_t i = fates[index] == Fate::torn_first ? 0 : 1; i < sectors.size(); i += 2) {
      sectors[i] = true;
    }
    apply_durable(change, &sectors);
  }
  settle_after_power_cut();
}

std::size_t FaultDisk::pending_count() const {
  return pending_.size();
}

bool FaultDisk::can_tear(std::size_t index) const {
  const Change& change = pending_[index];
  return change.kind == Change::Kind::write && sector_count(change.offset, change.bytes.size()) > 1;
}

void FaultDisk::settle_after_power_cut() {
  pending_.clear();
  visible_names_ = durable_names_;
  std::map<std::uint64_t, Node> kept;
  for (auto& [id, node] : nodes_) {
    const bool is_named = std::any_of(durable_names_.begin(), durable_names_.end(),
                                      [&](const auto& entry) { return entry.second == id; });
    if (is_named) {
      node.visible = node.durable;
      kept[id] = std::move(node);
    } else if (!node.durable.empty()) {
      left_behind_.push_back(std::move(node.durable));
    }
  }
  nodes_ = std::move(kept);
  ++generation_;
  stop_failing();
}

Bytes FaultDisk::contents(const std::string& name) const {
  return nodes_.at(visible_names_.at(name)).visible;
}

void FaultDisk::set_contents(const std::string& name, Bytes bytes) {
  std::uint64_t node = next_node_;
  if (visible_names_.contains(name)) {
    node = visible_names_[name];
  } else {
    ++next_node_;
  }
  visible_names_[name] = node;
  durable_names_[name] = node;
  nodes_[node] = {bytes, bytes};
}

std::vector<std::string> FaultDisk::names() const {
  std::vector<std::string> names;
  names.reserve(visible_names_.size());
  for (const auto& [name, node] : visible_names_) names.push_back(name);
  return names;
}

Bytes FaultDisk::raw_image() const {
  Bytes image;
  for (const auto& [id, node] : nodes_) append(image, node.durable);
  for (const auto& bytes : left_behind_) append(image, bytes);
  return image;
}

}  // namespace kluis::test
