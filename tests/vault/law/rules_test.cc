#include "vault/law/rules.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

namespace kluis {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::array kKinds = {DossierKind::gesprek, DossierKind::benoeming,
                               DossierKind::herbenoeming};
constexpr std::array kRoles = {DossierRole::lid, DossierRole::commissievoorzitter,
                               DossierRole::secretaris, DossierRole::adviseur,
                               DossierRole::burgemeester};

std::string forbidden(DossierKind kind, DossierRole role, std::vector<Capacity> capacities) {
  return std::string(role_forbidden(kind, role, capacities).value_or(""));
}

TEST(Law, EveryWordReadsBack) {
  for (std::uint16_t number = 1; number <= 8; ++number) {
    const auto capacity = static_cast<Capacity>(number);
    ASSERT_FALSE(capacity_word(capacity).empty());
    EXPECT_EQ(capacity_from(capacity_word(capacity)), capacity);
  }
  for (const DossierRole role : kRoles) EXPECT_EQ(role_from(role_word(role)), role);
  for (const DossierKind kind : kKinds) EXPECT_EQ(kind_from(kind_word(kind)), kind);
  EXPECT_FALSE(capacity_from("koning").has_value());
  EXPECT_FALSE(role_from("").has_value());
}

TEST(Law, OfficersAndTheSecondPlaceAreNeverTheSame) {
  for (std::uint16_t number = 1; number <= 8; ++number) {
    const auto capacity = static_cast<Capacity>(number);
    EXPECT_FALSE(is_officer_capacity(capacity) && is_quorum_capacity(capacity));
  }
  EXPECT_TRUE(is_officer_capacity(Capacity::griffier));
  EXPECT_TRUE(is_officer_capacity(Capacity::plv_griffier));
  EXPECT_TRUE(is_quorum_capacity(Capacity::plv_raadsvoorzitter));
  EXPECT_FALSE(is_quorum_capacity(Capacity::burgemeester));
}

TEST(Law, ATypeLiesInAClassThatTheKindHas) {
  for (const DossierKind kind : kKinds) {
    const auto classes = classes_of(kind);
    std::set<std::string_view> seen;
    for (const std::string_view word : stuk_types(kind)) {
      EXPECT_TRUE(seen.insert(word).second) << word;
      const StukType* type = stuk_type(kind, word);
      ASSERT_NE(type, nullptr);
      EXPECT_THAT(classes, Contains(type->reader_class)) << word;
      EXPECT_FALSE(type->article.empty()) << word;
      EXPECT_THAT((std::set<std::string_view>{"G", "PV", "O"}), Contains(type->marking)) << word;
    }
    EXPECT_THAT(seen, Contains("overig"));
    EXPECT_THAT(seen, Contains("verslag"));
    EXPECT_THAT(seen, Contains("agenda"));
    EXPECT_EQ(classes.front(), ReaderClass::intern);
  }
}

TEST(Law, TypesLieWhereTheLawPutsThem) {
  const auto class_of = [](DossierKind kind, std::string_view word) {
    return stuk_type(kind, word)->reader_class;
  };
  EXPECT_EQ(class_of(DossierKind::gesprek, "verslag"), ReaderClass::verslag);
  EXPECT_EQ(class_of(DossierKind::gesprek, "agenda"), ReaderClass::gezamenlijk);
  EXPECT_EQ(class_of(DossierKind::gesprek, "informantverslag"), ReaderClass::intern);
  EXPECT_EQ(class_of(DossierKind::gesprek, "overig"), ReaderClass::intern);
  EXPECT_EQ(class_of(DossierKind::benoeming, "verslag-van-bevindingen"), ReaderClass::raad);
  EXPECT_EQ(class_of(DossierKind::benoeming, "agenda"), ReaderClass::intern);
  EXPECT_EQ(class_of(DossierKind::herbenoeming, "conceptbevindingen"), ReaderClass::gezamenlijk);
  EXPECT_EQ(stuk_type(DossierKind::gesprek, "sollicitatiebrief"), nullptr);
  EXPECT_EQ(stuk_type(DossierKind::gesprek, "onzin"), nullptr);
  // Rule 31 and 35: never taken in.
  for (const DossierKind kind : kKinds) {
    EXPECT_EQ(stuk_forbidden(kind, "justitiele-gegevens"), "Ct IV");
    EXPECT_EQ(stuk_type(kind, "justitiele-gegevens"), nullptr);
  }
  EXPECT_EQ(stuk_forbidden(DossierKind::benoeming, "opgave-sollicitanten"), "Ct IV");
  EXPECT_EQ(stuk_forbidden(DossierKind::gesprek, "verslag"), std::nullopt);
}

TEST(Law, RolesReadTheirClassesAndNoOther) {
  using enum ReaderClass;
  EXPECT_THAT(classes_read(DossierKind::gesprek, DossierRole::lid),
              ElementsAre(intern, gezamenlijk, verslag));
  EXPECT_THAT(classes_read(DossierKind::gesprek, DossierRole::burgemeester),
              ElementsAre(gezamenlijk, verslag));
  EXPECT_THAT(classes_read(DossierKind::gesprek, DossierRole::adviseur), IsEmpty());
  EXPECT_THAT(classes_read(DossierKind::benoeming, DossierRole::burgemeester), IsEmpty());
  EXPECT_THAT(classes_read(DossierKind::benoeming, DossierRole::lid), ElementsAre(intern, raad));
  EXPECT_THAT(classes_read(DossierKind::herbenoeming, DossierRole::burgemeester),
              ElementsAre(gezamenlijk));
  for (const DossierKind kind : kKinds) {
    for (const DossierRole role : kRoles) {
      // Rule 12: the burgemeester never reads what is the commission's own.
      const auto read = classes_read(kind, role);
      if (role == DossierRole::burgemeester) EXPECT_THAT(read, Not(Contains(intern)));
      for (const ReaderClass reader_class : read) {
        EXPECT_THAT(classes_of(kind), Contains(reader_class));
        EXPECT_FALSE(reads_because(kind, role, reader_class).empty());
      }
    }
  }
}

TEST(Law, NobodyHoldsARoleThatTheLawKeepsHimFrom) {
  using enum DossierKind;
  using enum DossierRole;
  EXPECT_EQ(forbidden(gesprek, lid, {Capacity::raadslid}), "");
  EXPECT_EQ(forbidden(gesprek, DossierRole::burgemeester, {Capacity::burgemeester}), "");
  EXPECT_EQ(forbidden(benoeming, DossierRole::burgemeester, {Capacity::burgemeester}), "Ct VI");
  EXPECT_EQ(forbidden(benoeming, lid, {Capacity::raadslid, Capacity::burgemeester}), "Ct VI");
  EXPECT_EQ(forbidden(gesprek, adviseur, {Capacity::wethouder}), "Vt4");
  EXPECT_EQ(forbidden(benoeming, adviseur, {Capacity::wethouder}), "");
  EXPECT_EQ(forbidden(benoeming, adviseur, {Capacity::raadslid}), "C II.1");
  EXPECT_EQ(forbidden(benoeming, adviseur, {Capacity::griffier}), "Ct II");
  EXPECT_EQ(forbidden(gesprek, secretaris, {Capacity::gemeentesecretaris}), "V3.2");
  EXPECT_EQ(forbidden(benoeming, secretaris, {Capacity::gemeentesecretaris}), "");
  EXPECT_EQ(forbidden(gesprek, secretaris, {Capacity::griffier}), "");
  EXPECT_EQ(forbidden(gesprek, lid, {Capacity::griffier}), "V3.4");
  EXPECT_EQ(forbidden(gesprek, lid, {Capacity::archivaris}), "V5.4");
  EXPECT_EQ(forbidden(gesprek, lid, {}), "V5.4");
  EXPECT_EQ(forbidden(gesprek, commissievoorzitter, {Capacity::wethouder}), "Ct II");
  EXPECT_EQ(forbidden(herbenoeming, DossierRole::burgemeester, {Capacity::raadslid}), "V9.4");
}

TEST(Law, ARoleThatReadsNothingIsForbiddenToEverybody) {
  for (const DossierKind kind : kKinds) {
    for (const DossierRole role : kRoles) {
      if (!classes_read(kind, role).empty()) continue;
      for (std::uint16_t number = 1; number <= 8; ++number) {
        EXPECT_NE(forbidden(kind, role, {static_cast<Capacity>(number)}), "");
      }
    }
  }
}

TEST(Law, ThePersonsCapacityGivesTheRole) {
  const auto role_of = [](std::vector<Capacity> capacities) { return default_role(capacities); };
  EXPECT_EQ(role_of({Capacity::raadslid}), DossierRole::lid);
  EXPECT_EQ(role_of({Capacity::plv_raadsvoorzitter}), DossierRole::lid);
  EXPECT_EQ(role_of({Capacity::burgemeester}), DossierRole::burgemeester);
  EXPECT_EQ(role_of({Capacity::wethouder}), DossierRole::adviseur);
  EXPECT_EQ(role_of({Capacity::gemeentesecretaris}), DossierRole::secretaris);
  EXPECT_EQ(role_of({}), DossierRole::lid);
}

}  // namespace
}  // namespace kluis
