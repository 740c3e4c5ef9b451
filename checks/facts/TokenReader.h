//===- TokenReader.h - questions a parser asks of its tokens ----*- C++ -*-===//
// Reads tokens one after the other and keeps the first error, with its place.
// Every `read`, `want` and `expected` answers false once something is wrong.
// It knows tokens and lists of words, no statement and no unit.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Lexer.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string_view>
#include <utility>

namespace cotidy::facts {

struct TextPosition {
  unsigned Line = 0, Column = 0;
};

class TokenReader {
protected:
  TokenReader(std::vector<Token> Tokens, llvm::StringRef Name)
      : Tokens(std::move(Tokens)), Name(Name) {}

  const Token &peek() const { return Tokens[Next]; }
  void take() { Next += peek().Is != Token::End; }
  bool at(Token::Kind K) const { return peek().Is == K; }
  TextPosition here() const { return {peek().Line, peek().Column}; }
  bool takeWord(llvm::StringRef Word);
  bool takeSign(llvm::StringRef Sign);
  bool wantSign(llvm::StringRef Sign);
  bool wantNewline();
  /// The number that the next entry of a list must bear.
  bool wantIndex(size_t Index);

  bool readString(std::string &S, const llvm::Twine &What);
  bool readNumber(uint32_t &N, const llvm::Twine &What);
  bool readNumber(int64_t &N, const llvm::Twine &What);
  bool readOneOf(llvm::ArrayRef<std::string_view> Words, unsigned &Which);
  template <class Enum>
  bool readEnum(llvm::ArrayRef<std::string_view> Words, Enum &E) {
    unsigned Which = 0;
    bool Known = readOneOf(Words, Which);
    E = Enum(Which);
    return Known;
  }

  /// A word that may follow in a statement, and how to read what it announces.
  struct Attribute {
    std::string_view Name;
    llvm::function_ref<bool()> Read;
  };
  /// Attributes in any order, each once, to the end of the statement.
  bool readAttributes(llvm::ArrayRef<Attribute> Known);

  /// Each statement that begins with `Word` and a string, as these two tokens.
  std::vector<std::pair<Token, Token>> statementHeads(llvm::StringRef Word) const;

  bool expected(const llvm::Twine &What); ///< "expected ..., found ..."
  bool fail(const llvm::Twine &What) { return failAt(peek(), What); }
  bool failAt(const Token &T, const llvm::Twine &What);
  llvm::Error errorAt(TextPosition At, const llvm::Twine &What) const;
  llvm::Error takeError() const { return errorAt(FailedAt, Message); }

private:
  std::vector<Token> Tokens;
  llvm::StringRef Name;
  size_t Next = 0;
  TextPosition FailedAt;
  std::string Message;
};

} // namespace cotidy::facts
