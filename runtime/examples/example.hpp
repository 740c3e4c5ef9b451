// Shared by the examples: elapsed time, and a check that decides the exit code.
// Decides: an example that does not get its expected result fails.
// Must not: grow into a framework.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>

/// Prints how long the example took when it goes out of scope.
struct stopwatch {
  ~stopwatch() { std::printf("elapsed: %.1f ms\n", ms()); }
  double ms() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  }
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
};

inline void expect(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "unexpected: %s\n", what);
  std::_Exit(1);
}
