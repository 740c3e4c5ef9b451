# What `cmake --install` puts where, and the Debian package of `cpack -G DEB`:
# the two programs, the plugin (two files, which belong together) and the pages.
include(GNUInstallDirs)

# clang's libraries may stand in a folder of their own version.
set_target_properties(cotidy cotidy-clangd PROPERTIES INSTALL_RPATH "${LLVM_LIBRARY_DIRS}")
install(TARGETS cotidy cotidy-clangd RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS CotidyTidyModule CotidyTidyChecks
  LIBRARY DESTINATION lib/cotidy)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cotidy)
set(CPACK_PACKAGE_CONTACT "the cotidy project <cotidy@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "finds mistakes of C++20 coroutine and thread code")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_COMPRESSION_TYPE gzip)
# clang's own headers are read from where clang was when this was built. The
# libraries that the programs link are found out, if Debian's tool is there.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libclang-common-${LLVM_VERSION_MAJOR}-dev")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "clang-tidy-${LLVM_VERSION_MAJOR}")
find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
if(DPKG_SHLIBDEPS)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
else()
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS
    ", libclang-cpp${LLVM_VERSION_MAJOR}, libllvm${LLVM_VERSION_MAJOR}, libgrpc++1.51, libstdc++6")
endif()
include(CPack)
