#include "tools/terminal/progress.h"

#include <cstdio>
#include <utility>

namespace kluis {
namespace {

constexpr std::uint64_t kWorthShowingBytes = 16ULL << 20U;

}  // namespace

Progress::Progress(const Console& console, std::string what, std::uint64_t total_bytes)
    : console_(console), what_(std::move(what)), total_bytes_(total_bytes) {}

Progress::~Progress() {
  if (shown_percent_ >= 0) std::fputs("\r\x1b[K", stderr);
}

void Progress::show(std::uint64_t done_bytes) {
  if (!console_.shows_progress() || total_bytes_ < kWorthShowingBytes) return;
  const int percent = static_cast<int>(done_bytes * 100 / total_bytes_);
  if (percent == shown_percent_) return;
  shown_percent_ = percent;
  std::fprintf(stderr, "\r%s %d%%", what_.c_str(), percent);
  std::fflush(stderr);
}

}  // namespace kluis
