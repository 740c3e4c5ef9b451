// RUN: %cotidy check %s --root=%S -- -std=c++20
#include "task.h"
task bad() { sleep(1); co_return; }
