#include "vault/ceremony/declaration_pdf.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "proto/base64url.h"
#include "proto/limits.h"
#include "vault/crypto/sha256.h"

namespace kluis {
namespace {

constexpr std::string_view kPdfHead = "%PDF-";
constexpr std::string_view kBlockHead = "\n%raadkluis/v1/declaration\n";
constexpr std::string_view kIndexMark = "startxref\n";
constexpr std::string_view kEnd = "\n%%EOF\n";
constexpr std::size_t kLineCharacters = 76;

// "startxref\n1234\n%%EOF\n", with which a PDF ends: a reader looks there first.
std::optional<std::string_view> ending_of(std::string_view pdf) {
  const std::size_t at = pdf.rfind(kIndexMark);
  if (!pdf.starts_with(kPdfHead) || at == std::string_view::npos) return std::nullopt;
  const std::string_view ending = pdf.substr(at);
  const std::string_view rest = ending.substr(kIndexMark.size());
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  std::string_view after = rest.substr(digits);
  if (after.starts_with(" ")) after.remove_prefix(1);  // as Qt writes it
  if (digits == 0 || after != kEnd) return std::nullopt;
  return ending;
}

std::string in_lines(const std::string& text) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); at += kLineCharacters) {
    lines += "%" + text.substr(at, kLineCharacters) + "\n";
  }
  return lines;
}

std::string without_lines(std::string_view lines) {
  std::string text;
  std::ranges::copy_if(lines, std::back_inserter(text),
                       [](char character) { return character != '%' && character != '\n'; });
  return text;
}

}  // namespace

std::optional<Bytes> with_declaration(ByteView page, ByteView declaration) {
  const std::string_view text = as_text(page);
  const auto ending = ending_of(text);
  if (!ending || text.find(kBlockHead) != std::string_view::npos) return std::nullopt;
  std::string file(text);
  // The page ends with the line break that the head begins with.
  file += kBlockHead.substr(1);
  file += in_lines(to_base64url(declaration));
  file += *ending;
  return to_bytes(as_bytes(file));
}

Result<VerifiedDeclaration> verify_declaration_pdf(ByteView file) {
  const std::string_view text = as_text(file);
  const std::size_t head = text.find(kBlockHead);
  const auto ending = ending_of(text);
  if (head == std::string_view::npos || !ending) return broken("declaration.pdf");
  const ByteView page = file.first(head + 1);
  const std::size_t begin = head + kBlockHead.size();
  const std::size_t end = file.size() - ending->size();
  if (end < begin) return broken("declaration.pdf");
  const auto data = from_base64url(without_lines(text.substr(begin, end - begin)),
                                   kDeclarationBytesMax + kWrapperBytesMax);
  if (!data) return broken("declaration.pdf");
  // There is one way to write it, and this is compared with it.
  const auto again = with_declaration(page, *data);
  if (!again || !same_bytes(*again, file)) return broken("declaration.pdf");
  return verify_declaration(*data, sha256(page));
}

Result<VerifiedDeclaration> verify_declaration_file(ByteView file) {
  if (as_text(file).starts_with(kPdfHead)) return verify_declaration_pdf(file);
  return verify_declaration(file);
}

}  // namespace kluis
