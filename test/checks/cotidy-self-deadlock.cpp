// A lock taken again by the thread that holds it.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-self-deadlock' --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include <thread>
#include <memory>
#include <deque>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <tuple>
#include <utility>
#include <vector>

class Cache {
  std::mutex m;
  std::recursive_mutex r;
  std::shared_mutex rw;
  int n = 0;
  int size() { std::lock_guard l(m); return n; }
  int sizeLocked() { return n; }
  void add(bool Locked) { std::unique_lock l(m, std::defer_lock); if (!Locked) l.lock(); ++n; }

public:
  void bad_direct() {
    std::lock_guard a(m);
    std::lock_guard b(m);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Cache::bad_direct' takes 'Cache::m' while it holds it, and waits for itself
  }
  int bad_helper() {
    std::lock_guard l(m);
    return size();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Cache::bad_helper' takes 'Cache::m' while it holds it
    // CHECK: 'Cache::bad_helper' takes 'Cache::m' here
    // CHECK: 'Cache::bad_helper' calls 'Cache::size' here
    // CHECK: 'Cache::size' takes 'Cache::m' again here
    // CHECK: note: release the lock before, or call a variant that expects it to be held
  }
  int ok_locked_variant() { std::lock_guard l(m); return sizeLocked(); }
  int ok_released() { { std::lock_guard l(m); } return size(); }
  int ok_recursive() { std::lock_guard a(r); std::lock_guard b(r); return n; }
  void ok_said_to_be_locked() { std::lock_guard l(m); add(true); }
  void bad_not_said() {
    std::lock_guard l(m);
    add(false);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Cache::bad_not_said'
  }
  void ok_try() { std::lock_guard l(m); std::unique_lock b(m, std::try_to_lock); }
  void bad_upgrade() {
    std::shared_lock a(rw);
    std::unique_lock b(rw);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Cache::bad_upgrade' takes 'Cache::rw' while it holds it, and waits for its own shared lock to be released
  }
  void bad_shared_twice() {
    std::shared_lock a(rw);
    std::shared_lock b(rw);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Cache::bad_shared_twice' takes 'Cache::rw' while it holds it, and waits for ever if a writer queues in between
  }
  void ok_unlock_between() {
    std::unique_lock l(m);
    l.unlock();
    size();
    l.lock();
  }
  void ok_other_object(Cache &other) { std::lock_guard l(m); other.sizeLocked(); }
};

//===-- re-entry -----------------------------------------------------------===//

struct Listener { virtual ~Listener() = default; virtual void changed() = 0; };
class Subject {
  std::mutex m;
  std::vector<Listener *> all;
  std::function<void()> callback;

public:
  void add(Listener *l) { std::lock_guard g(m); all.push_back(l); }
  void bad_notify() {
    std::lock_guard g(m);
    for (Listener *l : all)
      l->changed();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Subject::bad_notify' takes 'Subject::m' while it holds it (if it is the same object)
    // CHECK: 'Subject::bad_notify' calls 'Again::changed' here
  }
  void ok_notify_copy() {
    std::vector<Listener *> copy;
    { std::lock_guard g(m); copy = all; }
    for (Listener *l : copy)
      l->changed();
  }
};
class Again : public Listener {
  Subject &subject;
public:
  explicit Again(Subject &s) : subject(s) {}
  void changed() override { subject.add(this); }
};
void use(Subject &s) { Again a(s); s.bad_notify(); }

//===-- children of one class ----------------------------------------------===//

struct Node {
  std::mutex m;
  Node *child = nullptr;
  void ok_hand_down() { std::lock_guard g(m); if (child) child->ok_hand_down(); }
};
void ok_hand_over_hand(Node *n) {
  n->m.lock();
  while (Node *next = n->child) {
    next->m.lock();
    n->m.unlock();
    n = next;
  }
  n->m.unlock();
}

//===-- a thread that a member's initialiser starts --------------------------===//

