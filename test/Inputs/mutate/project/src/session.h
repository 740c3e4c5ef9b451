// session.h - coroutines in a header: inline, member and template ones.
#pragma once

#include "task.h"

namespace sample {

inline Task greet(int &Count) {
  ++Count;
  co_return;
}

class Session {
public:
  Task handle() {
    co_await greet(Requests);
    Requests += 1;
  }

  template <class Visitor> Task visit(Visitor Look) {
    co_await greet(Requests);
    Look(Requests);
  }

private:
  int Requests = 0;
};

} // namespace sample
