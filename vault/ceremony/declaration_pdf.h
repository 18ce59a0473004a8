#pragma once

#include <optional>

#include "proto/bytes.h"
#include "proto/result.h"
#include "vault/ceremony/declaration.h"

// A declaration in the PDF of its page: the same signed data, behind the page as comments of PDF.
// The page was made first, and the data names its hash; so neither can be changed alone. Format:
// proto/FORMAT.md, "Declaration". Threads: any number at once.
namespace kluis {

// The whole file. nullopt when `page` does not end as a PDF does: with the place of its index.
// `declaration` is an encoded SignedDeclaration that names the page's hash.
[[nodiscard]] std::optional<Bytes> with_declaration(ByteView page, ByteView declaration);

// Takes page and declaration apart and checks both. One byte more, less or other anywhere is
// refused. Errors: integrity "declaration.pdf"; those of verify_declaration.
[[nodiscard]] Result<VerifiedDeclaration> verify_declaration_pdf(ByteView file);

// Either form of a declaration, told apart by how it begins.
[[nodiscard]] Result<VerifiedDeclaration> verify_declaration_file(ByteView file);

}  // namespace kluis
