// The headers that rows of logging.yaml speak of.
#include <spdlog/spdlog.h>
