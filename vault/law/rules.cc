#include "vault/law/rules.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace kluis {
namespace {

template <typename Value>
struct Word {
  Value value;
  std::string_view word;
};

constexpr std::array kCapacityWords = {
    Word{Capacity::griffier, "griffier"},
    Word{Capacity::plv_griffier, "plv-griffier"},
    Word{Capacity::plv_raadsvoorzitter, "plv-raadsvoorzitter"},
    Word{Capacity::raadslid, "raadslid"},
    Word{Capacity::burgemeester, "burgemeester"},
    Word{Capacity::wethouder, "wethouder"},
    Word{Capacity::gemeentesecretaris, "gemeentesecretaris"},
    Word{Capacity::archivaris, "archivaris"},
};
constexpr std::array kRoleWords = {
    Word{DossierRole::lid, "lid"},
    Word{DossierRole::commissievoorzitter, "commissievoorzitter"},
    Word{DossierRole::secretaris, "secretaris"},
    Word{DossierRole::adviseur, "adviseur"},
    Word{DossierRole::burgemeester, "burgemeester"},
};
constexpr std::array kKindWords = {
    Word{DossierKind::gesprek, "gesprek"},
    Word{DossierKind::benoeming, "benoeming"},
    Word{DossierKind::herbenoeming, "herbenoeming"},
};
constexpr std::array kStatusWords = {
    Word{StukStatus::concept_, "concept"},
    Word{StukStatus::definitief, "definitief"},
    Word{StukStatus::vastgesteld, "vastgesteld"},
};

template <typename Table, typename Value>
std::string_view word_of(const Table& table, Value value) {
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const auto& entry) { return entry.value == value; });
  return row == table.end() ? std::string_view() : row->word;
}
template <typename Value, std::size_t kSize>
std::optional<Value> value_of(const std::array<Word<Value>, kSize>& table, std::string_view word) {
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const auto& entry) { return entry.word == word; });
  return row == table.end() ? std::nullopt : std::optional<Value>(row->value);
}

// What a stuk is decides who reads it. "overig" lies where the fewest read.
constexpr auto kGesprek = DossierKind::gesprek;
constexpr auto kBenoeming = DossierKind::benoeming;
constexpr auto kHerbenoeming = DossierKind::herbenoeming;
constexpr auto kIntern = ReaderClass::intern;
constexpr auto kGezamenlijk = ReaderClass::gezamenlijk;
constexpr auto kVerslag = ReaderClass::verslag;
constexpr auto kRaad = ReaderClass::raad;

