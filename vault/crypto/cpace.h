#pragma once

#include "proto/bytes.h"
#include "proto/ids.h"
#include "proto/result.h"
#include "vault/crypto/secret.h"

// CPace (draft-irtf-cfrg-cpace-21) over ristretto255 with SHA-512, initiator and responder: two
// sides that know one short code agree on a key, and whoever does not know it gets one guess per
// run. As pure functions, because the runs of an enrolment lie days apart: between them the vault
// keeps the scalar, and the share that was sent; nobody keeps the code.
namespace kluis {

using CpaceScalar = Secret<struct CpaceScalarPurpose>;
using CpaceShare = FixedBytes<struct CpaceShareTag, 32>;
// The draft's ISK. Two sides have the same one iff code, context, shares and associated data agree;
// each learns that from the first message that authenticates under it.
using CpaceKey = Secret<struct CpaceKeyPurpose, 64>;

// What both sides know before. All lent.
struct CpaceContext {
  ByteView channel;     // the draft's CI: both roles and the addresses
  ByteView session_id;  // the draft's sid: fresh for each run
};

// What went over the wire. Associated data is authenticated, not hidden. All lent.
struct CpaceTranscript {
  CpaceShare initiator_share;
  ByteView initiator_data;
  CpaceShare responder_share;
  ByteView responder_data;
};

enum class CpaceRole { initiator, responder };

// Uniform in the group's order, never zero; for ONE run.
[[nodiscard]] CpaceScalar draw_cpace_scalar(Entropy& entropy);

// What a side sends.
[[nodiscard]] CpaceShare cpace_share(const CpaceScalar& scalar, ByteView code,
                                     const CpaceContext& context);

// Errors: integrity "cpace.invalid_share" when the other side's share is no group element or the
// neutral one.
[[nodiscard]] Result<CpaceKey> cpace_key(const CpaceScalar& own_scalar, CpaceRole own_role,
                                         ByteView session_id, const CpaceTranscript& transcript);

}  // namespace kluis
