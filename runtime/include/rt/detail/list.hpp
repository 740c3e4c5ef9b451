// Intrusive doubly linked list: the queue of everything that waits.
// Decides: a waiting object is its own node, so waiting allocates nothing and
// leaving a queue from the middle (cancellation) costs two stores.
// An object is in at most one list. The list owns nothing.
// Must not: be used from two threads, nor hold an object beyond its life.
#pragma once

#include <cassert>

namespace rt::detail {

/// A node. Neither copied nor moved while linked.
struct list_hook {
  list_hook* prev = nullptr;
  list_hook* next = nullptr;

  list_hook() = default;
  list_hook(const list_hook&) = delete;
  list_hook& operator=(const list_hook&) = delete;

  bool linked() const noexcept { return next != nullptr; }

  /// Leaves its list; does nothing if it is in none.
  void unlink() noexcept {
    if (next == nullptr) return;
    prev->next = next;
    next->prev = prev;
    prev = next = nullptr;
  }
};

/// Circular list with a sentinel. T derives from list_hook.
template <class T>
class list {
 public:
  list() noexcept { head_.prev = head_.next = &head_; }
  list(const list&) = delete;
  list& operator=(const list&) = delete;
  ~list() { assert(empty() && "destroyed while a task waits for it"); }

  bool empty() const noexcept { return head_.next == &head_; }

  void push_back(T& item) noexcept {
    list_hook& node = item;
    node.prev = head_.prev;
    node.next = &head_;
    head_.prev->next = &node;
    head_.prev = &node;
  }

  /// The first item; the list must not be empty.
  T& front() noexcept { return static_cast<T&>(*head_.next); }

  T& pop_front() noexcept {
    T& item = front();
    static_cast<list_hook&>(item).unlink();
    return item;
  }

  /// The first item, and the one after `item`; null at the end.
  T* first() noexcept { return at_or_end(head_.next); }
  T* after(T& item) noexcept { return at_or_end(static_cast<list_hook&>(item).next); }

  /// Calls f for each item. f may unlink the item it is given and no other.
  template <class F>
  void for_each(F f) {
    for (list_hook* at = head_.next; at != &head_;) {
      list_hook* following = at->next;
      f(static_cast<T&>(*at));
      at = following;
    }
  }

 private:
  T* at_or_end(list_hook* at) noexcept { return at == &head_ ? nullptr : static_cast<T*>(at); }
  list_hook head_;
};

}  // namespace rt::detail
