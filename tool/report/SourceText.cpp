#include "report/SourceText.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace cotidy::report {

std::string SourceText::absolute(llvm::StringRef File) const {
  llvm::SmallString<256> Path(File);
  if (!llvm::sys::path::is_absolute(Path)) {
    Path = Root;
    llvm::sys::path::append(Path, File);
  }
  return std::string(Path);
}

const SourceText::Text &SourceText::read(llvm::StringRef File) {
  auto [It, New] = Texts.try_emplace(File);
  if (!New)
    return It->second;
  std::string Path = absolute(File);
  if (!llvm::sys::fs::is_regular_file(Path))
    return It->second;
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!Buffer)
    return It->second;
  Text &T = It->second;
  T.Buffer = std::move(*Buffer);
  llvm::StringRef Rest = T.Buffer->getBuffer();
  while (!Rest.empty()) {
    auto [Line, Tail] = Rest.split('\n');
    T.Lines.push_back(Line.rtrim('\r'));
    Rest = Tail;
  }
  return T;
}

std::optional<llvm::StringRef> SourceText::line(const Location &At) {
  const Text &T = read(At.File);
  if (At.Line == 0 || At.Line > T.Lines.size())
    return std::nullopt;
  return T.Lines[At.Line - 1];
}

unsigned SourceText::characterColumn(const Location &At) {
  std::optional<llvm::StringRef> Line = line(At);
  if (!Line || At.Column == 0)
    return At.Column;
  unsigned Column = 1;
  for (unsigned char C : Line->take_front(At.Column - 1))
    if ((C & 0xC0) != 0x80) // not the middle of a character
      ++Column;
  return Column;
}

} // namespace cotidy::report