class worker {
  std::mutex m;
  std::condition_variable cv;
  std::deque<std::function<void()>> queue;
  bool stop = false;
  std::thread thread{[this] { run(); }}; // no constructor in sight runs it
  void run() {
    std::unique_lock l(m);
    while (!stop) {
      if (queue.empty()) { cv.wait(l); continue; }
      auto f = std::move(queue.front());
      queue.pop_front();
      l.unlock();
      f();
      f = nullptr;
      l.lock();
    }
  }

public:
  ~worker() {
    { std::lock_guard l(m); stop = true; }
    cv.notify_all();
    thread.join();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: '~worker' waits for a thread to end that may be running it: the thread waits for itself
  }
  void post(std::function<void()> f) { { std::lock_guard l(m); queue.push_back(std::move(f)); } cv.notify_one(); }
};
void bad_owns_the_worker(std::shared_ptr<worker> w) {
  auto &ref = *w;
  ref.post([w] { (void)w; });
}

// Words in the name of a lock, or of its file, are no tag of a guard.
namespace {
std::mutex DeferredLock;
int Blocks;
int countBlocks() { std::lock_guard l(DeferredLock); return Blocks; }
int ok_taken_late() {
  { std::unique_lock l(DeferredLock, std::defer_lock); l.lock(); ++Blocks; }
  return countBlocks();
}
int bad_taken_late() {
  std::unique_lock l(DeferredLock, std::defer_lock);
  l.lock();
  return countBlocks();
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_taken_late' takes '{{.*}}DeferredLock' while it holds it
}
int ok_not_taken() { std::unique_lock l(DeferredLock, std::defer_lock); return countBlocks(); }
int ok_tried() { std::unique_lock l(DeferredLock, std::try_to_lock); return l ? Blocks : 0; }
} // namespace
int useBlocks() { return ok_taken_late() + bad_taken_late() + ok_not_taken() + ok_tried(); }

// A guard that passes through functions goes on owning what it owned.
using Guard = std::unique_lock<std::mutex>;
static std::mutex Passed, Else;
static Guard pass(Guard &&g) { return std::move(g); }
static Guard passValue(Guard g) { return g; }
static std::pair<Guard, int> wrap(Guard g) { return {std::move(g), 1}; }
void bad_guard_moved_through() {
  Guard a(Passed);
  Guard b = pass(std::move(a));
  std::lock_guard x(Passed);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_guard_moved_through' takes 'Passed' while it holds it
}
void bad_guard_by_value() {
  Guard b = passValue(Guard(Passed));
  std::lock_guard x(Passed);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_guard_by_value' takes 'Passed' while it holds it
}
void bad_guard_in_a_tuple() {
  auto b = std::make_tuple(Guard(Passed), 3);
  std::lock_guard x(Passed);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_guard_in_a_tuple' takes 'Passed' while it holds it
}
void bad_guard_in_a_pair() {
  auto b = wrap(Guard(Passed));
  std::lock_guard x(Passed);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_guard_in_a_pair' takes 'Passed' while it holds it
}
void ok_guard_ended() {
  { Guard b = passValue(Guard(Passed)); }
  std::lock_guard x(Passed);
}
void ok_guard_of_another() {
  Guard b = passValue(Guard(Else));
  std::lock_guard x(Passed);
}

// A lock that is let go and taken back by hand behind its guard's back.
static void processed(void (*Then)()) {
  std::unique_lock l(Passed);
  Passed.unlock();
  Then();
  Passed.lock();
}
void ok_guard_released_it(void (*Then)()) {
  processed(Then);
  std::lock_guard x(Passed);
}
void bad_behind_the_guard() {
  std::unique_lock l(Passed);
  Passed.unlock();
  Passed.lock();
  std::lock_guard x(Passed);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_behind_the_guard' takes 'Passed' while it holds it
}

//===-- flags --------------------------------------------------------------===//

// A flag that does not change tells both whether to take a lock and whether to
// release it.
class Queue {
  std::mutex m, log;
  const bool shared = true;
  bool two = false;
  int n = 0;

  // Who calls it may hold the lock: the flags know.
  void append() {
    const bool needsLock = shared && !two;
    if (__builtin_expect(needsLock, 0))
      m.lock();
    ++n;
    if (__builtin_expect(needsLock, 0))
      m.unlock();
  }

public:
  void ok_flag_of_the_callee() { std::lock_guard l(m); append(); }
  void ok_taken_where_set() {
    if (two)
      m.lock();
    ++n;
    if (two)
      m.unlock();
    std::lock_guard l(m);
  }
  void bad_other_flag() {
    m.lock();
    if (two)
      n = 0;
    std::lock_guard l(m);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Queue::bad_other_flag' takes 'Queue::m' while it holds it
    m.unlock();
  }
};

