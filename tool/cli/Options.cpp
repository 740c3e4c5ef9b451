#include "cli/Options.h"
#include "cli/OptionRules.h"
#include "settings/Suggest.h"

#include "base/CheckInfo.h"

#include <algorithm>

namespace cotidy::cli {

namespace {
enum Commands : unsigned {
  InCheck = 1,
  InExtract = 2,
  InLink = 4,
  InDump = 8,
  InList = 16,
  InExplain = 32,
  InGraph = 64,
  InModels = 128,
  Drawing = InGraph | InModels,
  Judging = InCheck | InLink,
  Reading = InCheck | InExtract | InDump | Drawing,
  Everywhere = 255,
};

/// An option: `Apply` returns what is wrong with the value, or nothing.
struct Spec {
  llvm::StringRef Name;
  llvm::StringRef Value; ///< how help names it; empty: takes none. "[N]": may
  unsigned In;
  llvm::StringRef Help; ///< empty: not shown
  std::string (*Apply)(Options &O, llvm::StringRef Value);
};

struct CommandWord {
  llvm::StringRef Name;
  Command Do;
  unsigned Bit;
  llvm::StringRef Usage;
  llvm::StringRef Help;
};
} // namespace

static constexpr CommandWord Words[] = {
    {"check", Command::Check, InCheck,
     "cotidy [check] [-p BUILD] [PATH...] [-- FLAGS]",
     "analyse a program, or the named files"},
    {"extract", Command::Extract, InExtract, "cotidy extract -o F -- COMMAND",
     "write the facts of one compile command to a file"},
    {"link", Command::Link, InLink, "cotidy link FACTS...",
     "judge facts files and print the findings"},
    {"dump", Command::Dump, InDump, "cotidy dump FACTS|SOURCE [-- FLAGS]",
     "print the facts of a unit as text"},
    {"list-checks", Command::ListChecks, InList, "cotidy list-checks",
     "print the names of the checks"},
    {"explain", Command::Explain, InExplain, "cotidy explain CHECK",
     "print the page of a check"},
    {"graph", Command::Graph, InGraph,
     "cotidy graph locks [-p BUILD] [PATH...] [-- FLAGS]",
     "draw the order in which locks are taken, as DOT; cycles are red"},
    {"models", Command::Models, InModels,
     "cotidy models suggest [-p BUILD] [PATH...] [-- FLAGS]",
     "print what was inferred about the program's own types, as a model file"},
};

static const CommandWord &wordOf(Command C) {
  return *std::find_if(std::begin(Words), std::end(Words),
                       [&](const CommandWord &W) { return W.Do == C; });
}

llvm::StringRef nameOf(Command C) { return wordOf(C).Name; }

static std::string number(llvm::StringRef Text, unsigned &Out) {
  if (Text.getAsInteger(10, Out))
    return "'" + Text.str() + "' is not a number";
  return "";
}

static std::string addFormat(Options &O, llvm::StringRef Value) {
  if (O.Do == Command::ListChecks) {
    if (Value != "text" && Value != "json")
      return "'" + Value.str() + "' is not a format; use text or json";
    O.JsonList = Value == "json";
    return "";
  }
  Output Out;
  if (Value == "json")
    Out.As = Format::Json;
  else if (Value == "sarif")
    Out.As = Format::Sarif;
  else if (Value != "text")
    return "'" + Value.str() + "' is not a format" +
           didYouMean(Value, {"text", "json", "sarif"}) +
           " (text, json, sarif)";
  O.Outputs.push_back(Out);
  return "";
}

static std::string setFile(Options &O, llvm::StringRef Value) {
  if (O.Outputs.empty())
    O.Outputs.emplace_back();
  if (!O.Outputs.back().File.empty())
    return "a '--format' has one file; '" + O.Outputs.back().File +
           "' is given already";
  O.Outputs.back().File = Value.str();
  return "";
}

static std::string confidence(llvm::StringRef Value,
                              std::optional<Confidence> &Out) {
  Out = confidenceNamed(std::string_view(Value));
  if (Out)
    return "";
  return "'" + Value.str() +
         "' is not a confidence; use certain, likely or possible";
}

static std::string failOn(Options &O, llvm::StringRef Value) {
  if (Value == "never") {
    O.FailOn = std::nullopt;
    return "";
  }
  return confidence(Value, O.FailOn);
}

static std::string cacheSize(Options &O, llvm::StringRef Value) {
  llvm::StringRef Digits = Value;
  unsigned Shift = Digits.consume_back_insensitive("k")   ? 10
                   : Digits.consume_back_insensitive("m") ? 20
                   : Digits.consume_back_insensitive("g") ? 30
                                                          : 0;
  uint64_t N;
  if (Digits.getAsInteger(10, N))
    return "'" + Value.str() + "' is not a size; write 500M or 2G";
  O.CacheSize = N << Shift;
  return "";
}

static std::string colour(Options &O, llvm::StringRef Value) {
  if (Value.empty() || Value == "always")
    O.Colours = Colour::Always;
  else if (Value == "never")
    O.Colours = Colour::Never;
  else if (Value == "auto")
    O.Colours = Colour::Auto;
  else
    return "'" + Value.str() + "' is not one of always, never, auto";
  return "";
}

#define FLAG(Member, To)                                                       \
  [](Options &O, llvm::StringRef) -> std::string { O.Member = To; return ""; }
#define TEXT(Member)                                                           \
  [](Options &O, llvm::StringRef V) -> std::string {                           \
    O.Member = V.str();                                                        \
    return "";                                                                 \
  }
#define NUMBER(Member)                                                         \
  [](Options &O, llvm::StringRef V) -> std::string {                           \
    return number(V, O.Member);                                                \
  }

static const Spec Specs[] = {
    {"-p", "BUILD", InCheck | InDump | Drawing,
     "folder of compile_commands.json (default: found above the first PATH)",
     TEXT(BuildDir)},
    {"-j", "N", InCheck | Drawing, "worker processes (default: cores, as memory allows)",
     NUMBER(Jobs)},
    {"-o", "FILE", InExtract, "the facts file to write", TEXT(OutputFile)},
    {"--checks", "GLOBS", Judging,
     "checks to run, e.g. 'cotidy-lock-*' or '-cotidy-blocking-call'",
     TEXT(Checks)},
    {"--min-confidence", "LEVEL", Judging,
     "least sure findings to show: certain, likely (default) or possible",
     [](Options &O, llvm::StringRef V) {
       return confidence(V, O.MinConfidence);
     }},
    {"--config", "YAML", InCheck | InLink | InDump | Drawing,
     "configuration to use instead of .clang-tidy files", TEXT(Config)},
    {"--format", "FORMAT", Judging | InList,
     "text (default), json or sarif; may be repeated, each with an --output",
     addFormat},
    {"--output", "FILE", Judging | Drawing, "where the --format before it goes", setFile},
    {"--alone", "", Judging | Drawing,
     "take the named units for a part of a larger program", FLAG(Alone, true)},
    {"--root", "DIR", Reading | InLink,
     "project root: user code is below it (default: top of the git tree)",
     TEXT(Root)},
    {"--exclude", "GLOB", Reading,
     "code below the root that is not the user's; may be repeated",
     [](Options &O, llvm::StringRef V) -> std::string {
       O.Exclude.push_back(V.str());
       return "";
     }},
    {"--header-filter", "REGEX", Judging,
     "report only in headers whose path matches", TEXT(HeaderFilter)},
    {"--quiet", "", Everywhere, "print findings and errors only",
     FLAG(Quiet, true)},
    {"--color", "[WHEN]", Judging, "always, never or auto (default)", colour},
    {"--list-units", "", InCheck, "print the units that would be analysed",
     FLAG(ListUnits, true)},
    {"--verify-config", "", InCheck,
     "read the configuration, print what holds, analyse nothing",
     FLAG(VerifyConfig, true)},
    {"--fail-on", "LEVEL", Judging,
     "findings that make the exit status 1: certain, likely (default), "
     "possible or never",
     failOn},
    {"--baseline", "FILE", Judging,
     "do not show, and do not fail for, the findings that FILE holds",
     TEXT(Baseline)},
    {"--write-baseline", "FILE", Judging,
     "write the findings of this run to FILE, and do not fail for them",
     TEXT(WriteBaseline)},
    {"--unused-suppressions", "", Judging,
     "tell which suppressions of cotidy's checks suppress nothing",
     FLAG(UnusedSuppressions, true)},
    {"--allow-failed-units", "[N]", InCheck,
     "up to N units (default: all) may fail without exit status 2",
     [](Options &O, llvm::StringRef V) -> std::string {
       O.AllowedFailures = ~0u;
       return V.empty() ? "" : number(V, O.AllowedFailures);
     }},
    {"--cache-dir", "DIR", InCheck | Drawing,
     "where facts are kept (default: the user's cache folder)",
     TEXT(CacheDir)},
    {"--cache-size", "SIZE", InCheck,
     "the most that the cache may hold (default: 2G)", cacheSize},
    {"--no-cache", "", InCheck | Drawing, "read every unit afresh", FLAG(NoCache, true)},
    {"--timeout", "SECONDS", InCheck | Drawing,
     "the most a unit may take (default: 300; 0: no bound)", NUMBER(Timeout)},
    {"--stats", "", Judging, "print how many units were read, how many reused",
     FLAG(Stats, true)},
    {"--all", "", InDump, "also what is not user code", FLAG(All, true)},
    {"--help", "", Everywhere, "print this", FLAG(WantsHelp, true)},
    {"-h", "", Everywhere, "", FLAG(WantsHelp, true)},
    {"--version", "", Everywhere, "print the version",
     FLAG(WantsVersion, true)},
};

static unsigned bitOf(Command C) { return wordOf(C).Bit; }

static const Spec *findSpec(llvm::StringRef Name, Command C) {
  for (const Spec &S : Specs)
    if (S.Name == Name && (S.In & bitOf(C)))
      return &S;
  return nullptr;
}

static bool takesValue(const Spec &S) { return !S.Value.empty(); }
static bool mayOmitValue(const Spec &S) { return S.Value.starts_with("["); }

static llvm::Error unknownOption(llvm::StringRef Word, Command C) {
  llvm::StringRef Name = Word.split('=').first;
  for (const Spec &S : Specs)
    if (S.Name == Name)
      return failure("the command '" + nameOf(C) + "' has no option '" + Name +
                     "'");
  if (!Name.starts_with("--"))
    return failure("unknown option '" + Word +
                   "'; compiler flags stand after '--'");
  std::vector<std::string> Known;
  for (const Spec &S : Specs)
    if (S.In & bitOf(C))
      Known.push_back(S.Name.str());
  std::string Message = "unknown option '" + Name.str() + "'";
  if (std::string Near = nearest(Name, Known); !Near.empty())
    return failure(Message + "; did you mean '" + Near + "'?");
  return failure(Message + "; 'cotidy " + nameOf(C) + " --help' lists them");
}

namespace {
/// One pass over the arguments, which ends at `--`.
class Parser {
public:
  Parser(llvm::ArrayRef<std::string> A, Options &O) : Arguments(A), O(O) {}

