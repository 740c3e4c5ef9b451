# Writes OUTPUT, a .cpp that defines builtInFiles() with the text of each of
# FILES (separated by '|') as a raw string. Run with cmake -P.

string(REPLACE "|" ";" FILES "${FILES}")
set(CODE "#include \"model/BuiltInFiles.h\"\n\nnamespace cotidy::model {\n\nstatic constexpr BuiltInFile Files[] = {\n")
foreach(FILE IN LISTS FILES)
  get_filename_component(NAME "${FILE}" NAME)
  file(READ "${FILE}" TEXT)
  string(APPEND CODE "    {\"${NAME}\", R\"--yaml--(${TEXT})--yaml--\"},\n")
endforeach()
string(APPEND CODE "};\n\nstd::span<const BuiltInFile> builtInFiles() { return Files; }\n\n} // namespace cotidy::model\n")
file(WRITE "${OUTPUT}" "${CODE}")
