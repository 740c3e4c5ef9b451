#include "src/session.hpp"

#include <arpa/inet.h>
#include <cstdio>
#include <fstream>
#include <netinet/in.h>
#include <sys/socket.h>

// Right: before the loop runs, blocking hurts nobody.
static int configured_port() {
    std::ifstream file("sample-server.conf");
    int port = 7777;
    file >> port;
    return port;
}

static int listen_on(int port) {
    int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<unsigned short>(port));
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) || ::listen(fd, 64)) return -1;
    return fd;
}

int main() {
    int listener = listen_on(configured_port());
    if (listener < 0) {
        std::perror("listen");
        return 1;
    }
    rt::loop loop;
    rt::blocking_pool pool(2);
    store data(loop, pool, "journal.txt");
    auto audit = make_remote_sink();
    rt::spawn(accept_clients(loop, data, *audit, listener));
    loop.run();
}
