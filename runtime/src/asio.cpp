// The one function behind the opt-in header rt/asio.hpp.
// Decides: nothing; it hands out the context of the current loop.
// Must not: run it.
#include "reactor.hpp"

#include <rt/asio.hpp>

boost::asio::io_context& rt::io_context() { return loop::current().io().context; }
