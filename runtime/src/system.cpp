// The one place that binds threads to cores, for thread pools and for workers.
// Decides: only cores that this process may use are counted.
// Must not: throw, or widen what the process was given.
#include "system.hpp"

#include <sched.h>

namespace rt::detail {

void bind_to_core(unsigned index) noexcept {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  const int n = CPU_COUNT(&allowed);
  if (n <= 0) return;
  int wanted = static_cast<int>(index % static_cast<unsigned>(n));
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (!CPU_ISSET(core, &allowed) || wanted-- != 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    ::sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

}  // namespace rt::detail
