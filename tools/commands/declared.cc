#include "tools/commands/declared.h"

#include <utility>

#include "tools/commands/shown.h"
#include "tools/text/figures.h"
#include "tools/text/sentence.h"
#include "tools/text/visible.h"

namespace kluis {
namespace {

constexpr std::size_t kIdDigits = 12;
constexpr std::size_t kDateCharacters = 10;

// "plv. griffier": as it is written, not as it is typed.
std::string capacity_text(Capacity capacity) {
  std::string word(capacity_word(capacity));
  if (word.starts_with("plv-")) word.replace(0, 4, "plv. ");
  return word;
}

std::string signatory_text(const Signatory& person) {
  return person.name + " (" + capacity_text(person.capacity) + ")";
}

std::string signatories_text(const std::vector<Signatory>& persons) {
  std::string text;
  for (const Signatory& person : persons) {
    text += (text.empty() ? "" : ", ") + signatory_text(person);
  }
  return text;
}

std::vector<std::string> cover_arguments(const Covered& covered) {
  return {std::to_string(covered.count), covered.type, std::to_string(covered.year)};
}

std::string made_text(Language language, const DeclaredErasure& content) {
  std::vector<std::string> arguments = {shown_time(language, {content.made_unix_ms})};
  if (!content.place.empty()) arguments.push_back(content.place);
  arguments.push_back(signatory_text(content.maker));
  arguments.push_back(content.software_version);
  return say(language, content.place.empty() ? "declared.made" : "declared.made_at", arguments);
}

// The page, piece by piece.
class PageOf {
 public:
  void add(PageWord word, std::string_view key, const std::vector<std::string>& arguments = {}) {
    lines_.push_back({word, say(kLanguage, key, arguments)});
  }
  void add_own(PageWord word, const std::string& text) { lines_.push_back({word, visible(text)}); }
  void row(std::string_view key, const std::string& text) {
    lines_.push_back({PageWord::row, key.empty() ? "" : say(kLanguage, key), visible(text)});
  }
  void row_said(std::string_view key, std::string_view text_key) {
    row(key, say(kLanguage, text_key));
  }
  void signature(const Signatory& person) {
    lines_.push_back({PageWord::signature, visible(person.name), capacity_text(person.capacity)});
  }
  [[nodiscard]] std::vector<PageLine> take() && { return std::move(lines_); }

  static constexpr Language kLanguage = Language::dutch;

 private:
  std::vector<PageLine> lines_;
};

void add_erasure(PageOf& page, const DeclaredErasure& content) {
  page.add(PageWord::heading, "page.what");
  page.row_said("page.kind", "page.kind." + std::string(decree_word(content.kind)));
  std::string_view label = "page.covers";
  for (const Covered& covered : content.covers) {
    page.row(std::exchange(label, ""),
             say(PageOf::kLanguage, "page.covers_one", cover_arguments(covered)));
  }
  if (content.covers.empty()) page.row_said(label, "page.covers_none");
  page.row("page.decree", content.decree.hex());
  page.row("page.ground", content.ground);
  page.row_said("page.manner", "page.manner_is");
  page.row("page.done", shown_time(PageOf::kLanguage, {content.executed_unix_ms}));
  page.row("page.signed", signatories_text(content.signers));
}

void add_devices(PageOf& page, const DeclaredErasure& content) {
  page.add(PageWord::heading, "page.devices");
  const auto add = [&](std::string_view key, const std::vector<DeclaredDevice>& devices,
                       std::string_view none) {
    if (devices.empty()) return page.row_said(key, none);
    page.row(key, declared_devices_text(PageOf::kLanguage, devices));
  };
  add("page.confirmed", content.confirmed, "page.nobody");
  add("page.missing", content.missing, "page.none_missing");
  page.row_said("page.relay", content.relay_receipt ? "page.receipt" : "page.no_receipt");
}

void add_exceptions(PageOf& page, const DeclaredErasure& content) {
  page.add(PageWord::heading, "page.exceptions");
  for (const std::string& text : content.exceptions) page.add_own(PageWord::item, text);
  if (content.exceptions.empty()) page.add(PageWord::paragraph, "page.no_exceptions");
  page.add(PageWord::small, "page.limits");
}

void add_making(PageOf& page, const DeclaredErasure& content) {
  page.add(PageWord::heading, "page.making");
  if (!content.place.empty()) page.row("page.place", content.place);
  page.row("page.date",
           shown_time(PageOf::kLanguage, {content.made_unix_ms}).substr(0, kDateCharacters));
  page.row("page.maker", signatory_text(content.maker));
  page.row("page.software", content.software_version);
  for (const Signatory& person : content.signers) page.signature(person);
}

}  // namespace

std::string_view decree_word(DecreeKind kind) {
  return kind == DecreeKind::destroy_stuk ? "destroy-stuk" : "destroy-dossier";
}

std::string declared_devices_text(Language language, const std::vector<DeclaredDevice>& devices) {
  std::string text;
  for (const DeclaredDevice& device : devices) {
    const std::string named = device.person.empty() ? say(language, "declared.stranger",
                                                          {device.id.hex().substr(0, kIdDigits)})
                                                    : device.person + " (" + device.device + ")";
    text += (text.empty() ? "" : ", ") + named;
  }
  return text;
}

std::vector<std::string> declared_statements(Language language, const DeclaredErasure& content) {
  std::vector<std::string> all;
  const auto add = [&](std::string_view key, const std::vector<std::string>& arguments = {}) {
    all.push_back(say(language, key, arguments));
  };
  add("declared.what." + std::string(decree_word(content.kind)), {content.gemeente});
  for (const Covered& covered : content.covers) add("declared.covers", cover_arguments(covered));
  add("declared.ground", {content.ground});
  add("declared.done", {shown_time(language, {content.executed_unix_ms})});
  add("declared.signed", {signatories_text(content.signers)});
  if (content.confirmed.empty()) add("declared.none_confirmed");
  if (!content.confirmed.empty()) {
    add("declared.confirmed", {declared_devices_text(language, content.confirmed)});
  }
  if (content.complete()) {
    add("declared.complete");
  } else {
    add("declared.missing", {declared_devices_text(language, content.missing)});
  }
  add(content.relay_receipt ? "declared.receipt" : "declared.no_receipt");
  for (const std::string& text : content.exceptions) add("declared.exception", {text});
  all.push_back(made_text(language, content));
  add("declared.limits");
  return all;
}

std::vector<PageLine> declaration_page(const DeclaredErasure& content) {
  PageOf page;
  page.add(PageWord::title, content.complete() ? "page.title" : "page.title_provisional");
  page.add(PageWord::subtitle, "page.gemeente", {content.gemeente});
  if (!content.complete()) page.add(PageWord::paragraph, "page.provisional");
  add_erasure(page, content);
  add_devices(page, content);
  add_exceptions(page, content);
  page.add(PageWord::heading, "page.check");
  page.add_own(PageWord::paragraph, fingerprint_words(content.raad));
  page.add(PageWord::small, "page.check_how");
  add_making(page, content);
  return std::move(page).take();
}

}  // namespace kluis
