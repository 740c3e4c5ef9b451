//===- LockWitness.h - locks and where they are taken, told -----*- C++ -*-===//
// Notes for findings about locks: where the first lock was taken, what is
// called from there, where the second is taken. Steps inside library code are
// left out. It decides nothing.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Finding.h"
#include "program/Impl.h"

namespace cotidy {

/// "'Class::field'": the lock as messages name it.
std::string quotedLock(const Program::Impl &P, const UnderLock &X);  ///< the held one
std::string quotedWanted(const Program::Impl &P, const UnderLock &X);///< the one taken

/// One note for each call on the way, the last one ending in `End`.
void addWay(const Program::Impl &P, const Step *Path, const std::string &End,
            std::vector<Note> &Notes);

/// The held lock is taken, then calls lead to where `What` happens.
void addUnderLock(const Program::Impl &P, const UnderLock &X, const std::string &What,
                  std::vector<Note> &Notes);

/// "and is called by 'f'": the first of those who call the function.
void addCaller(const Program::Impl &P, facts::FnId F, std::vector<Note> &Notes);

} // namespace cotidy
