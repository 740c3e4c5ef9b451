// Code that an event loop runs: slots and timers of Qt, callbacks of libuv,
// continuations of Seastar, handlers of Asio.
//
// RUN: %cotidy check %s --root=%S --fail-on=never -- -std=c++20 -isystem %S/Inputs > %t
// RUN: FileCheck %s --implicit-check-not=warning: < %t
#include "asio-shape.hpp"
#include "loops-shape.hpp"
#include "seastar-shape.hpp"

#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;
namespace asio = boost::asio;
using boost::system::error_code;

//===-- Qt ----------------------------------------------------------------===//

class Window : public QObject {
public:
  void onClicked() {
    ::sleep(1);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Window::onClicked' blocks the thread of the event loop that runs it
  }
  void onQuick() { ++Count; }
  void onFinished(int) {
    Process.waitForFinished(1000);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Window::onFinished' {{.*}} waits for another process
    Process.waitForFinished(0);
  }
  void tick() { helper(); }
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Window::tick'
  void helper() {
    QEventLoop Nested;
    Nested.exec();
  }
  void setUp(QPushButton &Button, QThreadPool &Pool) {
    QObject::connect(&Button, &QPushButton::clicked, this, &Window::onClicked);
    QObject::connect(&Button, &QPushButton::clicked, this, &Window::onQuick);
    QObject::connect(&Process, &QProcess::finished, this, &Window::onFinished);
    QObject::connect(&Button, &QPushButton::clicked, [] { QThread::msleep(10); });
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'Window::setUp' {{.*}}'QThread::msleep' sleeps
    QTimer::singleShot(100, this, &Window::tick);
    QTimer::singleShot(100, [this] { ::usleep(Count); });
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'Window::setUp'
    QMetaObject::invokeMethod(this, [] { QThread::sleep(1); });
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'Window::setUp'
    Pool.start([] { QThread::sleep(1); });
    QtConcurrent::run([] { QThread::sleep(1); });
  }
  int Count = 0;
  QProcess Process;
};
void ok_notCalledByTheLoop(Window &W) { W.helper(); }

//===-- libuv -------------------------------------------------------------===//

static void onTimer(uv_timer_t *) {
  ::sleep(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'onTimer' blocks the thread of the event loop that runs it
}
static void onRead(uv_stream_t *, ssize_t, const uv_buf_t *) {
  uv_fs_t Request;
  uv_fs_unlink(nullptr, &Request, "x", nullptr);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'onRead' {{.*}}: 'uv_fs_unlink' waits for the file system
  uv_fs_unlink(nullptr, &Request, "x", [](uv_fs_t *) { ::sleep(2); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'onRead' {{.*}}'sleep' sleeps
}
static void onWork(uv_work_t *) { ::sleep(1); }
static void afterWork(uv_work_t *, int) {
  ::sleep(1);
  // CHECK: :[[@LINE-1]]:{{.*}}warning: 'afterWork'
}
void uses_uv(uv_loop_t *Loop, uv_timer_t *Timer, uv_stream_t *Stream, uv_work_t *Work) {
  uv_timer_start(Timer, onTimer, 10, 0);
  uv_read_start(Stream, nullptr, onRead);
  uv_queue_work(Loop, Work, onWork, afterWork);
  uv_run(Loop, UV_RUN_DEFAULT);
}

//===-- Seastar -----------------------------------------------------------===//

seastar::future<> uses_continuations() {
  return seastar::sleep(1ms)
      .then([] {
        std::this_thread::sleep_for(1s);
        // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'uses_continuations'
        return seastar::make_ready_future();
      })
      .finally([] { ::sleep(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'uses_continuations'
}
seastar::future<> uses_combinators(std::vector<int> V) {
  co_await seastar::parallel_for_each(V, [](int) {
    ::sleep(1);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'uses_combinators'
    return seastar::make_ready_future();
  });
  co_await seastar::async([] {
    seastar::sleep(1ms).get(); // lets the reactor go on
    ::sleep(1);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'uses_combinators'
  });
  co_await seastar::smp::submit_to(1, [] { ::sleep(1); });
  // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'uses_combinators'
}
static seastar::timer Ticker([] { ::sleep(1); });
// CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda blocks

//===-- Asio --------------------------------------------------------------===//

struct Peer {
  asio::ip::tcp::socket Socket;
  asio::steady_timer Timer;
  char Data[8];
  void onData(error_code, std::size_t) {
    ::usleep(10);
    // CHECK: :[[@LINE-1]]:{{.*}}warning: 'Peer::onData'
  }
  void start(asio::io_context &Context, asio::thread_pool &Pool) {
    Socket.async_read_some(asio::buffer(Data), std::bind(&Peer::onData, this, std::placeholders::_1, std::placeholders::_2));
    Timer.async_wait([this](error_code) { Socket.read_some(asio::buffer(Data)); });
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'Peer::start'
    asio::dispatch(Context, asio::bind_executor(Context.get_executor(), [] { ::sleep(1); }));
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'Peer::start'
    asio::post(asio::make_strand(Context.get_executor()), [] { ::sleep(1); });
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'Peer::start'
    asio::spawn(Context, [](asio::yield_context &) { ::sleep(1); });
    // CHECK: :[[@LINE-1]]:{{.*}}warning: a lambda in 'Peer::start'
    asio::post(Pool, [] { ::sleep(1); });
    asio::post([] { ::sleep(1); }); // to the threads of the system's executor
    auto Work = [] { ::sleep(1); };
    asio::post(Work);
    asio::post(asio::make_strand(Pool.get_executor()), [] { ::sleep(1); });
    asio::post(Context, [] { std::thread([] { ::sleep(1); }).detach(); });
  }
};
