// Waiting while a lock is held that others need.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-blocking-under-lock' --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-blocking-under-lock' --min-confidence=possible --fail-on=never -- -std=c++20 -I%S/Inputs | FileCheck %s --check-prefix=ALL
#include "coro.hpp"
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <unistd.h>

class Store {
  std::mutex m, other, own;
  std::condition_variable cv;
  std::thread worker;
  std::future<int> answer;
  int n = 0;
  static void backOff() { ::sleep(1); }

public:
  int get() { std::lock_guard l(m); return n; }
  int getOther() { std::lock_guard l(other); return n; }

  void bad_sleep() {
    std::lock_guard l(m);
    ::sleep(1);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_sleep' holds 'Store::m' while 'sleep' sleeps: whoever needs the lock waits as long
    // CHECK: 'Store::bad_sleep' takes 'Store::m' here
    // CHECK: note: release the lock before
  }
  void bad_helper() {
    std::lock_guard l(m);
    backOff();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_helper' holds 'Store::m' while 'sleep' sleeps
    // CHECK: 'Store::bad_helper' calls 'Store::backOff' here
  }
  void bad_join() {
    std::lock_guard l(m);
    worker.join();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_join' {{.*}}'thread::join' waits for another thread
  }
  int bad_future() {
    std::lock_guard l(m);
    return answer.get();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_future'
  }
  void bad_second_lock() {
    std::lock_guard a(other);
    std::unique_lock b(m);
    cv.wait(b);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_second_lock' holds 'Store::other' while 'condition_variable::wait' waits for another thread
  }
  void ok_own_lock() {
    std::unique_lock l(m);
    cv.wait(l, [&] { return n > 0; });
  }
  void ok_own_lock_in_helper() {
    std::unique_lock l(m);
    untilFull(l);
  }
  void untilFull(std::unique_lock<std::mutex> &l) { cv.wait(l); }
  void ok_released() {
    { std::lock_guard l(m); ++n; }
    ::sleep(1);
  }
  void ok_released_by_helper(bool first) {
    std::unique_lock l(m);
    endWorker(first, l);
  }
  void endWorker(bool first, std::unique_lock<std::mutex> &l) {
    if (!first) { l.unlock(); return; }
    std::thread old = std::move(worker);
    l.unlock();
    old.join();
  }
  void bad_kept_by_helper() {
    std::unique_lock l(m);
    endWorkerUnderLock(l);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Store::bad_kept_by_helper' holds 'Store::m' while 'thread::join'
  }
  void endWorkerUnderLock(std::unique_lock<std::mutex> &l) {
    std::thread old = std::move(worker);
    old.join();
    l.unlock();
  }
  void ok_counts_itself_down() {
    std::lock_guard l(m);
    while (n > 0)
      rows[--n].~Row();
  }
  struct Row { ~Row() {} };
  Row *rows = nullptr;
  void ok_nobody_else() {
    std::lock_guard l(own);
    ::sleep(1);
  }
  void ok_device_is_possible() {
    std::lock_guard l(m);
    ::fsync(n);
    // ALL: :[[@LINE-1]]:{{.*}}warning: 'Store::ok_device_is_possible' holds 'Store::m' while 'fsync' waits for the file system
  }
};

class OnLoop {
  std::mutex m;
  int n = 0;

public:
  co::task<int> get() { std::lock_guard l(m); co_return n; }
  void bad_device() {
    std::lock_guard l(m);
    ::fsync(n);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'OnLoop::bad_device' holds 'OnLoop::m' while 'fsync' waits for the file system
  }
};

//===-- told once, and not if it happens once --------------------------------===//

// Who holds a lock around a function that waits under a lock of its own is not
// told again.
class Disk {
  std::mutex m, cache;
  int n = 0;
public:
  void bad_write() {
    std::lock_guard l(m);
    ::usleep(1000);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Disk::bad_write' holds 'Disk::m' while 'usleep' sleeps
  }
  int size() { std::lock_guard l(m); return n; }
  void ok_told_below() { std::lock_guard l(cache); bad_write(); }
  int cached() { std::lock_guard l(cache); return n; }
};

