#pragma once

#include "vault/letter/line_source.h"

// A letter as text (age, "ASCII armor"): strict PEM (RFC 7468, figure 3) with the label AGE
// ENCRYPTED FILE. Read only; letters of ours are binary.
namespace kluis {

// The bytes inside. White space before and behind is passed over, up to kArmorSpaceBytesMax each;
// lines end with LF or CRLF. `lines` outlives it.
// Errors: integrity "letter.armor" for anything that is not exactly this form, as soon as it is
// read; those of the source.
class ArmorSource final : public ByteSource {
 public:
  explicit ArmorSource(LineSource& lines) : lines_(lines) {}

  [[nodiscard]] Result<std::size_t> read(MutableByteView target) override;

 private:
  enum class Place { before, inside, last_line, behind };

  [[nodiscard]] Status begin();
  [[nodiscard]] Status next_line();
  [[nodiscard]] Status end();

  LineSource& lines_;
  Place place_ = Place::before;
  Bytes held_;  // of one line
  std::size_t given_ = 0;
};

inline constexpr std::size_t kArmorSpaceBytesMax = 1024;

}  // namespace kluis
