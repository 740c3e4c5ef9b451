//===- Lexer.cpp - the text form of facts as tokens -----------------------===//
// One pass over the bytes. It knows no word of the language; what it cannot
// read becomes a Broken token for the parser to report.
//===----------------------------------------------------------------------===//
#include "facts/Lexer.h"

#include "llvm/ADT/StringExtras.h"

#include <charconv>

namespace cotidy::facts {

namespace {

class Lexer {
public:
  explicit Lexer(llvm::StringRef Text) : Text(Text) {}
  std::vector<Token> run();

private:
  char peek(size_t Ahead = 0) const {
    return At + Ahead < Text.size() ? Text[At + Ahead] : '\0';
  }
  void add(Token::Kind K, size_t Length, std::string Value = {});
  bool goesOn() const; ///< the statement, past the end of this line
  void endLine();
  void readWord();
  bool readNumber();
  bool readString();
  bool broken(std::string What);

  llvm::StringRef Text;
  size_t At = 0;        ///< next byte
  size_t LineStart = 0; ///< first byte of the line
  unsigned Line = 1;
  int Depth = 0; ///< of brackets
  std::vector<Token> Tokens;
};

bool isWordByte(char C) { return llvm::isAlnum(C) || C == '_' || C == '-'; }

void Lexer::add(Token::Kind K, size_t Length, std::string Value) {
  Tokens.push_back({K, std::move(Value), 0, Line, unsigned(At - LineStart + 1)});
  At += Length;
}

bool Lexer::broken(std::string What) {
  add(Token::Broken, 0, std::move(What));
  return false;
}

bool Lexer::goesOn() const {
  if (Depth > 0 || Tokens.empty())
    return true;
  const Token &Last = Tokens.back();
  return Last.Is == Token::Newline || (Last.Is == Token::Sign && Last.Text == ",");
}

void Lexer::endLine() {
  if (!goesOn())
    add(Token::Newline, 0);
  ++At;
  ++Line;
  LineStart = At;
}

void Lexer::readWord() {
  size_t Length = 1;
  while (isWordByte(peek(Length)))
    ++Length;
  add(Token::Word, Length, Text.substr(At, Length).str());
}

bool Lexer::readNumber() {
  size_t Length = 1;
  while (llvm::isDigit(peek(Length)))
    ++Length;
  int64_t Value = 0;
  const char *Begin = Text.data() + At, *End = Begin + Length;
  if (std::from_chars(Begin, End, Value).ec != std::errc())
    return broken("a number that 64 bits cannot hold");
  add(Token::Integer, Length);
  Tokens.back().Number = Value;
  return true;
}

bool Lexer::readString() {
  std::string Value;
  size_t Length = 1;
  for (;; ++Length) {
    char C = peek(Length);
    if (At + Length >= Text.size() || C == '\n')
      return broken("a string without closing '\"'");
    if (C == '"')
      break;
    if (C != '\\') {
      Value += C;
      continue;
    }
    switch (char Escaped = peek(++Length)) {
    case '"':
    case '\\':
      Value += Escaped;
      break;
    case 'n':
      Value += '\n';
      break;
    case 't':
      Value += '\t';
      break;
    case 'x':
      if (!llvm::isHexDigit(peek(Length + 1)) || !llvm::isHexDigit(peek(Length + 2)))
        return broken("'\\x' without two hexadecimal digits");
      Value += char(llvm::hexDigitValue(peek(Length + 1)) * 16 +
                    llvm::hexDigitValue(peek(Length + 2)));
      Length += 2;
      break;
    default:
      return broken("an unknown escape in a string: only \\\" \\\\ \\n \\t \\xHH");
    }
  }
  add(Token::String, Length + 1, std::move(Value));
  return true;
}

std::vector<Token> Lexer::run() {
  bool Sound = true;
  while (Sound && At < Text.size()) {
    char C = peek();
    if (C == '\n') {
      endLine();
    } else if (llvm::isSpace(C)) {
      ++At;
    } else if (C == '#' || (C == '/' && peek(1) == '/')) {
      At = std::min(Text.find('\n', At), Text.size());
    } else if (C == '\\' && peek(1) == '\n') {
      At += 2;
      ++Line;
      LineStart = At;
    } else if (llvm::isAlpha(C) || C == '_') {
      readWord();
    } else if (llvm::isDigit(C) || (C == '-' && llvm::isDigit(peek(1)))) {
      Sound = readNumber();
    } else if (C == '"') {
      Sound = readString();
    } else if (C == '-' && peek(1) == '>') {
      add(Token::Sign, 2, "->");
    } else if (llvm::StringRef("(){}[]:,.*?").contains(C)) {
      Depth += (C == '(' || C == '{') - (C == ')' || C == '}');
      add(Token::Sign, 1, std::string(1, C));
    } else {
      Sound = broken("a byte that begins no token");
    }
  }
  if (Sound && !Tokens.empty() && Tokens.back().Is != Token::Newline)
    add(Token::Newline, 0);
  add(Token::End, 0);
  return std::move(Tokens);
}

} // namespace

std::vector<Token> tokenize(llvm::StringRef Text) { return Lexer(Text).run(); }

} // namespace cotidy::facts
