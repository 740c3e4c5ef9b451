//===- LockGraph.h - the graph of lock orders, drawn ------------*- C++ -*-===//
// The order graph of a program as text in the DOT language: a node a lock, an
// edge from each lock to each that is taken while it is held, with the place
// where that is seen first. Edges of cycles are red. It judges nothing.
//===----------------------------------------------------------------------===//
#pragma once

#include "program/Program.h"

#include <string>

namespace cotidy {

std::string drawLocks(const Program &P);

} // namespace cotidy
