# Declarations of destruction: proto/declaration.h, FORMAT.md "Declaration". Conventions:
# record.capnp.
@0xc90e822354fb76e8;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kluis::schema");

using R = import "record.capnp";
using C = import "commit.capnp";

struct Declaration {
  suite @0 :UInt16;  # 1
  madeUnixMs @1 :Int64;
  decree @2 :Data;  # 32
  acts @3 :List(R.SignedRecord);
  confirmations @4 :List(R.SignedRecord);
  leavings @5 :List(R.SignedRecord);
  receipt @6 :ErasureReceipt;  # or absent
  exceptions @7 :List(Text);  # none is empty
  place @8 :Text;
  softwareVersion @9 :Text;
  pdf @10 :Data;  # 32 or absent
}

struct ErasureReceipt {
  commit @0 :C.OfficerSigned;  # Commit
  receipt @1 :C.SignedReceipt;
}

struct SignedDeclaration {
  bytes @0 :Data;  # encoded Declaration
  signer @1 :Data;  # 32
  signature @2 :Data;  # 64
}
