// The headers that rows of hiredis.yaml speak of.
#include <hiredis/hiredis.h>
#include <hiredis/async.h>
