#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "proto/decree.h"
#include "proto/record.h"
#include "proto/result.h"
#include "vault/core/record.h"
#include "vault/law/rules.h"

// The roll: one linear chain of officers' acts that names persons, devices, circles and every epoch
// of every circle. Its state is a pure fold; each commit is applied as a whole or not at all.
namespace kluis {

// A capacity from one act (included) to another (excluded).
struct CapacitySpan {
  Capacity capacity = Capacity::raadslid;
  std::uint64_t given_act = 0;
  std::optional<std::uint64_t> ended_act;
};

struct Person {
  PersonId id;
  std::string name;
  std::map<Capacity, std::uint64_t> capacities;  // present ones, with the act that gave each
  std::vector<CapacitySpan> history;             // all there ever were
  bool removed = false;
};

struct EnrolledDevice {
  DeviceId id;
  PersonId person;
  std::string name;
  OfficerKey officer_key;
  SignedCell first_leaf;
  bool custody = false;
  std::uint64_t certified_act = 0;
  std::optional<std::uint64_t> removed_act;

  [[nodiscard]] bool active() const { return !removed_act.has_value(); }
};

struct RolledCircle {
  CircleAlias alias;
  // Hash of each epoch's header, by number; the last is the newest. Empty between the `circle` act
  // and its first epoch, which stand in one commit.
  std::vector<HeaderHash> epochs;
  std::uint64_t newest_act = 0;  // the `epoch` act that named the newest
  DeviceId newest_by;            // who signed that act
  DeviceId made_by;
  std::uint64_t made_act = 0;  // the `circle` act
  bool ended = false;

  [[nodiscard]] std::uint64_t number() const { return epochs.size() - 1; }
  [[nodiscard]] const HeaderHash& newest() const { return epochs.back(); }
};

// Somebody whose signature on a decree counts.
struct DecreeSigner {
  PersonId person;
  DeviceId device;
  DecreePlace place = DecreePlace::griffie;
};

// Whether the person is, or ever was, what bars one from decrees (vault/law).
[[nodiscard]] bool ever_barred(const Person& person);

// A decree that was carried out.
struct ExecutedDecree {
  Decree decree;
  std::uint64_t act_number = 0;  // of its `execute`
  DeviceId executed_by;
  std::int64_t executed_unix_ms = 0;  // by that device's clock
  std::vector<DecreeSigner> signers;  // the proposer first
  std::vector<DeviceId> holders;      // devices that ever had what it destroyed
};

class RollState {
 public:
  // The state after the founding commit. `founding` holds its acts, genesis first.
  // Errors: integrity "roll.<what>".
  [[nodiscard]] static Result<RollState> found(std::span<const VerifiedRecord> founding);

  // The state after one more commit. `acts` are all acts of it, in order. Leaves *this as it was.
  // Errors: integrity "roll.<what>" for anything an honest officer's device does not sign;
  // "roll.newer" for a kind of act this version does not know.
  [[nodiscard]] Result<RollState> after(std::span<const VerifiedRecord> acts) const&;
  // The same, from a state that is not needed any more: a fold over a long roll copies nothing.
  [[nodiscard]] Result<RollState> after(std::span<const VerifiedRecord> acts) &&;

  [[nodiscard]] const RaadId& raad() const { return raad_; }
  [[nodiscard]] const Genesis& genesis() const { return genesis_; }
  [[nodiscard]] const CircleAlias& alias() const { return genesis_.roll; }
  [[nodiscard]] const RollPosition& head() const { return head_; }
  [[nodiscard]] std::uint64_t commit_number() const { return commit_number_; }
  [[nodiscard]] const std::map<PersonId, Person>& persons() const { return persons_; }
  [[nodiscard]] const std::map<DeviceId, EnrolledDevice>& devices() const { return devices_; }
  [[nodiscard]] const std::map<CircleAlias, RolledCircle>& circles() const { return circles_; }
  // The act that installed the present raad. nullopt: the founding one sits still.
  [[nodiscard]] std::optional<std::uint64_t> term_act() const { return term_act_; }
  [[nodiscard]] const std::string& term_name() const { return term_name_; }
  [[nodiscard]] bool founding_over() const { return founding_over_; }
  // Of who holds the second place in decrees: which of his devices speaks for him.
  struct Voice {
    DeviceId device;
    std::uint64_t given_act = 0;
    auto operator<=>(const Voice&) const = default;
  };
  [[nodiscard]] const std::map<PersonId, Voice>& voices() const { return speaking_; }
  [[nodiscard]] const std::map<DecreeId, ExecutedDecree>& executed() const { return executed_; }
  [[nodiscard]] bool is_withdrawn(const DecreeId& id) const { return withdrawn_.contains(id); }

  // nullptr when unknown.
  [[nodiscard]] const Person* person(const PersonId& id) const;
  [[nodiscard]] const EnrolledDevice* device(const DeviceId& id) const;
  [[nodiscard]] const RolledCircle* circle(const CircleAlias& alias) const;

