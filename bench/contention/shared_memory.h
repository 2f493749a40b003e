// Memory that a process shares with the children it forks afterwards.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <span>
#include <type_traits>

namespace holdfast::bench {

/// An array in anonymous shared memory, all zero to begin with. Pages cost nothing until they are
/// touched. Errors: throws std::bad_alloc.
template <typename T>
class SharedArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_default_constructible_v<T>);

 public:
  explicit SharedArray(std::size_t count) : count_(count) {
    void* memory = ::mmap(nullptr, bytes(), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    first_ = static_cast<T*>(memory);
  }
  SharedArray(const SharedArray&) = delete;
  SharedArray& operator=(const SharedArray&) = delete;
  ~SharedArray() { ::munmap(first_, bytes()); }

  [[nodiscard]] T& operator[](std::size_t at) const { return first_[at]; }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::span<T> Part(std::size_t from, std::size_t count) const {
    return std::span<T>(first_, count_).subspan(from, count);
  }

 private:
  [[nodiscard]] std::size_t bytes() const { return (count_ + 1) * sizeof(T); }

  std::size_t count_;
  T* first_ = nullptr;
};

}  // namespace holdfast::bench
