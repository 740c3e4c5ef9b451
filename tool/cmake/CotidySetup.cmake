# What every target shares: the language, warnings, the linker, the compiler
# cache, and LLVM/Clang 22 as llvm-config-22 finds it.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Line tables only (-g1): debug information is most of the link otherwise.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -UNDEBUG")

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

find_program(LLVM_CONFIG NAMES llvm-config-22 REQUIRED)
execute_process(COMMAND ${LLVM_CONFIG} --cmakedir OUTPUT_VARIABLE LLVM_CMAKE_DIR
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${LLVM_CONFIG} --bindir OUTPUT_VARIABLE LLVM_BIN_DIR
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${LLVM_BIN_DIR}/clang -print-resource-dir
  OUTPUT_VARIABLE COTIDY_RESOURCE_DIR # clang's own headers
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
find_package(LLVM 22.1 REQUIRED CONFIG HINTS ${LLVM_CMAKE_DIR})
# clang's targets name those of gRPC, which clangd speaks: they must be there first.
find_package(Protobuf REQUIRED MODULE)
find_package(gRPC REQUIRED CONFIG)
find_package(Clang 22.1 REQUIRED CONFIG HINTS ${LLVM_CMAKE_DIR}/../clang)
find_package(FlatBuffers REQUIRED CONFIG)

add_compile_options(-Wall -Wextra -Wno-unused-parameter -Werror=return-type)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_compile_options(-fcolor-diagnostics)
endif()
# Debian names it ld.lld-22: -B finds it under its own name.
add_link_options(-fuse-ld=lld -B${LLVM_BIN_DIR} -Wl,-z,defs)

option(COTIDY_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)
if(COTIDY_SANITIZE)
  # vptr needs the type information that LLVM is built without.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
