#include <functional>

#include "tests/vault/ceremony/declaring_raad.h"
#include "vault/core/roll.h"
#include "vault/crypto/hash.h"

// What somebody with a changed program, the griffier first of all, cannot make others believe. The
// signature over the whole is his, and right: what is inside has to give him away.
namespace kluis::test {
namespace {

class ForgedDeclarationTest : public DeclaringRaad {
 protected:
  ForgedDeclarationTest() : decree_(destroyed()) {
    everybody_lives_on();
    true_ = taken_apart(declared(griffier_, decree_));
  }

  std::string judged_by_griffier(const Declaration& declaration) {
    return judged(signed_by(griffier_, declaration));
  }
  Result<VerifiedDeclaration> verified(const Declaration& declaration) {
    return verify_declaration(signed_by(griffier_, declaration));
  }

  // The roll before the commit that carried the decree out.
  std::vector<SignedRecord> acts_before() const {
    std::vector<SignedRecord> acts = true_.acts;
    const auto is_executed = [](const SignedRecord& act) {
      return decode_record(act.bytes)->kind == RecordKind::execute;
    };
    acts.erase(std::ranges::find_if(acts, is_executed), acts.end());
    return acts;
  }
  static Act act_of(const SignedRecord& signed_act) {
    const auto record = decode_record(signed_act.bytes);
    return *decode_act(record->kind, record->body);
  }
  Execute true_execute() const {
    for (const SignedRecord& act : true_.acts) {
      const Act read = act_of(act);
      if (const auto* execute = std::get_if<Execute>(&read.body)) return *execute;
    }
    return {};
  }

  // Appends a commit of these acts, signed by the griffier.
  void commit(std::vector<SignedRecord>& acts, const std::vector<ActBody>& bodies) {
    const IdentitySeed identity = identity_of(griffier_);
    const CircleAlias roll = griffier_.device->roll().alias();
    const std::uint64_t number = act_of(acts.back()).place.commit_number + 1;
    for (std::size_t at = 0; at < bodies.size(); ++at) {
      const RecordId previous = record_id(acts.back().bytes);
      const Act act{{acts.size(), previous, number, at + 1 == bodies.size()}, bodies[at]};
      acts.push_back(sign_act(roll, act, RollPosition{acts.size() - 1, previous},
                              raad_.clock.now_ms, griffier_.entropy, identity)
                         .signed_bytes());
    }
  }
  EpochAct end_of_circle() const {
    const RolledCircle* rolled = griffier_.device->roll().circle(circle_);
    return {circle_, rolled->number(), rolled->newest(), true};
  }
  // The same with another execution in the place of the true one.
  Declaration executed_by(const Execute& execute) {
    Declaration forged = true_;
    forged.acts = acts_before();
    commit(forged.acts, {execute, end_of_circle()});
    forged.receipt.reset();
    return forged;
  }

  // With another commit, as if the griffier had made it and the relay had taken it.
  Declaration with_commit(Declaration declaration, const Commit& changed) {
    SignedCommit& made = declaration.receipt->commit;
    made.bytes = encode(changed);
    const auto seed = griffier_.device->rows().secret<OfficerSeed>("officer");
    made.signature = sign(**seed, "commit", made.bytes);
    SignedReceipt& receipt = declaration.receipt->receipt;
    Receipt content = *decode_receipt(receipt.bytes);
    content.commit_hash = hash_as<Digest>("commit", {made.bytes});
    receipt.bytes = encode(content);
    receipt.signature = sign(raad_.receipt_seed(), "receipt", receipt.bytes);
    return declaration;
  }

  RollPosition head() const { return griffier_.device->roll().head(); }

