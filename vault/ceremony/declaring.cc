#include "vault/ceremony/declaring.h"

#include <algorithm>
#include <map>
#include <utility>

#include "proto/limits.h"
#include "vault/ceremony/declaration.h"
#include "vault/ceremony/declaration_receipt.h"
#include "vault/ceremony/declaration_roll.h"
#include "vault/ceremony/declaration_words.h"
#include "vault/core/erasure.h"
#include "vault/crypto/sign.h"

namespace kluis {
namespace {

// The roll up to the end of the commit that carried the decree out. Who became an officer after
// that takes it as far as it goes, which is to where he is one.
Result<std::vector<SignedRecord>> acts_for(Device& device, const ExecutedDecree& executed) {
  KLUIS_TRY(acts, device.rows().acts());
  if (!device.roll().was_officer(device.id(), executed.act_number)) return std::move(acts);
  for (std::size_t at = executed.act_number; at < acts.size(); ++at) {
    KLUIS_TRY(record, decode_record(acts[at].bytes));
    KLUIS_TRY(act, decode_act(record.kind, record.body));
    if (!act.place.last_in_commit) continue;
    acts.resize(at + 1);
    return std::move(acts);
  }
  return broken("store.damaged");
}

// Of each device the first word that counts, sorted by device. What others say amiss would make the
// whole worth nothing: it is left out.
template <typename Counts>
std::map<DeviceId, VerifiedRecord> first_words(const DeclaredRoll& roll,
                                               const std::vector<VerifiedRecord>& records,
                                               Counts counts) {
  std::map<DeviceId, VerifiedRecord> first;
  for (const VerifiedRecord& word : records) {
    const auto body = decode_confirmation(word.record().body);
    const DeviceId author = word.record().author;
    if (body && counts(roll, word.record(), *body)) first.try_emplace(author, word);
  }
  return first;
}

std::vector<VerifiedRecord> words_in(const std::map<DeviceId, VerifiedRecord>& words) {
  std::vector<VerifiedRecord> all;
  all.reserve(words.size());
  for (const auto& [device, word] : words) all.push_back(word);
  return all;
}

Result<std::vector<VerifiedRecord>> verified(std::vector<SignedRecord> records) {
  std::vector<VerifiedRecord> all;
  for (SignedRecord& record : records) {
    KLUIS_TRY(word, VerifiedRecord::from(std::move(record)));
    all.push_back(std::move(word));
  }
  return all;
}

Status add_words(Device& device, const DeclaredRoll& roll, Declaration& declaration) {
  KLUIS_TRY(records, device.roll_records(RecordKind::confirmation));
  const auto confirmations = first_words(roll, records, confirms);
  for (const auto& [author, word] : confirmations) {
    declaration.confirmations.push_back(word.signed_bytes());
  }
  // Who left and never had it has nothing to say of it.
  const ErasureProgress progress =
      erasure_progress(roll.then, roll.decree, words_in(confirmations), {});
  KLUIS_TRY(stored, device.rows().words_of_leaving());
  KLUIS_TRY(words, verified(std::move(stored)));
  for (const auto& [author, word] : first_words(roll, words, tells_of_leaving)) {
    if (!std::ranges::binary_search(progress.missing, author)) continue;
    declaration.leavings.push_back(word.signed_bytes());
  }
  return {};
}

Status check_terms(const DeclarationTerms& terms) {
  const bool fits = terms.exceptions.size() <= kDeclarationExceptionsMax &&
                    terms.place.size() <= kNameBytesMax &&
                    std::ranges::all_of(terms.exceptions, [](const std::string& text) {
                      return !text.empty() && text.size() <= kTitleBytesMax;
                    });
  return fits ? Status() : Status(fail(ErrorKind::usage, "declaration.long"));
}

Result<Declaration> collect(Device& device, const DecreeId& id, const ExecutedDecree& executed) {
  Declaration declaration;
  declaration.decree = id;
  KLUIS_TRY(acts, acts_for(device, executed));
  declaration.acts = std::move(acts);
  KLUIS_TRY(roll, fold_declared_roll(declaration.acts, id));
  KLUIS_CHECK(add_words(device, roll, declaration));
  KLUIS_TRY(kept, device.erasure_receipt(id));
  if (!kept) return declaration;
  ErasureReceipt receipt{std::move(kept->commit), std::move(kept->receipt)};
  // A relay that signs something else gave none.
  if (check_erasure_receipt(roll, receipt)) declaration.receipt = std::move(receipt);
  return declaration;
}

}  // namespace

Result<Bytes> make_declaration(Device& device, const DecreeId& id, const DeclarationTerms& terms) {
  KLUIS_CHECK(check_terms(terms));
  const auto found = device.roll().executed().find(id);
  if (found == device.roll().executed().end()) return refuse("declaration.not_executed", "V14.4");
  const ExecutedDecree& executed = found->second;
  const DecreeKind kind = executed.decree.kind;
  if (kind != DecreeKind::destroy_dossier && kind != DecreeKind::destroy_stuk) {
    return refuse("declaration.destroys_nothing", "V14.4");
  }
  if (!device.is_officer()) return refuse("declaration.only_officer", "V3.1");
  KLUIS_TRY(declaration, collect(device, id, executed));
  declaration.exceptions = terms.exceptions;
  declaration.place = terms.place;
  declaration.made_unix_ms = terms.now.value;
  declaration.software_version = terms.software_version;
  declaration.pdf = terms.pdf;
  KLUIS_TRY(identity, device.rows().secret<IdentitySeed>("identity"));
  if (!identity) return broken("store.damaged");
  SignedDeclaration made;
  made.bytes = encode(declaration);
  made.signer = device.id();
  made.signature = sign(*identity, "declaration", made.bytes);
  Bytes bytes = encode(made);
  // What others would refuse does not leave this device.
  KLUIS_CHECK(verify_declaration(bytes, terms.pdf));
  return bytes;
}

}  // namespace kluis
