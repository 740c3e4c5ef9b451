//===- Loader.cpp - the plugin is for one version of clang-tidy -----------===//
// clang's libraries keep no binary interface from one major version to the
// next: in another one the checks would not load, or crash. What clang-tidy
// loads is this: its only initialiser asks for the version, and loads the
// checks (the library beside it) or says what is wrong and ends the program.
// It needs nothing of clang by name: that might not be there.
//===----------------------------------------------------------------------===//
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <string>
#include <unistd.h>

[[noreturn]] static void stop(const std::string &Why) {
  std::fprintf(stderr, "cotidy-tidy.so: error: %s\n", Why.c_str());
  _exit(1);
}

/// The number that stands first in "Debian clang version 22.1.8 (...)".
static int firstNumber(const std::string &Text) {
  size_t At = Text.find_first_of("0123456789");
  return At == std::string::npos ? 0 : std::atoi(Text.c_str() + At);
}

static int hostVersion() {
  // std::string clang::getClangFullVersion()
  void *Ask = dlsym(RTLD_DEFAULT, "_ZN5clang19getClangFullVersionB5cxx11Ev");
  return Ask ? firstNumber(reinterpret_cast<std::string (*)()>(Ask)()) : 0;
}

/// The file of that name in the folder of this library.
static std::string beside(const char *Name) {
  Dl_info Self;
  if (!dladdr(reinterpret_cast<void *>(&hostVersion), &Self) || !Self.dli_fname)
    return Name;
  std::string Path = Self.dli_fname;
  return Path.substr(0, Path.rfind('/') + 1) + Name;
}

__attribute__((constructor)) static void load() {
  int Host = hostVersion();
  if (Host != COTIDY_LLVM_MAJOR)
    stop("made for clang-tidy " + std::to_string(COTIDY_LLVM_MAJOR) + ", this is " +
         (Host ? "version " + std::to_string(Host) : "another program"));
  if (!dlopen(beside(COTIDY_CHECKS_LIBRARY).c_str(), RTLD_LAZY | RTLD_LOCAL))
    stop(std::string("cannot load its checks: ") + dlerror());
}
