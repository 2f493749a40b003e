#include "conformance/supervise/tracer/record.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace holdfast::tracer {
namespace {

Held Make(const std::string& path) {
  Held file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.open()) throw std::runtime_error("cannot make " + path + ": " + std::strerror(errno));
  return file;
}

// Byte N stands as the code point N: paths are bytes.
std::string Quoted(const std::string& bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (byte < 0x20 || byte >= 0x7F) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", byte);
      text += escape;
    } else {
      text += c;
    }
  }
  return text + "\"";
}

void Put(std::string& line, const char* name, const std::string& value) {
  if (!value.empty()) line += ",\"" + std::string(name) + "\":" + Quoted(value);
}

void Put(std::string& line, const char* name, std::int64_t value) {
  if (value != 0) line += ",\"" + std::string(name) + "\":" + std::to_string(value);
}

void Put(std::string& line, const char* name, bool value) {
  if (value) line += ",\"" + std::string(name) + "\":true";
}

std::string LineOf(const SeenStep& step) {
  std::string line = "{\"k\":" + std::to_string(step.number) +
                     ",\"process\":" + std::to_string(step.place.process) +
                     ",\"operation\":" + std::to_string(step.place.operation) +
                     ",\"ordinal\":" + std::to_string(step.place.ordinal) + ",\"kind\":\"" +
                     step.kind + "\",\"call\":\"" + step.call + "\"";
  if (step.file != nullptr) line += ",\"file\":" + std::to_string(step.file->id);
  Put(line, "path", step.path);
  Put(line, "to", step.to);
  Put(line, "flags", step.flags);
  Put(line, "mode", static_cast<std::int64_t>(step.mode));
  Put(line, "created", step.created);
  Put(line, "truncated", step.truncated);
  Put(line, "through", step.through);
  Put(line, "releases", step.releases);
  Put(line, "mapped", step.file != nullptr && step.file->is_mapped);
  Put(line, "offset", step.offset);
  Put(line, "length", step.length);
  return line;
}

}  // namespace

Record::Record(const std::string& lines, const std::string& data, bool keeps_data)
    : lines_(Make(lines)), data_(Make(data)), keeps_data_(keeps_data) {}

void Record::Put(const Held& file, const std::string& bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t wrote = write(file.get(), bytes.data() + at, bytes.size() - at);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0)
      throw std::runtime_error(std::string("cannot write the record: ") + std::strerror(errno));
    at += static_cast<std::size_t>(wrote);
  }
}

void Record::Begin(std::int64_t files) {
  Put(lines_, "{\"trace\":1,\"files\":" + std::to_string(files) +
                  ",\"data\":" + (keeps_data_ ? "true" : "false") + "}\n");
}

void Record::Add(const SeenStep& step, std::optional<std::int64_t> result) {
  std::string line = LineOf(step);
  const bool is_kept =
      step.kind == kinds::kAcknowledge || (step.kind == kinds::kWrite && keeps_data_);
  if (is_kept && result && *result > 0) {
    Put(data_, step.bytes.substr(0, static_cast<std::size_t>(*result)));
    line += ",\"data\":" + std::to_string(data_bytes_);
    data_bytes_ += static_cast<std::uint64_t>(*result);
  }
  if (result) line += ",\"result\":" + std::to_string(*result);
  tracer::Put(line, "done", step.done);
  Put(lines_, line + "}\n");
}

void Record::Trouble(const std::string& sentence) {
  Put(lines_, "{\"trouble\":" + Quoted(sentence) + "}\n");
}

void Record::End(const char* how, int status) {
  Put(lines_, std::string("{\"end\":\"") + how + "\",\"status\":" + std::to_string(status) + "}\n");
}

}  // namespace holdfast::tracer
