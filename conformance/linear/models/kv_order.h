// What gets tell of the order of appends.
#pragma once

#include "conformance/linear/models/kv.h"
#include "conformance/linear/timeline.h"

namespace holdfast::linear {

/// The timeline with each append that some get shows held to what it must have found there: the
/// text that the get shows before it. Linearizable if and only if `timeline` is.
///
/// Only for keys whose values are unique, not empty, and none the beginning of another. Then a text
/// falls into values in one way alone, and each of them was written by one call.
[[nodiscard]] Timeline WithKnownOrder(Timeline timeline, Interned<Kv>& model);

}  // namespace holdfast::linear
