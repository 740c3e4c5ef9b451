// Rows of posix.yaml at work: called in a coroutine, with the arguments that decide.
//
// RUN: %cotidy check %s --root=%S --fail-on=never --format=json -- -std=c++20 -I%S/Inputs \
// RUN:   | %python %S/Inputs/expect-findings.py %s
#include "task.h"

#include <crypt.h>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

Task bad_sleep() {
  sleep(1); // finds: sleep
  usleep(100); // finds: sleep
  timespec Time{1, 0};
  nanosleep(&Time, nullptr); // finds: sleep
  clock_nanosleep(CLOCK_MONOTONIC, 0, &Time, nullptr); // finds: sleep
  co_return;
}

Task ok_sleep() {
  sleep(0);
  timespec Time{0, 0};
  nanosleep(&Time, nullptr);
  co_return;
}

Task bad_readiness(pollfd *Polled, int Fd) {
  poll(Polled, 1, -1); // finds: wait
  poll(Polled, 1, 100); // finds: wait
  ppoll(Polled, 1, nullptr, nullptr); // finds: wait
  timespec Time{1, 0};
  ppoll(Polled, 1, &Time, nullptr); // finds: wait
  timeval Limit{1, 0};
  select(1, nullptr, nullptr, nullptr, &Limit); // finds: wait
  select(1, nullptr, nullptr, nullptr, nullptr); // finds: wait
  epoll_event Event;
  epoll_wait(Fd, &Event, 1, -1); // finds: wait
  co_return;
}

Task ok_readiness(pollfd *Polled, int Fd) {
  poll(Polled, 1, 0);
  timespec Time{0, 0};
  ppoll(Polled, 1, &Time, nullptr);
  timeval Limit{0, 0};
  select(1, nullptr, nullptr, nullptr, &Limit);
  epoll_event Event;
  epoll_wait(Fd, &Event, 1, 0);
  co_return;
}

Task bad_waits(sem_t *S, pthread_t T, pthread_cond_t *C, pthread_mutex_t *M,
               pthread_barrier_t *B, int Fd) {
  sem_wait(S); // finds: wait
  pthread_join(T, nullptr); // finds: wait
  pthread_cond_wait(C, M); // finds: wait
  pthread_barrier_wait(B); // finds: wait
  flock(Fd, LOCK_EX); // finds: wait
  fcntl(Fd, F_SETLKW, nullptr); // finds: wait
  co_return;
}

Task ok_waits(sem_t *S, pthread_cond_t *C, int Fd) {
  sem_trywait(S);
  sem_post(S);
  pthread_cond_signal(C);
  flock(Fd, LOCK_EX | LOCK_NB);
  fcntl(Fd, F_SETLK, nullptr);
  co_return;
}

Task bad_streams(const char *Name, FILE *Stream, char *Buffer) {
  FILE *Mine = fopen(Name, "r"); // finds: file
  fread(Buffer, 1, 10, Stream); // finds: file
  fgets(Buffer, 10, Stream); // finds: file
  fwrite(Buffer, 1, 10, Stream); // finds: file
  fprintf(Stream, "x"); // finds: file
  fputs("x", Stream); // finds: file
  fclose(Mine); // finds: file
  co_return;
}

Task ok_console() {
  printf("x");
  puts("x");
  fprintf(stderr, "x");
  fputs("x", stdout);
  fflush(stdout);
  syslog(LOG_INFO, "x");
  co_return;
}

Task bad_files(const char *Name, char *Buffer, int Fd) {
  int Mine = open(Name, O_RDONLY); // finds: file
  read(Mine, Buffer, 10); // finds: file
  write(Fd, Buffer, 10); // finds: file
  pread(Mine, Buffer, 10, 0); // finds: file
  fsync(Mine); // finds: file
  ftruncate(Mine, 0); // finds: file
  struct stat Facts;
  stat(Name, &Facts); // finds: file
  rename(Name, Name); // finds: file
  remove(Name); // finds: file
  mkdir(Name, 0777); // finds: file
  co_return;
}

Task bad_sockets(int Fd, char *Buffer) {
  connect(Fd, nullptr, 0); // finds: socket
  accept(Fd, nullptr, nullptr); // finds: socket
  recv(Fd, Buffer, 1, 0); // finds: socket
  recvmsg(Fd, nullptr, 0); // finds: socket
  send(Fd, Buffer, 1, MSG_NOSIGNAL); // finds: socket
  sendto(Fd, Buffer, 1, 0, nullptr, 0); // finds: socket
  co_return;
}

Task ok_nonblocking(int Fd, int Other, char *Buffer) {
  recv(Fd, Buffer, 1, MSG_DONTWAIT);
  send(Fd, Buffer, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
  int Device = open("/dev/ttyS0", O_RDWR | O_NONBLOCK);
  read(Device, Buffer, 1);
  int Socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  connect(Socket, nullptr, 0);
  int Accepted = accept4(Socket, nullptr, nullptr, SOCK_NONBLOCK);
  read(Accepted, Buffer, 1);
  fcntl(Other, F_SETFL, fcntl(Other, F_GETFL, 0) | O_NONBLOCK);
  read(Other, Buffer, 1);
  co_return;
}

Task bad_processes() {
  system("x"); // finds: process
  FILE *Output = popen("x", "r"); // finds: process
  pclose(Output); // finds: process
  int Status;
  wait(&Status); // finds: process
  waitpid(-1, &Status, 0); // finds: process
  co_return;
}

Task ok_processes() {
  int Status;
  waitpid(-1, &Status, WNOHANG);
  co_return;
}

Task bad_names() {
  addrinfo *Result;
  getaddrinfo("x", "y", nullptr, &Result); // finds: dns
  gethostbyname("x"); // finds: dns
  co_return;
}

Task bad_work() {
  crypt("a", "b"); // finds: cpu
  co_return;
}

namespace mine {
void sleep(int);
struct File {
  void read();
};
} // namespace mine
void connect(const char *) {}

Task ok_other_functions_of_that_name(mine::File &F) {
  mine::sleep(1);
  F.read();
  connect("x");
  co_return;
}
