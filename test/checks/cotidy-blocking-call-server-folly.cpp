// A correct server in folly's idiom: nothing in it may be reported. Work that
// blocks goes to a CPU pool; futures have continuations; 'main' waits.
//
// RUN: %cotidy check %s --root=%S -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --allow-empty --implicit-check-not=warning: < %t
#include "folly-shape.hpp"

#include <atomic>
#include <cassert>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <sstream>
#include <thread>

using namespace std::chrono_literals;
using folly::coro::Task;

//===-- logging and metrics ------------------------------------------------===//

enum class Severity { Info, Error };

static void log(Severity Level, const std::string &Text) {
  static std::mutex Mutex;
  std::lock_guard Guard(Mutex);
  if (Level == Severity::Error)
    std::cerr << "error: ";
  std::cerr << Text << '\n';
}

class Metrics {
public:
  void count(const std::string &Name) {
    Counters.withWLock([&](auto &All) { ++All[Name]; });
  }
  std::string text() const {
    return Counters.withRLock([](const auto &All) {
      std::ostringstream Out;
      for (const auto &[Name, Value] : All)
        Out << Name << ' ' << Value << '\n';
      return Out.str();
    });
  }

private:
  folly::Synchronized<std::map<std::string, unsigned long>> Counters;
};

//===-- files, on the pool for what may block ------------------------------===//

struct Record {
  std::string Key, Value;
};

class Files {
public:
  Files(std::filesystem::path Folder, folly::CPUThreadPoolExecutor &Pool)
      : Folder(std::move(Folder)), Pool(Pool) {}

  Task<std::optional<std::string>> read(std::string Key) {
    co_return co_await folly::coro::co_withExecutor(&Pool, readNow(Folder / Key));
  }
  Task<void> write(Record R) {
    auto Guard = co_await Writers.co_scoped_lock();
    co_await writeNow(Folder / R.Key, std::move(R.Value)).scheduleOn(&Pool);
  }
  // Nobody waits for these.
  void drop(std::string Key) {
    Pool.add([Path = Folder / Key] {
      std::filesystem::remove(Path);
      log(Severity::Info, "dropped " + Path.string());
    });
  }

private:
  static std::string textOf(std::ifstream &In) {
    std::stringstream Text;
    Text << In.rdbuf();
    return Text.str();
  }
  static Task<std::optional<std::string>> readNow(std::filesystem::path Path) {
    std::ifstream In(Path);
    if (!In)
      co_return std::nullopt;
    co_return textOf(In);
  }
  static Task<void> writeNow(std::filesystem::path Path, std::string Text) {
    std::ofstream Out(Path);
    Out << Text;
    Out.close();
    co_return;
  }

  std::filesystem::path Folder;
  folly::CPUThreadPoolExecutor &Pool;
  folly::coro::Mutex Writers;
};

//===-- the cache ----------------------------------------------------------===//

class Cache {
public:
  std::optional<std::string> find(const std::string &Key) const {
    return Entries.withRLock([&](const auto &All) -> std::optional<std::string> {
      auto It = All.find(Key);
      return It == All.end() ? std::nullopt : std::optional(It->second);
    });
  }
  void put(Record R) {
    Entries.withWLock([&](auto &All) { All[R.Key] = std::move(R.Value); });
  }
  std::size_t trim(std::size_t Most) {
    return Entries.withWLock([&](auto &All) {
      std::size_t Dropped = 0;
      while (All.size() > Most) {
        All.erase(All.begin());
        ++Dropped;
      }
      return Dropped;
    });
  }

private:
  folly::Synchronized<std::map<std::string, std::string>> Entries;
};

//===-- a batch writer with a thread of its own ----------------------------===//

class Batches {
public:
  Batches() : Writer([this] { run(); }) {}
  // 'main' destroys it after all executors have ended.
  ~Batches() {
    {
      std::lock_guard Guard(Mutex);
      Stopped = true;
    }
    Wake.notify_all();
    Writer.join();
  }
  void add(Record R) {
    std::lock_guard Guard(Mutex);
    Records.push_back(std::move(R));
    Wake.notify_all();
  }

private:
  void run() {
    for (;;) {
      std::deque<Record> Now;
      {
        std::unique_lock Lock(Mutex);
        Wake.wait_for(Lock, 1s, [this] { return Stopped || Records.size() > 100; });
        if (Stopped && Records.empty())
          return;
        Now.swap(Records);
      }
      std::ofstream Out("batches", std::ios::app);
      for (const Record &R : Now)
        Out << R.Key << '=' << R.Value << '\n';
    }
  }

  std::mutex Mutex;
  std::condition_variable Wake;
  std::deque<Record> Records;
  bool Stopped = false;
  std::thread Writer;
};

//===-- sessions -----------------------------------------------------------===//

class Session {
public:
  Session(std::unique_ptr<folly::coro::Transport> Peer, Cache &Entries, Files &Disk, Batches &Later,
          Metrics &Counters)
      : Peer(std::move(Peer)), Entries(Entries), Disk(Disk), Later(Later), Counters(Counters) {}

