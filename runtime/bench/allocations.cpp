// Counts what operator new is asked for, in the benchmark program only.
// A file of its own: inlined into others, g++ takes the pair for a mismatch.
#include <cstdlib>
#include <new>

long allocations = 0;  // one thread allocates while it is read

void* operator new(std::size_t n) {
  ++allocations;
  if (void* p = std::malloc(n)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
