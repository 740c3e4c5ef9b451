// The headers that rows of libpq.yaml speak of.
#include <libpq-fe.h>
#include <libpq/libpq-fs.h>
