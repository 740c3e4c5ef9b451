// The shapes of Qt and libuv as far as the tests of event loops use them.
#pragma once
#include <functional>
#include <sys/types.h>
#include <utility>

class QObject {
public:
  template <class Sender, class Signal, class Receiver, class Slot>
  static void connect(Sender *, Signal, Receiver *, Slot) {}
  template <class Sender, class Signal, class Slot> static void connect(Sender *, Signal, Slot) {}
};
class QPushButton : public QObject {
public:
  void clicked();
};
class QProcess : public QObject {
public:
  void finished(int);
  bool waitForFinished(int);
};
class QThread : public QObject {
public:
  static void sleep(unsigned long);
  static void msleep(unsigned long);
};
class QEventLoop : public QObject {
public:
  QEventLoop();
  int exec();
};
class QTimer : public QObject {
public:
  template <class Receiver, class Slot> static void singleShot(int, Receiver *, Slot) {}
  template <class Slot> static void singleShot(int, Slot) {}
};
struct QMetaObject {
  template <class Slot> static bool invokeMethod(QObject *, Slot) { return true; }
};
class QThreadPool : public QObject {
public:
  void start(std::function<void()>);
};
namespace QtConcurrent {
template <class F> void run(F) {}
} // namespace QtConcurrent

extern "C" {
struct uv_loop_t;
struct uv_timer_t;
struct uv_stream_t;
struct uv_work_t;
struct uv_handle_t;
struct uv_fs_t {
  int result;
};
struct uv_buf_t;
enum uv_run_mode { UV_RUN_DEFAULT, UV_RUN_ONCE, UV_RUN_NOWAIT };
int uv_run(uv_loop_t *, uv_run_mode);
int uv_timer_start(uv_timer_t *, void (*)(uv_timer_t *), unsigned long, unsigned long);
int uv_read_start(uv_stream_t *, void (*)(uv_handle_t *, size_t, uv_buf_t *), void (*)(uv_stream_t *, ssize_t, const uv_buf_t *));
int uv_queue_work(uv_loop_t *, uv_work_t *, void (*)(uv_work_t *), void (*)(uv_work_t *, int));
int uv_fs_unlink(uv_loop_t *, uv_fs_t *, const char *, void (*)(uv_fs_t *));
}
