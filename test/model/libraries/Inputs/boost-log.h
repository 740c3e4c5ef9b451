// The headers that rows of logging.yaml about Boost.Log speak of.
#include <boost/log/core.hpp>
#include <boost/log/sources/record_ostream.hpp>
#include <boost/log/trivial.hpp>
