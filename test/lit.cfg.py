# How lit runs the tests of cotidy: which files are tests, which words they may
# use, and where their output goes (the build folder, never the source tree).
# lit.site.cfg.py, written by CMake, has filled in the paths.

import os
import re
import shutil

import lit.formats

config.name = "cotidy"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".cpp", ".c", ".test", ".facts"]
# Inputs: what tests read. tools, unit: programs that tests run.
config.excludes = ["Inputs", "tools", "unit", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.cotidy_test_out

config.environment["PATH"] = os.pathsep.join(
    [config.cotidy_bin, config.llvm_tools, config.environment.get("PATH", "")]
)
# No test reads or writes anything of the user's who runs it.
home = os.path.join(config.cotidy_test_out, "home")
os.makedirs(home, exist_ok=True)
config.environment["HOME"] = home
config.environment["XDG_CACHE_HOME"] = os.path.join(home, ".cache")
config.environment["XDG_CONFIG_HOME"] = os.path.join(home, ".config")
config.environment["LC_ALL"] = "C.UTF-8"
for name in ("NO_COLOR", "CLICOLOR_FORCE", "COTIDY_CACHE_DIR"):
    config.environment.pop(name, None)


def word(name, meaning):
    """%name, unless it is the beginning of a longer word."""
    pattern = re.escape("%" + name) + r"(?![\w-])"
    config.substitutions.append((pattern, meaning.replace("\\", "\\\\")))


word("cotidy", os.path.join(config.cotidy_bin, "cotidy"))
word("clang++", config.clangxx)
word("clang", config.clang)
word("clang-tidy", os.path.join(config.llvm_tools, "clang-tidy"))
word("python", config.python)
word("plugin", os.path.join(config.cotidy_lib, "cotidy-tidy.so"))
word("clangd", os.path.join(config.cotidy_bin, "cotidy-clangd"))
# %check FILE: the command and the plugin say the same of a test of a check.
verdict = f"{config.python} {config.test_source_root}/Inputs/verdict"
word("check", f"{verdict}/same-verdict.py {config.cotidy_bin}/cotidy {config.llvm_tools}/clang-tidy "
     f"{config.cotidy_lib}/cotidy-tidy.so %t.verdict")
word("clangd-verdict", f"{verdict}/clangd-verdict.py {config.cotidy_bin}/cotidy {config.cotidy_bin}/cotidy-clangd")
# Other versions of clang-tidy, to which the plugin says no; tested if they are there.
for version in ("14", "19"):
    if other := shutil.which("clang-tidy-" + version):
        word("clang-tidy-" + version, other)
        config.available_features.add("clang-tidy-" + version)
# An instrumented library cannot be loaded into programs that are not, and needs
# more address space than a test of memory leaves.
with open(os.path.join(config.cotidy_build, "CMakeCache.txt")) as cache:
    if "COTIDY_SANITIZE:BOOL=ON" in cache.read():
        config.available_features.add("sanitizers")
for tool in config.cotidy_test_tools:
    word(tool, os.path.join(config.cotidy_bin, tool))
word("bin", config.cotidy_bin)
word("llvm-include", os.path.join(os.path.dirname(config.llvm_tools), "include"))
word("source-root", config.cotidy_source)
word("build-root", config.cotidy_build)
word("inputs", os.path.join(config.test_source_root, "Inputs"))
