// A correct server in Asio's idiom: nothing in it may be reported. What it does
// with files, threads and locks happens where it may.
//
// RUN: %cotidy check %s --root=%S -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --allow-empty --implicit-check-not=warning: < %t
#include "asio-shape.hpp"

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <sstream>
#include <thread>
#include <unordered_map>
#include <vector>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

//===-- configuration: read before the loop runs --------------------------===//

struct Config {
  unsigned short Port = 8080;
  std::filesystem::path Data = "data";
  std::chrono::seconds Idle{30};
  std::size_t Threads = 4;
};

static Config readConfig(const std::filesystem::path &Path) {
  Config C;
  if (!std::filesystem::exists(Path))
    return C;
  std::ifstream In(Path);
  std::string Key, Value;
  while (In >> Key >> Value) {
    if (Key == "port")
      C.Port = static_cast<unsigned short>(std::stoi(Value));
    else if (Key == "data")
      C.Data = Value;
    else if (Key == "idle")
      C.Idle = std::chrono::seconds(std::stol(Value));
  }
  return C;
}

//===-- logging: to the console, and to a file by a thread of its own ------===//

class Log {
public:
  explicit Log(const std::filesystem::path &Path) : Out(Path, std::ios::app), Writer([this] { run(); }) {}
  ~Log() {
    {
      std::lock_guard Guard(Mutex);
      Stopped = true;
    }
    Wake.notify_one();
    Writer.join();
  }
  Log(const Log &) = delete;

  void write(std::string Line) {
    {
      std::lock_guard Guard(Mutex);
      Lines.push_back(std::move(Line));
    }
    Wake.notify_one();
  }

private:
  void run() {
    std::unique_lock Lock(Mutex);
    while (!Stopped || !Lines.empty()) {
      Wake.wait(Lock, [this] { return Stopped || !Lines.empty(); });
      std::deque<std::string> Now;
      Now.swap(Lines);
      Lock.unlock();
      for (const std::string &Line : Now)
        Out << Line << '\n';
      Out.flush();
      Lock.lock();
    }
  }

  std::ofstream Out;
  std::mutex Mutex;
  std::condition_variable Wake;
  std::deque<std::string> Lines;
  bool Stopped = false;
  std::thread Writer;
};

//===-- metrics: counters, and a short critical section --------------------===//

class Metrics {
public:
  void count(const std::string &Name) {
    std::lock_guard Guard(Mutex);
    ++Counters[Name];
  }
  void observe(std::chrono::nanoseconds Time) {
    Total.fetch_add(static_cast<std::uint64_t>(Time.count()), std::memory_order_relaxed);
    std::uint64_t Old = Slowest.load();
    while (Old < std::uint64_t(Time.count()) &&
           !Slowest.compare_exchange_weak(Old, std::uint64_t(Time.count()))) {
    }
  }
  std::string text() const {
    std::lock_guard Guard(Mutex);
    std::ostringstream Out;
    for (const auto &[Name, Value] : Counters)
      Out << Name << ' ' << Value << '\n';
    Out << "slowest " << Slowest.load() << '\n';
    return Out.str();
  }

private:
  mutable std::mutex Mutex;
  std::map<std::string, std::uint64_t> Counters;
  std::atomic<std::uint64_t> Total{0}, Slowest{0};
};

struct Timed {
  Metrics &M;
  std::chrono::steady_clock::time_point Begin = std::chrono::steady_clock::now();
  ~Timed() { M.observe(std::chrono::steady_clock::now() - Begin); }
};

//===-- the store: a cache in memory, files behind it on a pool -------------===//

class Store {
public:
  Store(std::filesystem::path Folder, asio::thread_pool &Files) : Folder(std::move(Folder)), Files(Files) {}

  awaitable<std::optional<std::string>> get(std::string Key) {
    {
      std::shared_lock Guard(Mutex);
      if (auto It = Cache.find(Key); It != Cache.end())
        co_return It->second;
    }
    auto Value = co_await asio::co_spawn(Files, readFile(Folder / Key), use_awaitable);
    if (Value) {
      std::unique_lock Guard(Mutex);
      Cache[Key] = *Value;
    }
    co_return Value;
  }

  awaitable<void> put(std::string Key, std::string Value) {
    {
      std::unique_lock Guard(Mutex);
      Cache[Key] = Value;
    }
    asio::post(Files, [Path = Folder / Key, Value = std::move(Value)] {
      std::ofstream Out(Path, std::ios::trunc);
      Out << Value;
    });
    co_return;
  }

private:
  static std::optional<std::string> contentOf(const std::filesystem::path &Path) {
    std::ifstream In(Path);
    if (!In)
      return std::nullopt;
    std::stringstream Text;
    Text << In.rdbuf();
    return Text.str();
  }

  // Runs on the pool for files.
  static awaitable<std::optional<std::string>> readFile(std::filesystem::path Path) {
    co_return contentOf(Path);
  }

  std::filesystem::path Folder;
  asio::thread_pool &Files;
  std::shared_mutex Mutex;
  std::unordered_map<std::string, std::string> Cache;
};

