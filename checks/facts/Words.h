//===- Words.h - the words of the text form ---------------------*- C++ -*-===//
// What flags, enumerators and slots are called in the text form of facts, and
// which words a fact of each kind may carry. Printer, parser, check and file
// form share these tables, so that they cannot drift apart.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace cotidy::facts {

struct FlagWord {
  uint32_t Bit;
  std::string_view Word;
};

/// In the order of the bits, which is the order of printing.
llvm::ArrayRef<FlagWord> functionFlags();
llvm::ArrayRef<FlagWord> typeFlags();
llvm::ArrayRef<FlagWord> fileFlags();

/// Indexed by the enumerator's value.
inline constexpr std::string_view BodyWords[] = {"unknown", "here", "skipped"};
inline constexpr std::string_view StartWords[] = {"unknown", "lazy", "eager"};
inline constexpr std::string_view PassWords[] = {"value", "reference",
                                                 "rvalue-reference", "pointer"};

/// The slots of a fact, in the order of Facts.def's comment.
enum class Slot : uint8_t { Callee, Recv, Args, To, From, Value, Word, Type };
inline constexpr std::string_view SlotNames[] = {"callee", "recv",  "args", "to",
                                                 "from",   "value", "word", "type"};
inline constexpr unsigned NumSlots = 8;

/// The slots that a fact of kind `K` may fill, in the order of Facts.def.
llvm::ArrayRef<Slot> slotsOfKind(FactKind K);
bool mayFill(FactKind K, Slot S);
bool isFilled(const Fact &F, Slot S);

/// What the slot "word" of a kind may say: a word of `First`, then, separated
/// by single spaces, words of `Rest`. An empty `First` admits any text.
struct Vocabulary {
  bool Required = false; ///< the slot may not be empty
  bool RestRequired = false;
  llvm::ArrayRef<std::string_view> First, Rest;
};
Vocabulary vocabularyOf(FactKind K);

/// 'a', 'b' or 'c'; with a last one that stands without quotes, if it is given.
std::string alternatives(llvm::ArrayRef<std::string_view> Words,
                         llvm::StringRef Last = {});

/// The name without what stands between angle brackets: the default of a
/// type's template.
std::string withoutArguments(std::string_view Name);
/// What follows the last "::": the default of a function's display name.
std::string_view lastComponent(std::string_view Qualified);
/// The qualified name is that of a function of the language that runs a
/// suspended coroutine on.
bool isResume(std::string_view Qualified);

} // namespace cotidy::facts
