#pragma once

#include <vector>

#include "proto/codec.h"
#include "proto/commit.h"
#include "proto/epoch.h"
#include "proto/record.h"
#include "proto/schema/commit.capnp.h"
#include "proto/schema/epoch.capnp.h"
#include "proto/schema/record.capnp.h"

// Parts that stand in more than one format. Included by proto/*.cc alone.
namespace kluis::schema {

void write(RollPosition::Builder root, const kluis::RollPosition& value);
kluis::RollPosition read(RollPosition::Reader root);

void write(SignedRecord::Builder root, const kluis::SignedRecord& value);
kluis::SignedRecord read(SignedRecord::Reader root);

void write(SignedCell::Builder root, const kluis::SignedCell& value);
kluis::SignedCell read(SignedCell::Reader root);

void write(Welcome::Builder root, const kluis::Welcome& value);
kluis::Welcome read(Welcome::Reader root);

// What an officer relay key signs.
void write(OfficerSigned::Builder root, const SignedOp& value);
void write(OfficerSigned::Builder root, const SignedCommit& value);
SignedOp read_signed_op(OfficerSigned::Reader root);
SignedCommit read_signed_commit(OfficerSigned::Reader root);

void write(SignedReceipt::Builder root, const kluis::SignedReceipt& value);
kluis::SignedReceipt read(SignedReceipt::Reader root);

template <typename Init>
void put_capacities(const std::vector<Capacity>& capacities, Init init) {
  if (capacities.empty()) return;
  auto target = init(static_cast<unsigned int>(capacities.size()));
  for (unsigned int index = 0; index < target.size(); ++index) {
    target.set(index, codec::number(capacities[index]));
  }
}
std::vector<Capacity> read_capacities(capnp::List<std::uint16_t>::Reader source);

}  // namespace kluis::schema
