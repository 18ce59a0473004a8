#include "tools/pdf/page_text.h"

#include <gtest/gtest.h>

// What passes between the program that knows what to say and the one that draws it.
namespace kluis {
namespace {

TEST(PageTextTest, WhatIsWrittenIsRead) {
  const std::vector<PageLine> page = {
      {PageWord::title, "Titel"},
      {PageWord::subtitle, "Onder"},
      {PageWord::heading, "Kop"},
      {PageWord::row, "", "één"},
      {PageWord::row, "label", ""},
      {PageWord::item, "punt"},
      {PageWord::paragraph, ""},
      {PageWord::small, "klein"},
      {PageWord::signature, "Anna", "lid"},
  };
  const auto read = read_page(write_page(page));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), page.size());
  for (std::size_t at = 0; at < page.size(); ++at) {
    EXPECT_EQ((*read)[at].word, page[at].word);
    EXPECT_EQ((*read)[at].text, page[at].text);
    EXPECT_EQ((*read)[at].second, page[at].second);
  }
}

TEST(PageTextTest, NoTextMakesALineOfItsOwn) {
  const auto read = read_page(write_page({{PageWord::row, "a\tb", "c\nsignature\td"}}));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().text, "a b");
  EXPECT_EQ(read->front().second, "c signature d");
}

TEST(PageTextTest, AnythingElseIsRefused) {
  for (const std::string_view text :
       {"", "\n", "title\n", "title\tx", "title\tx\ty\n", "row\tx\n", "row\tx\ty\tz\n", "name\tx\n",
        "Title\tx\n", "title\t\xff\n", "title\tx\n\n"}) {
    EXPECT_FALSE(read_page(text)) << text;
  }
}

}  // namespace
}  // namespace kluis
