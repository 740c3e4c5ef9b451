// PostgreSQL from coroutines through libpq's non-blocking calls: the loop waits
// for the socket, never for the server. Five queries of 50 ms side by side.
// Needs a server: set PGHOST, PGUSER, ... ; without one it exits with 77 (skip).
// Must not: call PQconnectdb, PQexec or PQgetResult before PQisBusy says no.
#include "example.hpp"

#include <rt/cancel.hpp>
#include <rt/combine.hpp>
#include <rt/net.hpp>

#include <libpq-fe.h>

using namespace std::chrono_literals;

namespace {

struct connect_error : std::runtime_error {
  using runtime_error::runtime_error;
};

class connection {
 public:
  static rt::task<connection> open() {
    connection c(PQconnectStart("connect_timeout=2"));
    if (!c.pg_ || PQstatus(c.pg_.get()) == CONNECTION_BAD)
      throw connect_error(PQerrorMessage(c.pg_.get()));
    PQsetnonblocking(c.pg_.get(), 1);
    auto step = PGRES_POLLING_WRITING;
    while (step != PGRES_POLLING_OK) {
      if (step == PGRES_POLLING_FAILED) throw connect_error(PQerrorMessage(c.pg_.get()));
      const int fd = PQsocket(c.pg_.get());  // it may change between steps
      if (step == PGRES_POLLING_READING)
        co_await rt::readable(fd);
      else
        co_await rt::writable(fd);
      step = PQconnectPoll(c.pg_.get());
    }
    co_return c;
  }

  rt::task<std::string> query(std::string sql) {
    if (!PQsendQuery(pg_.get(), sql.c_str())) throw std::runtime_error(PQerrorMessage(pg_.get()));
    while (PQflush(pg_.get()) == 1) co_await rt::writable(PQsocket(pg_.get()));
    std::string value;
    for (;;) {
      while (PQisBusy(pg_.get())) {
        co_await rt::readable(PQsocket(pg_.get()));
        if (!PQconsumeInput(pg_.get())) throw std::runtime_error(PQerrorMessage(pg_.get()));
      }
      const std::unique_ptr<PGresult, void (*)(PGresult*)> r(PQgetResult(pg_.get()), PQclear);
      if (!r) co_return value;
      if (PQresultStatus(r.get()) == PGRES_FATAL_ERROR)
        throw std::runtime_error(PQresultErrorMessage(r.get()));
      if (PQntuples(r.get()) > 0) value = PQgetvalue(r.get(), 0, 0);
    }
  }

 private:
  explicit connection(PGconn* c) : pg_(c, PQfinish) {}
  std::unique_ptr<PGconn, void (*)(PGconn*)> pg_;
};

rt::task<std::string> one(int id) {
  connection c = co_await connection::open();
  co_return co_await c.query("select 'user-" + std::to_string(id) + "' from pg_sleep(0.05)");
}

}  // namespace

int main() {
  stopwatch watch;
  try {
    rt::run([]() -> rt::task<> {
      co_await one(0);  // is there a server?
      const auto names = co_await rt::map(std::views::iota(1, 6), 5, one);
      for (const auto& n : names) std::printf("%s ", n.c_str());
      std::printf("\n");
      expect(names[4] == "user-5", "five answers in order");
    });
  } catch (const connect_error& e) {
    std::printf("no server: %s", e.what());
    return 77;
  }
}
