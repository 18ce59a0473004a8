# Messages between a device and a relay: proto/message.h, FORMAT.md "Messages".
# Conventions: record.capnp.
@0x8036644b7457cf87;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kluis::schema");

using C = import "commit.capnp";

# What a device holds of its circles: three lists of one length, 36 bytes a circle.
struct SyncEntries {
  names @0 :Data;  # 16 each
  counts @1 :List(UInt32);
  chains @2 :Data;  # 16 each
}

struct SentItem {
  item @0 :Data;
  blobs @1 :Data;  # 16 each, distinct
}

struct StagedBlob {
  blob @0 :Data;  # 16
  bytes @1 :Data;
}

struct Request {
  suite @0 :UInt16;  # 1
  union {
    hello @1 :Hello;
    sync @2 :SyncEntries;
    fetch @3 :Data;  # blob names, 16 each
    fetchSlice @4 :FetchSlice;
    stage @5 :Stage;
    append @6 :Append;
    commit @7 :C.OfficerSigned;
    watch @8 :Void;
    exit @9 :Exit;
    parcels @10 :Data;  # 16, circle
    hold @11 :Hold;
    mailboxMake @12 :MailboxMake;
    mailboxPut @13 :MailboxPut;
    mailboxGet @14 :Data;  # 16, mailbox
    admitRaad @15 :AdmitRaad;
    lift @16 :Lift;
  }

  struct Hello {
    tenancy @0 :Data;  # 16
    raadKey @1 :Data;  # 32
    proof @2 :Data;  # 64
    entries @3 :SyncEntries;
  }
  struct FetchSlice {
    blob @0 :Data;  # 16
    slice @1 :UInt32;
  }
  struct Stage {
    blob @0 :Data;  # 16
    totalBytes @1 :UInt64;
    slice @2 :UInt32;
    bytes @3 :Data;
  }
  struct Append {
    name @0 :Data;  # 16
    item @1 :Data;
    blobs @2 :Data;  # 16 each, distinct
    expectsCommit @3 :Bool;
    expectCommit @4 :UInt64;  # 0 unless expectsCommit
  }
  struct Exit {
    circle @0 :Data;  # 16
    tag @1 :Data;  # 16
    parcel @2 :Data;  # encoded SealedParcel
  }
  struct Hold {
    circles @0 :Data;  # 16 each, distinct
    milliseconds @1 :UInt32;
    signer @2 :Data;  # 32
    signature @3 :Data;  # 64
  }
  struct MailboxMake {
    mailbox @0 :Data;  # 16
    first @1 :Data;
  }
  struct MailboxPut {
    mailbox @0 :Data;  # 16
    index @1 :UInt16;  # 1 or 2
    message @2 :Data;
  }
  struct AdmitRaad {
    voucher @0 :Data;
    commit @1 :C.OfficerSigned;
    blobs @2 :List(StagedBlob);
  }
  struct Lift {
    op @0 :C.OfficerSigned;
    signedHeader @1 :Data;  # encoded SignedHeader
    name @2 :Data;  # 16
    blobs @3 :List(StagedBlob);
  }
}

# What the signature of a Hold covers.
struct HoldSigned {
  suite @0 :UInt16;  # 1
  tenancy @1 :Data;  # 16
  circles @2 :Data;  # 16 each
  milliseconds @3 :UInt32;
  handshakeHash @4 :Data;
}

struct Superseded {
  asked @0 :Data;  # 16
  op @1 :C.OfficerSigned;
  signedHeader @2 :Data;  # encoded SignedHeader
  boxes @3 :Data;  # encoded Boxes, or empty
}

struct CircleAnswer {
  union {
    superseded @0 :Superseded;
    newItems @1 :NewItems;
    differs @2 :Differs;
    unknown @3 :Data;  # 16, name
  }

  struct NewItems {
    name @0 :Data;  # 16
    from @1 :UInt32;
    items @2 :List(SentItem);
    more @3 :Bool;
  }
  struct Differs {
    name @0 :Data;  # 16
    count @1 :UInt32;
    chain @2 :Data;  # 16
  }
}

struct Response {
  suite @0 :UInt16;  # 1
  union {
    sync @1 :SyncAnswer;
    helloSuperseded @2 :Superseded;
    superseded @3 :Superseded;
    fetch @4 :List(FetchedBlob);
    slice @5 :Slice;
    stage @6 :UInt64;  # bytes the relay has
    append @7 :UInt32;  # index of the item
    conflict @8 :Conflict;
    commit @9 :C.SignedReceipt;
    later @10 :UInt32;  # milliseconds
    parcels @11 :List(Data);  # encoded SealedParcel
    mailbox @12 :List(Data);
    done @13 :Void;
    refused @14 :UInt16;  # [RefusalCode]
    push @15 :UInt64;  # commit number
  }

  struct SyncAnswer {
    commitNumber @0 :UInt64;
    digest @1 :Data;  # 32
    circles @2 :List(CircleAnswer);
  }
  struct FetchedBlob {
    blob @0 :Data;  # 16
    present @1 :Bool;
    totalBytes @2 :UInt64;
    bytes @3 :Data;
  }
  struct Slice {
    present @0 :Bool;
    totalBytes @1 :UInt64;
    bytes @2 :Data;
  }
  struct Conflict {
    commitNumber @0 :UInt64;
    receipt @1 :C.SignedReceipt;  # null if there is none
  }
}
