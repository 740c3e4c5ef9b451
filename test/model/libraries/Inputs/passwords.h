// The headers that rows of crypto.yaml about libsodium and Argon2 speak of.
#include <argon2.h>
#include <sodium.h>
