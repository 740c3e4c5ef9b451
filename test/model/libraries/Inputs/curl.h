// The headers that rows of curl.yaml speak of.
#include <curl/curl.h>
