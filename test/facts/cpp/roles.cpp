// Roles that models give to calls of the standard and the C library: threads,
// locks, joins, descriptors, fork. They are written behind the calls when the
// models are applied, so the linked facts are looked at.
// RUN: %cotidy dump --all %s -- -std=c++20 > %t.facts
// RUN: %facts-tool linked %t.facts > %t.linked
// RUN: FileCheck --check-prefix=THREADS %s < %t.linked
// RUN: FileCheck --check-prefix=LOCKS %s < %t.linked
// RUN: FileCheck --check-prefix=ONCE %s < %t.linked
// RUN: FileCheck --check-prefix=DESCRIPTORS %s < %t.linked
#include <condition_variable>
#include <fcntl.h>
#include <functional>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <unistd.h>

void work();

// THREADS-LABEL: display "threads"
// THREADS: start {{.*}} value closure {{.*}} word "thread"
// THREADS: join {{.*}} from l0 word "thread"
// THREADS: start {{.*}} word "thread"
void threads() {
  std::thread t([] { work(); });
  t.join();
  auto f = std::async(std::launch::async, [] { work(); });
}

// LOCKS-LABEL: display "locks"
// LOCKS: acquire {{.*}} from p0 to l0 word "exclusive"
// LOCKS: release {{.*}} from l0
void locks(std::mutex &m) { std::lock_guard<std::mutex> g(m); }

// ONCE-LABEL: display "once"
// ONCE: run-now {{.*}} value closure
void once(std::once_flag &flag) {
  std::call_once(flag, [] { work(); });
}

// DESCRIPTORS-LABEL: display "descriptors"
// DESCRIPTORS: set-mode {{.*}} from p0 word "nonblocking"
// DESCRIPTORS: fork
void descriptors(int fd) {
  fcntl(fd, F_SETFL, O_NONBLOCK);
  if (fork() == 0)
    _exit(0);
}
