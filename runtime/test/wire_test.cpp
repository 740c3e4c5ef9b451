// Tests of rt/wire.hpp.
// One file a header; no assertion depends on real time.
#include <rt/wire.hpp>

#include <gtest/gtest.h>

namespace {
/// One that says itself how it is sent, though its bytes would do.
struct shifted {
  int value;
};
}  // namespace
template <>
struct rt::wire<shifted> {
  static void put(outgoing& o, const shifted& v) { wire<int>::put(o, v.value + 100); }
  static shifted get(incoming& i) { return {wire<int>::get(i) - 100}; }
};

namespace {
using namespace rt;

template <class T>
T through_wire(const T& v) {
  outgoing o;
  wire<T>::put(o, v);
  incoming i(o.bytes, {});
  T out = wire<T>::get(i);
  EXPECT_EQ(i.left(), 0u);
  return out;
}

TEST(Wire, CarriesTheBuiltInTypes) {
  const std::tuple<int, std::string, std::vector<std::string>, std::optional<double>,
                   std::pair<char, std::vector<int>>, std::vector<bool>>
      v{1, "two", {"a", "", "c"}, 4.5, {'x', {1, 2}}, {true, false}};
  EXPECT_EQ(through_wire(v), v);
  EXPECT_EQ(through_wire(std::optional<int>()), std::nullopt);
}

TEST(Wire, RefusesShortMessages) {
  outgoing o;
  wire<std::uint64_t>::put(o, 1'000'000'000'000);  // the claimed length of a string
  incoming a(o.bytes, {});
  EXPECT_THROW(wire<std::string>::get(a), wire_error);
  incoming b(o.bytes, {});
  EXPECT_THROW(wire<std::vector<int>>::get(b), wire_error);
  incoming c(o.bytes, {});
  EXPECT_THROW(wire<std::vector<std::string>>::get(c), wire_error);
  incoming d({}, {});
  EXPECT_THROW(wire<int>::get(d), wire_error);
  EXPECT_THROW(d.take_descriptor(), wire_error);
}

TEST(Wire, UsesATypesOwnFormInsideVectorsToo) {
  outgoing o;
  wire<std::vector<shifted>>::put(o, std::vector<shifted>(2, shifted{1}));
  incoming i(o.bytes, {});
  EXPECT_EQ(wire<std::uint64_t>::get(i), 2u);
  EXPECT_EQ(wire<int>::get(i), 101);
  incoming again(o.bytes, {});
  EXPECT_EQ(wire<std::vector<shifted>>::get(again).back().value, 1);
}

}  // namespace
