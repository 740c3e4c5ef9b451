// clients.cpp - more coroutines, so that a run can plant in several at a time.
#include "session.h"

namespace sample {

Task connect(int Port) {
  int Tries = 0;
  co_await greet(Tries);
  if (Tries > Port)
    Tries = Port;
}

Task send(int Size) {
  int Sent = 0;
  do {
    Sent += 10;
    co_await greet(Sent);
  } while (Sent < Size);
}

Task receive(int Size) {
  int Left = Size;
  co_await greet(Left);
  {
    int Chunk = Left / 2;
    Left -= Chunk;
  }
  co_await greet(Left);
}

Task close() {
  int Open = 1;
  co_await greet(Open);
  Open = 0;
}

Task session() {
  co_await connect(80);
  co_await send(100);
  co_await receive(50);
  co_await close();
}

#ifdef SAMPLE_NEVER_DEFINED
Task never() {
  co_await close();
}
#endif

} // namespace sample

void runClients() { sample::session().start(); }
