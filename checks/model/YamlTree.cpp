//===- YamlTree.cpp - a YAML file as a small tree ---------------*- C++ -*-===//
// LLVM's YAML parser hands out nodes while it scans, and skips what nobody
// read by recursion. So every node is either read to its end here or ends the
// reading with a fault; input of any shape costs bounded stack.
//===----------------------------------------------------------------------===//
#include "model/YamlTree.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

#include <algorithm>
#include <optional>

namespace cotidy::model {

namespace yaml = llvm::yaml;

/// The model format needs five levels.
static constexpr unsigned MaxDepth = 8;
static constexpr size_t MaxBytes = 4u << 20;

llvm::StringRef describe(YamlNode::Shape Shape) {
  switch (Shape) {
  case YamlNode::Null:
    return "nothing";
  case YamlNode::Scalar:
    return "a plain value";
  case YamlNode::List:
    return "a list";
  case YamlNode::Map:
    return "a map";
  }
  return "";
}

llvm::Error faultAt(llvm::StringRef FileName, unsigned Line, const llvm::Twine &Message) {
  std::string Where = FileName.str();
  if (Line)
    Where += ":" + std::to_string(Line);
  return llvm::createStringError(llvm::inconvertibleErrorCode(), Where + ": " + Message);
}

namespace {

struct Fault {
  unsigned Line = 0;
  std::string Message;
};

class TreeReader {
public:
  TreeReader(llvm::StringRef Text, llvm::StringRef FileName)
      : Stream(llvm::MemoryBufferRef(Text, FileName), Sources, /*ShowColors=*/false) {
    Sources.setDiagHandler(onDiagnostic, this);
  }

  YamlNode readDocument();
  /// The first thing that was wrong, if any.
  const std::optional<Fault> &fault() const { return First; }

private:
  static void onDiagnostic(const llvm::SMDiagnostic &D, void *Self) {
    auto Line = static_cast<unsigned>(std::max(0, D.getLineNo()));
    std::string Message = D.getMessage().rtrim('.').lower();
    std::replace(Message.begin(), Message.end(), '.', ';');
    static_cast<TreeReader *>(Self)->fail(Line, "this is not valid YAML: " + Message);
  }

  void fail(unsigned Line, const llvm::Twine &Message) {
    if (!First)
      First = Fault{Line, Message.str()};
  }

  bool stopped() { return First || Stream.failed(); }
  unsigned lineOf(llvm::SMRange Range) const;
  YamlNode read(yaml::Node *N, unsigned Depth, unsigned ParentLine);
  void readList(yaml::SequenceNode &List, YamlNode &Into, unsigned Depth);
  void readMap(yaml::MappingNode &Map, YamlNode &Into, unsigned Depth);

