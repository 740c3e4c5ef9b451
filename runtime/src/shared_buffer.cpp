// memfd and mmap behind shared_buffer, and the descriptors of a message.
// Decides: descriptors are close-on-exec; the size is fixed by the file.
// Must not: throw from destructors.
#include "system.hpp"

#include <rt/detail/attributes.hpp>
#include <rt/shared_buffer.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rt {
using detail::throw_errno;

RT_ANNOTATE("cotidy::allow", "cotidy-blocking-call", "the file is memory: no disk is waited for")
shared_buffer::shared_buffer(std::size_t size) {
  const int fd = ::memfd_create("rt-shared-buffer", MFD_CLOEXEC);
  if (fd < 0) throw_errno("memfd_create");
  if (::ftruncate(fd, static_cast<off_t>(size)) != 0) {
    const int error = errno;
    ::close(fd);
    throw_errno("ftruncate", error);
  }
  *this = adopt(fd);
}

shared_buffer shared_buffer::adopt(int descriptor) {
  shared_buffer b;
  b.descriptor_ = descriptor;
  struct stat st;
  if (::fstat(descriptor, &st) != 0) throw_errno("fstat");
  b.size_ = static_cast<std::size_t>(st.st_size);
  if (b.size_ == 0) return b;
  void* at = ::mmap(nullptr, b.size_, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (at == MAP_FAILED) throw_errno("mmap");
  b.data_ = static_cast<std::byte*>(at);
  return b;
}

shared_buffer::~shared_buffer() {
  if (data_) ::munmap(data_, size_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

descriptor_list::~descriptor_list() {
  for (int fd : all)
    if (fd >= 0) ::close(fd);
}

void outgoing::descriptor(int fd) {
  if (descriptors.all.size() >= most_descriptors)
    throw wire_error("more than " + std::to_string(most_descriptors) + " descriptors in a message");
  descriptors.all.reserve(most_descriptors);
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw_errno("duplicate descriptor");
  descriptors.all.push_back(copy);
}

int incoming::take_descriptor() {
  if (taken_ >= descriptors_.all.size()) throw wire_error("a descriptor is missing");
  return std::exchange(descriptors_.all[taken_++], -1);
}

}  // namespace rt
