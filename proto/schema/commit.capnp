# Commits: proto/commit.h, FORMAT.md "Commit". Conventions: record.capnp.
@0xcf0b457e94d585ec;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kluis::schema");

struct EpochOp {
  suite @0 :UInt16;  # 1
  kind @1 :UInt16;  # [HeaderKind]
  tenancy @2 :Data;  # 16
  circle @3 :Data;  # 16
  number @4 :UInt64;
  header @5 :Data;  # 32
  nameHash @6 :Data;  # 32
  raadKey @7 :Data;  # 32 or absent
  boxesHash @8 :Data;  # 32
  listHash @9 :Data;  # 32
  dropBlobs @10 :Data;  # 16 each, strictly increasing
}

# Also a signed commit. `bytes` is the encoded EpochOp or Commit.
struct OfficerSigned {
  bytes @0 :Data;
  signer @1 :Data;  # 32
  signature @2 :Data;  # 64
}

struct Expect {
  commitNumber @0 :UInt64;
  rollItemCount @1 :UInt64;
  circles @2 :List(Circle);  # distinct

  struct Circle {
    circle @0 :Data;  # 16
    number @1 :UInt64;
    itemCount @2 :UInt64;
  }
}

struct EpochChange {
  op @0 :OfficerSigned;  # EpochOp
  signedHeader @1 :Data;  # encoded SignedHeader
  name @2 :Data;  # 16
}

struct CommitAppend {
  circle @0 :Data;  # 16
  item @1 :Data;
  blobs @2 :Data;  # 16 each, distinct
}

struct Commit {
  suite @0 :UInt16;  # 1
  tenancy @1 :Data;  # 16
  expect @2 :Expect;
  epochs @3 :List(EpochChange);
  appends @4 :List(CommitAppend);
  officersAdded @5 :Data;  # 32 each, distinct
  officersRemoved @6 :Data;  # 32 each, distinct
}

struct Receipt {
  suite @0 :UInt16;  # 1
  verdict @1 :UInt16;  # [Verdict]
  tenancy @2 :Data;  # 16
  commitHash @3 :Data;  # 32
  commitNumber @4 :UInt64;
  dropped @5 :Data;  # 32
}

struct SignedReceipt {
  bytes @0 :Data;  # encoded Receipt
  signature @1 :Data;  # 64
}
