// The one step of a turn that changes the file.
#include <memory>
#include <string>
#include <utility>

#include "reference/replacement.h"
#include "reference/turn.h"

namespace holdfast::reference {

void Turn::Replace(Contents contents) {
  const std::size_t bytes = EnvelopeBytes(contents);
  if (bytes > state_.options.limits.max_file_bytes) {
    Settle();  // the refusal, too, rests on what was read
    throw FileTooLarge("the file would have " + std::to_string(bytes) + " bytes; the limit is " +
                       std::to_string(state_.options.limits.max_file_bytes));
  }
  // All memory is taken and all parents are durable before anything changes.
  auto next = std::make_shared<Snapshot>();
  const std::string text = FormatEnvelope(contents);
  next->contents = std::move(contents);
  SyncParentsOnce();
  WrittenFile written = ReplaceFile(dir_.files, kStoreName, text);
  next->file = std::move(written.file);
  next->identity = written.identity;
  Adopt(std::move(next));
}

}  // namespace holdfast::reference
