// Rows of std.yaml at work: called in a coroutine, with the arguments that decide.
//
// RUN: %cotidy check %s --root=%S --fail-on=never --format=json -- -std=c++20 -I%S/Inputs \
// RUN:   | %python %S/Inputs/expect-findings.py %s
#include "task.h"

#include <any>
#include <atomic>
#include <barrier>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <latch>
#include <mutex>
#include <regex>
#include <semaphore>
#include <shared_mutex>
#include <sstream>
#include <stop_token>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

Task bad_sleep() {
  std::this_thread::sleep_for(1s); // finds: sleep
  std::this_thread::sleep_until(Clock::now() + 1s); // finds: sleep
  co_return;
}

Task ok_sleep() {
  std::this_thread::sleep_for(0s);
  std::this_thread::sleep_for(std::chrono::milliseconds::zero());
  std::this_thread::yield();
  co_return;
}

Task bad_futures(std::future<int> &F, std::future<int> &F2, std::future<int> &F3,
                 std::shared_future<int> &S, std::shared_future<int> &S2) {
  F.get(); // finds: wait
  F2.wait_for(1s); // finds: wait
  F2.wait_until(Clock::now()); // finds: wait
  F3.wait(); // finds: wait
  S.get(); // finds: wait
  S2.wait(); // finds: wait
  co_return;
}

Task ok_futures(std::future<int> &F, std::promise<int> &P) {
  F.wait_for(0s);
  F.valid();
  P.set_value(1);
  std::future<int> G = P.get_future();
  co_return;
}

Task bad_conditions(std::condition_variable &C, std::condition_variable_any &A,
                    std::unique_lock<std::mutex> &L) {
  C.wait(L); // finds: wait
  C.wait(L, [] { return true; }); // finds: wait
  C.wait_for(L, 1s); // finds: wait
  C.wait_until(L, Clock::now()); // finds: wait
  A.wait(L); // finds: wait
  A.wait_for(L, 1s, [] { return true; }); // finds: wait
  co_return;
}

Task ok_conditions(std::condition_variable &C, std::condition_variable_any &A,
                   std::unique_lock<std::mutex> &L) {
  C.wait_for(L, 0s);
  C.notify_one();
  A.notify_all();
  co_return;
}

Task bad_synchronisation(std::latch &L, std::barrier<> &B, std::counting_semaphore<4> &S,
                         std::binary_semaphore &Binary, std::atomic<int> &A,
                         std::atomic<bool> &Bool, std::atomic_flag &F, std::thread &T) {
  L.wait(); // finds: wait
  L.arrive_and_wait(); // finds: wait
  B.arrive_and_wait(); // finds: wait
  S.acquire(); // finds: wait
  S.try_acquire_for(1s); // finds: wait
  Binary.acquire(); // finds: wait
  A.wait(0); // finds: wait
  Bool.wait(false); // finds: wait
  F.wait(false); // finds: wait
  std::atomic_wait(&A, 0); // finds: wait
  T.join(); // finds: wait
  co_return;
}

Task ok_synchronisation(std::latch &L, std::barrier<> &B, std::counting_semaphore<4> &S,
                        std::atomic<int> &A, std::stop_source &Stop, std::thread &T) {
  L.count_down();
  L.try_wait();
  (void)B.arrive();
  S.try_acquire();
  S.try_acquire_for(0s);
  S.release();
  A.store(1);
  A.notify_all();
  Stop.request_stop();
  T.detach();
  co_return;
}

Task bad_joining_destructor() {
  std::jthread Worker([] {});
  co_return; // finds: wait
}

Task bad_files(const char *Name, std::filesystem::path P) {
  std::ifstream In(Name); // finds: file
  std::ofstream Out;
  Out.open(Name); // finds: file
  std::fstream Both{P}; // finds: file
  std::filesystem::exists(P); // finds: file
  std::filesystem::file_size(P); // finds: file
  std::filesystem::create_directories(P); // finds: file
  std::filesystem::remove_all(P); // finds: file
  std::filesystem::rename(P, P); // finds: file
  std::filesystem::recursive_directory_iterator Walk(P); // finds: file
  co_return;
}

Task ok_files(std::vector<int> V) {
  std::ofstream Out;
  std::stringstream Text;
  std::filesystem::path P = "a";
  P /= "b";
  P.filename();
  P.lexically_normal();
  (void)std::remove(V.begin(), V.end(), 3); // the algorithm
  std::filesystem::directory_iterator End;
  co_return;
}

Task ok_text_and_locks(std::mutex &M, std::shared_mutex &S) {
  std::cout << "text" << std::endl;
  std::string Line;
  std::getline(std::cin, Line);
  std::regex_match(Line, std::regex("a*"));
  { std::lock_guard Guard(M); }
  { std::shared_lock Guard(S); }
  { std::scoped_lock Guard(M, S); }
  co_return;
}

Task ok_elsewhere(std::mutex &M) {
  std::thread([] { std::this_thread::sleep_for(1s); }).detach();
  std::function<void()> Stored = [] { std::ifstream In("x"); };
  std::any Box = 1;
  Box.reset();
  co_return;
}
