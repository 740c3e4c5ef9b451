# Writes OUT, a C++ file that holds the text of each of PAGES.
set(CODE "#include \"cli/Pages.h\"\n\nnamespace cotidy::cli {\n\nstatic constexpr Page All[] = {\n    {\"\", \"\"},\n")
foreach(PAGE ${PAGES})
  get_filename_component(NAME ${PAGE} NAME_WLE)
  file(READ ${PAGE} TEXT)
  string(APPEND CODE "    {\"${NAME}\", R\"cotidy_page(${TEXT})cotidy_page\"},\n")
endforeach()
string(APPEND CODE "};\n\nstd::span<const Page> pages() { return std::span(All).subspan(1); }\n\n} // namespace cotidy::cli\n")
file(WRITE ${OUT} "${CODE}")
