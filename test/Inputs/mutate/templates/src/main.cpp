// main.cpp - template coroutines: one that is instantiated, one that is not.
#include "task.h"

using sample::Task;

template <class Value> Task used(Value Given) {
  Given += 1;
  co_return;
}

template <class Value> Task unused(Value Given) {
  Given += 1;
  co_return;
}

int main() { used(3).start(); }
