#include <QGuiApplication>
#include <array>
#include <iostream>
#include <iterator>
#include <string>

#include "tools/pdf/page_pdf.h"

// Draws a page: its text (page_text.h) on standard input, a PDF on standard output. A program of
// its own, so that no library for drawing is ever loaded beside keys. 0: done; else nothing of what
// it wrote is of use.
int main() {
  using namespace kluis;  // NOLINT(google-build-using-namespace)
  // No window, and no display to show one on.
  std::string name = "kluis-pdf";
  std::string option = "-platform";
  std::string platform = "offscreen";
  std::array<char*, 4> arguments = {name.data(), option.data(), platform.data(), nullptr};
  int count = 3;
  const QGuiApplication application(count, arguments.data());
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  const auto lines = read_page(text);
  if (!lines) {
    std::cerr << "kluis-pdf: not the text of a page\n";
    return 2;
  }
  const auto pdf = draw_page(*lines);
  if (!pdf) {
    std::cerr << "kluis-pdf: install the package fonts-liberation\n";
    return 7;
  }
  std::cout.write(reinterpret_cast<const char*>(pdf->data()),
                  static_cast<std::streamsize>(pdf->size()));
  std::cout.flush();
  return std::cout.good() ? 0 : 7;
}
