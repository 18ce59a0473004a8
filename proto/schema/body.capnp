# Bodies of members' records: proto/record.h, FORMAT.md "Bodies". Conventions: record.capnp.
@0xf6c4ae1d8c525fc2;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kluis::schema");

struct CircleInfo {
  dossier @0 :Data;  # 16
  title @1 :Text;
  kind @2 :UInt16;  # [DossierKind]
  readerClass @3 :UInt16;  # [ReaderClass]
  burgemeester @4 :Data;  # 16 or absent
}

struct Admit {
  person @0 :Data;  # 16
  role @1 :UInt16;  # [DossierRole]
  devices @2 :Data;  # 32 each, distinct
}

struct WithdrawGrant {
  person @0 :Data;  # 16
}

struct Stuk {
  stuk @0 :Data;  # 16
  title @1 :Text;
  type @2 :Text;
}

struct Version {
  stuk @0 :Data;  # 16
  number @1 :UInt32;
  status @2 :UInt16;  # [StukStatus]
  fileName @3 :Text;
  sizeBytes @4 :UInt64;
  sealedBytes @5 :UInt64;
  blob @6 :Data;  # 16
  key @7 :Data;  # 32, secret
}

struct Note {
  stuk @0 :Data;  # 16
  version @1 :UInt32;
  text @2 :Text;
}

# Also the body of `adopt`.
struct VersionSignature {
  stuk @0 :Data;  # 16
  version @1 :UInt32;
  versionRecord @2 :Data;  # 32
}

struct Carry {
  source @0 :Data;  # 16
  original @1 :Data;  # 32
  recordBytes @2 :Data;  # encoded Record
  recordSignature @3 :Data;  # 64
}

struct Refuse {
  record @0 :Data;  # 32
  author @1 :Data;  # 32
}

struct JournalEntry {
  act @0 :Text;
  stuk @1 :Data;  # 16
  version @2 :UInt32;
  article @3 :Text;
}

struct Dropped {
  gaps @0 :List(Gap);  # by sequence, strictly increasing
}

struct Gap {
  sequence @0 :UInt64;
  record @1 :Data;  # 32
}