//===-- sessions -----------------------------------------------------------===//

struct Request {
  std::string Verb, Key, Value;
};

static Request parse(const std::string &Line) {
  std::istringstream In(Line);
  Request R;
  In >> R.Verb >> R.Key;
  std::getline(In, R.Value);
  return R;
}

class Session : public std::enable_shared_from_this<Session> {
public:
  Session(tcp::socket Socket, Store &Data, Metrics &Counters, Log &Journal, std::chrono::seconds Idle)
      : Socket(std::move(Socket)), Timer(this->Socket.get_executor()), Data(Data), Counters(Counters),
        Journal(Journal), Idle(Idle) {}

  awaitable<void> run() {
    auto Self = shared_from_this();
    Counters.count("sessions");
    watch();
    try {
      while (Socket.is_open()) {
        std::string Line;
        co_await asio::async_read_until(Socket, asio::dynamic_buffer(Line), "\n", use_awaitable);
        Timer.expires_after(Idle);
        std::string Reply = co_await answer(parse(Line));
        co_await asio::async_write(Socket, asio::buffer(Reply), use_awaitable);
      }
    } catch (const std::exception &Error) {
      Journal.write(std::string("session ended: ") + Error.what());
      std::cerr << "session ended: " << Error.what() << std::endl;
    }
    Timer.cancel();
  }

private:
  awaitable<std::string> answer(Request R) {
    Timed Measure{Counters};
    Counters.count(R.Verb);
    if (R.Verb == "get") {
      auto Value = co_await Data.get(R.Key);
      co_return Value.value_or("");
    }
    if (R.Verb == "put") {
      co_await Data.put(std::move(R.Key), std::move(R.Value));
      co_return "ok";
    }
    if (R.Verb == "wait") {
      asio::steady_timer Pause(co_await asio::this_coro::executor, 1s);
      co_await Pause.async_wait(use_awaitable);
      co_return "waited";
    }
    if (R.Verb == "stats")
      co_return Counters.text();
    co_return "what?";
  }

  void watch() {
    Timer.expires_after(Idle);
    Timer.async_wait([Weak = weak_from_this()](error_code Error) {
      auto Self = Weak.lock();
      if (!Self || Error)
        return;
      error_code Ignored;
      Self->Socket.close(Ignored);
      Self->Counters.count("idle");
    });
  }

  tcp::socket Socket;
  asio::steady_timer Timer;
  Store &Data;
  Metrics &Counters;
  Log &Journal;
  std::chrono::seconds Idle;
};

//===-- the server ---------------------------------------------------------===//

class Server {
public:
  Server(asio::io_context &Context, const Config &C, Store &Data, Metrics &Counters, Log &Journal)
      : Context(Context), Acceptor(Context, tcp::endpoint(tcp::v4(), C.Port)), Data(Data), Counters(Counters),
        Journal(Journal), Idle(C.Idle) {}

  void start() { asio::co_spawn(Context, accept(), asio::detached); }

  void stop() {
    asio::post(Context, [this] {
      Acceptor.close();
      Journal.write("stopped");
    });
  }

  // A report on a thread of its own; whoever wants it asks for the future.
  void report(const std::filesystem::path &Path) {
    Reports.push_back(std::async(std::launch::async, [Text = Counters.text(), Path] {
      std::ofstream(Path) << Text;
      std::this_thread::sleep_for(10ms);
    }));
  }

  // From 'main', once the loop has ended.
  void finish() {
    for (std::future<void> &R : Reports)
      R.wait();
  }

private:
  awaitable<void> accept() {
    auto Executor = co_await asio::this_coro::executor;
    for (;;) {
      tcp::socket Socket = co_await Acceptor.async_accept(use_awaitable);
      auto S = std::make_shared<Session>(std::move(Socket), Data, Counters, Journal, Idle);
      asio::co_spawn(Executor, S->run(), asio::detached);
    }
  }

  asio::io_context &Context;
  tcp::acceptor Acceptor;
  Store &Data;
  Metrics &Counters;
  Log &Journal;
  std::chrono::seconds Idle;
  std::vector<std::future<void>> Reports;
};

int main(int Count, char **Words) {
  Config C = readConfig(Count > 1 ? Words[1] : "server.conf");
  Log Journal(C.Data / "journal");
  Metrics Counters;
  asio::io_context Context;
  asio::thread_pool Files(C.Threads);
  Store Data(C.Data, Files);
  Server S(Context, C, Data, Counters, Journal);
  S.start();

  asio::signal_set Signals(Context, SIGINT, SIGTERM);
  Signals.async_wait([&](error_code, int) {
    S.stop();
    Context.stop();
  });

  // Start-up waits for the first write, in a plain function.
  asio::co_spawn(Files, Data.put("started", "yes"), asio::use_future).get();
  std::vector<std::thread> Threads;
  for (std::size_t I = 1; I < C.Threads; ++I)
    Threads.emplace_back([&] { Context.run(); });
  Context.run();
  for (std::thread &T : Threads)
    T.join();
  S.report(C.Data / "report");
  S.finish();
  Files.join();
}
