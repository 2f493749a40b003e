// Expected<T, E>: a value or the error that kept it from being made.
// The standard type arrives with C++23; tl::expected has the same shape, so the alias is all that
// will change.
#pragma once

#include <tl/expected.hpp>

namespace holdfast {

template <typename T, typename E>
using Expected = tl::expected<T, E>;

template <typename E>
[[nodiscard]] auto Unexpected(E&& error) {
  return tl::make_unexpected(std::forward<E>(error));
}

}  // namespace holdfast
