// The headers that rows of liburing.yaml speak of.
#include <liburing.h>
