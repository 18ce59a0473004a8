# Acts: proto/record.h, FORMAT.md "Acts". Conventions: record.capnp.
@0xb3f84d82f367957a;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kluis::schema");

using R = import "record.capnp";

# The body of every record of a kind >= 64.
struct Act {
  actNumber @0 :UInt64;
  commitNumber @1 :UInt64;
  lastInCommit @2 :Bool;
  previousAct @3 :Data;  # 32
  body @4 :Data;  # an encoding of its own, by kind
}

struct Certificate {
  person @0 :Data;  # 16
  personName @1 :Text;
  capacities @2 :List(UInt16);  # [Capacity], distinct
  device @3 :Data;  # 32
  deviceName @4 :Text;
  leaf @5 :R.SignedCell;
  officerKey @6 :Data;  # 32
  custody @7 :Bool;
}

struct Genesis {
  gemeente @0 :Text;
  roll @1 :Data;  # 16
  tenancy @2 :Data;  # 16
  relayKey @3 :Data;  # 32
  receiptKey @4 :Data;  # 32
  relayAddress @5 :Text;
  nonce @6 :Data;  # 32
  founder @7 :Certificate;
}

struct Remove {
  devices @0 :Data;  # 32 each, distinct
  person @1 :Data;  # 16 or absent
}

struct Appoint {
  person @0 :Data;  # 16
  capacities @1 :List(UInt16);  # [Capacity], distinct
  ground @2 :UInt16;  # [AppointGround]
  speakingDevice @3 :Data;  # 32 or absent
  reserve @4 :Data;  # 16 or absent
  reserveDevice @5 :Data;  # 32 or absent
}

struct CircleAct {
  circle @0 :Data;  # 16
}

struct Term {
  name @0 :Text;
  members @1 :Data;  # 16 each, distinct
}

struct Execute {
  proposal @0 :R.SignedRecord;
  approvals @1 :List(R.SignedRecord);
  holders @2 :Data;  # 32 each, distinct
}

struct Withdraw {
  decree @0 :Data;  # 32
}

struct EpochAct {
  circle @0 :Data;  # 16
  number @1 :UInt64;
  header @2 :Data;  # 32
  ends @3 :Bool;
}
