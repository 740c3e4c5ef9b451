// The headers that rows of kafka.yaml speak of.
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafkacpp.h>
