// The headers that rows of mysql.yaml speak of.
#include <mysql.h>
