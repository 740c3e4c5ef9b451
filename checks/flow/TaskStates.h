//===- TaskStates.h - what becomes of each task in a body -------*- C++ -*-===//
// What each fact does to a task that a local or parameter holds (alone, in a
// container, in a structure), and from that, the ways on which a task that a
// body made is dropped. What callees do with what they are given, and which
// places carry tasks, it asks. It judges no type and reports nothing.
//===----------------------------------------------------------------------===//
#pragma once

#include "flow/Paths.h"

namespace cotidy::flow {

/// Ordered: of several, the last one counts.
enum class Fate : uint8_t {
  Ignored,  ///< it is not mentioned
  Looked,   ///< asked about: is it ready, is there one
  Escapes,  ///< somebody may have it now
  Consumed, ///< awaited, started, moved on, kept
};

class TaskCallees {
public:
  virtual ~TaskCallees() = default;
  /// The place is of a type that is a task or holds tasks.
  virtual bool carries(const facts::Function &In, const facts::Place &P) const = 0;
  /// The place, a part of something that carries tasks, may be the part that
  /// does: not the number beside the task in a structure.
  virtual bool mayBeThePart(const facts::Function &In, const facts::Place &P) const = 0;
  /// What the callee of `Call` does with argument number `Arg`, or with the
  /// object it is called on.
  virtual Fate ofArgument(const facts::Fact &Call, uint32_t Arg) const = 0;
  virtual Fate ofObject(const facts::Fact &Call) const = 0;
};

/// A local or parameter as a whole, or the object of a member function.
struct Holder {
  facts::RootKind Root = facts::RootKind::None;
  uint32_t Index = 0;
  bool operator==(const Holder &) const = default;

  uint32_t id() const { return uint32_t(Root) << 24 | (Index + 1); }
  static Holder of(uint32_t Id) { return {facts::RootKind(Id >> 24), (Id & 0xffffff) - 1}; }
};

enum class Touch : uint8_t {
  None,
  Looks,
  Fills,    ///< the slot gets a task, or another value
  Passes,   ///< what it held is in another slot now
  Escapes,
  Consumes,
  Destroys,
};

struct Touched {
  Touch What = Touch::None;
  Holder To; ///< Passes
};

class TaskStates {
public:
  TaskStates(const facts::Unit &U, const facts::Function &F, const TaskCallees &C);

  /// What the fact does to the slot.
  Touched touch(const facts::Fact &X, Holder S) const;

  /// The slot of a place: references to a whole slot stand for it.
  Holder slotOf(const facts::Place &P) const;
  /// The place, with a reference to a slot replaced by the slot.
  facts::Place resolved(const facts::Place &P) const;

  facts::TypeId typeOf(Holder S) const;

  /// An unnamed object that nothing mentions again but its destructor: what a
  /// by-value parameter was built from. The call names the source.
  bool isArgumentCopy(Holder S) const;
  /// Nothing of the body mentions it but what makes, fills and destroys it.
  bool isNeverMentioned(Holder S) const;
  /// Some fact destroys it as a whole.
  bool isDestroyed(Holder S) const;

private:
  bool names(const facts::Place &P, Holder S) const;
  bool mentions(const facts::Value &V, Holder S) const;
  Touched byCall(const facts::Fact &X, Holder S) const;
  Touched byTransfer(const facts::Fact &X, Holder S, bool Reads) const;
  bool isOtherwiseUsed(const facts::Fact &Def) const;

  const facts::Unit &U;
  const facts::Function &F;
  const TaskCallees &C;
  std::vector<facts::Place> Alias; ///< by local; empty: stands for itself
};

} // namespace cotidy::flow
