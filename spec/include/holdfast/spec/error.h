// The errors a store may answer with, and what each says about the store afterwards.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// What went wrong (ERR-1). The names on the wire are in ErrorCodeName().
enum class ErrorCode {
  kInvalidArgument,  ///< An argument the contract refuses; StoreError::field names it.
  kTooLarge,         ///< An argument over a declared limit.
  kFull,             ///< The cap is reached and the store rejects new entries.
  kBusy,             ///< Exclusion was not had within the lock timeout.
  kClosed,           ///< The store is not open.
  kUnsupported,      ///< An optional operation the store does not have.
  kUnsafePath,       ///< Something other than a regular file stands where the store's file belongs.
  kCorrupt,          ///< The store's file is not valid, and this store fails closed.
  kVersionTooNew,    ///< The store's file is of a newer version, and this store fails closed.
  kIo,               ///< The system refused a call.
  kDurability,       ///< Written, but not made durable.
  kInternal,         ///< A fault of the store itself.
};

/// What an error says of the operation's effect (ERR-2).
enum class Effect {
  kNone,     ///< It has not happened and will not.
  kUnknown,  ///< It may have happened, or may still be found to have happened after a restart.
};

/// An operation's refusal or failure.
struct StoreError {
  ErrorCode code = ErrorCode::kInternal;
  Effect effect = Effect::kNone;
  std::string field;    ///< The argument's name on the wire; empty where no argument is to blame.
  std::string message;  ///< For a person.

  bool operator==(const StoreError&) const = default;
};

/// The code's name on the wire, for instance "invalid-argument".
[[nodiscard]] std::string_view ErrorCodeName(ErrorCode code);
/// The code of that name, or nothing.
[[nodiscard]] std::optional<ErrorCode> ErrorCodeNamed(std::string_view name);
/// "none" or "unknown".
[[nodiscard]] std::string_view EffectName(Effect effect);
/// True for the codes that may carry Effect::kUnknown: io, durability and internal (ERR-2).
[[nodiscard]] bool MayHaveUnknownEffect(ErrorCode code);

}  // namespace holdfast
