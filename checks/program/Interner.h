//===- Interner.h - strings of many units under one id ----------*- C++ -*-===//
// One id and one stable hash for each string of a program. Ids depend on the
// order of units, hashes do not: order by hash or by text, never by id.
//===----------------------------------------------------------------------===//
#pragma once

#include "facts/Facts.h"

#include "llvm/ADT/CachedHashString.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/xxhash.h"

#include <deque>
#include <string>
#include <vector>

namespace cotidy {

class Interner {
public:
  Interner() { intern(""); }

  facts::StrId intern(llvm::StringRef S) {
    auto It = Ids.find(llvm::CachedHashStringRef(S));
    if (It != Ids.end())
      return facts::StrId(It->second);
    Texts.emplace_back(S.str());
    Hashes.push_back(llvm::xxh3_64bits(S));
    auto Id = uint32_t(Texts.size() - 1);
    Ids.try_emplace(llvm::CachedHashStringRef(Texts.back()), Id);
    return facts::StrId(Id);
  }

  const std::string &text(facts::StrId I) const { return Texts[raw(I)]; }
  uint64_t hash(facts::StrId I) const { return Hashes[raw(I)]; }
  size_t size() const { return Texts.size(); }

  std::vector<std::string> take() {
    return {std::make_move_iterator(Texts.begin()), std::make_move_iterator(Texts.end())};
  }

private:
  std::deque<std::string> Texts; ///< stable addresses
  std::vector<uint64_t> Hashes;
  llvm::DenseMap<llvm::CachedHashStringRef, uint32_t> Ids;
};

/// Mixes values into a hash that depends on their order.
class ContentHash {
public:
  void add(uint64_t V) {
    H ^= V + 0x9e3779b97f4a7c15ull + (H << 6) + (H >> 2);
    H *= 0xff51afd7ed558ccdull;
    H ^= H >> 32;
  }
  uint64_t get() const { return H; }

private:
  uint64_t H = 0x2545f4914f6cdd1dull;
};

} // namespace cotidy
