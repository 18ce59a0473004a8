#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "proto/record.h"

// The rules of law that the core and the dossiers ask for, as tables. Changing who may read what is
// a change of data here; no format depends on it. Each row names its source: the model verordening
// (V), the circulaire (C; "Ct" for its explanation) and the handreiking (H); domain terms as the
// law spells them. Where sources differ, the row with the narrowest access counts.
namespace kluis {

// Capacities whose devices may sign acts.
[[nodiscard]] bool is_officer_capacity(Capacity capacity);
// Capacities of the second place in decrees: given by the founding act, later by decree only.
[[nodiscard]] bool is_quorum_capacity(Capacity capacity);
// Capacities that no single officer gives or ends.
[[nodiscard]] bool needs_decree(Capacity capacity);

// A decree is signed in two places, each by another person: the griffie's, and the one that looks
// on for the raad. Who holds a capacity of a place fills it.
enum class DecreePlace : std::uint8_t { griffie = 1, second = 2 };
inline constexpr std::array kDecreePlaces = {DecreePlace::griffie, DecreePlace::second};
[[nodiscard]] std::optional<DecreePlace> decree_place(Capacity capacity);
// When nobody can speak for the second place, this many persons of the raad fill it, and more than
// half of them; so long after the proposal.
inline constexpr std::size_t kSuccessionPersonsMin = 3;
inline constexpr std::int64_t kSuccessionDelayMs = 14LL * 24 * 3600 * 1000;
// Whether who holds this capacity, or ever held it, signs no decree. The burgemeester is the
// voorzitter of the raad, and decrees are about his own files (V14.4).
[[nodiscard]] bool bars_from_decrees(Capacity capacity);

[[nodiscard]] std::string_view capacity_word(Capacity capacity);  // as on the command line
[[nodiscard]] std::optional<Capacity> capacity_from(std::string_view word);

[[nodiscard]] std::string_view role_word(DossierRole role);
[[nodiscard]] std::optional<DossierRole> role_from(std::string_view word);

[[nodiscard]] std::string_view kind_word(DossierKind kind);
[[nodiscard]] std::optional<DossierKind> kind_from(std::string_view word);

[[nodiscard]] std::string_view status_word(StukStatus status);

struct StukType {
  DossierKind kind;
  std::string_view word;
  ReaderClass reader_class;
  std::string_view marking;  // "G" geheim, "PV" persoonlijk en vertrouwelijk, "O" openbaar
  std::string_view article;  // why it lies in that class
};

// The types a dossier of this kind takes. nullptr: the kind does not know this type (refused).
[[nodiscard]] const StukType* stuk_type(DossierKind kind, std::string_view word);
[[nodiscard]] std::vector<std::string_view> stuk_types(DossierKind kind);
// The article that forbids taking this type into any dossier of the kind. nullopt: none does.
[[nodiscard]] std::optional<std::string_view> stuk_forbidden(DossierKind kind,
                                                             std::string_view word);

// Which classes of a dossier a role reads. Empty: the role has no place in such a dossier.
[[nodiscard]] std::vector<ReaderClass> classes_read(DossierKind kind, DossierRole role);
// The article by which a role reads a class, or by which it does not.
[[nodiscard]] std::string_view reads_because(DossierKind kind, DossierRole role,
                                             ReaderClass reader_class);
// The classes that a dossier of this kind has, the one it begins with first.
[[nodiscard]] std::vector<ReaderClass> classes_of(DossierKind kind);

// Whether a person with these capacities may be admitted in that role. nullopt: he may; else the
// article that forbids it.
[[nodiscard]] std::optional<std::string_view> role_forbidden(DossierKind kind, DossierRole role,
                                                             std::span<const Capacity> capacities);
// The role `grant` takes when none is named. Requires: nothing; with no capacity it is lid.
[[nodiscard]] DossierRole default_role(std::span<const Capacity> capacities);

// Whether a capacity lets one hold the role in a dossier of some kind.
[[nodiscard]] bool may_hold(DossierRole role, Capacity capacity);
// Whether one holds the role because one sits in the raad: a grant of it ends with the term (Vt2).
[[nodiscard]] bool ends_with_term(DossierRole role);

// Events of the world that a rule asks for, by the word under which they are recorded.
inline constexpr std::string_view kEventAftreden = "burgemeester-aftreden";
[[nodiscard]] std::span<const std::string_view> event_words();
// How a dossier of this kind ends: destroyed after the burgemeester left (V14.4), or transferred to
// the archive first, and only copies destroyed (V14.1-3).
[[nodiscard]] bool is_transferred(DossierKind kind);

// The article by which somebody without a role is refused this class.
[[nodiscard]] std::string_view outsider_refused(DossierKind kind, ReaderClass reader_class);

}  // namespace kluis
