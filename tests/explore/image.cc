#include "tests/explore/image.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "vault/core/device.h"
#include "vault/core/state.h"

namespace kluis::test {
namespace {

std::uint64_t finish(std::uint64_t value) {  // splitmix64's: a bijection
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111eb;
  return value ^ (value >> 31U);
}

RelayTable table_number(std::size_t index) {
  return static_cast<RelayTable>(index + 1);
}

}  // namespace

void Printer::word(std::uint64_t value) {
  left_ = std::rotl((left_ ^ value) * 0x9ddfea08eb382d69, 29) + right_;
  right_ = std::rotl((right_ + value) * 0xff51afd7ed558ccd, 37) ^ left_;
}

Printer& Printer::add(ByteView bytes) {
  word(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, std::min<std::size_t>(8, bytes.size() - at));
    word(value);
  }
  return *this;
}

Printer& Printer::add(std::uint64_t number) {
  word(number);
  return *this;
}

Fingerprint Printer::print() const {
  return {finish(left_ ^ std::rotl(right_, 32)), finish(right_ + 0x452821e638d01377)};
}

DeviceImage::DeviceImage(const MemoryStore& from) : store(from) {
  Printer printer;
  for (const auto& [row, value] : store.rows()) {
    printer.add(row.first).add(row.second).add(value);
    if (row.first == static_cast<std::uint8_t>(Table::record)) records.push_back(row.second);
    if (row.first == static_cast<std::uint8_t>(Table::apart)) apart.push_back(row.second);
    if (row.first == static_cast<std::uint8_t>(Table::act)) acts.push_back(value);
  }
  print = printer.print();
  read_protocol_state();
}

void DeviceImage::read_protocol_state() {
  DeviceRows rows(store);
  const auto state = rows.local_number("state");
  removed = state && *state == static_cast<std::uint64_t>(DeviceState::removed);
  const auto due = rows.local_number("rotate_due");
  const auto next = rows.local("leaf-next-cell");
  const auto prepared = rows.prepared();
  at_rest = due && *due == 0 && next && !*next && prepared && !*prepared;
  const auto circles = rows.circles();
  for (const CircleState& circle : circles.value()) {
    if (circle.standing == Standing::current) {
      held.push_back({circle.alias, circle.number, circle.header, circle.frontier});
    } else if (circle.standing == Standing::removed) {
      held.push_back({circle.alias, circle.number, HeaderHash{}, {}});
    } else {
      at_rest = false;
    }
  }
}

RelayImage::RelayImage(const MemoryStorage& from, const RelayImage* before) : storage(from) {
  Printer all;
  for (std::size_t i = 0; i < kRelayTables; ++i) {
    const auto& rows = storage.rows(table_number(i));
    if (before != nullptr && &before->storage.rows(table_number(i)) == &rows) {
      tables.at(i) = before->tables.at(i);
    } else {
      Printer printer;
      for (const auto& [key, value] : rows) printer.add(key).add(value);
      tables.at(i) = printer.print();
    }
    all.add(tables.at(i));
  }
  print = all.print();
}

}  // namespace kluis::test
