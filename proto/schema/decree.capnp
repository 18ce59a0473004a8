# Decrees and what belongs to them: proto/decree.h, FORMAT.md "Decrees". Conventions: record.capnp.
@0xd2c1f0a8b7e65943;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kluis::schema");

struct Decree {
  kind @0 :UInt16;  # [DecreeKind]
  notBeforeUnixMs @1 :Int64;
  raad @2 :Data;  # 32
  ground @3 :Text;
  dossier @4 :Data;  # 16
  stuk @5 :Data;  # 16 or absent
  circles @6 :Data;  # 16 each, sorted
  records @7 :Data;  # 32 each, sorted
  covers @8 :List(Covered);
  person @9 :Data;  # 16 or absent
  capacities @10 :List(UInt16);  # [Capacity], distinct
  speakingDevice @11 :Data;  # 32 or absent
}

struct Covered {
  year @0 :UInt16;
  count @1 :UInt32;
  type @2 :Text;
}

struct Approval {
  decree @0 :Data;  # 32
}

struct Confirmation {
  decree @0 :Data;  # 32
  generation @1 :UInt64;
  alsoBoxed @2 :Data;  # 32 each, distinct
}

struct Event {
  code @0 :Text;
  person @1 :Data;  # 16
  date @2 :Text;
}
