// Claims: whatever the bytes of a store file,
//  - neither the reference store's reader nor the spec's crashes or fails in any other way;
//  - both accept it, or both refuse it for the same reason and with the same version, and the
//  store's
//    label is one that the spec allows (QUA-2);
//  - what they accept has the same content for both, and what either of them writes of it is read
//    back by both as the same content (FILE-1, FILE-2, FILE-4);
//  - and it makes no difference which of its entries the store knew before.
//
// The limits are small, so that short inputs reach both sides of each.
#include <algorithm>
#include <string>

#include "fuzz/byte_reader.h"
#include "fuzz/invariant.h"
#include "holdfast/fuzz/target.h"
#include "holdfast/spec/envelope.h"
#include "reference/envelope_changes.h"

namespace holdfast::fuzz {
namespace {

constexpr reference::Limits kLimits = {
    .max_id_bytes = 16, .max_record_bytes = 48, .max_depth = 6, .max_file_bytes = 1 << 20};

const EnvelopeLimits kSpecLimits = {.max_file_bytes = std::nullopt,
                                    .max_depth = kLimits.max_depth,
                                    .max_id_bytes = kLimits.max_id_bytes,
                                    .max_record_bytes = kLimits.max_record_bytes};

// The store holds entries by id, the spec in the order of the file.
bool IsSame(const reference::Contents& contents, Envelope envelope) {
  std::sort(envelope.entries.begin(), envelope.entries.end(),
            [](const EnvelopeEntry& a, const EnvelopeEntry& b) { return a.id < b.id; });
  return std::equal(
      contents.begin(), contents.end(), envelope.entries.begin(), envelope.entries.end(),
      [](const reference::HeldEntryPtr& held, const EnvelopeEntry& entry) {
        return held->id == entry.id && held->record == entry.record &&
               held->created_at == entry.created_at && held->expires_at == entry.expires_at;
      });
}

void CompareRefusals(const reference::InvalidEnvelope& found, const EnvelopeFault& fault) {
  const std::string both = " (store: " + found.detail + "; spec: " + fault.message + ")";
  const bool is_newer = found.reason == reference::QuarantineReason::kVersionMismatch;
  if (is_newer != (fault.reason == EnvelopeFault::Reason::kVersionMismatch))
    Break("store and spec refuse a file for different reasons" + both);
  if (found.version != fault.version) Break("store and spec read different versions" + both);
  const std::string label = found.version ? std::to_string(*found.version) : "unknown";
  if (std::find(fault.labels.begin(), fault.labels.end(), label) == fault.labels.end())
    Break("the spec does not allow the store's label " + label + both);
}

// That a text written of accepted contents is read back as just these by both.
void ReadBack(const std::string& text, const reference::Contents& contents) {
  const auto envelope = ParseEnvelope(text, kSpecLimits);
  if (!envelope) Break("the spec refuses what was written of accepted contents: " + text);
  if (!IsSame(contents, *envelope)) Break("the spec reads back other contents from: " + text);
  const auto again = reference::ParseEnvelope(text, kLimits);
  if (!again) Break("the store refuses what was written of accepted contents: " + text);
  if (!IsSame(*again, *envelope)) Break("the store reads back other contents from: " + text);
}

// That the text is read as just these contents by who knows every second entry, or knows them all.
void ReadChanges(std::string_view text, const reference::Contents& contents,
                 const Envelope& envelope) {
  reference::Contents half;
  for (std::size_t i = 0; i < contents.size(); i += 2) half.push_back(contents[i]);
  const std::initializer_list<const reference::Contents*> all = {&half, &contents};
  for (const reference::Contents* known : all) {
    const auto read = reference::ParseEnvelope(text, kLimits, *known);
    if (!read) Break("the store refuses, knowing some entries: " + std::string(text));
    if (!IsSame(*read, envelope))
      Break("the store reads other contents, knowing some entries: " + std::string(text));
  }
}

void Check(std::string_view bytes) {
  const auto contents = reference::ParseEnvelope(bytes, kLimits);
  const auto envelope = ParseEnvelope(bytes, kSpecLimits);
  if (contents && !envelope)
    Break("the store accepts what the spec refuses: " + envelope.error().message);
  if (!contents && envelope)
    Break("the store refuses what the spec accepts: " + contents.error().detail);
  if (!contents) return CompareRefusals(contents.error(), envelope.error());
  if (!IsSame(*contents, *envelope)) Break("store and spec read different contents");
  ReadChanges(bytes, *contents, *envelope);
  const std::string written = reference::FormatEnvelope(*contents);
  if (written.size() != reference::EnvelopeBytes(*contents))
    Break("the length foretold is not that of: " + written);
  ReadBack(written, *contents);
  ReadChanges(written, *contents, *envelope);
  const std::string specified = SerializeEnvelope(*envelope);
  if (specified != written) ReadBack(specified, *contents);
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  holdfast::fuzz::Check(holdfast::fuzz::TextOf(data, size));
  return 0;
}
