# Epochs: proto/epoch.h, FORMAT.md "Epoch". Conventions: record.capnp.
@0xe0a3779471635d3c;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kluis::schema");

using R = import "record.capnp";

struct Header {
  suite @0 :UInt16;  # 1
  kind @1 :UInt16;  # [HeaderKind]
  raad @2 :Data;  # 32
  circle @3 :Data;  # 16
  number @4 :UInt64;
  previous @5 :Data;  # 32
  rollPosition @6 :R.RollPosition;
  commitment @7 :Data;  # 32
  boxesHash @8 :Data;  # 32
  listHash @9 :Data;  # 32
  removed @10 :Data;  # 16 each, strictly increasing
  exitKey @11 :Data;  # 1216 or absent
}

struct SignedHeader {
  bytes @0 :Data;  # encoded Header
  signer @1 :Data;  # 32
  signature @2 :Data;  # 64
}

struct Boxes {
  suite @0 :UInt16;  # 1
  boxes @1 :Data;  # label 16, kem 1120, sealed 48 each; labels strictly increasing
}

# One message of the key list. Sorted across all messages.
struct ListChunk {
  suite @0 :UInt16;  # 1
  members @1 :Data;  # device 32, leaf 32 each; devices strictly increasing
  holdersEver @2 :Data;  # 32 each, strictly increasing
  entries @3 :Data;  # record 32, key 32 each; records strictly increasing; secret
  cells @4 :List(R.SignedCell);
  tombstones @5 :List(Tombstone);  # by record, strictly increasing
  cuts @6 :List(Cut);  # devices strictly increasing

  struct Tombstone {
    sequence @0 :UInt64;
    record @1 :Data;  # 32
    author @2 :Data;  # 32
  }

  struct Cut {
    sequence @0 :UInt64;
    device @1 :Data;  # 32
    record @2 :Data;  # 32
  }
}

struct SealedList {
  suite @0 :UInt16;  # 1
  chunks @1 :List(Data);
}

struct Item {
  suite @0 :UInt16;  # 1
  union {
    record @1 :ItemRecord;
    cell @2 :R.SignedCell;
    welcome @3 :Welcome;
  }

  struct ItemRecord {
    record @0 :Data;  # 32
    key @1 :Data;  # 32, secret
  }
}

struct Welcome {
  kemCiphertext @0 :Data;  # 1120
  sealed @1 :Data;
}

# Of one size, whatever stands in it: no field may become shorter when it is zero.
struct WelcomeContent {
  number @0 :UInt64;
  suite @1 :UInt16;  # 1
  circle @2 :Data;  # 16
  secret @3 :Data;  # 32, secret
}

struct ExitParcel {
  suite @0 :UInt16;  # 1
  device @1 :Data;  # 32
  circle @2 :Data;  # 16
  records @3 :List(R.SignedRecord);
}

struct SealedParcel {
  suite @0 :UInt16;  # 1
  kemCiphertext @1 :Data;  # 1120
  sealed @2 :Data;
}
