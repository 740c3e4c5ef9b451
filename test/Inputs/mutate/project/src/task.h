// task.h - the least task and generator that the sample coroutines need.
#pragma once

#include <coroutine>
#include <exception>

namespace sample {

class Task {
public:
  struct promise_type {
    std::coroutine_handle<> Waiting;
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Awaiter {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> Done) noexcept {
          auto Next = Done.promise().Waiting;
          return Next ? Next : std::noop_coroutine();
        }
        void await_resume() noexcept {}
      };
      return Awaiter{};
    }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };

  explicit Task(std::coroutine_handle<promise_type> Frame) : Frame(Frame) {}
  Task(Task &&Other) noexcept : Frame(Other.Frame) { Other.Frame = nullptr; }
  ~Task() {
    if (Frame)
      Frame.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> Caller) noexcept {
    Frame.promise().Waiting = Caller;
    return Frame;
  }
  void await_resume() noexcept {}
  void start() { Frame.resume(); }

private:
  std::coroutine_handle<promise_type> Frame;
};

class Generator {
public:
  struct promise_type {
    int Current = 0;
    Generator get_return_object() {
      return Generator(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int Value) {
      Current = Value;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  explicit Generator(std::coroutine_handle<promise_type> Frame) : Frame(Frame) {}
  Generator(Generator &&) = delete;
  ~Generator() { Frame.destroy(); }

private:
  std::coroutine_handle<promise_type> Frame;
};

} // namespace sample
