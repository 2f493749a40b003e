#include "holdfast/spec/operation.h"

namespace holdfast {

std::string_view OpName(OpKind kind) {
  switch (kind) {
    case OpKind::kRegister:
      return "register";
    case OpKind::kLookup:
      return "lookup";
    case OpKind::kConsume:
      return "consume";
    case OpKind::kEntries:
      return "entries";
    case OpKind::kClear:
      return "clear";
    case OpKind::kClaim:
      return "claim";
    case OpKind::kDelete:
      return "delete";
  }
  return "";
}

std::optional<OpKind> OpNamed(std::string_view name) {
  for (const OpKind kind : kAllOpKinds) {
    if (OpName(kind) == name) return kind;
  }
  return std::nullopt;
}

bool TakesId(OpKind kind) { return kind != OpKind::kEntries && kind != OpKind::kClear; }

bool TakesRecord(OpKind kind) { return kind == OpKind::kRegister || kind == OpKind::kClaim; }

}  // namespace holdfast
