# Enrolment: proto/enrol.h, FORMAT.md "Enrolment". Conventions: record.capnp.
@0xf71e5cfcd394e31b;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kluis::schema");

using R = import "record.capnp";
using E = import "epoch.capnp";

struct Link {
  suite @0 :UInt16;  # 1
  relayAddress @1 :Text;
  relayKey @2 :Data;  # 32
  mailbox @3 :Data;  # 16
  session @4 :Data;  # 16
  raad @5 :Data;  # 32
}

struct InviteMessage {
  suite @0 :UInt16;  # 1
  share @1 :Data;  # 32
}

struct JoinMessage {
  suite @0 :UInt16;  # 1
  share @1 :Data;  # 32
  confirmation @2 :Data;  # 32
  sealed @3 :Data;
}

struct AdmitMessage {
  suite @0 :UInt16;  # 1
  confirmation @1 :Data;  # 32
  sealed @2 :Data;
}

struct JoinRequest {
  suite @0 :UInt16;  # 1
  device @1 :Data;  # 32
  deviceName @2 :Text;
  officerKey @3 :Data;  # 32
  leaf @4 :R.SignedCell;
}

struct JoinAnswer {
  suite @0 :UInt16;  # 1
  genesis @1 :R.SignedRecord;
  rollHead @2 :R.RollPosition;
  person @3 :Data;  # 16
  capacities @4 :List(UInt16);  # [Capacity], distinct
  rollWelcome @5 :E.Welcome;
}
