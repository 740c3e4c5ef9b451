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
