//===- NamePattern.cpp - names of rows --------------------------*- C++ -*-===//
// Well-formedness and matching of row names. A linear matcher: the last star
// is the only one that is ever widened, so no input makes it slow.
//===----------------------------------------------------------------------===//
#include "model/NamePattern.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace cotidy::model {

static constexpr llvm::StringLiteral Operator = "operator";

/// Where the spelling of an operator begins in "a::b::operator+=", or npos. The
/// first such part counts: a conversion's type has parts of its own.
static size_t operatorSpelling(llvm::StringRef Name) {
  for (size_t Begin = 0; Begin < Name.size();) {
    llvm::StringRef Rest = Name.substr(Begin);
    if (Rest.starts_with(Operator) && Rest.size() > Operator.size()) {
      char Next = Rest[Operator.size()];
      bool LongerWord = llvm::isAlnum(Next) || Next == '_' || Next == ':';
      if (!LongerWord)
        return Begin + Operator.size();
    }
    size_t Component = Rest.find("::");
    if (Component == Rest.npos)
      return Name.npos;
    Begin += Component + 2;
  }
  return Name.npos;
}

bool isGlob(llvm::StringRef Name) {
  return Name.substr(0, operatorSpelling(Name)).contains('*');
}

bool matches(llvm::StringRef Glob, llvm::StringRef Name) {
  size_t Literal = operatorSpelling(Glob); // from here on '*' means itself
  size_t G = 0, N = 0, Star = Glob.npos, Resume = 0;
  while (N < Name.size()) {
    if (G < Glob.size() && Glob[G] == '*' && G < Literal) {
      Star = G++;
      Resume = N;
    } else if (G < Glob.size() && Glob[G] == Name[N]) {
      ++G;
      ++N;
    } else if (Star != Glob.npos) {
      G = Star + 1;
      N = ++Resume;
    } else {
      return false;
    }
  }
  while (G < Glob.size() && Glob[G] == '*' && G < Literal)
    ++G;
  return G == Glob.size();
}

/// Inline namespaces of standard libraries: names are looked up without them.
static bool isInlineNamespace(llvm::StringRef Component) {
  static constexpr llvm::StringLiteral Known[] = {"__1",   "__2",   "__cxx11", "__cxx1998",
                                                  "_V2",   "__ndk1", "__debug", "__n4861"};
  return llvm::is_contained(Known, Component);
}

static std::string faultInComponent(llvm::StringRef Part) {
  if (Part.empty())
    return "has an empty part: write 'namespace::name', without a leading '::'";
  if (isInlineNamespace(Part))
    return ("names the inline namespace '" + Part + "': leave it out").str();
  if (Part.contains("**"))
    return "has '**': one '*' stands for any characters, '::' included";
  Part.consume_front("~");
  for (char C : Part) {
    if (llvm::isAlnum(C) || C == '_' || C == '*')
      continue;
    if (C == '<' || C == '>')
      return "has template arguments: leave them out";
    if (C == '(' || C == ')')
      return "has parameters: leave them out, a row speaks of all overloads";
    if (C == '?' || C == '[' || C == ']' || C == '{' || C == '}')
      return std::string("has '") + C + "': the only wildcard is '*'";
    return std::string("has the character '") + (llvm::isPrint(C) ? C : '?') +
           "', which no C++ name has";
  }
  if (!Part.empty() && llvm::isDigit(Part.front()))
    return "begins with a digit";
  return "";
}

static bool isOperatorSpelling(llvm::StringRef Text) {
  static constexpr llvm::StringLiteral Symbols[] = {
      "()", "[]", "->", "->*", "*",  "&",  "+",  "-",  "/",  "%",  "^",  "|",   "~",   "!",
      "=",  "<",  ">",  "+=",  "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<<",  ">>",  "<<=",
      ">>=", "==", "!=", "<=", ">=", "<=>", "&&", "||", "++", "--", ","};
  if (llvm::is_contained(Symbols, Text) || Text.starts_with("\"\""))
    return true;
  // A conversion ("operator bool") or an allocation function.
  return Text.consume_front(" ") && !Text.empty() && (llvm::isAlpha(Text.front()) || Text.front() == '_');
}

std::string faultInName(llvm::StringRef Name) {
  if (Name.empty())
    return "is empty";
  size_t Spelling = operatorSpelling(Name);
  llvm::StringRef Plain = Name.substr(0, Spelling);
  if (Spelling != Name.npos && !isOperatorSpelling(Name.substr(Spelling)))
    return ("has no operator '" + Name.substr(Spelling) + "'").str();
  llvm::SmallVector<llvm::StringRef, 6> Parts;
  Plain.split(Parts, "::");
  for (llvm::StringRef Part : Parts)
    if (std::string Fault = faultInComponent(Part); !Fault.empty())
      return Fault;
  if (Plain.find_first_not_of("*:") == Plain.npos)
    return "matches everything: name a namespace or a class";
  return "";
}

} // namespace cotidy::model
