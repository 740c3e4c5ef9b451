// result<T>: a value or the exception that prevented it.
// Decides: reading a value that is not there throws the kept exception, so an
// error cannot be mistaken for data.
// Must not: be dropped unread ([[nodiscard]]), nor hold `cancelled`.
#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace rt {

template <class T>
class [[nodiscard]] result {
 public:
  using value_type = T;

  result(T v) : value_(std::move(v)) {}
  /// e must not be null.
  result(std::exception_ptr e) noexcept : error_(std::move(e)) {}

  bool has_value() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value, or throws what prevented it.
  T& value() & {
    check();
    return *value_;
  }
  const T& value() const& {
    check();
    return *value_;
  }
  T&& value() && {
    check();
    return std::move(*value_);
  }
  T value_or(T other) && { return value_ ? std::move(*value_) : std::move(other); }

  /// Null if there is a value.
  std::exception_ptr error() const noexcept { return error_; }

 private:
  void check() const {
    if (!value_) std::rethrow_exception(error_);
  }
  std::optional<T> value_;
  std::exception_ptr error_;
};

}  // namespace rt
