// Reads an envelope token by token.
//
// The whole text is read to its end even when something in it is wrong, for two reasons: a text
// that is not JSON is nothing else, whatever came before the error, and a version above 1 decides
// the reason of the quarantine wherever it stands. Only records are built in memory, and only down
// to the declared depth. The parser keeps its own stack on the heap, so depth costs no call stack.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reference/envelope.h"
#include "reference/grammar.h"

namespace holdfast::reference {

/// The handler of Json::sax_parse(). Every callback returns true: the grammar alone ends a parse.
class EnvelopeReader : public nlohmann::json_sax<Json> {
 public:
  /// `odd_tokens` as ReplaceOddTokens() gives them for the text to be read. Lifetime: `limits` must
  /// outlive the reader.
  EnvelopeReader(const Limits& limits, std::map<std::size_t, OddToken> odd_tokens);

  /// What a text that was read to its end holds. To be called once.
  [[nodiscard]] Expected<Contents, InvalidEnvelope> Finish();
  /// The parser's sentence, where it gave up.
  [[nodiscard]] const std::string& parse_error() const { return parse_error_; }

  bool null() override;
  bool boolean(bool value) override;
  bool number_integer(std::int64_t value) override;
  bool number_unsigned(std::uint64_t value) override;
  bool number_float(double value, const std::string& text) override;
  bool string(std::string& value) override;
  bool binary(Json::binary_t& value) override;
  bool start_object(std::size_t elements) override;
  bool key(std::string& name) override;
  bool end_object() override;
  bool start_array(std::size_t elements) override;
  bool end_array() override;
  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& error) override;

 private:
  // Where the next token stands.
  enum class Place { kTop, kRoot, kEntries, kEntry, kRecord, kSkipped };

  void Fail(const std::string& detail);
  [[nodiscard]] const OddToken* NextToken();
  bool Number(Json value);
  void Scalar(Json value, bool is_odd);
  void RootScalar(const Json& value, bool is_odd);
  void EntryScalar(Json value, bool is_odd);
  void Start(Json empty);
  void Descend(Json empty);
  void End();
  void FinishEntry();
  void SortEntries();
  void RecordValue(Json value, bool is_odd);
  void RecordKey(const std::string& name, bool is_odd);
  Json* AddToRecord(Json value);

  const Limits& limits_;
  const std::map<std::size_t, OddToken> odd_tokens_;
  std::size_t tokens_ = 0;
  std::string parse_error_;
  std::optional<std::string> failure_;

  Place place_ = Place::kTop;
  Place after_skipped_ = Place::kTop;
  std::size_t depth_ = 0;  // of the record or the skipped member that is being read

  std::set<std::string> root_names_;
  std::set<std::string> entry_names_;
  std::string name_;  // of the member of root or entry that is being read
  bool has_entries_ = false;
  bool repeats_version_ = false;
  std::optional<std::int64_t> version_;

  std::string id_;
  std::optional<Json> record_;
  std::optional<UnixMillis> created_at_;
  std::optional<UnixMillis> expires_at_;
  std::vector<Json*> open_;  // the record's open arrays and objects, each in the one before it
  std::string record_name_;
  Contents contents_;
};

}  // namespace holdfast::reference
