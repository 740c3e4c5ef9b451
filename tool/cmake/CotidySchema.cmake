# cotidy_schema(<target> <file.fbs>): the code that reads and writes a file
# format, made from its schema. The header is <folder>/<File>_generated.h; like
# the library's own headers it is a system header, warnings in it are not ours.
function(cotidy_schema TARGET SCHEMA)
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME FOLDER)
  cmake_path(GET SCHEMA STEM STEM)
  set(OUT ${PROJECT_BINARY_DIR}/generated)
  set(HEADER ${OUT}/${FOLDER}/${STEM}_generated.h)
  add_custom_command(OUTPUT ${HEADER}
    COMMAND flatbuffers::flatc --cpp --scoped-enums -o ${OUT}/${FOLDER}
            ${CMAKE_CURRENT_SOURCE_DIR}/${SCHEMA}
    DEPENDS ${SCHEMA} COMMENT "Generating ${FOLDER}/${STEM}_generated.h" VERBATIM)
  target_sources(${TARGET} PRIVATE ${HEADER})
  target_include_directories(${TARGET} SYSTEM PRIVATE ${OUT})
  target_link_libraries(${TARGET} PRIVATE $<BUILD_INTERFACE:flatbuffers::flatbuffers>)
endfunction()
