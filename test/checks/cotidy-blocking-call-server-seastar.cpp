// A correct server in Seastar's idiom: nothing in it may be reported. Futures
// kept in members, continuations, gates, '.get()' inside stackful threads, and
// an alien thread for what can only block.
//
// RUN: %cotidy check %s --root=%S -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s --allow-empty --implicit-check-not=warning: < %t
#include "seastar-shape.hpp"

#include <condition_variable>
#include <deque>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <thread>
#include <unordered_map>

using namespace std::chrono_literals;
namespace ss = seastar;

static ss::logger Journal("server");

//===-- an alien thread for calls that can only block ----------------------===//

class AlienWorker {
public:
  explicit AlienWorker(ss::alien::instance &Alien) : Alien(Alien), Thread([this] { run(); }) {}
  // Destroyed by 'main', after the reactor has ended.
  ~AlienWorker() {
    {
      std::lock_guard Guard(Mutex);
      Stopped = true;
    }
    Wake.notify_one();
    Thread.join();
  }

  ss::future<ss::sstring> hash(ss::sstring Password) {
    auto Answer = std::make_shared<ss::promise<>>();
    auto Result = std::make_shared<ss::sstring>();
    auto Done = Answer->get_future();
    {
      std::lock_guard Guard(Mutex);
      Work.push_back([this, Password = std::move(Password), Answer, Result] {
        std::this_thread::sleep_for(50ms); // as expensive as a real one
        *Result = Password + "#";
        ss::alien::run_on(Alien, 0, [Answer] { Answer->set_value(); });
      });
    }
    Wake.notify_one();
    co_await std::move(Done);
    co_return *Result;
  }

private:
  void run() {
    std::unique_lock Lock(Mutex);
    for (;;) {
      Wake.wait(Lock, [this] { return Stopped || !Work.empty(); });
      if (Work.empty())
        return;
      auto Next = std::move(Work.front());
      Work.pop_front();
      Lock.unlock();
      Next();
      Lock.lock();
    }
  }

  ss::alien::instance &Alien;
  std::mutex Mutex;
  std::condition_variable Wake;
  std::deque<std::function<void()>> Work;
  bool Stopped = false;
  std::thread Thread;
};

//===-- metrics ------------------------------------------------------------===//

class Metrics {
public:
  void count(const ss::sstring &Name) { ++Counters[Name]; }
  ss::sstring text() const {
    std::ostringstream Out;
    for (const auto &[Name, Value] : Counters)
      Out << Name << ' ' << Value << '\n';
    return Out.str();
  }
  void registerGauge(ss::sstring Name, std::function<double()> Read) { Gauges[Name] = std::move(Read); }
  double gauge(const ss::sstring &Name) const {
    auto It = Gauges.find(Name);
    return It == Gauges.end() ? 0 : It->second();
  }

private:
  std::map<ss::sstring, unsigned long> Counters;
  std::map<ss::sstring, std::function<double()>> Gauges;
};

//===-- the journal of writes: direct I/O, one writer at a time ------------===//

class WriteLog {
public:
  ss::future<> open(ss::sstring Path) {
    Out = co_await ss::open_file_dma(std::move(Path), 1);
    Flusher.arm_periodic(1s);
  }

  ss::future<> append(ss::sstring Line) {
    auto Units = co_await ss::get_units(One, 1);
    std::size_t At = End;
    End += Line.size();
    co_await Out->dma_write(At, std::move(Line));
  }

  ss::future<> close() {
    Flusher.cancel();
    co_await std::move(Background);
    co_await Pending.close();
    co_await Out->close();
  }

private:
  void flushLater() {
    // What goes on in the background is kept, and awaited by close().
    Background = std::move(Background).then([this] {
      return ss::with_gate(Pending, [this] { return Out->flush(); });
    });
  }

  std::optional<ss::file> Out;
  std::size_t End = 0;
  ss::semaphore One{1};
  ss::gate Pending;
  ss::future<> Background = ss::make_ready_future();
  ss::timer Flusher{[this] { flushLater(); }};
};

//===-- sessions -----------------------------------------------------------===//

struct Store {
  std::unordered_map<ss::sstring, ss::sstring> Values;
  WriteLog Log;

  ss::future<> put(ss::sstring Key, ss::sstring Value) {
    co_await Log.append(Key + "=" + Value + "\n");
    Values[std::move(Key)] = std::move(Value);
  }
  std::optional<ss::sstring> get(const ss::sstring &Key) const {
    auto It = Values.find(Key);
    return It == Values.end() ? std::nullopt : std::optional(It->second);
  }
};

class Session {
public:
  Session(ss::connected_socket Socket, Store &Data, Metrics &Counters, AlienWorker &Alien)
      : Socket(std::move(Socket)), In(this->Socket.input()), Out(this->Socket.output()), Data(Data),
        Counters(Counters), Alien(Alien) {}

