// wire<T>: how a value crosses a process boundary.
// Decides: what is trivially copyable goes as its bytes (same machine, same
// program); strings, vectors, pairs, tuples, optionals and shared buffers are
// built in; other types specialise wire. Pointers and views are refused.
// Must not: trust lengths that it reads: a short message throws wire_error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace rt {

class wire_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Descriptors that travel with a message; closed with it unless taken out.
struct descriptor_list {
  std::vector<int> all;  // -1: taken

  descriptor_list() = default;
  descriptor_list(descriptor_list&&) noexcept = default;
  descriptor_list& operator=(descriptor_list&&) = delete;
  ~descriptor_list();
};

/// A message being written: bytes, and descriptors that travel with them. It
/// keeps duplicates, so the values they came from may go before it is sent.
struct outgoing {
  static constexpr std::size_t most_descriptors = 16;  // in one message

  std::vector<std::byte> bytes;
  descriptor_list descriptors;

  /// Throws wire_error for one too many.
  void descriptor(int fd);

  void raw(const void* p, std::size_t n) {
    const std::size_t at = bytes.size();
    bytes.resize(at + n);
    if (n > 0) std::memcpy(bytes.data() + at, p, n);
  }
};

/// A message being read. Descriptors not taken are closed with it.
class incoming {
 public:
  incoming(std::span<const std::byte> bytes, descriptor_list descriptors) noexcept
      : bytes_(bytes), descriptors_(std::move(descriptors)) {}
  incoming(const incoming&) = delete;
  incoming& operator=(const incoming&) = delete;

  void raw(void* p, std::size_t n) {
    if (n > bytes_.size()) throw wire_error("message too short");
    if (n > 0) std::memcpy(p, bytes_.data(), n);
    bytes_ = bytes_.subspan(n);
  }
  std::size_t left() const noexcept { return bytes_.size(); }
  std::size_t descriptors_left() const noexcept { return descriptors_.all.size() - taken_; }
  /// The next descriptor; the caller owns it.
  int take_descriptor();

 private:
  std::span<const std::byte> bytes_;
  descriptor_list descriptors_;
  std::size_t taken_ = 0;
};

namespace detail {
template <class T>
inline constexpr bool is_view = false;
template <class C, class Tr>
inline constexpr bool is_view<std::basic_string_view<C, Tr>> = true;
template <class T, std::size_t N>
inline constexpr bool is_view<std::span<T, N>> = true;
}  // namespace detail

/// Specialise for own types: put(outgoing&, const T&) and T get(incoming&).
template <class T>
struct wire {
  static_assert(!std::is_pointer_v<T> && !std::is_member_pointer_v<T>,
                "a pointer means nothing in another process");
  static_assert(!detail::is_view<T>, "a view's data would stay behind: send a string or vector");
  static_assert(std::is_trivially_copyable_v<T>, "specialise rt::wire for this type");
  static constexpr bool is_its_bytes = true;
  static void put(outgoing& o, const T& v) { o.raw(&v, sizeof v); }
  static T get(incoming& i) {
    T v;
    i.raw(&v, sizeof v);
    return v;
  }
};

template <>
struct wire<std::string> {
  static void put(outgoing& o, const std::string& v) {
    wire<std::uint64_t>::put(o, v.size());
    o.raw(v.data(), v.size());
  }
  static std::string get(incoming& i) {
    const auto n = wire<std::uint64_t>::get(i);
    if (n > i.left()) throw wire_error("string longer than its message");
    std::string v(n, '\0');
    i.raw(v.data(), n);
    return v;
  }
};

template <class T>
struct wire<std::vector<T>> {
  static constexpr bool as_bytes =
      requires { wire<T>::is_its_bytes; } && !std::is_same_v<T, bool>;
  static void put(outgoing& o, const std::vector<T>& v) {
    wire<std::uint64_t>::put(o, v.size());
    if constexpr (as_bytes)
      o.raw(v.data(), v.size() * sizeof(T));
    else
      for (const auto& e : v) wire<T>::put(o, e);
  }
  static std::vector<T> get(incoming& i) {
    const auto n = wire<std::uint64_t>::get(i);
    std::vector<T> v;
    if constexpr (as_bytes) {
      if (n > i.left() / sizeof(T)) throw wire_error("vector longer than its message");
      v.resize(n);
      i.raw(v.data(), n * sizeof(T));
    } else {
      if (n > i.left() + i.descriptors_left()) throw wire_error("vector longer than its message");
      for (std::uint64_t k = 0; k < n; ++k) v.push_back(wire<T>::get(i));
    }
    return v;
  }
};

template <class T>
struct wire<std::optional<T>> {
  static void put(outgoing& o, const std::optional<T>& v) {
    wire<bool>::put(o, v.has_value());
    if (v) wire<T>::put(o, *v);
  }
  static std::optional<T> get(incoming& i) {
    if (!wire<bool>::get(i)) return std::nullopt;
    return wire<T>::get(i);
  }
};

template <class... T>
struct wire<std::tuple<T...>> {
  static void put(outgoing& o, const std::tuple<T...>& v) {
    std::apply([&](const T&... e) { (wire<T>::put(o, e), ...); }, v);
  }
  static std::tuple<T...> get(incoming& i) { return std::tuple<T...>{wire<T>::get(i)...}; }
};

template <class A, class B>
struct wire<std::pair<A, B>> {
  static void put(outgoing& o, const std::pair<A, B>& v) {
    wire<A>::put(o, v.first);
    wire<B>::put(o, v.second);
  }
  static std::pair<A, B> get(incoming& i) {
    A a = wire<A>::get(i);
    return {std::move(a), wire<B>::get(i)};
  }
};

}  // namespace rt
