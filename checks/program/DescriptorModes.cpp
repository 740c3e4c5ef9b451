#include "program/DescriptorModes.h"

#include <algorithm>

namespace cotidy {

using namespace facts;

DescriptorModes::DescriptorModes(const Unit &U) : U(U) {
  // Most programs set no mode at all: then there is nothing to follow.
  auto setsMode = [&](const Fact &X) {
    return X.Kind == FactKind::SetMode && U.text(X.Word) == "nonblocking";
  };
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    for (const Block &B : U.Functions[I].Blocks)
      for (const Fact &X : B.Facts)
        if (setsMode(X))
          if (Holder H = holder(FnId(I), X.From); std::get<0>(H) != None)
            Nonblocking.insert(H);
  if (Nonblocking.empty())
    return;
  for (uint32_t I = 0; I < U.Functions.size(); ++I)
    for (const Block &B : U.Functions[I].Blocks)
      for (const Fact &X : B.Facts)
        collect(FnId(I), X);
  findSources();
  spread();
}

DescriptorModes::Holder DescriptorModes::holder(FnId F, const Place &P) const {
  for (size_t I = P.Path.size(); I-- > 0;)
    if (P.Path[I].Kind == StepKind::Field)
      return {Field, raw(P.Path[I].Name), 0};
  switch (P.Root) {
  case RootKind::Local:
    return {Local, raw(F), P.Index};
  case RootKind::Param:
    return {Param, raw(F), P.Index};
  case RootKind::Global:
    return {Global, raw(P.Name), 0};
  default:
    return {None, 0, 0};
  }
}

void DescriptorModes::flow(Holder Source, Holder Target) {
  if (std::get<0>(Source) == None || std::get<0>(Target) == None || Source == Target)
    return;
  To[Source].push_back(Target);
  From[Target].push_back(Source);
}

void DescriptorModes::collect(FnId F, const Fact &X) {
  switch (X.Kind) {
  case FactKind::Store:
    if (X.Val.Where)
      flow(holder(F, X.Val.Where), holder(F, X.To));
    return;
  case FactKind::Move:
  case FactKind::Copy:
  case FactKind::Borrow:
    return flow(holder(F, X.From), holder(F, X.To));
  case FactKind::Return:
    if (X.Val.Where)
      flow(holder(F, X.Val.Where), {Result, raw(F), 0});
    return;
  case FactKind::Call:
  case FactKind::VirtualCall: {
    if (X.Callee == FnId::None || U.fn(X.Callee).Body != BodyState::Here)
      return;
    for (uint32_t I = 0; I < X.Args.size(); ++I)
      Actuals[{Param, raw(X.Callee), I}].push_back(
          X.Args[I].Where ? holder(F, X.Args[I].Where) : Holder{None, 0, 0});
    if (X.To)
      flow({Result, raw(X.Callee), 0}, holder(F, X.To));
    return;
  }
  default:
    return;
  }
}

/// The mode belongs to the descriptor, not to the variable: where the variable
/// was read from, it is non-blocking too.
void DescriptorModes::findSources() {
  std::vector<Holder> Work(Nonblocking.begin(), Nonblocking.end());
  while (!Work.empty()) {
    Holder H = Work.back();
    Work.pop_back();
    Kind K = std::get<0>(H);
    if (K != Local && K != Param)
      continue;
    std::vector<Holder> Sources = From[H];
    if (K == Param)
      Sources.insert(Sources.end(), Actuals[H].begin(), Actuals[H].end());
    for (Holder S : Sources)
      if (std::get<0>(S) != None && Nonblocking.insert(S).second)
        Work.push_back(S);
  }
}

void DescriptorModes::spread() {
  std::vector<Holder> Work(Nonblocking.begin(), Nonblocking.end());
  for (bool Changed = true; Changed;) {
    while (!Work.empty()) {
      Holder H = Work.back();
      Work.pop_back();
      for (Holder T : To[H])
        if (Nonblocking.insert(T).second)
          Work.push_back(T);
    }
    // A parameter is non-blocking if every caller gives such a descriptor.
    Changed = false;
    for (const auto &[P, Given] : Actuals) {
      bool All = std::ranges::all_of(Given, [&](Holder A) { return Nonblocking.contains(A); });
      if (All && Nonblocking.insert(P).second) {
        Work.push_back(P);
        Changed = true;
      }
    }
  }
}

bool DescriptorModes::isNonblocking(FnId F, const Value &V) const {
  return !Nonblocking.empty() && V.Where && Nonblocking.contains(holder(F, V.Where));
}

} // namespace cotidy
