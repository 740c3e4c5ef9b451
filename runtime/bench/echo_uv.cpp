// Echo server on libuv.
// A counterpart in the benchmark: serves the protocol of echo.hpp, no more.
#include "echo.hpp"

#include <cstdlib>
#include <uv.h>

namespace {

void reserve(uv_handle_t*, std::size_t, uv_buf_t* b) {
  static char buffer[echo_buffer];
  *b = uv_buf_init(buffer, sizeof buffer);
}

void closed(uv_handle_t* h) { std::free(h); }

void arrived(uv_stream_t* s, ssize_t n, const uv_buf_t* b) {
  if (n < 0) return uv_close(reinterpret_cast<uv_handle_t*>(s), closed);
  uv_buf_t out = uv_buf_init(b->base, static_cast<unsigned>(n));
  if (uv_try_write(s, &out, 1) < 0) uv_close(reinterpret_cast<uv_handle_t*>(s), closed);
}

void connected(uv_stream_t* l, int) {
  auto* c = static_cast<uv_tcp_t*>(std::malloc(sizeof(uv_tcp_t)));
  uv_tcp_init(l->loop, c);
  if (uv_accept(l, reinterpret_cast<uv_stream_t*>(c)) != 0) return;
  uv_tcp_nodelay(c, 1);
  uv_read_start(reinterpret_cast<uv_stream_t*>(c), reserve, arrived);
}

}  // namespace

void serve_uv(std::uint16_t port) {
  uv_loop_t* l = uv_default_loop();
  uv_tcp_t server;
  uv_tcp_init(l, &server);
  sockaddr_in a{};
  uv_ip4_addr("127.0.0.1", port, &a);
  uv_tcp_bind(&server, reinterpret_cast<const sockaddr*>(&a), 0);
  uv_listen(reinterpret_cast<uv_stream_t*>(&server), 1024, connected);
  uv_run(l, UV_RUN_DEFAULT);
}
