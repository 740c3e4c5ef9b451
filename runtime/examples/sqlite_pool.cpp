// SQLite from coroutines: every call blocks, so every call is offloaded; each
// connection belongs to one thread of its own, and tasks queue for them.
// Shows thread_pool per connection, a channel as a pool, RAII return.
// Must not: call sqlite3_* on the loop's thread.
#include "example.hpp"

#include <rt/channel.hpp>
#include <rt/combine.hpp>
#include <rt/pool.hpp>

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>

using namespace std::chrono_literals;

namespace {

/// One connection and its thread. Made outside of coroutines: it joins.
class database {
 public:
  explicit database(const std::string& path) {
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("open failed");
    sqlite3_busy_timeout(db_, 1000);
    sqlite3_exec(db_, "pragma synchronous = off", nullptr, nullptr, nullptr);  // an example
  }
  ~database() { sqlite3_close(db_); }
  database(const database&) = delete;

  /// Runs SQL with one integer parameter; the first column of the first row.
  rt::task<long> query(std::string sql, long parameter) {
    co_return co_await rt::offload(thread_, [&] { return run(sql, parameter); });
  }

 private:
  long run(const std::string& sql, long parameter) {
    sqlite3_stmt* s = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &s, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db_));
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> close(s, sqlite3_finalize);
    sqlite3_bind_int64(s, 1, parameter);
    const int rc = sqlite3_step(s);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(db_));
    return rc == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
  }
  sqlite3* db_ = nullptr;
  rt::thread_pool thread_{1};
};

/// Hands out connections; waiting tasks are served in order.
class connections {
 public:
  explicit connections(std::vector<std::unique_ptr<database>>& all) : free_(all.size()) {
    for (auto& d : all) free_.try_send(d.get());
  }
  rt::task<long> query(std::string sql, long parameter) {
    database* d = *co_await free_.recv();
    struct give_back {
      rt::channel<database*>& to;
      database* d;
      ~give_back() { to.try_send(d); }
    } back{free_, d};
    co_return co_await d->query(std::move(sql), parameter);
  }

 private:
  rt::channel<database*> free_;
};

rt::task<> work(std::vector<std::unique_ptr<database>>& all) {
  connections db(all);
  co_await db.query("create table user(id integer primary key, age integer)", 0);
  for (long i = 1; i <= 50; ++i)
    co_await db.query("insert into user values(?1, 20 + ?1)", i);
  auto age = [&](long id) { return db.query("select age from user where id = ?1", id); };
  const auto ages = co_await rt::map(std::views::iota(1L, 51L), 10, age);
  long sum = 0;
  for (long a : ages) sum += a;
  std::printf("50 users, sum of ages %ld\n", sum);
  expect(sum == 50 * 20 + 1275, "the ages");
}

}  // namespace

int main() {
  stopwatch watch;
  const std::string path = (std::filesystem::temp_directory_path() /
                            ("rt-example-" + std::to_string(getpid()) + ".db")).string();
  {
    std::vector<std::unique_ptr<database>> all;
    for (int i = 0; i < 3; ++i) all.push_back(std::make_unique<database>(path));
    rt::run([&] { return work(all); });
  }
  ::unlink(path.c_str());
}
