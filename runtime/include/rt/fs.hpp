// Files, by offload: regular files always block, whatever their flags.
// Decides: whole files are read and written on a pool's thread; replace_file
// is atomic for readers. Errors are std::system_error with the path.
// Must not: be called with a pool of which every thread waits for this task.
#pragma once

#include <rt/pool.hpp>

#include <string>

namespace rt::fs {

/// The whole content of a file.
task<std::string> read_file(thread_pool& pool, std::string path);

/// Creates or truncates the file.
task<> write_file(thread_pool& pool, std::string path, std::string content);

/// Writes a new file beside `path`, flushes it, and renames it to `path`:
/// readers see the old content or the new, never a part.
task<> replace_file(thread_pool& pool, std::string path, std::string content);

}  // namespace rt::fs
