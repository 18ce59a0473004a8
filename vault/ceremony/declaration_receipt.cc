#include "vault/ceremony/declaration_receipt.h"

#include <algorithm>

#include "proto/epoch.h"
#include "vault/crypto/hash.h"
#include "vault/crypto/sign.h"

namespace kluis {
namespace {

constexpr const char* kWrong = "declaration.receipt";

// Of the relay that the genesis names, about this commit, and that it took it.
Status check_relays_word(const DeclaredRoll& roll, const ErasureReceipt& evidence) {
  const Genesis& genesis = roll.now.genesis();
  const SignedReceipt& receipt = evidence.receipt;
  if (!verify(genesis.receipt_key.view(), "receipt", receipt.bytes, receipt.signature)) {
    return broken(kWrong);
  }
  KLUIS_TRY(content, decode_receipt(receipt.bytes));
  const bool fits = content.tenancy == genesis.tenancy && content.verdict == Verdict::committed &&
                    content.commit_hash == hash_as<Digest>("commit", {evidence.commit.bytes}) &&
                    content.commit_number == roll.then.commit_number();
  return fits ? Status() : Status(broken(kWrong));
}

// Whether the header that the change brings was made on this very roll.
Result<bool> stands_on_roll(const DeclaredRoll& roll, const EpochChange& change,
                            const HeaderHash& hash) {
  KLUIS_TRY(signed_header, decode_signed_header(change.signed_header));
  KLUIS_TRY(header, decode_header(signed_header.bytes));
  return hash_as<HeaderHash>("header", {signed_header.bytes}) == hash &&
         roll.then.contains(header.roll_position);
}

Status check_circle(const DeclaredRoll& roll, const Commit& commit, const CircleAlias& circle) {
  const HeaderHash& named = roll.then.circle(circle)->newest();
  const bool ends = roll.executed().decree.kind == DecreeKind::destroy_dossier;
  for (const EpochChange& change : commit.epochs) {
    KLUIS_TRY(op, decode_epoch_op(change.op.bytes));
    if (op.circle != circle) continue;
    KLUIS_TRY(stands, stands_on_roll(roll, change, named));
    const bool fits = stands && op.tenancy == commit.tenancy && op.header == named &&
                      (op.kind == HeaderKind::end) == ends;
    return fits ? Status() : Status(broken(kWrong));
  }
  return broken(kWrong);
}

}  // namespace

Status check_erasure_receipt(const DeclaredRoll& roll, const ErasureReceipt& evidence) {
  KLUIS_CHECK(check_relays_word(roll, evidence));
  const SignedCommit& signed_commit = evidence.commit;
  const bool officers = std::ranges::binary_search(roll.officers, signed_commit.signer);
  if (!officers || !verify(signed_commit.signer.view(), "commit", signed_commit.bytes,
                           signed_commit.signature)) {
    return broken(kWrong);
  }
  KLUIS_TRY(commit, decode_commit(signed_commit.bytes));
  if (commit.tenancy != roll.now.genesis().tenancy) return broken(kWrong);
  for (const CircleAlias& circle : roll.executed().decree.circles) {
    KLUIS_CHECK(check_circle(roll, commit, circle));
  }
  return {};
}

}  // namespace kluis
