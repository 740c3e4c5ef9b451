#include "settings/TidyFile.h"

#include "settings/Paths.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"
#include "llvm/Support/YAMLTraits.h"

namespace cotidy {

namespace yaml = llvm::yaml;

bool matches(llvm::StringRef Pattern, llvm::StringRef Name) {
  auto [Head, Tail] = Pattern.split('*');
  if (Head.size() == Pattern.size())
    return Pattern == Name;
  if (!Name.consume_front(Head))
    return false;
  for (size_t I = 0; I <= Name.size(); ++I)
    if (matches(Tail, Name.drop_front(I)))
      return true;
  return false;
}

std::vector<CheckGlob> readGlobs(llvm::StringRef Text, llvm::StringRef Where) {
  std::vector<CheckGlob> Globs;
  while (!Text.empty()) {
    size_t End = std::min(Text.find_first_of(",\n"), Text.size());
    llvm::StringRef One = Text.take_front(End).trim();
    Text = Text.drop_front(std::min(End + 1, Text.size()));
    CheckGlob G;
    G.On = !One.consume_front("-");
    G.Pattern = One.trim().str();
    G.Where = Where.str();
    if (!G.Pattern.empty())
      Globs.push_back(std::move(G));
  }
  return Globs;
}

namespace {
class Reader {
public:
  Reader(llvm::StringRef Text, llvm::StringRef Name, llvm::StringRef Folder)
      : Text(Text), Name(Name), Folder(Folder) {
    Sources.setDiagHandler(
        [](const llvm::SMDiagnostic &D, void *Self) {
          auto *R = static_cast<Reader *>(Self);
          if (R->Fault.empty())
            R->Fault = R->Name.str() + ":" + std::to_string(D.getLineNo()) +
                       ": " + D.getMessage().str();
        },
        this);
  }

  llvm::Expected<TidyFile> read() {
    yaml::Stream Stream(llvm::MemoryBufferRef(Text, Name), Sources);
    for (yaml::Document &Document : Stream) {
      yaml::Node *Root = Document.getRoot();
      if (Root && Fault.empty())
        top(*Root);
      break;
    }
    if (Fault.empty() && Stream.failed())
      Fault = Name.str() + ":1: this is not YAML";
    if (!Fault.empty())
      return llvm::createStringError(Fault);
    return std::move(File);
  }

private:
  std::string place(llvm::SMLoc At) {
    unsigned Line = 1;
    if (At.isValid() && At.getPointer() >= Text.begin() &&
        At.getPointer() <= Text.end())
      Line += Text.take_front(At.getPointer() - Text.begin()).count('\n');
    return Name.str() + ":" + std::to_string(Line);
  }
  std::string place(const yaml::Node &N) {
    return place(N.getSourceRange().Start);
  }

  void fail(const yaml::Node &At, const llvm::Twine &What) {
    if (Fault.empty())
      Fault = place(At) + ": " + What.str();
  }

  /// The text of a scalar; a fault if it is none.
  std::string scalar(yaml::Node &N) {
    if (auto *S = llvm::dyn_cast<yaml::ScalarNode>(&N)) {
      llvm::SmallString<128> Storage;
      return S->getValue(Storage).str();
    }
    if (auto *B = llvm::dyn_cast<yaml::BlockScalarNode>(&N))
      return B->getValue().str();
    if (!llvm::isa<yaml::NullNode>(N))
      fail(N, "a text is expected here");
    return "";
  }

  std::vector<std::string> list(yaml::Node &N) {
    std::vector<std::string> Out;
    if (auto *S = llvm::dyn_cast<yaml::SequenceNode>(&N)) {
      for (yaml::Node &Item : *S)
        Out.push_back(scalar(Item));
    } else if (std::string One = scalar(N); !One.empty()) {
      Out.push_back(One);
    }
    return Out;
  }

  void top(yaml::Node &Root) {
    if (llvm::isa<yaml::NullNode>(Root))
      return;
    auto *Map = llvm::dyn_cast<yaml::MappingNode>(&Root);
    if (!Map)
      return fail(Root, "a mapping is expected, such as 'Checks: ...'");
    for (yaml::KeyValueNode &Entry : *Map) {
      if (!Entry.getKey() || !Entry.getValue())
        return;
      entry(scalar(*Entry.getKey()), *Entry.getValue());
    }
  }

