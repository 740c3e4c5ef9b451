//===- FactReader.h - places, values and slots from text --------*- C++ -*-===//
// Reads what stands inside the statements of the text form: references to
// entities, spots, flags, places, values and the slots of facts. The parser
// (Parser.cpp) declares the entities and reads the statements around them.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/TokenReader.h"
#include "facts/Words.h"

#include "llvm/ADT/StringMap.h"

namespace cotidy::facts {

class FactReader : protected TokenReader {
protected:
  FactReader(std::vector<Token> Tokens, llvm::StringRef Name)
      : TokenReader(std::move(Tokens), Name), Strings(U) {}

  bool readFactSlots(Fact &F);
  bool readText(StrId &S);
  bool readName(StrId &S); ///< a string, if there is one
  bool readRef(TypeId &T);
  bool readRef(FnId &F);
  template <class Id> bool readRefs(std::vector<Id> &Ids) {
    do {
      Id Each{};
      if (!readRef(Each))
        return false;
      Ids.push_back(Each);
    } while (takeSign(","));
    return true;
  }
  bool readSpot(Spot &S);
  bool readFlags(uint32_t &Flags, llvm::ArrayRef<FlagWord> Words);

  Unit U;
  StringTable Strings;
  llvm::StringMap<TypeId> TypeIds;
  llvm::StringMap<FnId> FunctionIds;
  bool SpotSeen = false;

private:
  bool readArgs(std::vector<Value> &Args);
  bool readPlace(Place &P);
  bool readPath(Place &P);
  bool readValue(Value &V);
  bool readClosure(Value &V);

  unsigned Nesting = 0; ///< of values
};

} // namespace cotidy::facts
