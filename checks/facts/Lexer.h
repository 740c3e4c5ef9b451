//===- Lexer.h - the text form of facts as tokens ---------------*- C++ -*-===//
// Cuts the text form into tokens, with line and column of each. A statement
// ends with its line, except inside brackets, after a comma and before a
// backslash; comments ('#' or '//') and empty lines are gone.
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cotidy::facts {

struct Token {
  enum Kind : uint8_t {
    End,     ///< of the text
    Newline, ///< end of a statement
    Word,    ///< Text: letters, digits, '-', '_'
    Integer, ///< Number
    String,  ///< Text: what stood between the quotes, escapes resolved
    Sign,    ///< Text: "->" or one character
    Broken,  ///< Text: what is wrong with it
  };
  Kind Is = End;
  std::string Text;
  int64_t Number = 0;
  unsigned Line = 0, Column = 0;
};

/// Ends with a Newline and an End, or with the first Broken token and an End.
std::vector<Token> tokenize(llvm::StringRef Text);

} // namespace cotidy::facts
