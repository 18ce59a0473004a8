#pragma once

#include <memory>
#include <string>

#include "vault/env/disk.h"

namespace kluis::bench {

// A fresh folder under `parent`, removed with all it holds.
class Scratch {
 public:
  explicit Scratch(const std::string& parent);
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] std::unique_ptr<Disk> disk() const;

 private:
  std::string path_;
};

// Passes everything on but the waiting for the disk: for making large vaults.
class HastyDisk final : public Disk {
 public:
  explicit HastyDisk(Disk& disk) : disk_(disk) {}
  [[nodiscard]] Result<std::unique_ptr<File>> open(const std::string& name, OpenMode mode) override;
  [[nodiscard]] Result<bool> exists(const std::string& name) override { return disk_.exists(name); }
  [[nodiscard]] Status remove(const std::string& name) override { return disk_.remove(name); }
  [[nodiscard]] Status rename(const std::string& source, const std::string& target) override {
    return disk_.rename(source, target);
  }
  [[nodiscard]] Status sync_folder() override { return {}; }
  [[nodiscard]] Result<std::vector<std::string>> list() override { return disk_.list(); }

 private:
  Disk& disk_;
};

}  // namespace kluis::bench
