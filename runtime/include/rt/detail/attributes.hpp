// Attributes that only clang and the analyzer know, spelled once.
// Decides: g++ sees nothing of them (it would warn). RT_ANNOTATE tells the
// analyzer what a function does; RT_ELIDABLE lets clang place an awaited
// task's frame in the awaiting one. clang's coro_return_type is not used: it
// makes every plain function or lambda that passes a task on an error.
// Must not: be needed for correct behaviour.
#pragma once

#if defined(__clang__)
#define RT_ANNOTATE(...) [[clang::annotate(__VA_ARGS__)]]
#else
#define RT_ANNOTATE(...)
#endif

#if defined(__clang__) && __has_cpp_attribute(clang::coro_await_elidable)
#define RT_ELIDABLE [[clang::coro_await_elidable]]
#else
#define RT_ELIDABLE
#endif
