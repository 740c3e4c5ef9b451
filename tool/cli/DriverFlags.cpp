#include "cli/DriverFlags.h"

#include "clang/Driver/ToolChain.h"
#include "clang/Driver/Types.h"
#include "clang/Options/Options.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/TargetSelect.h"

#include <mutex>

namespace cotidy::cli {

namespace options = clang::options;
namespace types = clang::driver::types;

static Meaning meaningOf(const llvm::opt::Arg &A) {
  const llvm::opt::Option &O = A.getOption();
  if (O.getKind() == llvm::opt::Option::InputClass)
    return Meaning::Input;
  if (O.getKind() == llvm::opt::Option::UnknownClass ||
      O.hasFlag(options::Unsupported))
    return Meaning::Foreign;
  switch (O.getUnaliasedOption().getID()) {
  case options::OPT_o:
  case options::OPT__SLASH_Fo:
  case options::OPT__SLASH_Fd:
    return Meaning::Output;
  case options::OPT_c:
  case options::OPT_S:
  case options::OPT_E:
  case options::OPT_fsyntax_only:
  case options::OPT_save_temps:
  case options::OPT_save_temps_EQ:
    return Meaning::Action;
  case options::OPT_M:
  case options::OPT_MM:
  case options::OPT_MD:
  case options::OPT_MMD:
  case options::OPT_MF:
  case options::OPT_MG:
  case options::OPT_MP:
  case options::OPT_MQ:
  case options::OPT_MT:
  case options::OPT_MV:
  case options::OPT_MJ:
    return Meaning::Dependencies;
  case options::OPT_Wp_COMMA: // -Wp,-MD,FILE
    return llvm::StringRef(A.getValue()).starts_with("-M")
               ? Meaning::Dependencies
               : Meaning::Other;
  case options::OPT__DASH_DASH: // and the inputs behind it
    return Meaning::Input;
  case options::OPT_fauto_profile_EQ:
  case options::OPT_fmodule_output:
  case options::OPT_fmodule_output_EQ:
  case options::OPT_foptimization_record_file_EQ:
  case options::OPT_fproc_stat_report:
  case options::OPT_fproc_stat_report_EQ:
  case options::OPT_fprofile_instr_use:
  case options::OPT_fprofile_instr_use_EQ:
  case options::OPT_fprofile_sample_use_EQ:
  case options::OPT_fprofile_use:
  case options::OPT_fprofile_use_EQ:
  case options::OPT_fsave_optimization_record:
  case options::OPT_ftime_trace:
  case options::OPT_ftime_trace_EQ:
  case options::OPT__serialize_diags:
    return Meaning::Aside;
  case options::OPT_fsanitize_EQ:
    return Meaning::Sanitizers;
  case options::OPT_pedantic_errors:
    return Meaning::Strictness;
  case options::OPT_W_Joined: {
    llvm::StringRef Name = A.getValue();
    return Name == "error" || Name.starts_with("error=") ? Meaning::Strictness
                                                         : Meaning::Other;
  }
  case options::OPT_fplugin_EQ:
  case options::OPT_fplugin_arg:
  case options::OPT_fpass_plugin_EQ:
    return Meaning::Plugin;
  case options::OPT_include:
    return Meaning::Include;
  case options::OPT_include_pch:
    return Meaning::IncludePch;
  case options::OPT_fpch_instantiate_templates:
  case options::OPT_fno_pch_instantiate_templates:
  case options::OPT_fpch_preprocess:
    return Meaning::Pch;
  case options::OPT_Xclang:
    return Meaning::Verbatim;
  case options::OPT_x:
    return Meaning::Language;
  case options::OPT_std_EQ:
    return Meaning::Standard;
  default:
    return Meaning::Other;
  }
}

std::vector<DriverFlag> readFlags(llvm::ArrayRef<std::string> Words,
                                  bool MsvcStyle) {
  std::vector<const char *> Pointers;
  for (const std::string &W : Words)
    Pointers.push_back(W.c_str());
  unsigned MissingIndex = 0, MissingCount = 0;
  llvm::opt::InputArgList Args = clang::getDriverOptTable().ParseArgs(
      Pointers, MissingIndex, MissingCount,
      llvm::opt::Visibility(MsvcStyle ? options::CLOption
                                      : options::ClangOption));
  std::vector<DriverFlag> Flags;
  for (const llvm::opt::Arg *A : Args) {
    DriverFlag F;
    F.Is = meaningOf(*A);
    llvm::opt::ArgStringList Rendered;
    A->render(Args, Rendered);
    F.Words.assign(Rendered.begin(), Rendered.end());
    for (const char *V : A->getValues())
      F.Values.push_back(V);
    if (!F.Values.empty())
      F.Value = F.Values.front();
    Flags.push_back(std::move(F));
  }
  return Flags;
}

Language languageOf(llvm::StringRef File, llvm::StringRef X) {
  types::ID Type = X.empty() || X == "none"
                       ? types::lookupTypeForExtension(
                             llvm::sys::path::extension(File).drop_front(
                                 llvm::sys::path::has_extension(File)))
                       : types::lookupTypeForTypeSpecifier(X.str().c_str());
  switch (Type) {
  case types::TY_INVALID:
  case types::TY_Object:
    return Language::Other;
  case types::TY_Asm:
  case types::TY_PP_Asm:
    return Language::Assembler;
  case types::TY_CUDA:
  case types::TY_PP_CUDA:
  case types::TY_HIP:
  case types::TY_PP_HIP:
    return Language::Cuda;
  default:
    break;
  }
  if (types::onlyPrecompileType(Type) && !types::isCXX(Type))
    return Language::Header;
  if (types::isObjC(Type))
    return Language::ObjectiveC;
  if (types::isCXX(Type))
    return types::onlyPrecompileType(Type) &&
                   types::lookupHeaderTypeForSourceType(Type) == Type
               ? Language::Header
               : Language::Cxx;
  if (Type == types::TY_C || Type == types::TY_PP_C)
    return Language::C;
  return Language::Other;
}

CompilerName readCompilerName(llvm::StringRef Compiler) {
  static std::once_flag Once;
  std::call_once(Once, [] { llvm::InitializeAllTargetInfos(); });
  CompilerName Name;
  llvm::StringRef Stem = llvm::sys::path::filename(Compiler);
  auto Parts = clang::driver::ToolChain::getTargetAndModeFromProgramName(Stem);
  llvm::StringRef Mode = Parts.DriverMode ? Parts.DriverMode : "";
  Name.Cxx = Mode == "--driver-mode=g++";
  Name.MsvcStyle = Mode == "--driver-mode=cl" && Stem.contains("clang");
  if (Parts.TargetIsValid)
    Name.Target = Parts.TargetPrefix;
  return Name;
}

} // namespace cotidy::cli
