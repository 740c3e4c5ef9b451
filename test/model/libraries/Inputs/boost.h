// The headers that rows of boost.yaml speak of.
#include <boost/thread.hpp>
#include <boost/thread/barrier.hpp>
#include <boost/thread/future.hpp>
#include <boost/thread/latch.hpp>
#include <boost/thread/scoped_thread.hpp>
#include <boost/thread/strict_lock.hpp>
#include <boost/thread/thread_guard.hpp>
#include <boost/filesystem.hpp>
#include <boost/process.hpp>
#include <boost/optional.hpp>
#include <boost/smart_ptr.hpp>
#include <boost/variant.hpp>
#if __has_include(<boost/process/v2.hpp>)
#include <boost/process/v2.hpp>
#endif
