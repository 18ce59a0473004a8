#pragma once

#include <string>
#include <string_view>

#include "tools/text/language.h"

namespace kluis {

// Where the program speaks. With --json, standard output carries one document and nothing else, and
// what people would read goes nowhere; without it, text goes to standard output, and questions,
// warnings and progress to standard error.
class Console {
 public:
  enum class Output { text, json };

  // Looks once at what stands at either end.
  Console(Language language, Output output);

  [[nodiscard]] Language language() const { return language_; }
  [[nodiscard]] bool is_json() const { return output_ == Output::json; }
  [[nodiscard]] bool shows_progress() const { return error_is_terminal_ && !is_json(); }
  [[nodiscard]] bool output_is_terminal() const { return output_is_terminal_; }
  // Columns to lay text out in; 0 when nobody watches: nothing is cut off then.
  [[nodiscard]] int columns() const { return columns_; }

  // `text` in bold for a terminal, unchanged for anything else.
  [[nodiscard]] std::string bold(std::string_view text) const;

  // One line or several, with a line break at the end, to standard output. Nothing with --json.
  void print(std::string_view text) const;
  // The document of --json.
  void print_document(std::string_view json) const;
  // A warning or a hint: to standard error. Nothing with --json.
  void note(std::string_view text) const;
  // A failure, as a sentence or as JSON with --json: to standard error in either case.
  void complain(std::string_view text) const;
  // Bytes of a stuk, as they are. False when they could not be written.
  [[nodiscard]] bool write_bytes(std::string_view bytes) const;
  // Everything written has left the program. False when it could not be.
  [[nodiscard]] bool finish() const;

 private:
  Language language_;
  Output output_;
  bool output_is_terminal_;
  bool error_is_terminal_;
  int columns_;
  int error_columns_;
};

}  // namespace kluis