constexpr std::array kStukTypes = {
    StukType{kGesprek, "verslag", kVerslag, "G", "H4.3"},
    StukType{kGesprek, "afsprakenlijst", kVerslag, "G", "H3.2"},
    StukType{kGesprek, "agenda", kGezamenlijk, "G", "V9.4"},
    StukType{kGesprek, "terugkoppeling", kGezamenlijk, "G", "H4.3"},
    StukType{kGesprek, "toestemming", kGezamenlijk, "G", "Ct XIII"},
    StukType{kGesprek, "ontvangstbevestiging", kGezamenlijk, "G", "Ct XIII"},
    StukType{kGesprek, "profielschets", kGezamenlijk, "O", "C I.1"},
    StukType{kGesprek, "verordening", kGezamenlijk, "O", "C II.2"},
    StukType{kGesprek, "instellingsbesluit", kGezamenlijk, "O", "C II.2"},
    StukType{kGesprek, "uitnodiging", kIntern, "G", "V6.2"},
    StukType{kGesprek, "vragenlijst", kIntern, "G", "H1"},
    StukType{kGesprek, "insteeknotitie", kIntern, "G", "H1"},
    StukType{kGesprek, "informantverslag", kIntern, "G", "H2.1.1"},
    StukType{kGesprek, "referentieverslag", kIntern, "G", "H2.1.1"},
    StukType{kGesprek, "geheimhoudingsverklaring", kIntern, "G", "H1"},
    StukType{kGesprek, "overig", kIntern, "G", "V5.4"},

    StukType{kBenoeming, "oordeel-cvdk", kIntern, "PV", "V8.1"},
    StukType{kBenoeming, "sollicitatiebrief", kIntern, "PV", "C V.4"},
    StukType{kBenoeming, "cv", kIntern, "PV", "C V.4"},
    StukType{kBenoeming, "referentie", kIntern, "PV", "C IV.2"},
    StukType{kBenoeming, "assessmentrapport", kIntern, "PV", "Ct V"},
    StukType{kBenoeming, "correspondentie", kIntern, "PV", "V7.3"},
    StukType{kBenoeming, "uitnodiging", kIntern, "G", "V6.2"},
    StukType{kBenoeming, "agenda", kIntern, "G", "V5.4"},
    StukType{kBenoeming, "verslag", kIntern, "G", "C V.3"},
    StukType{kBenoeming, "verslag-beraadslagingen", kIntern, "G", "C V.3"},
    StukType{kBenoeming, "conceptbevindingen", kIntern, "G", "C V.6"},
    StukType{kBenoeming, "verslag-van-bevindingen", kRaad, "G", "C V.6"},
    StukType{kBenoeming, "conceptaanbeveling", kRaad, "G", "C V.6"},
    StukType{kBenoeming, "raadsvoorstel", kRaad, "G", "C VI.1"},
    StukType{kBenoeming, "verslag-besloten-vergadering", kRaad, "G", "C VI.6"},
    StukType{kBenoeming, "verslag-openbaar-gedeelte", kRaad, "O", "C VI.6"},
    StukType{kBenoeming, "verslag-profielschetsvergadering", kRaad, "O", "C I.1"},
    StukType{kBenoeming, "profielschets", kRaad, "O", "C I.1"},
    StukType{kBenoeming, "verordening", kRaad, "O", "C II.2"},
    StukType{kBenoeming, "instellingsbesluit", kRaad, "O", "C II.2"},
    StukType{kBenoeming, "overig", kIntern, "G", "V5.4"},

    StukType{kHerbenoeming, "agenda", kGezamenlijk, "G", "V10.1"},
    StukType{kHerbenoeming, "conceptbevindingen", kGezamenlijk, "G", "V10.2"},
    StukType{kHerbenoeming, "verslag-gesprek-burgemeester", kGezamenlijk, "G", "V10.2"},
    StukType{kHerbenoeming, "correspondentie", kIntern, "PV", "V7.3"},
    StukType{kHerbenoeming, "uitnodiging", kIntern, "G", "V6.2"},
    StukType{kHerbenoeming, "informantverslag", kIntern, "G", "H2.1.1"},
    StukType{kHerbenoeming, "referentieverslag", kIntern, "G", "H2.1.1"},
    StukType{kHerbenoeming, "verslag", kIntern, "G", "C XI.1"},
    StukType{kHerbenoeming, "verslag-beraadslagingen", kIntern, "G", "C XI.3"},
    StukType{kHerbenoeming, "verslag-van-bevindingen", kRaad, "G", "C XI.5"},
    StukType{kHerbenoeming, "conceptaanbeveling", kRaad, "G", "C XI.5"},
    StukType{kHerbenoeming, "brief-kanttekeningen", kRaad, "G", "Ct XI"},
    StukType{kHerbenoeming, "overleg-cvdk", kRaad, "G", "C IX.2"},
    StukType{kHerbenoeming, "raadsvoorstel", kRaad, "G", "C XII.5"},
    StukType{kHerbenoeming, "verslag-besloten-vergadering", kRaad, "G", "C XII.5"},
    StukType{kHerbenoeming, "verslag-openbaar-gedeelte", kRaad, "O", "C XII.5"},
    StukType{kHerbenoeming, "profielschets", kRaad, "O", "C XI.2"},
    StukType{kHerbenoeming, "verordening", kRaad, "O", "C X.2"},
    StukType{kHerbenoeming, "instellingsbesluit", kRaad, "O", "C X.2"},
    StukType{kHerbenoeming, "overig", kIntern, "G", "V5.4"},
};