// Made by whoever asks first.
struct Pool {
  std::mutex started;
  std::condition_variable cv;
  bool up = false;
  void start() { std::unique_lock l(started); while (!up) cv.wait(l); }
};
static Pool *ThePool;
static std::mutex PoolLock;
static Pool *pool() {
  if (ThePool)
    return ThePool;
  std::lock_guard l(PoolLock);
  if (!ThePool) {
    Pool *made = new Pool;
    made->start();
    ThePool = made;
  }
  return ThePool;
}
void replacePool(Pool *p) { std::lock_guard l(PoolLock); ThePool = p; }
class User {
  std::mutex m;
  int n = 0;
public:
  int get() { std::lock_guard l(m); return n; }
  void ok_first_user_starts_the_pool() { std::lock_guard l(m); pool(); }
  void bad_each_time(Pool &p) {
    std::lock_guard l(m);
    p.start();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'User::bad_each_time' holds 'User::m' while 'condition_variable::wait' waits
  }
};

//===-- whose lock, whose destructor -------------------------------------------===//

// A condition that is made for a lock refers to it: which it is shows nowhere.
class Mutex {
  pthread_mutex_t m;
public:
  pthread_mutex_t *handle();
  void lock() { pthread_mutex_lock(&m); }
  void unlock() { pthread_mutex_unlock(&m); }
};
class Condition {
  pthread_cond_t c;
  pthread_mutex_t *of;
public:
  explicit Condition(Mutex *m) : of(m->handle()) {}
  void wait() { pthread_cond_wait(&c, of); }
};
class Inbox {
  Mutex m;
  Condition filled{&m};
  int n = 0;
public:
  int size() { std::lock_guard l(m); return n; }
  void ok_own_condition() { std::lock_guard l(m); while (!n) filled.wait(); }
};

// A pointer ends what it points to, and not all that is counted as it is.
class Counted {
  int refs = 0;
public:
  virtual ~Counted() = default;
  void add() { ++refs; }
  void drop() { if (--refs == 0) delete this; }
};
template <class T> class counted_ptr {
  T *p = nullptr;
public:
  explicit counted_ptr(T *x) : p(x) { p->add(); }
  ~counted_ptr() { if (p) p->drop(); }
};
class Resolver : public Counted { public: ~Resolver() override { ::usleep(1000); } };
class Name : public Counted { public: int n = 0; };
class Names {
  std::mutex m;
  int n = 0;
public:
  int size() { std::lock_guard l(m); return n; }
  void ok_other_class() { std::lock_guard l(m); counted_ptr<Name> name(new Name); ++n; }
  void bad_that_class() {
    std::lock_guard l(m);
    counted_ptr<Resolver> r(new Resolver);
    ++n;
    // CHECK: warning: 'Names::bad_that_class' holds 'Names::m' while 'usleep' sleeps
  }
};

// What a method of a base class calls of its object, by what the object is.
class Sink {
public:
  virtual ~Sink() = default;
  void write() { prepare(); put(); }
  void end() { delete this; }
private:
  virtual void prepare() {}
  virtual void put() = 0;
};
class Memory : public Sink { int n = 0; void put() override { ++n; } };
class Slow : public Sink { void put() override { ::usleep(1000); } };
class Slower : public Sink { void put() override { ::usleep(2000); } public: ~Slower() override { ::usleep(5); } };
class Writer {
  std::mutex m;
  int n = 0;
public:
  int size() { std::lock_guard l(m); return n; }
  void ok_writes_to_memory(Memory &s) { std::lock_guard l(m); s.write(); }
  void ok_ends_memory(Memory *s) { std::lock_guard l(m); s->end(); }
  void bad_one(Slow &s) {
    std::lock_guard l(m);
    s.write();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Writer::bad_one' holds 'Writer::m' while 'usleep' sleeps
    // CHECK: 'Sink::write' calls 'Slow::put' here
  }
  void bad_other(Slower &s) {
    std::lock_guard l(m);
    s.write();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Writer::bad_other' holds 'Writer::m' while 'usleep' sleeps
    // CHECK: 'Sink::write' calls 'Slower::put' here
  }
  void bad_any(Sink &s) {
    std::lock_guard l(m);
    s.write();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Writer::bad_any' holds 'Writer::m' while 'usleep' sleeps
  }
  void bad_ends(Slower *s) {
    std::lock_guard l(m);
    s->end();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Writer::bad_ends' holds 'Writer::m' while 'usleep' sleeps
  }
};
void useWriter(Writer &w) { Memory a; Slow b; w.ok_writes_to_memory(a); w.bad_any(b); w.bad_ends(new Slower); w.ok_ends_memory(new Memory); }

//===-- one wait, told once ------------------------------------------------------===//

