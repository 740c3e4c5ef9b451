//===- TokenReader.cpp - questions a parser asks of its tokens ------------===//
// The wording of all errors of the text form is here: "expected" names what may
// stand at the place, "found" what does. It decides no grammar.
//===----------------------------------------------------------------------===//
#include "facts/TokenReader.h"
#include "facts/Words.h"

namespace cotidy::facts {

static std::string describe(const Token &T) {
  switch (T.Is) {
  case Token::End:     return "the end of the text";
  case Token::Newline: return "the end of the line";
  case Token::Integer: return "the number " + std::to_string(T.Number);
  case Token::String:  return "the string \"" + T.Text + "\"";
  case Token::Broken:  return T.Text;
  case Token::Word:
  case Token::Sign:    return "'" + T.Text + "'";
  }
  return {};
}

bool TokenReader::takeWord(llvm::StringRef Word) {
  if (!at(Token::Word) || peek().Text != Word)
    return false;
  take();
  return true;
}

bool TokenReader::takeSign(llvm::StringRef Sign) {
  if (!at(Token::Sign) || peek().Text != Sign)
    return false;
  take();
  return true;
}

bool TokenReader::wantSign(llvm::StringRef Sign) {
  return takeSign(Sign) || expected("'" + Sign + "'");
}

bool TokenReader::wantNewline() {
  if (!at(Token::Newline))
    return expected("the end of the line");
  take();
  return true;
}

bool TokenReader::wantIndex(size_t Index) {
  if (!at(Token::Integer) || peek().Number != int64_t(Index))
    return expected("the number " + llvm::Twine(Index) + ", as the next of its list");
  take();
  return true;
}

bool TokenReader::readString(std::string &S, const llvm::Twine &What) {
  if (!at(Token::String))
    return expected(What);
  S = peek().Text;
  take();
  return true;
}

bool TokenReader::readNumber(int64_t &N, const llvm::Twine &What) {
  if (!at(Token::Integer))
    return expected(What);
  N = peek().Number;
  take();
  return true;
}

bool TokenReader::readNumber(uint32_t &N, const llvm::Twine &What) {
  if (!at(Token::Integer) || peek().Number < 0 || peek().Number > UINT32_MAX)
    return expected(What);
  N = uint32_t(peek().Number);
  take();
  return true;
}

bool TokenReader::readOneOf(llvm::ArrayRef<std::string_view> Words, unsigned &Which) {
  for (Which = 0; Which < Words.size(); ++Which)
    if (takeWord(Words[Which]))
      return true;
  Which = 0;
  return expected(alternatives(Words));
}

bool TokenReader::readAttributes(llvm::ArrayRef<Attribute> Known) {
  std::vector<bool> Seen(Known.size());
  while (!at(Token::Newline)) {
    size_t Which = 0;
    while (Which < Known.size() && (!at(Token::Word) || peek().Text != Known[Which].Name))
      ++Which;
    if (Which == Known.size()) {
      std::vector<std::string_view> Left;
      for (size_t I = 0; I < Known.size(); ++I)
        if (!Seen[I])
          Left.push_back(Known[I].Name);
      return expected(alternatives(Left, "the end of the line"));
    }
    if (Seen[Which])
      return fail("a second '" + peek().Text + "' in one statement");
    Seen[Which] = true;
    take();
    if (!Known[Which].Read())
      return false;
  }
  return wantNewline();
}

std::vector<std::pair<Token, Token>>
TokenReader::statementHeads(llvm::StringRef Word) const {
  std::vector<std::pair<Token, Token>> Heads;
  for (size_t I = 0; I + 1 < Tokens.size(); ++I) {
    bool Begins = I == 0 || Tokens[I - 1].Is == Token::Newline;
    if (Begins && Tokens[I].Is == Token::Word && Tokens[I].Text == Word &&
        Tokens[I + 1].Is == Token::String)
      Heads.emplace_back(Tokens[I], Tokens[I + 1]);
  }
  return Heads;
}

bool TokenReader::expected(const llvm::Twine &What) {
  return fail("expected " + What + ", found " + describe(peek()));
}

bool TokenReader::failAt(const Token &T, const llvm::Twine &What) {
  FailedAt = {T.Line, T.Column};
  Message = What.str();
  return false;
}

llvm::Error TokenReader::errorAt(TextPosition At, const llvm::Twine &What) const {
  return llvm::createStringError(Name + ":" + llvm::Twine(At.Line) + ":" +
                                 llvm::Twine(At.Column) + ": " + What);
}

} // namespace cotidy::facts
