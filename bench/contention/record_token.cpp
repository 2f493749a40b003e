#include "bench/contention/record_token.h"

namespace holdfast::bench {

Json RecordOf(Token token) {
  return {{"agent", "support-bot"}, {"repliedAt", 1700000000123}, {"call", token}};
}

std::optional<Token> TokenIn(const Json& record) {
  if (!record.is_object()) return std::nullopt;
  const auto found = record.find("call");
  if (found == record.end() || !found->is_number_integer()) return std::nullopt;
  const auto value = found->get<std::int64_t>();
  if (value <= 0 || record != RecordOf(static_cast<Token>(value))) return std::nullopt;
  return static_cast<Token>(value);
}

std::string IdOf(IdNumber number) {
  return "T0123ABCD:C0456EFGH:1700000000." + std::to_string(100000 + number);
}

}  // namespace holdfast::bench