  [[nodiscard]] bool is_active(const DeviceId& device) const;
  // An active device of a griffier or plv-griffier.
  [[nodiscard]] bool is_officer(const DeviceId& device) const;
  // An officer's device or a custody device: in every circle, without an admit.
  [[nodiscard]] bool keeps_every_circle(const DeviceId& device) const;
  // The same when the act of that number had just been applied.
  [[nodiscard]] bool was_active(const DeviceId& device, std::uint64_t act_number) const;
  [[nodiscard]] bool was_officer(const DeviceId& device, std::uint64_t act_number) const;
  // Whether a device that follows the rules can have written this at the roll head it names: it was
  // in the raad there, and the circle was there too, or is of its own making. Who left, or was an
  // officer once, writes nothing into circles that were made after that by claiming an older head.
  [[nodiscard]] bool can_have_written(const Record& record) const;
  [[nodiscard]] bool has_capacity(const PersonId& person, Capacity capacity) const;
  // Raadslid or plv-raadsvoorzitter: whose place ends with the term.
  [[nodiscard]] bool sits_in_raad(const PersonId& person) const;
  // Whether he got one of these, and has it still, by an act after that number.
  [[nodiscard]] bool came_to_sit_after(const PersonId& person, std::uint64_t act_number) const;
  // Whether the decree fills the second place while nobody can speak for it. Then the persons of
  // the raad sign, of whom it takes three, and more than half.
  [[nodiscard]] bool is_succession(const Decree& decree) const;
  // Who would sign the decree with this device, if that counts now; it was proposed when
  // `since_act` was the last act. Errors: integrity "decree.<what>", told apart in proto/FORMAT.md,
  // "Decrees".
  [[nodiscard]] Result<DecreeSigner> signing_device(const Decree& decree, const DeviceId& device,
                                                    std::uint64_t since_act) const;
  // Whose signature this record is, likewise.
  [[nodiscard]] Result<DecreeSigner> signer(const Decree& decree, const VerifiedRecord& signature,
                                            std::uint64_t since_act) const;
  // Whether these suffice. Requires: each is another person, and counts.
  [[nodiscard]] bool suffices(const Decree& decree, const std::vector<DecreeSigner>& signers) const;
  // Active devices, sorted.
  [[nodiscard]] std::vector<DeviceId> active_devices() const;
  [[nodiscard]] std::vector<DeviceId> active_devices_of(const PersonId& person) const;
  // Relay keys of all active officers' devices, sorted.
  [[nodiscard]] std::vector<OfficerKey> officer_keys() const;
  // Whether the act of that number is `id` (positions that records and leaves claim to have seen).
  [[nodiscard]] bool contains(const RollPosition& position) const;
  [[nodiscard]] const std::vector<RecordId>& act_ids() const { return act_ids_; }
  // nullopt: no such act.
  [[nodiscard]] std::optional<std::uint64_t> act_number_of(const RecordId& act) const;

 private:
  [[nodiscard]] Status apply(const VerifiedRecord& record, const Act& act);
  [[nodiscard]] Status apply_body(const DeviceId& author, const Genesis& body, const RecordId& id);
  [[nodiscard]] Status apply_body(const DeviceId& author, const Certificate& body,
                                  const RecordId& id);
  [[nodiscard]] Status apply_body(const DeviceId& author, const Remove& body, const RecordId& id);
  [[nodiscard]] Status apply_body(const DeviceId& author, const Appoint& body, const RecordId& id);
  [[nodiscard]] Status apply_body(const DeviceId& author, const CircleAct& body,
                                  const RecordId& id);
  [[nodiscard]] Status apply_body(const DeviceId& author, const EpochAct& body, const RecordId& id);
  [[nodiscard]] Status apply_body(const DeviceId& author, const Mark& body, const RecordId& id);
  [[nodiscard]] Status apply_body(const DeviceId& author, const Term& body, const RecordId& id);
  [[nodiscard]] Status apply_body(const DeviceId& author, const Execute& body, const RecordId& id);
  [[nodiscard]] Status apply_body(const DeviceId& author, const Withdraw& body, const RecordId& id);
  [[nodiscard]] Status apply_body(const DeviceId& author, const OpaqueAct& body,
                                  const RecordId& id);
  [[nodiscard]] Status enrol(const Certificate& body);
  void give(Person& person, Capacity capacity);
  void end(Person& person, Capacity capacity);
  void end_term_of(Person& person);
  [[nodiscard]] Status found_second_place(const Appoint& body);
  [[nodiscard]] Status check_complete() const;
  [[nodiscard]] Result<std::vector<DecreeSigner>> signers_of(const Decree& decree,
                                                             const Execute& body) const;
  [[nodiscard]] bool has_voice() const;
  [[nodiscard]] bool was_before_silence(const PersonId& person) const;
  [[nodiscard]] Status check_succession(const Decree& decree, const Record& proposal) const;
  [[nodiscard]] Status order_erasure(const Decree& decree);
  [[nodiscard]] Status give_by_decree(const Decree& decree);
  [[nodiscard]] Status end_by_decree(const Decree& decree);

  RaadId raad_;
  Genesis genesis_;
  RollPosition head_;
  std::uint64_t commit_number_ = 0;
  // Of the act being applied:
  std::uint64_t act_number_ = 0;
  std::int64_t act_unix_ms_ = 0;
  std::vector<RecordId> act_ids_;
  std::map<PersonId, Person> persons_;
  std::map<DeviceId, EnrolledDevice> devices_;
  std::map<CircleAlias, RolledCircle> circles_;
  std::optional<std::uint64_t> term_act_;
  std::string term_name_;
  bool founding_over_ = false;
  std::map<PersonId, Voice> speaking_;
  // The act since which nobody can speak for the second place. nullopt: somebody can.
  std::optional<std::uint64_t> silent_since_;
  std::map<DecreeId, ExecutedDecree> executed_;
  std::set<DecreeId> withdrawn_;
  // Circles that a decree of the commit being applied destroys (true), or drops records from, and
  // that did not end or were not resealed in it yet.
  std::map<CircleAlias, bool> ordered_;
};

// Builds the record of an act. `time` is the author's clock.
[[nodiscard]] VerifiedRecord sign_act(const CircleAlias& roll, const Act& act,
                                      const RollPosition& head, std::int64_t written_unix_ms,
                                      Entropy& entropy, const IdentitySeed& identity);

}  // namespace kluis
