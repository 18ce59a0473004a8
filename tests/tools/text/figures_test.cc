#include "tools/text/figures.h"

#include <gtest/gtest.h>

namespace kluis {
namespace {

TEST(FiguresTest, WritesTimesForScripts) {
  EXPECT_EQ(iso_time({0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(iso_time({1'773'583'389'999}), "2026-03-15T14:03:09Z");
}

TEST(FiguresTest, WritesSizesForPeople) {
  EXPECT_EQ(shown_size(Language::dutch, 0), "0 B");
  EXPECT_EQ(shown_size(Language::dutch, 999), "999 B");
  EXPECT_EQ(shown_size(Language::dutch, 1450), "1,4 kB");
  EXPECT_EQ(shown_size(Language::english, 1450), "1.4 kB");
  EXPECT_EQ(shown_size(Language::english, 102'267), "102 kB");
  EXPECT_EQ(shown_size(Language::english, 4'294'967'296), "4.2 GB");
}

}  // namespace
}  // namespace kluis
