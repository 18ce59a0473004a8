#include <array>

#include "tools/commands/command_run.h"
#include "tools/commands/verbs.h"
#include "tools/commands/version_number.h"
#include "tools/text/visible.h"

// `read`: the bytes of a stuk on standard output, after the opening was recorded.
namespace kluis {
namespace {

constexpr std::array<Parameter, 2> kParameters = {{
    {"STUK", Takes::argument},
    {"--version", Takes::value, Content::word, false, "N"},
}};

constexpr std::uint64_t kTerminalBytesMax = 4U << 20U;

class ConsoleSink final : public ByteSink {
 public:
  explicit ConsoleSink(const Console& console) : console_(console) {}

  Status write(ByteView source) override {
    if (console_.write_bytes(as_text(source))) return {};
    return fail(ErrorKind::disk, "output.failed");
  }

 private:
  const Console& console_;
};

// Holds text back until it is known to be text: a terminal obeys what it is shown.
class TerminalSink final : public ByteSink {
 public:
  Status write(ByteView source) override {
    if (text_.size() + source.size() > kTerminalBytesMax) return refused();
    text_ += as_text(source);
    return {};
  }

  [[nodiscard]] Result<std::string> shown() const {
    if (visible_lines(text_) != text_) return refused();
    return text_;
  }

 private:
  static tl::unexpected<Error> refused() { return fail(ErrorKind::usage, "usage.binary_terminal"); }

  std::string text_;
};

Result<Answer> run(CommandRun& command, const Given& given) {
  const Console& console = command.console();
  if (console.is_json()) return fail(ErrorKind::usage, "usage.json_bytes");
  KLUIS_TRY(version, version_number(given.maybe("--version")));
  KLUIS_TRY(vault, command.vault());
  KLUIS_TRY(stuk, vault->find_stuk(given.text("STUK")));
  if (console.output_is_terminal()) {
    TerminalSink sink;
    KLUIS_CHECK(vault->read(stuk, version, sink));
    KLUIS_TRY(text, sink.shown());
    if (!console.write_bytes(text)) return fail(ErrorKind::disk, "output.failed");
    return Answer();
  }
  ConsoleSink sink(console);
  KLUIS_CHECK(vault->read(stuk, version, sink));
  return Answer();
}

}  // namespace

Verb read_verb() {
  return {"read", kParameters, run};
}

}  // namespace kluis
