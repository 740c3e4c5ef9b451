// Entry of the test program; it is its own worker program, too.
// Must not hold tests: each header has a file of its own.
#include <rt/process_pool.hpp>

#include <gtest/gtest.h>

int main(int argc, char** argv) {
  if (auto rc = rt::worker_main(argc, argv)) return *rc;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