  llvm::Error parse() {
    size_t First = 0;
    for (const CommandWord &W : Words)
      if (!Arguments.empty() && Arguments[0] == W.Name) {
        O.Do = W.Do;
        First = 1;
      }
    for (Next = First; Next < Arguments.size();) {
      llvm::StringRef A = Arguments[Next++];
      if (A == "--") {
        O.HasFlags = true;
        O.Flags.assign(Arguments.begin() + Next, Arguments.end());
        break;
      }
      if (!A.starts_with("-") || A == "-") {
        O.Paths.push_back(A.str());
        continue;
      }
      if (llvm::Error E = option(A))
        return E;
    }
    if (O.Outputs.empty())
      O.Outputs.emplace_back();
    return llvm::Error::success();
  }

private:
  llvm::Error option(llvm::StringRef A) {
    auto [Name, Value] = A.split('=');
    bool HasValue = Name.size() != A.size();
    const Spec *S = findSpec(Name, O.Do);
    // -j4, -pbuild
    if (!S && A.size() > 2 && A[1] != '-') {
      S = findSpec(A.take_front(2), O.Do);
      if (S && takesValue(*S)) {
        Name = A.take_front(2);
        Value = A.drop_front(2);
        HasValue = true;
      } else {
        S = nullptr;
      }
    }
    if (!S)
      return unknownOption(A, O.Do);
    if (HasValue && !takesValue(*S))
      return failure("option '" + Name + "' takes no value");
    if (!HasValue && takesValue(*S) && !mayOmitValue(*S)) {
      if (Next == Arguments.size() || Arguments[Next] == "--")
        return failure("option '" + Name + "' needs a value: " + Name +
                       (Name.starts_with("--") ? "=" : " ") + S->Value);
      Value = Arguments[Next++];
    }
    if (std::string Wrong = S->Apply(O, Value); !Wrong.empty())
      return failure("option '" + Name + "': " + Wrong);
    return llvm::Error::success();
  }

