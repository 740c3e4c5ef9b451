// Precompiled header of the tests: what nearly all of them include.
// Decides: only stable, widely used headers belong here.
#include <gtest/gtest.h>
#include <rt/cancel.hpp>
#include <rt/channel.hpp>
#include <rt/combine.hpp>
#include <rt/scope.hpp>
#include <rt/sync.hpp>
#include <rt/test.hpp>

#include <memory>
#include <string>
#include <vector>
