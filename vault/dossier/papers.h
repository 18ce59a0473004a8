#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vault/crypto/byte_stream.h"
#include "vault/dossier/answers.h"
#include "vault/dossier/stukken.h"

// Taking files in, and giving their bytes out.
namespace kluis {

// A file to be taken in. `name` is how the author calls it: kept as a text, never used as a path.
struct NewFile {
  std::string name;
  std::uint64_t size_bytes = 0;
  ByteSource& source;
};

// As Vault::add and Vault::add_version.
[[nodiscard]] Result<Added> add_stuk(Desk& desk, const DossierId& dossier, const NewFile& file,
                                     std::string_view type, const std::string& title);
[[nodiscard]] Result<Added> add_version(Desk& desk, const StukId& stuk, const NewFile& file);

// Writes the content of a version to `target`. Says nothing to the register: its callers do.
// Errors: no-access "stuk.not_here_yet"; integrity "document.unauthentic".
[[nodiscard]] Status write_content(Desk& desk, const FoldedVersion& version, ByteSink& target);
// Whether the version's bytes are here. Errors: no-access "stuk.not_here_yet".
[[nodiscard]] Status check_here(Desk& desk, const FoldedVersion& version);

// Removes the files of documents that no version names. Cheap when there are none.
[[nodiscard]] Status drop_loose(View& view, DocumentFiles& documents, Store& store);

// Takes the words of text files that have come since into the index.
[[nodiscard]] Status index_new_texts(Desk& desk);

}  // namespace kluis
