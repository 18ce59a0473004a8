#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "proto/record.h"

// The rules of law that the core asks for, as tables. Changing who may read what is a change of
// data here; no format depends on it. Sources: the model verordening (V), the circulaire (C) and the
// handreiking (H); domain terms as the law spells them.
namespace kluis {

// Capacities whose devices may sign acts.
[[nodiscard]] bool is_officer_capacity(Capacity capacity);
// Capacities of the second place in decrees: given by the founding act, later by decree only.
[[nodiscard]] bool is_quorum_capacity(Capacity capacity);

[[nodiscard]] std::string_view capacity_word(Capacity capacity);  // as on the command line
[[nodiscard]] std::optional<Capacity> capacity_from(std::string_view word);

[[nodiscard]] std::string_view role_word(DossierRole role);
[[nodiscard]] std::optional<DossierRole> role_from(std::string_view word);

[[nodiscard]] std::string_view kind_word(DossierKind kind);
[[nodiscard]] std::optional<DossierKind> kind_from(std::string_view word);

struct StukType {
  std::string_view word;
  ReaderClass reader_class;
  std::string_view marking;  // "G" geheim, "PV" persoonlijk en vertrouwelijk, "O" openbaar
};

// The types a dossier of this kind takes. nullopt: the kind does not know this type (refused).
[[nodiscard]] std::optional<StukType> stuk_type(DossierKind kind, std::string_view word);
[[nodiscard]] std::vector<std::string_view> stuk_types(DossierKind kind);

// Which classes of a dossier a role reads. Empty: the role has no place in such a dossier.
[[nodiscard]] std::vector<ReaderClass> classes_read(DossierKind kind, DossierRole role);

// Whether a person with these capacities may be admitted in that role. nullopt: he may; else the
// article that forbids it.
[[nodiscard]] std::optional<std::string_view> role_forbidden(DossierKind kind, DossierRole role,
                                                             std::span<const Capacity> capacities);
// The role `grant` takes when none is named.
[[nodiscard]] DossierRole default_role(std::span<const Capacity> capacities);

}  // namespace kluis
