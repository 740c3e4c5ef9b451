#include "program/TaskWords.h"

#include "facts/Words.h"
#include "program/Witness.h"

namespace cotidy {

using namespace facts;

static std::string nameOf(const Unit &U, const Function &F, const Place &P) {
  for (size_t I = P.Path.size(); I-- > 0;)
    if (P.Path[I].Kind == StepKind::Field)
      return std::string(lastComponent(U.text(P.Path[I].Name)));
  switch (P.Root) {
  case RootKind::Local:
    return P.Index < F.Locals.size() ? std::string(U.text(F.Locals[P.Index].Name)) : "";
  case RootKind::Param:
    return P.Index < F.Params.size() ? std::string(U.text(F.Params[P.Index].Name)) : "";
  case RootKind::Global:
    return std::string(lastComponent(U.text(P.Name)));
  case RootKind::This:
    return "this";
  default:
    return "";
  }
}

std::string quotedPlace(const Unit &U, const Function &F, const Place &P) {
  std::string Name = nameOf(U, F, P);
  return Name.empty() ? "a temporary" : "'" + Name + "'";
}

std::string quotedType(const Unit &U, TypeId T) {
  std::string Name = withoutArguments(U.text(U.type(T).Name));
  return "'" + std::string(lastComponent(Name)) + "'";
}

std::string resultName(const Unit &U, TypeId Task) {
  TypeId R = U.type(Task).Result;
  if (R == TypeId::None && U.type(Task).Arguments.size() == 1)
    R = U.type(Task).Arguments.front();
  if (R == TypeId::None)
    return "result";
  return quotedType(U, R);
}

/// What was called to get the value of an unnamed local, or None.
static FnId madeBy(const Function &F, const Place &P) {
  for (const Block &B : F.Blocks)
    for (const Fact &X : B.Facts)
      if (X.To == P && X.Callee != FnId::None)
        return X.Callee;
  return FnId::None;
}

Note noteOf(const Unit &U, const Function &F, const flow::Turn &T) {
  const Fact &X = F.Blocks[T.At.Block].Facts[T.At.Fact];
  std::string Name = nameOf(U, F, X.From);
  std::string_view Word = U.text(X.Word);
  Location At = locationOf(U, X.At);
  if (Name.empty())
    if (FnId By = madeBy(F, X.From); By != FnId::None && (Word == "bool" || Word == "owns"))
      return {At, quoted(U, By) + " returns " + (T.Holds ? "true" : "false") + " here"};
  if (Name.empty() || Word == "other" || Word == "less" || Word == "less-equal" ||
      (Word == "equals" && X.Val.Kind != ValueKind::Integer))
    return {At, std::string("the condition is ") + (T.Holds ? "true" : "false") + " here"};
  std::string Is = T.Holds ? " is " : " is not ";
  if (Word == "bool")
    return {At, "'" + Name + "' is " + (T.Holds ? "true" : "false") + " here"};
  if (Word == "equals")
    return {At, "'" + Name + "'" + Is + std::to_string(X.Val.Int) + " here"};
  if (Word == "owns")
    return {At, "'" + Name + "' is " + (T.Holds ? "set" : "empty") + " here"};
  return {At, "'" + Name + "'" + Is + std::string(Word) + " here"};
}

} // namespace cotidy
