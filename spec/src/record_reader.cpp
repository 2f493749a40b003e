#include "spec/src/record_reader.h"

#include <cmath>
#include <utility>
#include <vector>

#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/json_size.h"
#include "holdfast/spec/text.h"

namespace holdfast {
namespace {

using Token = JsonReader::Token;

// An object or array whose closing bracket has not come yet.
struct OpenContainer {
  Json value;
  std::string name;  // of the member whose value comes next
};

class RecordBuilder {
 public:
  RecordBuilder(JsonReader& reader, const RecordLimits& limits)
      : reader_(reader), limits_(limits) {}

  Expected<Json, std::string> Read() {
    do {
      Take(reader_.Next());
    } while (!done_);
    if (limits_.max_bytes && bytes_ > *limits_.max_bytes) Complain("the record is too large");
    if (!complaint_.empty()) return Unexpected(std::move(complaint_));
    return std::move(result_);
  }

 private:
  void Take(Token token) {
    switch (token) {
      case Token::kBeginObject:
        return Open(Json::object());
      case Token::kBeginArray:
        return Open(Json::array());
      case Token::kEndObject:
      case Token::kEndArray:
        return Close();
      case Token::kName:
        return TakeName();
      case Token::kString:
        CheckText();
        return Scalar(reader_.string());
      case Token::kNumber:
        return Scalar(Number(reader_.number()));
      case Token::kTrue:
        return Scalar(true);
      case Token::kFalse:
        return Scalar(false);
      case Token::kNull:
        return Scalar(nullptr);
      case Token::kEndOfText:
      case Token::kError:
        done_ = true;
        return;
    }
  }

  void Open(Json empty) {
    open_.push_back({std::move(empty), ""});
    bytes_ += 2;
    if (limits_.max_depth && static_cast<std::int64_t>(open_.size()) > *limits_.max_depth) {
      Complain("the record is nested too deep");
    }
  }

  void Close() {
    Json value = std::move(open_.back().value);
    open_.pop_back();
    Place(std::move(value));
  }

  void TakeName() {
    CheckText();
    OpenContainer& object = open_.back();
    object.name = reader_.string();
    if (object.value.contains(object.name)) {
      Complain("the member " + DumpIllFormed(object.name) + " of a record stands twice");
    }
    bytes_ += static_cast<std::int64_t>(CompactBytesOfText(object.name)) + 1;
  }

  void Scalar(Json value) {
    bytes_ += static_cast<std::int64_t>(CompactBytes(value));
    Place(std::move(value));
  }

  // Puts a complete value where it belongs.
  void Place(Json value) {
    if (open_.empty()) {
      result_ = std::move(value);
      done_ = true;
      return;
    }
    OpenContainer& parent = open_.back();
    if (!parent.value.empty()) ++bytes_;  // the comma
    if (parent.value.is_object()) {
      parent.value[parent.name] = std::move(value);
    } else {
      parent.value.push_back(std::move(value));
    }
  }

  Json Number(double number) {
    if (!std::isfinite(number)) Complain("a number of a record is not finite as a double");
    return NumberByValue(number);
  }

  void CheckText() {
    if (!IsWellFormed(reader_.string())) Complain("a string of a record holds a lone surrogate");
  }

  void Complain(std::string complaint) {
    if (complaint_.empty()) complaint_ = std::move(complaint);
  }

  JsonReader& reader_;
  const RecordLimits& limits_;
  std::vector<OpenContainer> open_;
  std::int64_t bytes_ = 0;  // of the record as compact JSON
  Json result_;
  bool done_ = false;
  std::string complaint_;
};

}  // namespace

Expected<Json, std::string> ReadRecord(JsonReader& reader, const RecordLimits& limits) {
  return RecordBuilder(reader, limits).Read();
}

}  // namespace holdfast