  ss::future<> run() {
    std::exception_ptr Error;
    try {
      for (;;) {
        ss::temporary_buffer Buffer = co_await In.read();
        if (Buffer.empty())
          break;
        ss::sstring Reply = co_await answer(Buffer.text());
        co_await Out.write(std::move(Reply));
        co_await Out.flush();
      }
    } catch (...) {
      Error = std::current_exception();
    }
    if (Error)
      Journal.error("session ended");
    co_await Out.close();
    co_await In.close();
  }

  void stop() { Socket.shutdown_input(); }

private:
  ss::future<ss::sstring> answer(ss::sstring Line) {
    std::istringstream Words(Line);
    ss::sstring Verb, Key, Value;
    Words >> Verb >> Key >> Value;
    Counters.count(Verb);
    if (Verb == "put") {
      co_await Data.put(Key, Value);
      co_return "ok";
    }
    if (Verb == "login") {
      ss::sstring Hash = co_await Alien.hash(Value);
      co_return Data.get(Key) == Hash ? "welcome" : "no";
    }
    if (Verb == "stats")
      co_return Counters.text();
    if (Verb == "load")
      co_return std::to_string(Counters.gauge("load"));
    co_return Data.get(Key).value_or("");
  }

  ss::connected_socket Socket;
  ss::input_stream In;
  ss::output_stream Out;
  Store &Data;
  Metrics &Counters;
  AlienWorker &Alien;
};

//===-- the server ---------------------------------------------------------===//

class Server {
public:
  Server(unsigned short Port, Store &Data, Metrics &Counters, AlienWorker &Alien)
      : Listener(ss::listen(Port)), Data(Data), Counters(Counters), Alien(Alien) {
    Counters.registerGauge("load", [this] { return double(Sessions.size()); });
  }

  void start() {
    Accepting = ss::keep_doing([this] {
      return Listener.accept().then([this](ss::accept_result R) {
        serve(std::move(R.connection));
        return ss::make_ready_future();
      });
    });
  }

  ss::future<> stop() {
    Listener.abort_accept();
    for (auto &S : Sessions)
      S->stop();
    co_await Open.close();
    co_await std::move(*Accepting);
  }

private:
  void serve(ss::connected_socket Socket) {
    auto S = std::make_shared<Session>(std::move(Socket), Data, Counters, Alien);
    Sessions.push_back(S);
    Background.push_back(ss::with_gate(Open, [S] {
      return S->run().handle_exception([](std::exception_ptr) { Journal.error("session failed"); });
    }));
  }

  ss::server_socket Listener;
  Store &Data;
  Metrics &Counters;
  AlienWorker &Alien;
  ss::gate Open;
  std::vector<std::shared_ptr<Session>> Sessions;
  std::vector<ss::future<>> Background;
  std::optional<ss::future<>> Accepting;
};

// In a stackful thread: '.get()' lets the reactor go on.
static ss::future<> loadSnapshot(Store &Data) {
  return ss::async([&Data] {
    ss::file Snapshot = ss::open_file_dma("snapshot", 0).get();
    ss::sstring Text = Snapshot.dma_read(0, 4096).get();
    std::istringstream Lines(Text);
    ss::sstring Key, Value;
    while (Lines >> Key >> Value)
      Data.put(Key, Value).get();
    ss::sleep(1ms).get();
    Snapshot.close().get();
  });
}

// Futures that are ready may be asked for their value anywhere.
static ss::future<int> twice(ss::future<int> Value) {
  if (Value.available())
    co_return 2 * Value.get();
  co_return 2 * co_await std::move(Value);
}

static ss::future<> warmUp(Store &Data, std::vector<ss::sstring> Keys) {
  co_await ss::parallel_for_each(Keys, [&Data](ss::sstring &Key) { return Data.put(Key, ""); });
  co_await ss::smp::submit_to(0, [&Data] { Data.get("warm"); });
  Journal.info("warm");
}

static ss::future<int> lateAnswer() {
  co_await ss::sleep(1ms);
  co_return 21;
}

static ss::sstring readLicence() {
  std::ifstream In("licence");
  ss::sstring Text;
  std::getline(In, Text);
  return Text;
}

int main(int Count, char **Words) {
  ss::sstring Licence = readLicence(); // before the reactor runs
  Metrics Counters;
  Store Data;
  extern ss::alien::instance &TheAlien;
  AlienWorker Alien(TheAlien);
  ss::app_template App;
  std::optional<Server> S;
  return App.run(Count, Words, [&]() -> ss::future<> {
    co_await Data.Log.open("journal");
    co_await loadSnapshot(Data);
    co_await warmUp(Data, {"a", "b"});
    S.emplace(static_cast<unsigned short>(7000), Data, Counters, Alien);
    S->start();
    co_await ss::sleep(10s);
    co_await S->stop();
    co_await Data.Log.close();
    Journal.info("ended {}", co_await twice(lateAnswer()));
  });
}