  llvm::ArrayRef<std::string> Arguments;
  Options &O;
  size_t Next = 0;
};
} // namespace

llvm::Expected<Options> parseOptions(llvm::ArrayRef<std::string> Arguments) {
  Options O;
  if (llvm::Error E = Parser(Arguments, O).parse())
    return E;
  // Asking for help is never wrong.
  if (O.WantsHelp || O.WantsVersion)
    return O;
  if (llvm::Error E = takeTopic(O))
    return E;
  if (llvm::Error E = findContradiction(O))
    return E;
  return O;
}

void printHelp(const Options &O, llvm::raw_ostream &OS) {
  OS << "cotidy " << llvm::StringRef(toolVersion())
     << ": finds what makes C++20 coroutine programs stall, deadlock or do "
        "nothing\n\n";
  for (const CommandWord &W : Words)
    OS << "  " << W.Usage << "\n      " << W.Help << '\n';
  OS << "\noptions of '" << nameOf(O.Do) << "':\n";
  for (const Spec &S : Specs) {
    if (!(S.In & bitOf(O.Do)) || S.Help.empty())
      continue;
    std::string Left = S.Name.str();
    if (mayOmitValue(S))
      Left += "[=" + S.Value.slice(1, S.Value.size() - 1).str() + "]";
    else if (takesValue(S))
      Left += (S.Name.starts_with("--") ? "=" : " ") + S.Value.str();
    OS << "  " << Left;
    OS.indent(Left.size() < 25 ? 25 - Left.size() : 1) << S.Help << '\n';
  }
  OS << "\nexit status: 0 no findings, 1 findings, 2 some unit could not be "
        "analysed,\n3 usage or configuration\n";
}

} // namespace cotidy::cli
