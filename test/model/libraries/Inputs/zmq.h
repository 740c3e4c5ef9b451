// The headers that rows of zmq.yaml speak of.
#include <zmq.h>
#include <zmq.hpp>
#include <zmq_addon.hpp>
