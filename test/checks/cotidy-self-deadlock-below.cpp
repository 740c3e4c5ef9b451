// What a decorator does to the object below it, under its own lock: that one
// makes objects of its own kind, not the decorator's.
//
// RUN: %cotidy check %s --root=%S --checks='-*,cotidy-self-deadlock' --fail-on=never -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include <functional>
#include <memory>
#include <mutex>

struct Out {
  virtual ~Out() = default;
  virtual bool append(int n) = 0;
};
struct Store {
  virtual ~Store() = default;
  virtual bool open(std::unique_ptr<Out> *out) = 0;
  virtual std::unique_ptr<Out> reopen() = 0;
};
class Wrapper : public Store {
  Store *under;

public:
  explicit Wrapper(Store *s) : under(s) {}
  Store *target() const { return under; }
};

Store *disk(); // of another library

static bool truncate(Store *s, int n) {
  std::unique_ptr<Out> out;
  if (!s->open(&out))
    return false;
  return out->append(n);
}
static bool touch(Store *s) {
  std::unique_ptr<Out> out;
  return s->open(&out);
}
static bool fill(Store *s, int n) {
  std::unique_ptr<Out> out = s->reopen();
  return out->append(n);
}

class Faulty : public Wrapper {
  std::mutex m;
  bool active = true;
  bool each(std::function<bool(Store *, int)> f) {
    std::lock_guard l(m);
    bool done = true;
    for (int i = 0; done && i < 9; ++i)
      done = f(target(), i);
    return done;
  }
  bool eachOwn(std::function<bool(Store *, int)> f) {
    std::lock_guard l(m);
    return f(this, 1);
  }

public:
  explicit Faulty(Store *s) : Wrapper(s) {}
  bool isActive() {
    std::lock_guard l(m);
    return active;
  }
  void closed() {
    std::lock_guard l(m);
    active = false;
  }
  bool open(std::unique_ptr<Out> *out) override;
  std::unique_ptr<Out> reopen() override;

  bool ok_below_through_a_callback() {
    return each([&](Store *s, int n) { return truncate(s, n); });
  }
  bool ok_closed_below() {
    return each([&](Store *s, int) { return touch(s); });
  }
  bool ok_below() {
    std::lock_guard l(m);
    return truncate(target(), 1) && fill(target(), 2);
  }
  bool bad_itself() {
    std::lock_guard l(m);
    return truncate(this, 1);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Faulty::bad_itself' takes 'Faulty::m' while it holds it (if it is the same object)
  }
  bool bad_closes_its_own() {
    std::lock_guard l(m);
    return touch(this); // not in clangd: the body is in a header
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Faulty::bad_closes_its_own' takes 'Faulty::m' while it holds it (if it is the same object)
  }
  bool bad_itself_through_a_callback() {
    return eachOwn([&](Store *s, int n) { return truncate(s, n); });
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Faulty::bad_itself_through_a_callback' takes 'Faulty::m' while it holds it (if it is the same object)
  }
};
class FaultyOut : public Out {
  Faulty *env;
  std::unique_ptr<Out> under;

public:
  FaultyOut(Faulty *f, std::unique_ptr<Out> o) : env(f), under(std::move(o)) {}
  ~FaultyOut() override { env->closed(); }
  bool append(int n) override {
    if (!env->isActive())
      return false;
    return under->append(n);
  }
};
bool Faulty::open(std::unique_ptr<Out> *out) {
  std::unique_ptr<Out> o;
  if (!target()->open(&o))
    return false;
  out->reset(new FaultyOut(this, std::move(o)));
  return true;
}
std::unique_ptr<Out> Faulty::reopen() {
  return std::make_unique<FaultyOut>(this, target()->reopen());
}

// One that decorates nothing: what it is given may come back to it.
struct Sink {
  virtual ~Sink() = default;
  virtual bool put(int n) = 0;
};
struct Source {
  virtual ~Source() = default;
  virtual std::unique_ptr<Sink> make() = 0;
};
static bool putOne(Source *from) {
  std::unique_ptr<Sink> s = from->make();
  return s->put(1);
}
class Audit {
  std::mutex m;
  Source *source;
  int notes = 0;

public:
  explicit Audit(Source *s) : source(s) {}
  bool note() {
    std::lock_guard l(m);
    return ++notes > 0;
  }
  bool bad_given() {
    std::lock_guard l(m);
    return putOne(source);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Audit::bad_given' takes 'Audit::m' while it holds it (if it is the same object)
  }
};
class AuditedSink : public Sink {
  Audit *audit;

public:
  explicit AuditedSink(Audit *a) : audit(a) {}
  bool put(int) override { return audit->note(); }
};
struct Audited : Source {
  Audit *audit = nullptr;
  std::unique_ptr<Sink> make() override { return std::make_unique<AuditedSink>(audit); }
};

int main() {
  Faulty faulty(disk());
  Audited audited;
  Audit audit(&audited);
  audited.audit = &audit;
  return faulty.ok_below() && faulty.ok_closed_below() && faulty.bad_closes_its_own() &&
          faulty.ok_below_through_a_callback() && faulty.bad_itself() &&
         faulty.bad_itself_through_a_callback() && audit.bad_given();
}
