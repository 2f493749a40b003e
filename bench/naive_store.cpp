#include "bench/naive_store.h"

#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <utility>

#include "bench/posix_calls.h"

namespace holdfast::bench {
namespace {

std::int64_t Now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

}  // namespace

NaiveStore::NaiveStore(std::string dir, Rewriting rewriting)
    : path_(dir + "/naive.json"),
      lock_path_(std::move(dir) + "/naive.lock"),
      rewriting_(rewriting) {}

void NaiveStore::Register(const std::string& id, const Json& record) {
  const OpenFile lock(lock_path_, O_RDWR | O_CREAT);
  lock.Lock();
  Json envelope = Read();
  envelope["entries"][id] = {{"record", record}, {"createdAt", Now()}};
  Write(envelope);
}

bool NaiveStore::Claim(const std::string& id, const Json& record) {
  const OpenFile lock(lock_path_, O_RDWR | O_CREAT);
  lock.Lock();
  Json envelope = Read();
  if (envelope["entries"].contains(id)) return false;
  envelope["entries"][id] = {{"record", record}, {"createdAt", Now()}};
  Write(envelope);
  return true;
}

std::optional<Json> NaiveStore::Lookup(const std::string& id) const {
  const OpenFile lock(lock_path_, O_RDWR | O_CREAT);
  lock.Lock();
  const Json envelope = Read();
  const auto found = envelope["entries"].find(id);
  if (found == envelope["entries"].end()) return std::nullopt;
  return std::optional<Json>(std::in_place, (*found)["record"]);
}

std::optional<Json> NaiveStore::Consume(const std::string& id) {
  const OpenFile lock(lock_path_, O_RDWR | O_CREAT);
  lock.Lock();
  Json envelope = Read();
  const auto found = envelope["entries"].find(id);
  if (found == envelope["entries"].end()) return std::nullopt;
  std::optional<Json> record(std::in_place, std::move((*found)["record"]));
  envelope["entries"].erase(found);
  Write(envelope);
  return record;
}

Json NaiveStore::Read() const {
  const OpenFile file(path_, O_RDONLY | O_CREAT);
  struct stat status {};
  Must(::fstat(file.fd(), &status), "fstat");
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  text.resize(static_cast<std::size_t>(Must(::read(file.fd(), text.data(), text.size()), "read")));
  if (text.empty()) return {{"version", 1}, {"entries", Json::object()}};
  return Json::parse(text);
}

void NaiveStore::Write(const Json& envelope) const {
  const std::string text = envelope.dump();
  if (rewriting_ == Rewriting::kInPlace) {
    OpenFile(path_, O_WRONLY | O_CREAT | O_TRUNC).Write(text);
    return;
  }
  const std::string temporary = path_ + ".tmp";
  const OpenFile file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
  file.Write(text);
  file.Sync();
  Must(std::rename(temporary.c_str(), path_.c_str()), "rename");
}

}  // namespace holdfast::bench
