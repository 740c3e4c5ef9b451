// server.cpp - coroutines of the plain kinds: functions, lambdas, members.
#include "session.h"

#include <unistd.h>

namespace sample {

Task step(int Value) {
  if (Value > 3) {
    co_return;
  }
  co_await step(Value + 1);
}

// What the project itself does wrong, so that there is something to disturb.
static void waitForInput() { usleep(50); }

Task first() {
  waitForInput();
  co_await step(0);
}

Task second(int Rounds) {
  for (int I = 0; I < Rounds; ++I) {
    co_await step(I);
  }
  while (Rounds > 0) {
    --Rounds;
    co_await step(Rounds);
  }
}

Task third(bool Early) {
  try {
    co_await step(1);
  } catch (...) {
    Early = true;
  }
  if (Early)
    co_return;
  else
    co_await step(2);
  co_await step(3);
}

namespace {
class Worker {
public:
  Task run();

private:
  int Level = 0;
};
} // namespace

Task Worker::run() {
  Level += 1;
  switch (Level) {
  case 1:
    co_await step(Level);
    break;
  default:
    co_await step(0);
  }
}

Task fourth() {
  Worker One;
  co_await One.run();
  Session Two;
  co_await Two.handle();
  co_await Two.visit([](int Value) { return Value; });
}

void start() {
  auto Body = [](int Value) -> Task {
    co_await step(Value);
    co_await step(Value + 1);
  };
  Task All = Body(1);
  All.start();
}

Generator numbers() {
  for (int I = 0; I < 3; ++I)
    co_yield I;
  co_return;
}

} // namespace sample

int main() {
  sample::start();
  sample::fourth().start();
  sample::first().start();
  sample::second(2).start();
  sample::third(true).start();
}
