#include "settings/ModelFiles.h"
#include "settings/Paths.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace cotidy {

static constexpr llvm::StringLiteral FileName = "cotidy-models.yaml";

static std::set<std::string> filesAbove(const std::set<std::string> &Folders) {
  std::set<std::string> Files, Seen;
  for (const std::string &Folder : Folders)
    for (llvm::StringRef Dir = Folder; !Dir.empty() && Seen.insert(Dir.str()).second;
         Dir = llvm::sys::path::parent_path(Dir)) {
      llvm::SmallString<256> File(Dir);
      llvm::sys::path::append(File, FileName);
      if (!llvm::sys::fs::exists(File))
        continue;
      Files.insert(std::string(File));
      break;
    }
  return Files;
}

llvm::Error readModels(const std::set<std::string> &Folders,
                       const std::vector<std::string> &Named,
                       model::ModelSet &Models) {
  std::set<std::string> Found = filesAbove(Folders);
  Models = model::ModelSet::builtIn();
  for (const std::string &File : Found)
    if (llvm::Error E = Models.addFile(relativeTo(File, workingDirectory())))
      return E;
  for (const std::string &File : Named)
    if (!Found.count(File))
      if (llvm::Error E = Models.addFile(relativeTo(File, workingDirectory())))
        return E;
  return llvm::Error::success();
}

} // namespace cotidy
