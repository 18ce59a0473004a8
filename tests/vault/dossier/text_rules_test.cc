#include "vault/dossier/text_rules.h"

#include <gtest/gtest.h>

#include "proto/limits.h"

namespace kluis {
namespace {

std::string key_of_title(std::string_view title) {
  const Status status = check_title(title);
  return status ? "" : status.error().key;
}

TEST(TextRules, TakesWhatPeopleWrite) {
  EXPECT_TRUE(check_name("J.P. de Vries-van 't Hoff"));
  EXPECT_TRUE(check_name("Zoë Şahin 李"));
  EXPECT_TRUE(check_title("Verslag \xf0\x9f\x93\x84 2026"));  // a character of 4 bytes
  EXPECT_TRUE(check_title("../../etc/passwd"));               // a title is no path
  EXPECT_TRUE(check_note("eerste regel\n\ttweede\r\n"));
}

TEST(TextRules, RefusesWhatDeceivesOrIsEmpty) {
  EXPECT_EQ(key_of_title(""), "title.empty");
  EXPECT_EQ(key_of_title("  \xe2\x80\x8b "), "title.empty");  // zero-width space
  EXPECT_EQ(key_of_title("a\nb"), "title.control");
  EXPECT_EQ(key_of_title("a\x1b[31mb"), "title.control");
  EXPECT_EQ(key_of_title("a\x7f"), "title.control");
  EXPECT_EQ(key_of_title("a\xc2\x9b"), "title.control");  // C1
  EXPECT_EQ(key_of_title("a\xe2\x80\xae"
                         "fdp"),
            "title.control");  // right-to-left override
  EXPECT_EQ(key_of_title("a\xe2\x81\xa6"
                         "b"),
            "title.control");  // isolate
  EXPECT_EQ(key_of_title("a\xff"), "title.not_text");
  EXPECT_EQ(key_of_title(std::string_view("a\0b", 3)), "title.not_text");
  EXPECT_EQ(key_of_title(std::string(10'000, 'x')), "title.too_long");
  EXPECT_EQ(check_name(std::string(10'000, 'x')).error().key, "name.too_long");
  EXPECT_EQ(check_note("").error().key, "text.empty");
  EXPECT_EQ(check_note("a\x1b").error().key, "text.control");
  EXPECT_EQ(check_note(std::string(kTextBytesMax + 1, 'x')).error().key, "text.too_long");
  EXPECT_EQ(check_name("").error().kind, ErrorKind::usage);
}

TEST(TextRules, AFileNameIsOnlyAText) {
  EXPECT_EQ(remembered_file_name("/home/x/verslag.pdf"), "verslag.pdf");
  EXPECT_EQ(remembered_file_name("C:\\x\\verslag.pdf"), "verslag.pdf");
  EXPECT_EQ(remembered_file_name("../.."), "..");
  EXPECT_EQ(remembered_file_name("a\nb\xe2\x80\xae"
                                 "c"),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd"
            "c");
  EXPECT_EQ(remembered_file_name("a\xff.pdf"), "a\xef\xbf\xbd.pdf");
  const std::string cut = remembered_file_name(std::string(254, 'a') + "\xc3\xab");
  EXPECT_EQ(cut, std::string(254, 'a'));  // never half a character
}

TEST(TextRules, AnExportNeverLeavesItsFolder) {
  StukId stuk;
  stuk.bytes.fill(0xab);
  EXPECT_EQ(export_file_name("verslag.pdf", stuk), "verslag.pdf");
  EXPECT_EQ(export_file_name("..", stuk), "stuk-abababab");
  EXPECT_EQ(export_file_name("", stuk), "stuk-abababab");
  EXPECT_EQ(export_file_name("../../x", stuk), "x");
  EXPECT_EQ(export_file_name(".bashrc", stuk), "bashrc");
  EXPECT_EQ(export_file_name("a:b?.pdf ", stuk), "a_b_.pdf");
  const std::string cut = export_file_name(std::string(250, 'a') + ".pdf", stuk);
  EXPECT_EQ(cut.size(), 200U);
  EXPECT_TRUE(cut.ends_with("a.pdf"));
}

}  // namespace
}  // namespace kluis
