// The headers that rows of sqlite.yaml speak of.
#include <sqlite3.h>