  Task<void> run() {
    Counters.count("sessions");
    try {
      for (std::string Line = co_await Peer->read(4096, 30'000ms); !Line.empty();
           Line = co_await Peer->read(4096, 30'000ms))
        co_await Peer->write(co_await answer(Line));
    } catch (const std::exception &Error) {
      log(Severity::Error, Error.what());
    }
    Peer->close();
  }

private:
  Task<std::string> answer(const std::string &Line) {
    std::istringstream Words(Line);
    std::string Verb;
    Record R;
    Words >> Verb >> R.Key >> R.Value;
    Counters.count(Verb);
    if (Verb == "get")
      co_return co_await get(R.Key);
    if (Verb == "put") {
      Later.add(R);
      co_await Disk.write(R);
      Entries.put(std::move(R));
      co_return "ok";
    }
    if (Verb == "drop") {
      Disk.drop(R.Key);
      co_return "dropped";
    }
    if (Verb == "try") {
      co_await retry(R);
      co_return "ok";
    }
    co_return Counters.text();
  }

  Task<std::string> get(std::string Key) {
    if (auto Value = Entries.find(Key))
      co_return *Value;
    auto Value = co_await Disk.read(Key);
    if (Value)
      Entries.put({Key, *Value});
    co_return Value.value_or("");
  }

  Task<void> retry(Record R) {
    std::minstd_rand Random(7);
    for (int Attempt = 0; Attempt < 3; ++Attempt) {
      bool Failed = false;
      try {
        co_await Disk.write(R);
      } catch (const std::exception &) {
        Failed = true;
      }
      if (!Failed)
        co_return;
      co_await folly::coro::sleep(std::chrono::milliseconds(100 + Random() % 100));
    }
  }

  std::unique_ptr<folly::coro::Transport> Peer;
  Cache &Entries;
  Files &Disk;
  Batches &Later;
  Metrics &Counters;
};

//===-- the server ---------------------------------------------------------===//

class Server {
public:
  Server(folly::IOThreadPoolExecutor &Loops, Cache &Entries, Files &Disk, Batches &Later, Metrics &Counters)
      : Loops(Loops), Socket(Loops.getEventBase(), 9000), Entries(Entries), Disk(Disk), Later(Later),
        Counters(Counters) {}

  Task<void> run() {
    folly::Executor *Mine = co_await folly::coro::co_current_executor;
    Scope.add(trimNowAndThen().scheduleOn(Mine));
    while (!Stopped) {
      auto Peer = co_await Socket.accept();
      if (!Peer)
        break;
      auto S = std::make_shared<Session>(std::move(Peer), Entries, Disk, Later, Counters);
      Scope.add(folly::coro::co_withExecutor(Loops.getEventBase(), serve(S)));
    }
    co_await Scope.joinAsync();
    Ended.post();
  }

  void stop() {
    Stopped = true;
    Loops.getEventBase()->runInEventBaseThread([this] { Socket.close(); });
  }

  Task<void> ended() { co_await Ended; }

private:
  static Task<void> serve(std::shared_ptr<Session> S) { co_await S->run(); }

  Task<void> trimNowAndThen() {
    while (!Stopped) {
      co_await folly::coro::sleep(1'000ms);
      if (std::size_t Dropped = Entries.trim(10'000))
        log(Severity::Info, "trimmed " + std::to_string(Dropped));
    }
  }

  folly::IOThreadPoolExecutor &Loops;
  folly::coro::ServerSocket Socket;
  Cache &Entries;
  Files &Disk;
  Batches &Later;
  Metrics &Counters;
  folly::coro::AsyncScope Scope;
  folly::coro::Baton Ended;
  std::atomic<bool> Stopped{false};
};

static folly::Future<folly::Unit> report(folly::CPUThreadPoolExecutor &Pool, Metrics &Counters) {
  return folly::via(&Pool,
                    [&Counters] {
                      std::ofstream("report") << Counters.text();
                      std::this_thread::sleep_for(1ms);
                    })
      .thenValue([](folly::Unit) { log(Severity::Info, "reported"); })
      .thenError([](std::exception_ptr) { log(Severity::Error, "no report"); });
}

int main(int Count, char **Words) {
  assert(Count < 10);
  std::filesystem::path Folder = Count > 1 ? Words[1] : "data";
  std::filesystem::create_directories(Folder);
  Batches Later;
  Metrics Counters;
  folly::CPUThreadPoolExecutor Pool(4);
  folly::IOThreadPoolExecutor Loops(2);
  Cache Entries;
  Files Disk(Folder, Pool);
  if (auto First = folly::coro::blockingWait(Disk.read("first")))
    Entries.put({"first", *First});
  Server S(Loops, Entries, Disk, Later, Counters);
  folly::SemiFuture<folly::Unit> Running = S.run().scheduleOn(&Loops).start();
  std::cin.get();
  S.stop();
  folly::coro::blockingWait(S.ended());
  std::move(Running).get();
  report(Pool, Counters).get();
  Pool.join();
  Loops.join();
}
