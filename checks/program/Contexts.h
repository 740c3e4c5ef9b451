//===- Contexts.h - code that must not block its thread ---------*- C++ -*-===//
// Which functions of a program are non-blocking contexts (design 5), and how
// sure a blocking effect at one of their points is, given where the code may
// be running there.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Effects.h"
#include "program/Program.h"

namespace cotidy {

struct Context {
  enum Why : uint8_t {
    Coroutine,
    LoopCallback,
    PoolCallback, ///< only waits for work of its own pool matter
    Marked,
    AwaiterPart
  } Kind = Coroutine;
  facts::FnId Fn = facts::FnId::None;

  /// "of its event loop": whose thread it blocks, for messages.
  std::string whose() const;
};

/// In the order of the program's functions; user code only.
std::vector<Context> nonBlockingContexts(const Program::Impl &P);

struct Judgement {
  Confidence Sure = Confidence::Certain;
  uint8_t RestsOn = NoDefault;
  /// Waits for work that needs the executor it runs on.
  enum : uint8_t { Free, OnPool, OnLoop } Stuck = Free;
};

/// Nothing if the effect blocks no thread that must not be blocked.
std::optional<Judgement> judge(const Program::Impl &P, const Context &C, const EffectAt &E);

} // namespace cotidy