struct Report {
  void close() { ::usleep(1); }
  void write() { ::usleep(2); ::usleep(3); close(); }
};
class Reports {
  std::mutex m, other;
  Report report;
  int n = 0;
  void far() { further(); }
  void further() { yetFurther(); }
  void yetFurther() { furtherStill(); }
  void furtherStill() { nearlyThere(); }
  void nearlyThere() { there(); }
  void there() { ::usleep(4); }
public:
  int size() { std::lock_guard l(m); return n; }
  int others() { std::lock_guard l(other); return n; }
  void bad_once_a_call() {
    std::lock_guard l(m);
    report.write();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Reports::bad_once_a_call' holds 'Reports::m' while 'usleep' sleeps
  }
  void bad_first_of_two_calls(bool twice) {
    std::lock_guard l(m);
    report.close();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Reports::bad_first_of_two_calls' holds 'Reports::m' while 'usleep' sleeps
    if (twice)
      report.close();
  }
  void bad_far_below() {
    std::lock_guard l(m);
    far();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Reports::bad_far_below' holds 'Reports::m' while 'usleep' sleeps
  }
  void ok_told_with_the_other_lock() { std::lock_guard l(other); far(); }
  void bad_near_under_another_lock() {
    std::lock_guard l(other);
    report.close();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Reports::bad_near_under_another_lock' holds 'Reports::other' while 'usleep' sleeps
  }
};

//===-- options that nobody sets -------------------------------------------------===//

struct Settings {
  bool slow = false;
  bool careful = false;
  bool fast = true;
};
class Device {
  std::mutex m;
  int n = 0;
  void open(const Settings &s) { if (s.slow) ::usleep(1); }
  void openCarefully(const Settings &s) { if (s.careful) ::usleep(2); }
  void openFast(const Settings &s) { if (!s.fast) ::usleep(3); }
public:
  int size() { std::lock_guard l(m); return n; }
  void ok_never_set() { std::lock_guard l(m); Settings s; open(s); }
  void ok_always_set() { std::lock_guard l(m); Settings s; openFast(s); }
  void bad_set_by_somebody() {
    std::lock_guard l(m);
    Settings s;
    s.careful = n > 3;
    openCarefully(s);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Device::bad_set_by_somebody' holds 'Device::m' while 'usleep' sleeps
  }
};

// What everybody uses, whatever they hold, is told where it is nearest.
struct Hook {
  static inline std::mutex m;
  static inline std::condition_variable cv;
  static inline bool cleared = false;
  static void wait() { std::unique_lock l(m); while (!cleared) cv.wait(l); }
};
static void pass() { Hook::wait(); }
struct Read1 { std::mutex m; int n = 0; void set() { std::lock_guard l(m); n = 1; }
  void ok_farther() { std::lock_guard l(m); pass(); } };
struct Read2 { std::mutex m; int n = 0; void set() { std::lock_guard l(m); n = 1; }
  void bad_near() { std::lock_guard l(m); Hook::wait(); } };
// CHECK: :[[@LINE-1]]:{{.*}}warning: 'Read2::bad_near' holds 'Read2::m' while 'condition_variable::wait' waits
struct Read3 { std::mutex m; int n = 0; void set() { std::lock_guard l(m); n = 1; }
  void bad_near() { std::lock_guard l(m); Hook::wait(); } };
// CHECK: :[[@LINE-1]]:{{.*}}warning: 'Read3::bad_near' holds 'Read3::m' while 'condition_variable::wait' waits
struct Read4 { std::mutex m; int n = 0; void set() { std::lock_guard l(m); n = 1; }
  void ok_farther() { std::lock_guard l(m); pass(); } };
struct Read5 { std::mutex m; int n = 0; void set() { std::lock_guard l(m); n = 1; }
  void bad_near() { std::lock_guard l(m); Hook::wait(); } };
// CHECK: :[[@LINE-1]]:{{.*}}warning: 'Read5::bad_near' holds 'Read5::m' while 'condition_variable::wait' waits
struct Read6 { std::mutex m; int n = 0; void set() { std::lock_guard l(m); n = 1; }
  void ok_farther() { std::lock_guard l(m); pass(); } };
struct Read7 { std::mutex m; int n = 0; void set() { std::lock_guard l(m); n = 1; }
  void ok_farther() { std::lock_guard l(m); pass(); } };

// What runs once, by what is made for that.
class Opened {
  std::mutex m;
  std::once_flag first;
  int n = 0;
public:
  int size() { std::lock_guard l(m); return n; }
  void ok_once() { std::lock_guard l(m); std::call_once(first, [] { ::usleep(1000); }); }
};
