// The headers that rows of logging.yaml about glog speak of.
#include <glog/logging.h>
#include <glog/raw_logging.h>