struct ForbiddenType {
  DossierKind kind;
  std::string_view word;
  std::string_view article;
};
constexpr std::array kForbiddenTypes = {
    ForbiddenType{kBenoeming, "justitiele-gegevens", "Ct IV"},
    ForbiddenType{kBenoeming, "opgave-sollicitanten", "Ct IV"},
    ForbiddenType{kGesprek, "justitiele-gegevens", "Ct IV"},
    ForbiddenType{kHerbenoeming, "justitiele-gegevens", "Ct IV"},
};

// One row per class that a role reads.
struct Reading {
  DossierKind kind;
  DossierRole role;
  ReaderClass reader_class;
  std::string_view article;
};
constexpr auto kLid = DossierRole::lid;
constexpr auto kVoorzitter = DossierRole::commissievoorzitter;
constexpr auto kSecretaris = DossierRole::secretaris;
constexpr auto kAdviseur = DossierRole::adviseur;
constexpr auto kBurgemeester = DossierRole::burgemeester;

constexpr std::array kReadings = {
    Reading{kGesprek, kLid, kIntern, "V5.4"},
    Reading{kGesprek, kLid, kGezamenlijk, "V9.4"},
    Reading{kGesprek, kLid, kVerslag, "H4.3"},
    Reading{kGesprek, kVoorzitter, kIntern, "V5.4"},
    Reading{kGesprek, kVoorzitter, kGezamenlijk, "V9.4"},
    Reading{kGesprek, kVoorzitter, kVerslag, "H4.3"},
    Reading{kGesprek, kSecretaris, kIntern, "V3.1"},
    Reading{kGesprek, kSecretaris, kGezamenlijk, "V3.1"},
    Reading{kGesprek, kSecretaris, kVerslag, "H4.3"},
    Reading{kGesprek, kBurgemeester, kGezamenlijk, "V9.4"},
    Reading{kGesprek, kBurgemeester, kVerslag, "H4.3"},

    Reading{kBenoeming, kLid, kIntern, "V5.4"},
    Reading{kBenoeming, kLid, kRaad, "C V.6"},
    Reading{kBenoeming, kVoorzitter, kIntern, "V5.4"},
    Reading{kBenoeming, kVoorzitter, kRaad, "C V.6"},
    Reading{kBenoeming, kSecretaris, kIntern, "V3.1"},
    Reading{kBenoeming, kSecretaris, kRaad, "V3.1"},
    Reading{kBenoeming, kAdviseur, kIntern, "V4.2"},
    Reading{kBenoeming, kAdviseur, kRaad, "Ct VI"},

    Reading{kHerbenoeming, kLid, kIntern, "V5.4"},
    Reading{kHerbenoeming, kLid, kGezamenlijk, "V10.2"},
    Reading{kHerbenoeming, kLid, kRaad, "C XI.5"},
    Reading{kHerbenoeming, kVoorzitter, kIntern, "V5.4"},
    Reading{kHerbenoeming, kVoorzitter, kGezamenlijk, "V10.2"},
    Reading{kHerbenoeming, kVoorzitter, kRaad, "C XI.5"},
    Reading{kHerbenoeming, kSecretaris, kIntern, "V3.1"},
    Reading{kHerbenoeming, kSecretaris, kGezamenlijk, "V3.1"},
    Reading{kHerbenoeming, kSecretaris, kRaad, "V3.1"},
    Reading{kHerbenoeming, kAdviseur, kIntern, "V4.2"},
    Reading{kHerbenoeming, kAdviseur, kGezamenlijk, "V4.2"},
    Reading{kHerbenoeming, kAdviseur, kRaad, "Ct XII"},
    // The verslag van bevindingen reaches him by despatch (V10.3), not by a key.
    Reading{kHerbenoeming, kBurgemeester, kGezamenlijk, "V10.2"},
};