//===-- one mistake, many callers --------------------------------------------===//

// Everybody calls 'fail' with the lock held: that it takes it is told once.
class Writer {
  std::mutex m;
  int errors = 0;
  void fail() {
    m.lock();
    ++errors;
    m.unlock();
  }
  void flush(bool ok) { if (!ok) fail(); }

public:
  void bad_first(bool ok) {
    std::lock_guard l(m);
    flush(ok);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Writer::bad_first' takes 'Writer::m' while it holds it
    // CHECK: 'Writer::fail' takes 'Writer::m' again here
  }
  void ok_told_already(bool ok) { std::lock_guard l(m); flush(ok); }
  void ok_told_already_too(bool ok) { std::lock_guard l(m); flush(!ok); }
};

//===-- what a smart pointer holds -------------------------------------------===//

class Hub;
struct Ticket {
  Hub &hub;
  explicit Ticket(Hub &h) : hub(h) {}
  ~Ticket();
};
struct Job {
  std::unique_ptr<Ticket> ticket; // set by few, and reset without the lock
  explicit Job(int) {}
};
class Hub {
  std::mutex m;
  std::unique_ptr<Ticket> last;
  int n = 0;

public:
  void back() { std::lock_guard l(m); --n; }
  void ok_nothing_in_it() {
    std::lock_guard l(m);
    std::unique_ptr<Ticket> none = nullptr;
    none.reset();
  }
  void ok_moved_away(bool wanted) {
    std::unique_ptr<Ticket> out;
    std::lock_guard l(m);
    std::unique_ptr<Ticket> t = nullptr;
    if (wanted)
      t.reset(new Ticket(*this));
    out = std::move(t);
  }
  void ok_member_of_a_local() {
    Job job(1);
    std::lock_guard l(m);
    Job inside(2);
  }
  void bad_overwritten() {
    std::lock_guard l(m);
    last.reset(); // not in clangd: the body is in a header
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Hub::bad_overwritten' takes 'Hub::m' while it holds it (if it is the same object)
  }
  void bad_filled() {
    std::lock_guard l(m);
    std::unique_ptr<Ticket> t;
    t.reset(new Ticket(*this));
    ++n;
    // CHECK: warning: 'Hub::bad_filled' takes 'Hub::m' while it holds it (if it is the same object)
  } // not in clangd: the body is in a header
};
Ticket::~Ticket() { hub.back(); }

// A lock that a destructor gives up and takes back under another name.
struct Shared {
  std::mutex *owners = nullptr;
  std::function<void()> last;
};
struct Family {
  Shared *shared;
  explicit Family(std::mutex &m) : shared(new Shared{&m, {}}) {}
  ~Family() {
    shared->owners->unlock();
    shared->last();
    shared->owners->lock();
    delete shared;
  }
};
struct Database {
  std::mutex families;
  std::unique_ptr<Family> one{new Family(families)};
  int count = 0;
  Database() { one->shared->last = [this] { std::lock_guard l(families); ++count; }; }
  void ok_given_up_meanwhile() {
    families.lock();
    one.reset();
    families.unlock();
  }
};

//===-- among more locks than anybody remembers ----------------------------===//

template <int N> struct Slot { static inline std::mutex m; };
template <int N> static void visit() { std::lock_guard l(Slot<N>::m); }
template <int... Ns> static void visitAll(std::integer_sequence<int, Ns...>) { (visit<Ns>(), ...); }
class Crowded {
  std::mutex m;
  int n = 0;

public:
  void refresh() {
    visitAll(std::make_integer_sequence<int, 100>());
    std::lock_guard l(m);
    ++n;
  }
  void bad_among_many() {
    std::lock_guard l(m);
    refresh();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Crowded::bad_among_many' takes 'Crowded::m' while it holds it, and waits for itself
  }
};

// A method that makes an owner of its own object for a moment is not the last owner's.
class Client : public std::enable_shared_from_this<Client> {
  std::mutex m;
  int open = 0;
  std::shared_ptr<Client> next;

