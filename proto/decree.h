#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/record.h"

// Members' records in the roll by which several persons decide together. They have no position
// there: the `execute` that carries a decree out embeds its proposal and approvals as signed.
// Format: proto/FORMAT.md, "Decrees".
namespace kluis {

enum class DecreeKind : std::uint16_t {
  destroy_dossier = 1,  // each circle of it ends
  destroy_stuk = 2,     // its records are dropped from each circle that has them
  appoint = 3,          // gives capacities that no single officer may give
  discharge = 4         // ends such capacities
};

// How many stukken of one type and year a decree destroys: what its second signer gets to see, and
// the declaration says. No title, no content.
struct Covered {
  std::string type;  // domain word, as in Stuk
  std::uint16_t year = 0;
  std::uint32_t count = 0;
};

// What a proposal says. Its proposer and the roll head he saw are those of the record, and the
// record's id is the decree's.
struct Decree {
  RaadId raad;
  DecreeKind kind = DecreeKind::destroy_dossier;
  std::string ground;                   // why, in words for people
  std::int64_t not_before_unix_ms = 0;  // 0: at once. Delays; never grants
  // Destroying:
  DossierId dossier;
  std::optional<StukId> stuk;        // destroy_stuk
  std::vector<CircleAlias> circles;  // all that are resealed or ended; sorted
  std::vector<RecordId> records;     // destroy_stuk: all about it, carried copies too; sorted
  std::vector<Covered> covers;
  // Appointing and discharging:
  std::optional<PersonId> person;
  std::vector<Capacity> capacities;         // distinct
  std::optional<DeviceId> speaking_device;  // appoint: which device approves for the person
};

// Its author wants the decree to be carried out.
struct Approval {
  DecreeId decree;
};

// A device's word that it holds nothing any more of what was destroyed, nor the keys that opened
// it.
struct Confirmation {
  DecreeId decree;
  std::uint64_t generation = 0;      // of the device's root key
  std::vector<DeviceId> also_boxed;  // devices for which the confirmer knows a box or welcome
};

// Something that happened in the world and that a rule of law asks for, as an officer records it.
struct Event {
  std::string code;  // word of vault/law
  PersonId person;   // whom it is about
  std::string date;  // the day, YYYY-MM-DD
};

[[nodiscard]] Bytes encode(const Decree& body);
[[nodiscard]] Bytes encode(const Approval& body);
[[nodiscard]] Bytes encode(const Confirmation& body);
[[nodiscard]] Bytes encode(const Event& body);
[[nodiscard]] Result<Decree> decode_decree(ByteView body);
[[nodiscard]] Result<Approval> decode_approval(ByteView body);
[[nodiscard]] Result<Confirmation> decode_confirmation(ByteView body);
[[nodiscard]] Result<Event> decode_event(ByteView body);

}  // namespace kluis
