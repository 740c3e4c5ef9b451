#include "program/Held.h"

namespace cotidy {

using namespace facts;

/// By name: classes of the library that nobody else names have no entry of
/// their own. Captures of its lambdas are fields like any other.
void HeldValues::findLibraryFields() {
  LibraryField.resize(U.Strings.size());
  for (uint32_t I = 0; I < U.Strings.size(); ++I) {
    std::string_view Name = U.Strings[I];
    LibraryField[I] = Name.starts_with("std::") && Name.find('#') == Name.npos;
  }
}

const PathStep *HeldValues::lastField(const Place &P) const {
  for (size_t I = P.Path.size(); I-- > 0;)
    if (P.Path[I].Kind == StepKind::Field && !LibraryField[raw(P.Path[I].Name)])
      return &P.Path[I];
  return nullptr;
}

/// Nodes of one function: parameters, locals, the result, the object.
HeldValues::Node HeldValues::nodeOf(FnId In, const Place &P) const {
  if (const PathStep *F = lastField(P))
    return FieldNode[raw(F->Name)];
  if (P.Root == RootKind::Global)
    return GlobalNode[raw(P.Name)];
  Node B = Base[raw(In)];
  if (B == NoNode)
    return NoNode;
  const Function &F = U.fn(In);
  auto NP = uint32_t(F.Params.size()), NL = uint32_t(F.Locals.size());
  switch (P.Root) {
  case RootKind::Param:
    return P.Index < NP ? B + P.Index : NoNode;
  case RootKind::Local:
    return P.Index < NL ? B + NP + P.Index : NoNode;
  case RootKind::This:
    return B + NP + NL + 1;
  default:
    return NoNode;
  }
}

std::vector<FnId> HeldValues::tokens(Node N, TokenKind K) const {
  std::vector<FnId> R;
  if (N != NoNode)
    for (Token T : Held[N])
      if (T.Kind == K)
        R.push_back(T.Fn);
  return R;
}

std::vector<FnId> HeldValues::at(FnId In, const Place &P, TokenKind K) const {
  return tokens(nodeOf(In, P), K);
}

std::vector<FnId> HeldValues::inField(StrId Field, TokenKind K) const {
  return tokens(FieldNode[raw(Field)], K);
}

std::set<StrId> HeldValues::fieldsFeeding(FnId In, const Place &P) const {
  std::set<StrId> Fields;
  Node Start = nodeOf(In, P);
  if (Start == NoNode)
    return Fields;
  std::set<Node> Seen{Start};
  std::vector<Node> Work{Start};
  while (!Work.empty() && Seen.size() < 4096) {
    Node N = Work.back();
    Work.pop_back();
    if (FieldOf[N] != StrId::Empty)
      Fields.insert(FieldOf[N]);
    for (Node From : Into[N])
      if (Seen.insert(From).second)
        Work.push_back(From);
  }
  return Fields;
}

} // namespace cotidy
