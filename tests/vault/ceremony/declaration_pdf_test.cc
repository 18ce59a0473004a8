#include "vault/ceremony/declaration_pdf.h"

#include "tests/vault/ceremony/declaring_raad.h"
#include "vault/crypto/sha256.h"

// The declaration inside the PDF of its page: page and data belong to each other.
namespace kluis::test {
namespace {

constexpr std::string_view kPage =
    "%PDF-1.4\n1 0 obj\n(Verklaring van vernietiging)\nendobj\nstartxref\n9\n%%EOF\n";

class DeclarationPdfTest : public DeclaringRaad {
 protected:
  DeclarationPdfTest() : decree_(destroyed()) { live_on({&griffier_}); }

  Bytes declared_for(std::string_view page) {
    DeclarationTerms wanted = terms();
    wanted.pdf = sha256(as_bytes(page));
    return *make_declaration(*griffier_.device, decree_, wanted);
  }
  Bytes file() {
    const auto made = with_declaration(as_bytes(kPage), declared_for(kPage));
    EXPECT_TRUE(made.has_value());
    return made.value_or(Bytes());
  }
  static std::string judged_file(const Bytes& bytes) {
    const auto verified = verify_declaration_file(bytes);
    return verified ? "valid" : verified.error().key;
  }

  DecreeId decree_;
};

TEST_F(DeclarationPdfTest, SaysTheSameAsTheDataAlone) {
  const auto verified = verify_declaration_file(file());
  ASSERT_TRUE(verified) << verified.error().key;
  EXPECT_EQ(verified->content().decree, decree_);
  EXPECT_EQ(verified->content().place, "Voorbeeldstad");
  EXPECT_EQ(judged_file(declared(griffier_, decree_)), "valid");
}

TEST_F(DeclarationPdfTest, BeginsAndEndsAsThePageDoes) {
  const Bytes made = file();
  EXPECT_TRUE(as_text(made).starts_with(kPage));
  EXPECT_TRUE(as_text(made).ends_with("\nstartxref\n9\n%%EOF\n"));
}

TEST_F(DeclarationPdfTest, OneByteMoreLessOrOtherIsRefused) {
  const Bytes made = file();
  ASSERT_EQ(judged_file(made), "valid");
  for (std::size_t at = 0; at < made.size(); ++at) {
    // Every byte of page, head and end; of the data in between each part.
    const bool inside = at > kPage.size() + 64 && at + 64 < made.size();
    if (inside && at % 5 != 0) continue;
    Bytes changed = made;
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ 1U);
    ASSERT_NE(judged_file(changed), "valid") << "byte " << at << " of " << made.size();
    if (inside && at % 85 != 0) continue;
    changed = made;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(at));
    ASSERT_NE(judged_file(changed), "valid") << "without byte " << at;
    changed = made;
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), ' ');
    ASSERT_NE(judged_file(changed), "valid") << "one more at " << at;
  }
  Bytes longer = made;
  longer.push_back('\n');
  EXPECT_NE(judged_file(longer), "valid");
}

// Other words above the same data, and all that can be computed again computed again.
TEST_F(DeclarationPdfTest, ThePageCannotBeExchanged) {
  std::string other(kPage);
  other.replace(other.find("Verklaring"), 10, "Verlaking!");
  const auto forged = with_declaration(as_bytes(other), declared_for(kPage));
  ASSERT_TRUE(forged);
  EXPECT_EQ(judged_file(*forged), "declaration.page");
}

TEST_F(DeclarationPdfTest, DataForAPageDoesNotStandAloneNorTheOtherWayRound) {
  EXPECT_EQ(judged(declared_for(kPage)), "declaration.page");
  const auto forged = with_declaration(as_bytes(kPage), declared(griffier_, decree_));
  ASSERT_TRUE(forged);
  EXPECT_EQ(judged_file(*forged), "declaration.page");
}

TEST_F(DeclarationPdfTest, NothingStandsBetweenThePageAndItsData) {
  const Bytes made = file();
  const std::string text(as_text(made));
  const auto with = [&](std::string_view before, std::string_view inserted) {
    std::string changed = text;
    changed.insert(changed.find(before), inserted);
    return judged_file(to_bytes(as_bytes(changed)));
  };
  EXPECT_EQ(with("%raadkluis/v1/declaration", "%more\n"), "declaration.pdf");
  EXPECT_EQ(with("%raadkluis/v1/declaration", "%raadkluis/v1/declaration\n"), "declaration.pdf");
  const std::string ending = "startxref\n9\n%%EOF\n";
  EXPECT_EQ(judged_file(to_bytes(as_bytes(text + ending))), "declaration.pdf");
  std::string shifted = text;
  shifted.replace(shifted.rfind("\n9\n"), 3, "\n8\n");
  EXPECT_EQ(judged_file(to_bytes(as_bytes(shifted))), "declaration.pdf");
}

TEST_F(DeclarationPdfTest, OnlyWhatEndsAsAPdfIsAPage) {
  const Bytes data = declared_for(kPage);
  for (const std::string_view page :
       {std::string_view("%PDF-1.4\n%%EOF\n"), std::string_view("%PDF-1.4\nstartxref\n\n%%EOF\n"),
        std::string_view("%PDF-1.4\nstartxref\n9\n%%EOF"),
        std::string_view("startxref\n9\n%%EOF\n"), std::string_view()}) {
    EXPECT_FALSE(with_declaration(as_bytes(page), data)) << page;
  }
  EXPECT_TRUE(with_declaration(as_bytes("%PDF-1.4\nstartxref\n9 \n%%EOF\n"), data));
  EXPECT_FALSE(with_declaration(as_bytes("%PDF-1.4\nstartxref\n9  \n%%EOF\n"), data));
  EXPECT_EQ(judged_file(to_bytes(as_bytes(kPage))), "declaration.pdf");
  EXPECT_EQ(judged_file({}), "format.malformed");
}

}  // namespace
}  // namespace kluis::test