  llvm::SourceMgr Sources;
  std::optional<Fault> First;
  yaml::Stream Stream;
};

unsigned TreeReader::lineOf(llvm::SMRange Range) const {
  bool Known = Range.Start.isValid() && Sources.FindBufferContainingLoc(Range.Start);
  return Known ? Sources.FindLineNumber(Range.Start) : 0;
}

/// `ParentLine` is that of the key or list, for nodes that have no text of their
/// own: the parser places those at the token after them.
YamlNode TreeReader::read(yaml::Node *N, unsigned Depth, unsigned ParentLine) {
  YamlNode Result;
  if (!N || stopped())
    return Result;
  bool HasText = !llvm::isa<yaml::AliasNode, yaml::NullNode>(N);
  Result.Line = HasText ? lineOf(N->getSourceRange()) : ParentLine;
  if (Depth > MaxDepth) {
    fail(Result.Line, "nested too deeply");
    return Result;
  }
  if (!N->getAnchor().empty() || !N->getRawTag().empty() || llvm::isa<yaml::AliasNode>(N)) {
    fail(Result.Line, "anchors ('&'), aliases ('*') and tags ('!') have no meaning here; "
                      "quote a name that begins with one of these characters");
    return Result;
  }
  llvm::SmallString<128> Storage;
  if (auto *Scalar = llvm::dyn_cast<yaml::ScalarNode>(N)) {
    Result.Is = YamlNode::Scalar;
    Result.Text = Scalar->getValue(Storage).str();
  } else if (auto *Block = llvm::dyn_cast<yaml::BlockScalarNode>(N)) {
    Result.Is = YamlNode::Scalar;
    Result.Text = Block->getValue().rtrim().str();
  } else if (auto *List = llvm::dyn_cast<yaml::SequenceNode>(N)) {
    readList(*List, Result, Depth);
  } else if (auto *Map = llvm::dyn_cast<yaml::MappingNode>(N)) {
    readMap(*Map, Result, Depth);
  }
  return Result;
}

void TreeReader::readList(yaml::SequenceNode &List, YamlNode &Into, unsigned Depth) {
  Into.Is = YamlNode::List;
  for (auto I = List.begin(), E = List.end(); I != E; ++I) {
    Into.Items.push_back(read(&*I, Depth + 1, Into.Line));
    if (stopped())
      return;
  }
}

void TreeReader::readMap(yaml::MappingNode &Map, YamlNode &Into, unsigned Depth) {
  Into.Is = YamlNode::Map;
  for (auto I = Map.begin(), E = Map.end(); I != E; ++I) {
    YamlNode Key = read(I->getKey(), Depth + 1, Into.Line);
    if (stopped())
      return;
    if (Key.Is != YamlNode::Scalar)
      return fail(Key.Line, "a key must be a plain word");
    for (const YamlNode &Earlier : Into.Keys)
      if (Earlier.Text == Key.Text)
        return fail(Key.Line, "key '" + Key.Text + "' is given twice");
    YamlNode Value = read(I->getValue(), Depth + 1, Key.Line);
    if (stopped())
      return;
    Into.Keys.push_back(std::move(Key));
    Into.Items.push_back(std::move(Value));
  }
}

YamlNode TreeReader::readDocument() {
  YamlNode Root;
  auto Document = Stream.begin();
  if (stopped() || Document == Stream.end())
    return Root;
  Root = read(Document->getRoot(), 0, 1);
  if (stopped())
    return Root;
  ++Document;
  if (stopped() || Document == Stream.end())
    return Root;
  yaml::Node *Second = Document->getRoot();
  unsigned Line = Second ? lineOf(Second->getSourceRange()) : 0;
  fail(std::max({Line, Root.Line, 1u}), "more than one YAML document ('---') in the file");
  return Root;
}

} // namespace

llvm::Expected<YamlNode> readYaml(llvm::StringRef Text, llvm::StringRef FileName) {
  if (Text.size() > MaxBytes)
    return faultAt(FileName, 0, "larger than " + std::to_string(MaxBytes >> 20) +
                                    " MiB, which no model file is");
  size_t Bad = Text.find('\0');
  if (Bad != Text.npos)
    return faultAt(FileName, Text.take_front(Bad).count('\n') + 1,
                   "this is not a text file: it holds a zero byte");
  const auto *Begin = reinterpret_cast<const llvm::UTF8 *>(Text.begin());
  const auto *Start = Begin;
  const auto *End = reinterpret_cast<const llvm::UTF8 *>(Text.end());
  if (!llvm::isLegalUTF8String(&Begin, End))
    return faultAt(FileName, Text.take_front(Begin - Start).count('\n') + 1,
                   "this is not UTF-8 text");
  // The scanner may look one character past the end.
  std::string Copy = Text.str();
  TreeReader Reader(Copy, FileName);
  YamlNode Root = Reader.readDocument();
  if (const auto &Fault = Reader.fault())
    return faultAt(FileName, Fault->Line, Fault->Message);
  return Root;
}

} // namespace cotidy::model
