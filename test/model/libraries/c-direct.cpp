// Rows of C libraries at work, against their real headers.
//
// REQUIRES: header-sqlite, header-libpq, header-crypto
// RUN: %cotidy check %s --root=%S --fail-on=never --format=json -- -std=c++20 -I%S/../Inputs -isystem /usr/include/postgresql \
// RUN:   | %python %S/../Inputs/expect-findings.py %s
#include "task.h"

#include <libpq-fe.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <sqlite3.h>

Task bad_sqlite(sqlite3 *Base, sqlite3_stmt *Statement) {
  sqlite3_prepare_v2(Base, "", -1, &Statement, nullptr); // finds: database
  sqlite3_step(Statement); // finds: database
  sqlite3_exec(Base, "", nullptr, nullptr, nullptr); // finds: database
  sqlite3_sleep(10); // finds: sleep
  co_return;
}

Task ok_sqlite(sqlite3_stmt *Statement) {
  sqlite3_bind_int(Statement, 1, 2);
  sqlite3_column_int(Statement, 0);
  sqlite3_reset(Statement);
  co_return;
}

Task bad_libpq(PGconn *Connection, char *Data) {
  PQconnectdb("x"); // finds: database
  PQexec(Connection, "x"); // finds: database
  PQgetResult(Connection); // finds: database
  PQgetCopyData(Connection, &Data, 0); // finds: database
  co_return;
}

Task ok_libpq(PGconn *Connection, PGconn *Other, char *Data) {
  PQconnectStart("x");
  PQsendQuery(Connection, "x");
  while (PQconsumeInput(Connection) && PQisBusy(Connection))
    co_await Task();
  PQgetResult(Connection);
  PQgetCopyData(Connection, &Data, 1);
  PQsetnonblocking(Other, 1);
  PQflush(Other);
  co_return;
}

Task bad_crypto(SSL *Session, char *Data, RSA *Key) {
  SSL_read(Session, Data, 1); // finds: socket
  SSL_do_handshake(Session); // finds: socket
  PKCS5_PBKDF2_HMAC(Data, 1, nullptr, 0, 1000, EVP_sha256(), 10, nullptr); // finds: cpu
  RSA_generate_key_ex(Key, 4096, nullptr, nullptr); // finds: cpu
  co_return;
}

Task ok_crypto(SSL *Session, char *Data) {
  SSL_pending(Session);
  int Result = SSL_read(Session, Data, 1);
  if (SSL_get_error(Session, Result) == SSL_ERROR_WANT_READ)
    co_await Task();
  co_return;
}
