#include "tests/end_to_end/kill_switch.h"

#include <utility>

namespace kluis::test {
namespace {

tl::unexpected<Error> dead() {
  return fail(ErrorKind::disk, "disk.io");
}

}  // namespace

class SwitchedFile final : public File {
 public:
  SwitchedFile(KillSwitch& owner, FaultDisk& disk, std::unique_ptr<File> file)
      : owner_(owner), disk_(disk), file_(std::move(file)) {}

  Result<std::size_t> read_at(std::uint64_t offset, MutableByteView target) override {
    if (!owner_.before_call(disk_)) return dead();
    return file_->read_at(offset, target);
  }
  Status write_at(std::uint64_t offset, ByteView source) override {
    if (!owner_.before_call(disk_)) return dead();
    return file_->write_at(offset, source);
  }
  Status truncate(std::uint64_t size_bytes) override {
    if (!owner_.before_call(disk_)) return dead();
    return file_->truncate(size_bytes);
  }
  Status sync() override {
    if (!owner_.before_call(disk_)) return dead();
    return file_->sync();
  }
  Result<std::uint64_t> size() override {
    if (!owner_.before_call(disk_)) return dead();
    return file_->size();
  }

 private:
  KillSwitch& owner_;
  FaultDisk& disk_;
  std::unique_ptr<File> file_;
};

class SwitchedDisk final : public Disk {
 public:
  SwitchedDisk(KillSwitch& owner, FaultDisk& disk) : owner_(owner), disk_(disk) {}

  Result<std::unique_ptr<File>> open(const std::string& name, OpenMode mode) override {
    if (!owner_.before_call(disk_)) return dead();
    KLUIS_TRY(file, disk_.open(name, mode));
    return std::make_unique<SwitchedFile>(owner_, disk_, std::move(file));
  }
  Result<bool> exists(const std::string& name) override {
    if (!owner_.before_call(disk_)) return dead();
    return disk_.exists(name);
  }
  Status remove(const std::string& name) override {
    if (!owner_.before_call(disk_)) return dead();
    return disk_.remove(name);
  }
  Status rename(const std::string& source, const std::string& target) override {
    if (!owner_.before_call(disk_)) return dead();
    return disk_.rename(source, target);
  }
  Status sync_folder() override {
    if (!owner_.before_call(disk_)) return dead();
    return disk_.sync_folder();
  }
  Result<std::vector<std::string>> list() override {
    if (!owner_.before_call(disk_)) return dead();
    return disk_.list();
  }

 private:
  KillSwitch& owner_;
  FaultDisk& disk_;
};

KillSwitch::KillSwitch(FaultDisk& disk, FaultDisk& documents)
    : disk_(disk),
      documents_(documents),
      switched_disk_(std::make_unique<SwitchedDisk>(*this, disk)),
      switched_documents_(std::make_unique<SwitchedDisk>(*this, documents)) {}

KillSwitch::~KillSwitch() = default;

Disk& KillSwitch::disk() {
  return *switched_disk_;
}
Disk& KillSwitch::documents() {
  return *switched_documents_;
}

void KillSwitch::strike_at(std::uint64_t call, Fault fault, Repeat repeat) {
  strike_at_ = call;
  fault_ = fault;
  repeat_ = repeat;
}

bool KillSwitch::before_call(FaultDisk& called) {
  if (is_dead_) return false;
  if (++call_count_ != strike_at_) return true;
  if (fault_ == Fault::stop) {
    is_dead_ = true;
    called.fail_at(1, Fault::stop);
  } else if (repeat_ == Repeat::for_ever) {
    // A disk is full, or dying, as a whole.
    disk_.fail_at(1, fault_, repeat_);
    documents_.fail_at(1, fault_, repeat_);
  } else {
    called.fail_at(1, fault_, repeat_);
  }
  return true;
}

}  // namespace kluis::test
