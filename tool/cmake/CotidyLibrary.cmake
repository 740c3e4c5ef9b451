# cotidy_library(<name> [CLANG] DEPENDS <libs...>): the .cpp files of this
# folder as one library of a layer. Only what DEPENDS names can be linked, and
# a CLANG library alone sees clang's headers, through one precompiled header.

add_library(cotidy_options INTERFACE)
target_include_directories(cotidy_options INTERFACE ${PROJECT_SOURCE_DIR}/checks
  ${PROJECT_BINARY_DIR}/checks)
target_include_directories(cotidy_options SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
target_compile_options(cotidy_options INTERFACE -fno-exceptions -fno-rtti)

function(cotidy_library NAME)
  cmake_parse_arguments(ARG "CLANG" "" "DEPENDS;SOURCES" ${ARGN})
  file(GLOB SOURCES CONFIGURE_DEPENDS *.cpp)
  add_library(${NAME} STATIC ${SOURCES} ${ARG_SOURCES})
  target_link_libraries(${NAME} PUBLIC cotidy_options ${ARG_DEPENDS})
  target_compile_definitions(${NAME} PRIVATE COTIDY_VERSION="${PROJECT_VERSION}")
  if(ARG_CLANG)
    target_include_directories(${NAME} SYSTEM PRIVATE ${CLANG_INCLUDE_DIRS})
  endif()
endfunction()
