#include "settings/Paths.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace cotidy {

namespace path = llvm::sys::path;

std::string workingDirectory() {
  llvm::SmallString<256> Current;
  if (llvm::sys::fs::current_path(Current))
    return "/";
  return absolutePath(Current, "/");
}

std::string absolutePath(llvm::StringRef Path, llvm::StringRef Base) {
  llvm::SmallString<256> Out;
  if (!path::is_absolute(Path))
    Out = Base;
  path::append(Out, Path);
  path::remove_dots(Out, /*remove_dot_dot=*/true);
  llvm::StringRef Plain = Out;
  while (Plain.size() > 1 && Plain.ends_with("/"))
    Plain = Plain.drop_back();
  return Plain.str();
}

bool isBelow(llvm::StringRef Path, llvm::StringRef Folder) {
  if (Folder == "/" || Path == Folder)
    return true;
  return Path.starts_with(Folder) && Path[Folder.size()] == '/';
}

std::string relativeTo(llvm::StringRef Path, llvm::StringRef Folder) {
  if (Path == Folder || !isBelow(Path, Folder))
    return Path.str();
  return Path.drop_front(Folder == "/" ? 1 : Folder.size() + 1).str();
}

std::string commonFolder(llvm::StringRef A, llvm::StringRef B) {
  llvm::StringRef Common = A;
  while (!isBelow(B, Common))
    Common = path::parent_path(Common);
  return Common.str();
}

} // namespace cotidy