// Who cannot hold a role whatever else he is. Looked at before kRoleNeeds.
struct RoleShut {
  DossierKind kind;
  DossierRole role;
  std::string_view article;
};
constexpr std::array kRolesShut = {
    RoleShut{kGesprek, kAdviseur, "Vt4"},
    RoleShut{kBenoeming, kBurgemeester, "Ct VI"},
};

// One of these capacities is needed.
struct RoleNeed {
  DossierRole role;
  Capacity capacity;
  bool only_a_tasks;  // (her)benoeming, not gesprek
};
constexpr std::array kRoleNeeds = {
    RoleNeed{kLid, Capacity::raadslid, false},
    RoleNeed{kLid, Capacity::plv_raadsvoorzitter, false},
    RoleNeed{kVoorzitter, Capacity::raadslid, false},
    RoleNeed{kVoorzitter, Capacity::plv_raadsvoorzitter, false},
    RoleNeed{kSecretaris, Capacity::griffier, false},
    RoleNeed{kSecretaris, Capacity::plv_griffier, false},
    RoleNeed{kSecretaris, Capacity::gemeentesecretaris, true},
    RoleNeed{kAdviseur, Capacity::wethouder, true},
    RoleNeed{kBurgemeester, Capacity::burgemeester, false},
};

// The article that says who can hold the role, named when somebody else is put forward.
constexpr std::array kRoleArticles = {
    Word{kLid, "V5.4"},        Word{kVoorzitter, "Ct II"},  Word{kSecretaris, "V3.1"},
    Word{kAdviseur, "C II.1"}, Word{kBurgemeester, "V9.4"},
};

bool holds(std::span<const Capacity> capacities, Capacity capacity) {
  return std::find(capacities.begin(), capacities.end(), capacity) != capacities.end();
}

// The griffier and the gemeentesecretaris have articles of their own that keep them out.
std::string_view why_not(DossierKind kind, DossierRole role, std::span<const Capacity> capacities) {
  const bool griffier =
      holds(capacities, Capacity::griffier) || holds(capacities, Capacity::plv_griffier);
  const bool secretaris = holds(capacities, Capacity::gemeentesecretaris);
  const bool burgemeester = holds(capacities, Capacity::burgemeester);
  if (kind == kBenoeming && burgemeester) return "Ct VI";
  if (role == kSecretaris && secretaris) return "V3.2";
  if (role == kAdviseur && (griffier || secretaris)) return "Ct II";
  if (role == kLid && griffier) return "V3.4";
  return word_of(kRoleArticles, role);
}

}  // namespace

bool is_officer_capacity(Capacity capacity) {
  return capacity == Capacity::griffier || capacity == Capacity::plv_griffier;
}

bool is_quorum_capacity(Capacity capacity) {
  return capacity == Capacity::plv_raadsvoorzitter;
}

bool needs_decree(Capacity capacity) {
  return capacity == Capacity::griffier || is_quorum_capacity(capacity);
}

std::optional<DecreePlace> decree_place(Capacity capacity) {
  if (is_officer_capacity(capacity)) return DecreePlace::griffie;
  if (is_quorum_capacity(capacity)) return DecreePlace::second;
  return std::nullopt;
}

bool bars_from_decrees(Capacity capacity) {
  return capacity == Capacity::burgemeester;
}

std::string_view capacity_word(Capacity capacity) {
  return word_of(kCapacityWords, capacity);
}
std::optional<Capacity> capacity_from(std::string_view word) {
  return value_of(kCapacityWords, word);
}
std::string_view role_word(DossierRole role) {
  return word_of(kRoleWords, role);
}
std::optional<DossierRole> role_from(std::string_view word) {
  return value_of(kRoleWords, word);
}
std::string_view kind_word(DossierKind kind) {
  return word_of(kKindWords, kind);
}
std::optional<DossierKind> kind_from(std::string_view word) {
  return value_of(kKindWords, word);
}
std::string_view status_word(StukStatus status) {
  return word_of(kStatusWords, status);
}

