// What a step that has ended did.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <utility>

#include "conformance/supervise/tracer/decode.h"

namespace holdfast::tracer {
namespace {

[[noreturn]] void Lost(const SeenStep& step, const char* what) {
  throw std::runtime_error("after " + step.call + " of \"" + step.path + "\": " + what);
}

unsigned ModeOf(const StoreFile& file) {
  struct stat seen {};
  return fstat(file.held.get(), &seen) == 0 ? seen.st_mode : 0;
}

}  // namespace

void Decoder::End(const Call& call, SeenStep& step, std::int64_t result) {
  if (result < 0) {
    step.created = false;
    step.truncated = false;
    return;
  }
  if (step.kind == kinds::kOpen) {
    EndOpen(call, step, static_cast<int>(result));
  } else if (step.kind == kinds::kMakeDirectory || step.kind == kinds::kMakeNode ||
             step.kind == kinds::kSymlink) {
    EndMake(step);
  } else if (step.kind == kinds::kLink) {
    EndLink(step);
  } else if (step.kind == kinds::kChangeMode && step.file != nullptr) {
    step.mode = ModeOf(*step.file);
  } else if (step.kind == kinds::kMap) {
    step.file->is_mapped = true;
  } else if (step.kind == kinds::kWrite) {
    EndWrite(call, step, result);
  }
}

void Decoder::EndOpen(const Call& call, SeenStep& step, int fd) {
  struct stat seen {};
  if (!LookThroughFd(call.task, fd, seen)) Lost(step, "its descriptor is gone");
  StoreFile* file = files_.Find(seen);
  if (file == nullptr) {
    Held held = HoldFd(call.task, fd);
    if (!held.open()) Lost(step, "its file cannot be held");
    file = &files_.Meet(std::move(held), seen);
  } else if (step.created) {
    Lost(step, "it should have made a file, and opened one");
  } else if (files_.PathOf(*file).empty()) {
    files_.HoldByName(*file, HoldFd(call.task, fd));
  }
  step.file = file;
  if (step.created) step.mode = seen.st_mode;
}

void Decoder::EndMake(SeenStep& step) {
  struct stat seen {};
  Held held = HoldAt(step.target.parent, step.target.base, seen);
  if (!held.open()) Lost(step, "what it made is not there");
  step.file = &files_.Meet(std::move(held), seen);
  step.mode = seen.st_mode;
}

void Decoder::EndLink(SeenStep& step) {
  if (step.file == nullptr || !step.path.empty()) return;
  struct stat seen {};  // an unnamed file has got its first name
  Held held = HoldAt(step.target.parent, step.target.base, seen);
  if (!held.open()) Lost(step, "the new name is not there");
  files_.HoldByName(*step.file, std::move(held));
}

void Decoder::EndWrite(const Call& call, SeenStep& step, std::int64_t count) {
  if (step.is_at_end) {
    struct stat seen {};
    if (!LookThroughFd(call.task, step.fd, seen)) Lost(step, "its descriptor is gone");
    step.offset = seen.st_size - count;
  }
  if (!step.is_copied) {
    if (static_cast<std::int64_t>(step.bytes.size()) < count) Lost(step, "its bytes are gone");
    return;
  }
  const std::string path = "/proc/self/fd/" + std::to_string(step.file->held.get());
  const Held file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  step.bytes.resize(static_cast<std::size_t>(count));
  std::size_t at = 0;
  while (at < step.bytes.size()) {
    const ssize_t got = pread(file.get(), step.bytes.data() + at, step.bytes.size() - at,
                              step.offset + static_cast<off_t>(at));
    if (got <= 0) Lost(step, "its bytes cannot be read");
    at += static_cast<std::size_t>(got);
  }
}

}  // namespace holdfast::tracer
