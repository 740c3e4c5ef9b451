# leaves.py - what a planted mistake comes down to: statements that block.
#
# A leaf is self-contained text with the headers it needs. HARMLESS are the
# controls: they look alike and never wait, so that a tool which reports all it
# sees fails too. Nothing here knows how cotidy models any of these calls.
from dataclasses import dataclass


@dataclass(frozen=True)
class Leaf:
    name: str
    includes: tuple
    text: str  # may use {a} {b} {c}: names that nobody else has


BLOCKING = (
    Leaf('usleep', ('<unistd.h>',), '::usleep(2000);'),
    Leaf('sleep_for', ('<chrono>', '<thread>'),
         '::std::this_thread::sleep_for(::std::chrono::milliseconds(20));'),
    Leaf('poll', ('<poll.h>',), '(void)::poll(nullptr, 0, 100);'),
    Leaf('getaddrinfo', ('<netdb.h>', '<sys/socket.h>', '<sys/types.h>'),
         '::addrinfo *{a} = nullptr; '
         'if (::getaddrinfo("example.org", "80", nullptr, &{a}) == 0) ::freeaddrinfo({a});'),
    Leaf('ifstream', ('<fstream>', '<string>'),
         '::std::string {b}; ::std::ifstream {a}("settings.txt"); {a} >> {b};'),
    Leaf('fsync', ('<unistd.h>',), 'int {a} = ::dup(7); (void)::fsync({a});'),
    Leaf('waitpid', ('<sys/types.h>', '<sys/wait.h>'),
         'int {a} = 0; (void)::waitpid(-1, &{a}, 0);'),
    # The lock belongs to the wait alone: what is measured is the waiting.
    Leaf('condition_variable', ('<condition_variable>',),
         'struct {b} {{ void lock() {{}} void unlock() {{}} }} {c}; '
         'static ::std::condition_variable_any {a}; {a}.wait({c});'),
    Leaf('future', ('<future>',),
         'auto {a} = ::std::async(::std::launch::async, [] {{ return 7; }}); (void){a}.get();'),
    Leaf('system', ('<cstdlib>',), '(void)(::std::system("true") == 0);'),
    Leaf('popen', ('<cstdio>',), '::FILE *{a} = ::popen("true", "r"); if ({a}) ::pclose({a});'),
    Leaf('join', ('<thread>',), '::std::thread {a}([] {{ int {b} = 1; (void){b}; }}); '
         '{a}.join();'),
    Leaf('latch', ('<latch>',), 'static ::std::latch {a}(2); {a}.arrive_and_wait();'),
    Leaf('atomic', ('<atomic>',), 'static ::std::atomic<int> {a}{{0}}; {a}.wait(0);'),
    Leaf('busy wait', ('<atomic>',), 'static ::std::atomic<bool> {a}{{false}}; '
         'while (!{a}.load()) {{ }}'),
    Leaf('connect', ('<netinet/in.h>', '<sys/socket.h>'),
         'int {a} = ::socket(AF_INET, SOCK_STREAM, 0); ::sockaddr_in {b}{{}}; '
         '(void)::connect({a}, reinterpret_cast<::sockaddr *>(&{b}), sizeof {b});'),
    Leaf('filesystem', ('<filesystem>',), '(void)::std::filesystem::exists("settings.txt");'),
)

HARMLESS = (
    Leaf('poll without time-out', ('<poll.h>',), '(void)::poll(nullptr, 0, 0);'),
    Leaf('arithmetic', (), 'volatile int {a} = 3; {a} = {a} * 7;'),
    Leaf('closure never called', ('<unistd.h>',),
         'auto {a} = [] {{ ::usleep(2000); }}; (void){a};'),
    Leaf('waitpid without hanging', ('<sys/types.h>', '<sys/wait.h>'),
         '(void)::waitpid(-1, nullptr, WNOHANG);'),
    Leaf('work for a thread of its own', ('<thread>', '<unistd.h>'),
         '::std::thread {a}([] {{ ::usleep(2000); }}); {a}.detach();'),
)