  /// Keys of clang-tidy that say nothing to us are passed over.
  void entry(const std::string &Key, yaml::Node &Value) {
    if (Key == "Checks")
      checks(Value);
    else if (Key == "CheckOptions")
      options(Value);
    else if (Key == "InheritParentConfig")
      File.InheritsParent = yaml::parseBool(scalar(Value)).value_or(false);
    else if (Key == "HeaderFilterRegex")
      File.HeaderFilter = scalar(Value);
    else if (Key == "ExcludeHeaderFilterRegex")
      File.ExcludeHeaderFilter = scalar(Value);
    else if (Key == "ExtraArgs")
      File.ExtraArgs = list(Value);
    else if (Key == "ExtraArgsBefore")
      File.ExtraArgsBefore = list(Value);
    else
      Value.skip();
  }

  void checks(yaml::Node &Value) {
    if (auto *S = llvm::dyn_cast<yaml::SequenceNode>(&Value)) {
      for (yaml::Node &Item : *S) {
        std::string Where = place(Item);
        for (CheckGlob &G : readGlobs(scalar(Item), Where))
          File.Checks.push_back(std::move(G));
      }
      return;
    }
    // A text may go over many lines: look where each glob stands.
    const char *Start = Value.getSourceRange().Start.getPointer();
    llvm::StringRef From = Text.drop_front(
        Start >= Text.begin() && Start <= Text.end() ? Start - Text.begin()
                                                     : 0);
    size_t Offset = 0;
    for (CheckGlob &G : readGlobs(scalar(Value), "")) {
      size_t Found = From.find((G.On ? "" : "-") + G.Pattern, Offset);
      if (Found != llvm::StringRef::npos)
        Offset = Found;
      G.Where = place(llvm::SMLoc::getFromPointer(From.data() + Offset));
      File.Checks.push_back(std::move(G));
    }
  }

  /// Both spellings: a mapping, and a list of {key: ..., value: ...}.
  void options(yaml::Node &Value) {
    if (auto *Map = llvm::dyn_cast<yaml::MappingNode>(&Value)) {
      for (yaml::KeyValueNode &Entry : *Map) {
        if (!Entry.getKey() || !Entry.getValue())
          return;
        std::string Where = place(*Entry.getKey());
        std::string Key = scalar(*Entry.getKey());
        option(Key, scalar(*Entry.getValue()), Where);
      }
      return;
    }
    auto *List = llvm::dyn_cast<yaml::SequenceNode>(&Value);
    if (!List) {
      if (!llvm::isa<yaml::NullNode>(Value))
        fail(Value, "'CheckOptions' is a mapping or a list");
      return;
    }
    for (yaml::Node &Item : *List) {
      auto *Map = llvm::dyn_cast<yaml::MappingNode>(&Item);
      if (!Map)
        return fail(Item, "an entry of 'CheckOptions' has a key and a value");
      std::string Where = place(Item), Key, Text;
      for (yaml::KeyValueNode &Entry : *Map) {
        if (!Entry.getKey() || !Entry.getValue())
          return;
        std::string Name = scalar(*Entry.getKey());
        (Name == "key" ? Key : Text) = scalar(*Entry.getValue());
      }
      option(Key, Text, Where);
    }
  }

  void option(const std::string &Key, const std::string &Value,
              const std::string &Where) {
    if (llvm::StringRef(Key).starts_with("cotidy"))
      File.Options.push_back({Key, Value, Where, Folder.str()});
  }

  llvm::StringRef Text, Name, Folder;
  llvm::SourceMgr Sources;
  TidyFile File;
  std::string Fault;
};
} // namespace

llvm::Expected<TidyFile> readTidyFile(llvm::StringRef Text,
                                      llvm::StringRef Name,
                                      llvm::StringRef Folder) {
  return Reader(Text, Name, Folder).read();
}

llvm::Expected<std::vector<TidyFile>> tidyFilesAbove(llvm::StringRef Folder) {
  std::vector<TidyFile> Files;
  for (llvm::StringRef Dir = Folder; !Dir.empty();
       Dir = llvm::sys::path::parent_path(Dir)) {
    llvm::SmallString<256> Name(Dir);
    llvm::sys::path::append(Name, ".clang-tidy");
    if (!llvm::sys::fs::exists(Name))
      continue;
    auto Buffer = llvm::MemoryBuffer::getFile(Name);
    if (!Buffer)
      return llvm::createStringError("cannot read '" + std::string(Name) +
                                     "': " + Buffer.getError().message());
    // As clang-tidy does: an empty file is none.
    if ((*Buffer)->getBuffer().empty())
      continue;
    auto File = readTidyFile((*Buffer)->getBuffer(),
                             relativeTo(Name, workingDirectory()), Dir);
    if (!File)
      return File.takeError();
    bool GoOn = File->InheritsParent;
    Files.insert(Files.begin(), std::move(*File));
    if (!GoOn)
      break;
  }
  return Files;
}

} // namespace cotidy
