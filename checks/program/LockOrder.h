//===- LockOrder.h - the order in which a program takes locks ---*- C++ -*-===//
// The graph of orders: an edge from each lock to each lock that is taken while
// it is held, by where locks live. Finds the cycles on which threads can wait
// for one another: between code that no common lock keeps apart, in modes that
// exclude each other. How a cycle is told is for the rule to say.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Impl.h"

namespace cotidy {

struct OrderEdge {
  LockClass First, Second;
  const UnderLock *Where = nullptr;
  std::vector<LockClass> Gates; ///< held exclusively all the while; sorted
  Confidence Sure = Confidence::Likely;
};

struct OrderCycle {
  std::vector<const OrderEdge *> Edges; ///< the second of each is the next's first
  Confidence Sure = Confidence::Likely;
};

class LockOrder {
public:
  explicit LockOrder(const Program::Impl &P);

  /// Sorted by first, then second lock; the surest and shortest of a pair first.
  const std::vector<OrderEdge> &edges() const { return Edges; }
  const std::vector<OrderCycle> &cycles() const { return Cycles; }

private:
  using Node = uint32_t;
  void collectEdges();
  void collectWriters();
  void findComponents();
  void findCycles();
  std::vector<Node> wayBack(Node From, Node To) const;
  void addCycle(const std::vector<Node> &Nodes);
  bool choose(const std::vector<Node> &Nodes, size_t At, OrderCycle &C) const;
  bool excludes(LockClass C, flow::LockMode Held, flow::LockMode Wanted) const;

  const Program::Impl &P;
  std::vector<OrderEdge> Edges;
  std::vector<LockClass> Nodes;                  ///< sorted
  std::map<std::pair<Node, Node>, std::vector<const OrderEdge *>> Between;
  std::vector<std::vector<Node>> Next;
  std::vector<uint32_t> Component;
  std::set<LockClass> Writers; ///< taken exclusively somewhere
  std::vector<OrderCycle> Cycles;
};

/// A reader that waits behind a queued writer: true unless the type says that
/// its readers never do, or, in a closed world, nobody ever writes.
bool readersMayWait(const Program::Impl &P, const LockClass &C, bool HasWriter);

/// Some function of the program takes the lock exclusively.
bool hasWriter(const Program::Impl &P, const LockClass &C);

} // namespace cotidy
