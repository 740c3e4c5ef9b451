// Tests of rt/fs.hpp.
// One file a header; no assertion depends on real time.
#include <rt/fs.hpp>

#include <gtest/gtest.h>
#include <rt/combine.hpp>
#include <rt/pool.hpp>

#include <filesystem>
#include <ranges>
#include <system_error>

#include <unistd.h>

namespace {
using namespace rt;
using namespace std::chrono_literals;

struct scratch {
  scratch() {
    std::string t = testing::TempDir() + "rt-fs-XXXXXX";
    path = mkdtemp(t.data());
  }
  ~scratch() {
    for (const char* f : {"/a", "/b"}) ::unlink((path + f).c_str());
    ::rmdir(path.c_str());
  }
  std::string path;
};

TEST(Fs, WritesReadsAndReplaces) {
  thread_pool pool(1);
  scratch dir;
  std::string one, two;
  rt::run([&]() -> task<> {
    const std::string big(300'000, 'x');
    co_await fs::write_file(pool, dir.path + "/a", big);
    one = co_await fs::read_file(pool, dir.path + "/a");
    co_await fs::replace_file(pool, dir.path + "/a", "new");
    two = co_await fs::read_file(pool, dir.path + "/a");
  });
  EXPECT_EQ(one, std::string(300'000, 'x'));
  EXPECT_EQ(two, "new");
}

TEST(Fs, ErrorsNameThePath) {
  thread_pool pool(1);
  scratch dir;
  std::string what;
  rt::run([&]() -> task<> {
    try {
      co_await fs::read_file(pool, dir.path + "/missing");
    } catch (const std::system_error& e) {
      EXPECT_EQ(e.code(), std::errc::no_such_file_or_directory);
      what = e.what();
    }
  });
  EXPECT_NE(what.find(dir.path + "/missing"), std::string::npos);
}

TEST(Fs, ManyReplaceOneFileAtOnce) {
  const std::string folder = testing::TempDir() + "rt-replace-" + std::to_string(getpid());
  std::filesystem::create_directory(folder);
  const std::string path = folder + "/file";
  thread_pool pool(4);
  rt::run([&]() -> task<> {
    co_await for_each(std::views::iota(0, 80), 8, [&](int i) -> task<> {
      co_await fs::replace_file(pool, path, std::string(100'000, static_cast<char>('a' + i % 8)));
      const std::string now = co_await fs::read_file(pool, path);
      EXPECT_TRUE(now == std::string(100'000, now[0]));
    });
  });
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  std::filesystem::remove_all(folder);
}

}  // namespace