const StukType* stuk_type(DossierKind kind, std::string_view word) {
  const auto row = std::find_if(kStukTypes.begin(), kStukTypes.end(), [&](const StukType& type) {
    return type.kind == kind && type.word == word;
  });
  return row == kStukTypes.end() ? nullptr : &*row;
}

std::vector<std::string_view> stuk_types(DossierKind kind) {
  std::vector<std::string_view> words;
  for (const StukType& type : kStukTypes) {
    if (type.kind == kind) words.push_back(type.word);
  }
  return words;
}

std::optional<std::string_view> stuk_forbidden(DossierKind kind, std::string_view word) {
  for (const ForbiddenType& type : kForbiddenTypes) {
    if (type.kind == kind && type.word == word) return type.article;
  }
  return std::nullopt;
}

std::vector<ReaderClass> classes_read(DossierKind kind, DossierRole role) {
  std::vector<ReaderClass> classes;
  for (const Reading& reading : kReadings) {
    if (reading.kind == kind && reading.role == role) classes.push_back(reading.reader_class);
  }
  return classes;
}

std::string_view reads_because(DossierKind kind, DossierRole role, ReaderClass reader_class) {
  for (const Reading& reading : kReadings) {
    if (reading.kind == kind && reading.role == role && reading.reader_class == reader_class) {
      return reading.article;
    }
  }
  if (role == kBurgemeester) return kind == kBenoeming ? "Ct VI" : "C XI.3";
  return "V5.4";
}

std::vector<ReaderClass> classes_of(DossierKind kind) {
  switch (kind) {
    case DossierKind::gesprek:
      return {kIntern, kGezamenlijk, kVerslag};
    case DossierKind::benoeming:
      return {kIntern, kRaad};
    case DossierKind::herbenoeming:
      return {kIntern, kGezamenlijk, kRaad};
  }
  return {};
}

std::optional<std::string_view> role_forbidden(DossierKind kind, DossierRole role,
                                               std::span<const Capacity> capacities) {
  for (const RoleShut& shut : kRolesShut) {
    if (shut.kind == kind && shut.role == role) return shut.article;
  }
  // A burgemeester stays out of a benoeming whatever else he is.
  if (kind == kBenoeming && holds(capacities, Capacity::burgemeester)) return "Ct VI";
  const bool may = std::any_of(kRoleNeeds.begin(), kRoleNeeds.end(), [&](const RoleNeed& need) {
    return need.role == role && holds(capacities, need.capacity) &&
           !(need.only_a_tasks && kind == kGesprek);
  });
  if (may) return std::nullopt;
  return why_not(kind, role, capacities);
}

DossierRole default_role(std::span<const Capacity> capacities) {
  struct Default {
    Capacity capacity;
    DossierRole role;
  };
  constexpr std::array kDefaults = {
      Default{Capacity::burgemeester, kBurgemeester},
      Default{Capacity::griffier, kSecretaris},
      Default{Capacity::plv_griffier, kSecretaris},
      Default{Capacity::gemeentesecretaris, kSecretaris},
      Default{Capacity::raadslid, kLid},
      Default{Capacity::plv_raadsvoorzitter, kLid},
      Default{Capacity::wethouder, kAdviseur},
  };
  for (const Default& choice : kDefaults) {
    if (holds(capacities, choice.capacity)) return choice.role;
  }
  return kLid;
}

bool may_hold(DossierRole role, Capacity capacity) {
  return std::ranges::any_of(kRoleNeeds, [&](const RoleNeed& need) {
    return need.role == role && need.capacity == capacity;
  });
}

bool ends_with_term(DossierRole role) {
  return may_hold(role, Capacity::raadslid);
}

std::string_view outsider_refused(DossierKind kind, ReaderClass reader_class) {
  return kind == kGesprek && reader_class == kVerslag ? "H4.3" : "V5.4";
}

std::span<const std::string_view> event_words() {
  static constexpr std::array<std::string_view, 1> kWords = {kEventAftreden};
  return kWords;
}

bool is_transferred(DossierKind kind) {
  return kind != DossierKind::gesprek;
}

}  // namespace kluis
