#include "program/LockGraph.h"

#include "program/LockOrder.h"
#include "program/LockWitness.h"
#include "program/Witness.h"

#include <set>

namespace cotidy {

using namespace facts;

static std::string node(const LockNames &Names, const LockClass &C) {
  std::string Name = Names.quoted(C);
  return '"' + Name.substr(1, Name.size() - 2) + '"';
}

static std::string label(const Unit &U, const OrderEdge &E) {
  Location L = locationOf(U, E.Where->What.Path->At);
  std::string In = quoted(U, E.Where->In);
  return In + "\\n" + L.File + ":" + std::to_string(L.Line);
}

std::string drawLocks(const Program &Prog) {
  const Program::Impl &P = Prog.impl();
  const LockNames &Names = P.Locks.names();
  LockOrder Order(P);
  std::set<std::pair<LockClass, LockClass>> Bad, Drawn;
  for (const OrderCycle &C : Order.cycles())
    for (const OrderEdge *E : C.Edges)
      Bad.emplace(E->First, E->Second);
  std::string Text = "digraph locks {\n";
  // One edge a pair; the surest and shortest comes first.
  for (const OrderEdge &E : Order.edges()) {
    if (!Drawn.emplace(E.First, E.Second).second)
      continue;
    Text += "  " + node(Names, E.First) + " -> " + node(Names, E.Second) + " [label=\"" +
            label(P.U, E) + "\"";
    if (Bad.contains({E.First, E.Second}))
      Text += ", color=red";
    Text += "];\n";
  }
  return Text + "}\n";
}

} // namespace cotidy
