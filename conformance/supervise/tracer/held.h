// A descriptor of the tracer's own, closed once.
#pragma once

#include <unistd.h>

#include <utility>

namespace holdfast::tracer {

class Held {
 public:
  Held() = default;
  explicit Held(int fd) : fd_(fd) {}
  Held(Held&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Held& operator=(Held&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Held() {
    if (fd_ >= 0) close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

}  // namespace holdfast::tracer
