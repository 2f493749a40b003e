#include "conformance/history/operations_json.h"

#include <stdexcept>

#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/wire.h"

namespace holdfast::conformance {
namespace {

// What a line can carry besides the request around it.
constexpr std::size_t kLargestCall = (std::size_t{16} << 20U) - 1024;

}  // namespace

Json OperationsToJson(const std::vector<Operation>& operations) {
  Json json = Json::array();
  for (const Operation& operation : operations) {
    json.push_back({{"call", OpName(operation.kind)}, {"args", ArgsToJson(operation)}});
  }
  return json;
}

std::vector<Operation> OperationsFromJson(const Json& json) {
  std::vector<Operation> operations;
  for (const Json& call : json) {
    auto operation = OperationFromJson(call.at("call").get<std::string>(), call.at("args"));
    if (!operation) {
      throw std::invalid_argument(operation.error().field + " " + operation.error().message);
    }
    if (DumpIllFormed(call).size() > kLargestCall) {
      throw std::invalid_argument("a call is larger than a line of 16 MiB can carry");
    }
    operations.push_back(std::move(*operation));
  }
  return operations;
}

}  // namespace holdfast::conformance
