# What tests need beside lit: small tools that drive one library each, and
# unit tests. A product never links either, and neither is installed.

# cotidy_test_tool(<name> [SOURCES files...] DEPENDS libs...): build/bin/<name>,
# from <name>.cpp of this folder unless SOURCES says otherwise. In lit tests it
# is %<name>.
function(cotidy_test_tool NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  if(NOT ARG_SOURCES)
    set(ARG_SOURCES ${NAME}.cpp)
  endif()
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE cotidy_options ${ARG_DEPENDS})
  set_property(GLOBAL APPEND PROPERTY COTIDY_TEST_TOOLS ${NAME})
endfunction()

# cotidy_unit_test(<name> <sources...> DEPENDS libs...): a GoogleTest program,
# which lit runs and counts test by test. Its sources stand in a folder named
# 'unit', where lit looks for no tests of its own.
function(cotidy_unit_test NAME)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  find_package(GTest REQUIRED)
  add_executable(${NAME}-test ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${NAME}-test PRIVATE cotidy_options ${ARG_DEPENDS}
    GTest::gtest GTest::gtest_main)
  # gtest's <cxxabi.h> would be that of libc++abi, if it stands beside LLVM's.
  target_compile_definitions(${NAME}-test PRIVATE GTEST_HAS_CXXABI_H_=0)
  set_target_properties(${NAME}-test PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test/unit)
  set_property(GLOBAL APPEND PROPERTY COTIDY_UNIT_TESTS ${NAME}-test)
endfunction()