  DecreeId decree_;
  Declaration true_;
};

TEST_F(ForgedDeclarationTest, WhatIsForgedHereIsValidBeforeThat) {
  EXPECT_EQ(judged_by_griffier(true_), "valid");
  // Nor is an execution refused because it was put together here.
  Declaration same = executed_by(true_execute());
  same.confirmations.clear();
  EXPECT_EQ(judged_by_griffier(same), "valid");
}

TEST_F(ForgedDeclarationTest, TheGriffierAloneDecidesNothing) {
  Execute execute = true_execute();
  execute.approvals.clear();
  EXPECT_EQ(judged_by_griffier(executed_by(execute)), "decree.too_few");
  execute.approvals = {execute.proposal};
  EXPECT_EQ(judged_by_griffier(executed_by(execute)), "decree.not_an_approval");
}

TEST_F(ForgedDeclarationTest, TheGriffierMintsNoSecondPerson) {
  for (const Capacity capacity : {Capacity::plv_raadsvoorzitter, Capacity::griffier}) {
    Declaration forged = true_;
    forged.acts = acts_before();
    Certificate puppet = griffier_.device->roll().genesis().founder;
    puppet.person.bytes.fill(9);
    puppet.person_name = "Pop";
    puppet.capacities = {capacity};
    commit(forged.acts, {puppet});
    EXPECT_EQ(judged_by_griffier(forged), "roll.capacity_needs_decree");
  }
}

TEST_F(ForgedDeclarationTest, AnActOfSomebodyElseIsNoAct) {
  Declaration forged = true_;
  Act last = act_of(forged.acts.back());
  forged.acts.pop_back();
  forged.acts.push_back(sign_act(griffier_.device->roll().alias(), last, head(), raad_.clock.now_ms,
                                 bram_.entropy, identity_of(bram_))
                            .signed_bytes());
  EXPECT_EQ(judged_by_griffier(forged), "roll.not_an_officer");
}

TEST_F(ForgedDeclarationTest, TheRollIsWholeAndReachesTheExecution) {
  Declaration forged = true_;
  forged.acts.pop_back();
  EXPECT_EQ(judged_by_griffier(forged), "declaration.acts");
  forged.acts = acts_before();
  EXPECT_EQ(judged_by_griffier(forged), "declaration.not_executed");
  forged.acts.clear();
  EXPECT_EQ(judged_by_griffier(forged), "declaration.acts");
  forged = true_;
  forged.acts.erase(forged.acts.begin() + 1);
  EXPECT_NE(judged_by_griffier(forged), "valid");
  forged = true_;
  forged.decree.bytes[0] ^= 1U;
  EXPECT_EQ(judged_by_griffier(forged), "declaration.not_executed");
}

TEST_F(ForgedDeclarationTest, OnlyAnOfficerDeclares) {
  EXPECT_EQ(judged(signed_by(anna_, true_)), "declaration.signer");
  EXPECT_EQ(judged(signed_by(plv_, true_)), "valid");
}

TEST_F(ForgedDeclarationTest, TheSignatureIsOfThatDevice) {
  auto outer = *decode_signed_declaration(signed_by(plv_, true_));
  outer.signer = griffier_.device->id();
  EXPECT_EQ(judged(encode(outer)), "declaration.signature");
}

TEST_F(ForgedDeclarationTest, NothingIsDeclaredThatDestroyedNothing) {
  Decree appoints;
  appoints.raad = griffier_.device->roll().raad();
  appoints.kind = DecreeKind::appoint;
  appoints.ground = "besluit van de raad";
  appoints.person = raad_.person_of(bram_);
  appoints.capacities = {Capacity::griffier};
  const DecreeId id = ordered(appoints);
  raad_.sync(griffier_);
  raad_.reload(griffier_);
  EXPECT_EQ(make_declaration(*griffier_.device, id, terms()).error().key,
            "declaration.destroys_nothing");
  Declaration forged;
  forged.decree = id;
  forged.acts = *griffier_.device->rows().acts();
  EXPECT_EQ(judged_by_griffier(forged), "declaration.destroys_nothing");
}

// ---- Confirmations ----

TEST_F(ForgedDeclarationTest, AConfirmationLeftOutMakesItProvisional) {
  Declaration forged = true_;
  std::erase_if(forged.confirmations,
                [&](const SignedRecord& word) { return author_of(word) == bram_.device->id(); });
  const auto judged = verified(forged);
  ASSERT_TRUE(judged) << judged.error().key;
  EXPECT_FALSE(judged->content().complete());
  EXPECT_EQ(names(judged->content().missing), Names{"Bram"});
}

TEST_F(ForgedDeclarationTest, AConfirmationIsOfThisDecree) {
  Declaration forged = true_;
  DecreeId other = decree_;
  other.bytes[0] ^= 1U;
  forged.confirmations = {word_of(bram_, {other, 1, {}}, head())};
  EXPECT_EQ(judged_by_griffier(forged), "declaration.confirmation");
  // "I forgot everything" is no word about this decree either.
  forged.confirmations = {word_of(bram_, {DecreeId{}, 1, {}}, head())};
  EXPECT_EQ(judged_by_griffier(forged), "declaration.confirmation");
}

TEST_F(ForgedDeclarationTest, AConfirmationIsSignedByItsDevice) {
  Declaration forged = true_;
  forged.confirmations.front().signature.bytes[0] ^= 1U;
  EXPECT_EQ(judged_by_griffier(forged), "record.signature");
}

TEST_F(ForgedDeclarationTest, AStrangerConfirmsNothing) {
  Declaration forged = true_;
  const IdentitySeed stranger = IdentitySeed::generate(griffier_.entropy);
  forged.confirmations = {word_by(stranger, {decree_, 1, {}}, head())};
  EXPECT_EQ(judged_by_griffier(forged), "declaration.confirmation");
}

// Who joined after it never had it.
TEST_F(ForgedDeclarationTest, ANewcomerConfirmsNothing) {
  Party& late = raad_.join(griffier_, "Laat", {Capacity::raadslid});
  raad_.settle();
  Declaration forged = true_;
  forged.acts = *griffier_.device->rows().acts();
  forged.confirmations = {word_of(late, {decree_, 1, {}}, head())};
  EXPECT_EQ(judged_by_griffier(forged), "declaration.confirmation");
}

TEST_F(ForgedDeclarationTest, NobodyConfirmsBeforeItWasDone) {
  Declaration forged = true_;
  const std::vector<SignedRecord> before = acts_before();
  const RollPosition early{before.size() - 1, record_id(before.back().bytes)};
  forged.confirmations = {word_of(bram_, {decree_, 1, {}}, early)};
  EXPECT_EQ(judged_by_griffier(forged), "declaration.confirmation");
  // The right place of another roll.
  RollPosition elsewhere{true_.acts.size() - 1, record_id(true_.acts.back().bytes)};
  forged.confirmations = {word_of(bram_, {decree_, 1, {}}, elsewhere)};
  EXPECT_EQ(judged_by_griffier(forged), "valid");
  elsewhere.act_id.bytes[0] ^= 1U;
  forged.confirmations = {word_of(bram_, {decree_, 1, {}}, elsewhere)};
  EXPECT_EQ(judged_by_griffier(forged), "declaration.confirmation");
}

TEST_F(ForgedDeclarationTest, WordsAreOfTheRollAndOfTheirKind) {
  Declaration forged = true_;
  Record record = *decode_record(forged.confirmations.front().bytes);
  record.author = bram_.device->id();
  record.circle = circle_;
  forged.confirmations = {sign_record(record, identity_of(bram_)).signed_bytes()};
  EXPECT_EQ(judged_by_griffier(forged), "declaration.confirmation");
  record.circle = griffier_.device->roll().alias();
  record.kind = RecordKind::approval;
  forged.confirmations = {sign_record(record, identity_of(bram_)).signed_bytes()};
  EXPECT_EQ(judged_by_griffier(forged), "declaration.confirmation");
}

TEST_F(ForgedDeclarationTest, EachDeviceSpeaksOnceAndInOrder) {
  Declaration forged = true_;
  forged.confirmations.push_back(forged.confirmations.back());
  EXPECT_EQ(judged_by_griffier(forged), "declaration.order");
  forged = true_;
  std::ranges::reverse(forged.confirmations);
  EXPECT_EQ(judged_by_griffier(forged), "declaration.order");
}

// Piet left before, and who executed it kept silent about him.
TEST_F(ForgedDeclarationTest, WhomAConfirmationNamesHasToConfirmToo) {
  const auto missing = [&](const std::vector<DeviceId>& also_boxed) {
    Execute execute = true_execute();
    std::erase(execute.holders, plv_.device->id());
    Declaration forged = true_;
    forged.acts = acts_before();
    commit(forged.acts, {Remove{{plv_.device->id()}, {}}, execute, end_of_circle()});
    forged.receipt.reset();
    forged.confirmations.clear();
    const RollPosition last{forged.acts.size() - 1, record_id(forged.acts.back().bytes)};
    for (Party* party : {&griffier_, &anna_, &bram_}) {
      forged.confirmations.push_back(word_of(*party, {decree_, 1, also_boxed}, last));
    }
    put_in_order(forged.confirmations);
    const auto judged = verified(forged);
    EXPECT_TRUE(judged) << judged.error().key;
    return judged ? names(judged->content().missing) : Names{"refused"};
  };
  EXPECT_EQ(missing({}), Names());
  EXPECT_EQ(missing({plv_.device->id()}), Names{"Piet"});
}

// ---- Words of leaving ----

TEST_F(ForgedDeclarationTest, WhoWasInTheRaadThenDoesNotCountByLeaving) {
  Declaration forged = true_;
  std::erase_if(forged.confirmations,
                [&](const SignedRecord& word) { return author_of(word) == bram_.device->id(); });
  forged.leavings = {word_of(bram_, {DecreeId{}, 1, {}}, head())};
  EXPECT_EQ(judged_by_griffier(forged), "declaration.leaving");
  // Nor when he left afterwards.
  wish(griffier_, removal_of(bram_));
  raad_.settle();
  raad_.reload(griffier_);
  forged.acts = *griffier_.device->rows().acts();
  ASSERT_FALSE(griffier_.device->roll().is_active(bram_.device->id()));
  EXPECT_EQ(judged_by_griffier(forged), "declaration.leaving");
}

// Whoever executes it takes him out in the same breath.
TEST_F(ForgedDeclarationTest, WhoIsRemovedAlongWithItDoesNotCountByLeaving) {
  const auto with = [&](const std::vector<ActBody>& bodies, const DecreeId& decree = {}) {
    Declaration forged = true_;
    forged.acts = acts_before();
    commit(forged.acts, bodies);
    forged.confirmations.clear();
    forged.receipt.reset();
    forged.leavings = {word_of(bram_, {decree, 1, {}}, head())};
    return judged_by_griffier(forged);
  };
  const Remove removal{{bram_.device->id()}, {}};
  EXPECT_EQ(with({true_execute(), end_of_circle(), removal}), "declaration.leaving");
  EXPECT_EQ(with({removal, true_execute(), end_of_circle()}), "valid");
  EXPECT_EQ(with({removal, true_execute(), end_of_circle()}, decree_), "declaration.leaving");
}

// ---- The relay's receipt ----

TEST_F(ForgedDeclarationTest, TheReceiptIsAboutThatCommit) {
  ASSERT_TRUE(true_.receipt);
  Declaration forged = true_;
  forged.receipt->receipt.signature.bytes[0] ^= 1U;
  EXPECT_EQ(judged_by_griffier(forged), "declaration.receipt");
  forged = true_;
  forged.receipt->commit.bytes.back() ^= 1U;
  EXPECT_EQ(judged_by_griffier(forged), "declaration.receipt");
  forged = true_;
  forged.receipt->commit.signature.bytes[0] ^= 1U;
  EXPECT_EQ(judged_by_griffier(forged), "declaration.receipt");
}

TEST_F(ForgedDeclarationTest, AReceiptOfAnotherCommitIsNone) {
  // A second dossier is destroyed; its receipt is genuine, and says nothing of the first.
  const CircleAlias other = raad_.make_circle(griffier_, "ander", {raad_.person_of(anna_)});
  raad_.settle();
  Decree decree = destruction();
  decree.circles = {other};
  const DecreeId second = ordered(decree);
  raad_.sync(griffier_);
  everybody_lives_on();
  const auto receipt = taken_apart(declared(griffier_, second)).receipt;
  ASSERT_TRUE(receipt);
  Declaration forged = true_;
  forged.receipt = receipt;
  EXPECT_EQ(judged_by_griffier(forged), "declaration.receipt");
}

// The relay took a commit; that the roll tells of another one does not make it that.
TEST_F(ForgedDeclarationTest, TheReceiptsCommitEndsWhatTheRollEnds) {
  Declaration forged = true_;
  forged.acts = acts_before();
  EpochAct other_end = end_of_circle();
  other_end.header.bytes[0] ^= 1U;
  commit(forged.acts, {true_execute(), other_end});
  forged.confirmations.clear();
  EXPECT_EQ(judged_by_griffier(forged), "declaration.receipt");
  forged.receipt.reset();
  EXPECT_EQ(judged_by_griffier(forged), "valid");
}

// What the relay and an officer would have signed, had the commit been this one.
TEST_F(ForgedDeclarationTest, TheCommitOfTheReceiptFitsInEachPart) {
  const auto with = [&](const std::function<void(Commit&, EpochChange&, EpochOp&)>& change) {
    Declaration forged = true_;
    Commit commit = *decode_commit(forged.receipt->commit.bytes);
    const auto ends = std::ranges::find_if(commit.epochs, [&](const EpochChange& epoch) {
      return decode_epoch_op(epoch.op.bytes)->circle == circle_;
    });
    EpochOp op = *decode_epoch_op(ends->op.bytes);
    EpochChange changed = *ends;
    change(commit, changed, op);
    changed.op.bytes = encode(op);
    commit.epochs = {changed};
    return judged_by_griffier(with_commit(forged, commit));
  };
  using Changes = std::function<void(Commit&, EpochChange&, EpochOp&)>;
  EXPECT_EQ(with([](Commit&, EpochChange&, EpochOp&) {}), "valid");
  const std::vector<Changes> all = {
      [](Commit&, EpochChange&, EpochOp& op) { op.header.bytes[0] ^= 1U; },
      [](Commit&, EpochChange&, EpochOp& op) { op.kind = HeaderKind::open; },
      [](Commit&, EpochChange&, EpochOp& op) { op.circle.bytes[0] ^= 1U; },
      [](Commit&, EpochChange&, EpochOp& op) { op.tenancy.bytes[0] ^= 1U; },
      [](Commit& commit, EpochChange&, EpochOp& op) {
        commit.tenancy.bytes[0] ^= 1U;
        op.tenancy = commit.tenancy;
      },
      [](Commit&, EpochChange& change, EpochOp&) {
        SignedHeader outer = *decode_signed_header(change.signed_header);
        Header header = *decode_header(outer.bytes);
        ++header.number;
        outer.bytes = encode(header);
        change.signed_header = encode(outer);
      },
  };
  for (std::size_t at = 0; at < all.size(); ++at) {
    EXPECT_EQ(with(all[at]), "declaration.receipt") << at;
  }
}

TEST_F(ForgedDeclarationTest, TheReceiptNamesTheCommitByItsHash) {
  Commit other = *decode_commit(true_.receipt->commit.bytes);
  ASSERT_FALSE(other.appends.empty());
  other.appends.clear();
  Declaration forged = with_commit(true_, other);
  EXPECT_EQ(judged_by_griffier(forged), "valid");
  forged.receipt->receipt = true_.receipt->receipt;
  EXPECT_EQ(judged_by_griffier(forged), "declaration.receipt");
}

// The last header stands on a roll: on this one, and not on another branch of it.
TEST_F(ForgedDeclarationTest, TheHeaderOfTheReceiptStandsOnThisRoll) {
  Commit commit = *decode_commit(true_.receipt->commit.bytes);
  const auto ends = std::ranges::find_if(commit.epochs, [&](const EpochChange& epoch) {
    return decode_epoch_op(epoch.op.bytes)->circle == circle_;
  });
  SignedHeader outer = *decode_signed_header(ends->signed_header);
  Header header = *decode_header(outer.bytes);
  header.roll_position.act_id.bytes[0] ^= 1U;
  outer.bytes = encode(header);
  ends->signed_header = encode(outer);
  EpochOp op = *decode_epoch_op(ends->op.bytes);
  op.header = hash_as<HeaderHash>("header", {outer.bytes});
  ends->op.bytes = encode(op);
  Declaration forged = true_;
  forged.acts = acts_before();
  EpochAct end = end_of_circle();
  end.header = op.header;
  this->commit(forged.acts, {true_execute(), end});
  forged.confirmations.clear();
  EXPECT_EQ(judged_by_griffier(with_commit(forged, commit)), "declaration.receipt");
}

TEST_F(ForgedDeclarationTest, OnlyAnOfficersCommitIsReceipted) {
  Declaration forged = true_;
  SignedCommit& made = forged.receipt->commit;
  const auto stranger = OfficerSeed::generate(griffier_.entropy);
  made.signer = signing_public<OfficerKey>(stranger);
  made.signature = sign(stranger, "commit", made.bytes);
  EXPECT_EQ(judged_by_griffier(forged), "declaration.receipt");
}

TEST_F(ForgedDeclarationTest, AConflictIsNoReceipt) {
  Declaration forged = true_;
  Receipt content = *decode_receipt(forged.receipt->receipt.bytes);
  const auto signed_again = [&] {
    forged.receipt->receipt.bytes = encode(content);
    forged.receipt->receipt.signature =
        sign(raad_.receipt_seed(), "receipt", forged.receipt->receipt.bytes);
    return judged_by_griffier(forged);
  };
  EXPECT_EQ(signed_again(), "valid");
  content.verdict = Verdict::conflict;
  EXPECT_EQ(signed_again(), "declaration.receipt");
  content.verdict = Verdict::committed;
  ++content.commit_number;
  EXPECT_EQ(signed_again(), "declaration.receipt");
  --content.commit_number;
  content.tenancy.bytes[0] ^= 1U;
  EXPECT_EQ(signed_again(), "declaration.receipt");
}

}  // namespace
}  // namespace kluis::test
