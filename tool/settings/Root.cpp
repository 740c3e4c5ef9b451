#include "settings/Root.h"
#include "settings/Paths.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <map>
#include <vector>

namespace cotidy {

namespace path = llvm::sys::path;
namespace fs = llvm::sys::fs;

std::string realPath(const std::string &Path) {
  llvm::SmallString<256> Real;
  return fs::real_path(Path, Real) ? Path : std::string(Real);
}

/// A `.git` folder, or the `.git` file of a work tree; that of a submodule
/// points into the modules of the project it is a part of.
static bool isTopOfWorkTree(llvm::StringRef Folder) {
  llvm::SmallString<256> Git(Folder);
  path::append(Git, ".git");
  if (fs::is_directory(Git))
    return true;
  if (!fs::is_regular_file(Git))
    return false;
  auto Buffer = llvm::MemoryBuffer::getFile(Git);
  return Buffer && !(*Buffer)->getBuffer().contains("/modules/");
}

static std::string workTreeOf(llvm::StringRef Folder,
                              std::map<std::string, std::string> &Known) {
  auto [It, New] = Known.try_emplace(Folder.str());
  if (!New)
    return It->second;
  std::string Top;
  if (isTopOfWorkTree(Folder))
    Top = Folder.str();
  else if (llvm::StringRef Parent = path::parent_path(Folder); !Parent.empty())
    Top = workTreeOf(Parent, Known);
  return It->second = Top;
}

std::string projectRoot(llvm::ArrayRef<std::string> Sources,
                        const std::string &BuildDir) {
  std::vector<std::string> Folders;
  for (bool AlsoGenerated : {false, true}) {
    for (const std::string &S : Sources)
      if (AlsoGenerated || BuildDir.empty() || !isBelow(S, BuildDir))
        Folders.push_back(path::parent_path(S).str());
    if (!Folders.empty())
      break;
  }
  if (Folders.empty())
    return realPath(workingDirectory());

  std::map<std::string, std::string> Known;
  std::map<std::string, unsigned> Votes;
  for (const std::string &F : Folders)
    if (std::string Top = workTreeOf(F, Known); !Top.empty())
      ++Votes[Top];
  std::string Best;
  for (const auto &[Top, N] : Votes)
    if (Best.empty() || N > Votes[Best])
      Best = Top;
  if (!Best.empty())
    return realPath(Best);

  std::string Common = Folders.front();
  for (const std::string &F : Folders)
    Common = commonFolder(Common, F);
  return realPath(Common);
}

} // namespace cotidy
