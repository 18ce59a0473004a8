# Records and cells: proto/record.h, FORMAT.md "Record" and "Cell".
# A byte string of fixed size has that size exactly; one that may be absent is empty then. A list of
# such values is one byte string, the values end to end. Empty lists, texts and byte strings are
# null pointers. Numbers in [brackets] are the enumerations of the header.
@0xfe5b1666660be581;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kluis::schema");

struct RollPosition {
  actNumber @0 :UInt64;
  actId @1 :Data;  # 32
}

struct Record {
  suite @0 :UInt16;  # 1
  kind @1 :UInt16;  # [RecordKind]
  circle @2 :Data;  # 16
  author @3 :Data;  # 32
  sequence @4 :UInt64;
  previous @5 :Data;  # 32
  parents @6 :Data;  # 32 each, strictly increasing
  rollHead @7 :RollPosition;
  writtenUnixMs @8 :Int64;
  salt @9 :Data;  # 32
  body @10 :Data;  # an encoding of its own: body.capnp, act.capnp
}

struct SignedRecord {
  bytes @0 :Data;  # encoded Record
  signature @1 :Data;  # 64
}

struct Cell {
  suite @0 :UInt16;  # 1
  kind @1 :UInt16;  # [CellKind]
  subKey @2 :UInt32;
  circle @3 :Data;  # 16
  device @4 :Data;  # 32
  counter @5 :UInt64;
  value @6 :Data;  # encoded LeafValue, SeenValue or OpenedValue
}

struct SignedCell {
  bytes @0 :Data;  # encoded Cell
  signature @1 :Data;  # 64
}

struct LeafValue {
  leaf @0 :Data;  # 1216
  drawnAt @1 :RollPosition;
}

struct SeenValue {
  epoch @0 :UInt64;
  header @1 :Data;  # 32
  rollHead @2 :RollPosition;
  frontier @3 :Data;  # 32 each, strictly increasing
}

struct OpenedValue {
  struct Opened {
    stuk @0 :Data;  # 16
    version @1 :UInt32;
    openedUnixMs @2 :Int64;
  }
  entries @0 :List(Opened);
}
