// Histories of a few calls, read from a fuzzer's bytes.
//
// A byte is an event of one of four processes. One that is idle begins a call; one that is not gets
// its reply, or is killed in the middle of it: then the call may have happened by the time the
// process is reaped, where it ever is.
#pragma once

#include <memory>

#include "conformance/judge/concurrent_history.h"
#include "conformance/linear/models/kv.h"
#include "conformance/linear/models/register.h"
#include "conformance/linear/timeline.h"
#include "fuzz/byte_reader.h"

namespace holdfast::fuzz {

/// At most so many calls, which is what trying every order can decide.
inline constexpr std::size_t kMaxCalls = 7;

/// Of a register: answers as the bytes have them, so some histories are good and most are not.
[[nodiscard]] linear::Timeline ReadRegisterHistory(ByteReader& bytes,
                                                   linear::Interned<linear::Register>& model);
/// Of a map from two keys to strings, in the same way.
[[nodiscard]] linear::Timeline ReadKvHistory(ByteReader& bytes,
                                             linear::Interned<linear::Kv>& model);

/// Of a keyed store: the model answers each call, at its beginning or at its end, so the history is
/// good, unless the bytes have an answer replaced by another one.
[[nodiscard]] conformance::ConcurrentHistory ReadStoreHistory(ByteReader& bytes);

}  // namespace holdfast::fuzz
