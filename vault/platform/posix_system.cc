#include <cerrno>
#include <chrono>
#include <cstdlib>

#include <sys/random.h>

#include "vault/platform/system.h"

namespace kluis {

UnixMillis SystemClock::now() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

void SystemEntropy::fill(MutableByteView target) {
  std::size_t done = 0;
  while (done < target.size()) {
    const auto count = ::getrandom(target.data() + done, target.size() - done, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) std::abort();
    done += static_cast<std::size_t>(count);
  }
}

}  // namespace kluis
