#include <sys/resource.h>
#include <sys/stat.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include "vault/platform/hardening.h"

namespace kluis {

Status harden_process() {
  ::umask(077);
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return fail(ErrorKind::disk, "process.hardening");
#if defined(__linux__)
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return fail(ErrorKind::disk, "process.hardening");
  }
#endif
  return {};
}

}  // namespace kluis
