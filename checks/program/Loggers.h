//===- Loggers.h - a program's own logging ----------------------*- C++ -*-===//
// Recognises in-house loggers by what they are called: a class, namespace or
// function one of whose words is 'logger' or 'logging', and what logs by its
// name in a class or namespace 'Log'. What such code waits for is of the
// category 'log'. A write-ahead log is no logger, nor is a dialog, nor is what
// appends to a 'Log'.
//===----------------------------------------------------------------------===//
#pragma once

#include <string_view>

namespace cotidy {

/// By the qualified name of a function.
bool isLogger(std::string_view Qualified);

} // namespace cotidy
