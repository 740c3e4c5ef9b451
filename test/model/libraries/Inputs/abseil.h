// The headers that rows of abseil.yaml speak of.
#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <absl/synchronization/blocking_counter.h>
#include <absl/synchronization/barrier.h>
#include <absl/time/clock.h>
#include <absl/base/call_once.h>
#include <absl/container/inlined_vector.h>
#include <absl/container/flat_hash_map.h>
#include <absl/container/node_hash_map.h>
#include <absl/types/optional.h>
#include <absl/types/variant.h>
#include <absl/types/any.h>
