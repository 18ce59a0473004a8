#pragma once

#include <string>
#include <string_view>

#include "proto/ids.h"
#include "proto/result.h"

// What a name, a title, a text and the name of a file may be, in one place. Texts are kept as their
// author wrote them; what could deceive a reader on a screen is refused where it is typed in, and
// made visible where it is shown (tools/).
namespace kluis {

// Of a person, device, gemeente or raad.
// Errors: usage "name.empty", "name.too_long", "name.not_text" (no valid UTF-8), "name.control"
// (control, escape or bidi characters).
[[nodiscard]] Status check_name(std::string_view name);
// Of a dossier or stuk. Errors: the same with "title." in front.
[[nodiscard]] Status check_title(std::string_view title);
// Of a note: line breaks and tabs are allowed. Errors: the same with "text." in front.
[[nodiscard]] Status check_note(std::string_view text);

// The text under which a file is remembered: what stands behind its last '/' or '\', with what
// cannot stand in a text replaced by U+FFFD, at most 255 bytes.
[[nodiscard]] std::string remembered_file_name(std::string_view name);

// A plain file name for an export, whatever the remembered name is: without separators, characters
// that any common file system refuses, and dots or spaces at the ends. Never empty.
[[nodiscard]] std::string export_file_name(std::string_view remembered, const StukId& stuk);

}  // namespace kluis