  int watched(int n) {
    std::weak_ptr<Client> self = shared_from_this();
    return n + !self.expired();
  }
  int cast(int n) { return std::static_pointer_cast<const Client>(shared_from_this())->open + n; }

public:
  ~Client() { close(); }
  void close() { std::lock_guard l(m); open = 0; }
  void ok_owner_of_itself(int n) { std::lock_guard l(m); open = watched(n) + cast(n); }
  void bad_last_owner(std::weak_ptr<Client> other) {
    std::lock_guard l(m);
    other.lock();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Client::bad_last_owner' takes 'Client::m' while it holds it (if it is the same object)
  }
};

//===-- which object a method of a base class is called on ---------------------===//

class Board;
class Plain {
public:
  virtual ~Plain() = default;
  void tell() { told(); }
private:
  virtual void told() {}
};
class Quiet : public Plain { int n = 0; void told() override { ++n; } };
class Player : public Plain {
  Board &board;
  void told() override;
public:
  explicit Player(Board &b) : board(b) {}
};
class Board {
  std::mutex m;
  std::vector<Quiet *> quiet;
  std::vector<Player *> players;
  std::vector<Plain *> all;
public:
  void move() { std::lock_guard l(m); all.clear(); }
  void add(Player *p) { std::lock_guard l(m); players.push_back(p); all.push_back(p); }
  void ok_quiet() {
    std::lock_guard l(m);
    for (Quiet *q : quiet)
      q->tell();
  }
  void bad_player() {
    std::lock_guard l(m);
    for (Player *p : players)
      p->tell();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Board::bad_player' takes 'Board::m' while it holds it (if it is the same object)
  }
  void bad_plain() {
    std::lock_guard l(m);
    for (Plain *p : all)
      p->tell();
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Board::bad_plain' takes 'Board::m' while it holds it (if it is the same object)
  }
};
void Player::told() { board.move(); }
void play(Board &b) { Quiet q; b.add(new Player(b)); q.tell(); }

//===-- what was made here, and is of no use -----------------------------------===//

class Engine {
public:
  bool start();
  ~Engine();
};
static std::mutex EngineLock;
static Engine *TheEngine;
Engine *ok_given_up() {
  std::lock_guard l(EngineLock);
  if (TheEngine)
    return TheEngine;
  Engine *e = nullptr;
  e = new Engine;
  if (!e->start()) {
    delete e;
    return nullptr;
  }
  TheEngine = e;
  return e;
}
void bad_in_use() {
  std::lock_guard l(EngineLock);
  Engine *e = TheEngine;
  TheEngine = nullptr;
  delete e;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_in_use' takes 'EngineLock' while it holds it
}
Engine::~Engine() { std::lock_guard l(EngineLock); TheEngine = nullptr; }
struct Probe { ~Probe(); };
static std::mutex ProbeLock;
void bad_made_for_nothing() {
  std::lock_guard l(ProbeLock);
  Probe *p = new Probe;
  delete p;
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'bad_made_for_nothing' takes 'ProbeLock' while it holds it
}
Probe::~Probe() { std::lock_guard l(ProbeLock); }

//===-- on which thread --------------------------------------------------------===//

// What a loop is asked to run it runs at once only on its own thread.
class Loop {
  std::thread::id own;
  std::mutex m;
  std::vector<std::function<void()>> later;
  bool isOwn() const { return own == std::this_thread::get_id(); }
public:
  template <class F> void run(F f) {
    if (isOwn())
      f();
    else
      post(f);
  }
  template <class F> void runNow(F f) { f(); }
  void post(std::function<void()> f) { std::lock_guard l(m); later.push_back(std::move(f)); }
};
class Peer {
  std::function<void()> closed;
public:
  void onClose(std::function<void()> f) { closed = std::move(f); }
  void open(Loop &l) { l.run([this] { closed(); }); }
  void openNow(Loop &l) { l.runNow([this] { closed(); }); }
};
class Peers {
  std::mutex m;
  int open = 0;
  Loop loop;
public:
  void closed() { std::lock_guard l(m); --open; }
  void watch(Peer &p) { p.onClose([this] { closed(); }); }
  void ok_on_its_thread_only(Peer &p) { std::lock_guard l(m); p.open(loop); }
  void bad_on_this_thread(Peer &p) {
    std::lock_guard l(m);
    p.openNow(loop);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Peers::bad_on_this_thread' takes 'Peers::m' while it holds it (if it is the same object)
  }
};
