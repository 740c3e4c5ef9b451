// The headers that rows of asio-standalone.yaml speak of.
#include <asio.hpp>
#include <asio/ssl.hpp>
#include <asio/spawn.hpp>
