// The headers that rows of libuv.yaml speak of.
#include <uv.h>
