// shared_buffer: memory that two processes see.
// Decides: it is anonymous (no name to leak), of fixed size, and travels as a
// descriptor inside a message. There is no lock in it: whoever was sent the
// buffer last may use it, and the message orders the accesses.
// Must not: hold pointers, mutexes or objects with destructors.
#pragma once

#include <rt/wire.hpp>

namespace rt {

class shared_buffer {
 public:
  shared_buffer() = default;
  /// Zero-filled. Throws std::system_error if the memory is not to be had.
  explicit shared_buffer(std::size_t size);
  /// Maps an existing one; takes the descriptor.
  static shared_buffer adopt(int descriptor);
  shared_buffer(shared_buffer&& o) noexcept
      : descriptor_(std::exchange(o.descriptor_, -1)),
        data_(std::exchange(o.data_, nullptr)),
        size_(std::exchange(o.size_, 0)) {}
  shared_buffer& operator=(shared_buffer&& o) noexcept {
    std::swap(descriptor_, o.descriptor_);
    std::swap(data_, o.data_);
    std::swap(size_, o.size_);
    return *this;
  }
  ~shared_buffer();

  std::span<std::byte> bytes() const noexcept { return {data_, size_}; }
  std::size_t size() const noexcept { return size_; }
  /// The memory as items of T; size() must be a multiple.
  template <class T>
  std::span<T> as() const noexcept {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>);
    return {reinterpret_cast<T*>(data_), size_ / sizeof(T)};
  }
  int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_ = -1;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

template <>
struct wire<shared_buffer> {
  static void put(outgoing& o, const shared_buffer& v) { o.descriptor(v.descriptor()); }
  static shared_buffer get(incoming& i) { return shared_buffer::adopt(i.take_descriptor()); }
};

}  // namespace rt
