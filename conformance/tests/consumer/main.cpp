// A program outside the tree with a backend of its own: it serves one session of driver protocol 1,
// and exits 0 where every line was answered well.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "holdfast/conformance/backend.h"

namespace {

using holdfast::Entry;
using holdfast::Expected;
using holdfast::Json;
using holdfast::StoreError;
using holdfast::conformance::VirtualNow;

/// Keeps its entries for as long as it is open, and knows no time.
class MapStore : public holdfast::conformance::OpenStore {
 public:
  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t> /*ttl_ms*/,
                                      VirtualNow /*now*/) override {
    records_[id] = record;
    return {};
  }
  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id,
                                                   VirtualNow /*now*/) override {
    const auto found = records_.find(id);
    return found == records_.end() ? std::nullopt : std::optional<Json>(found->second);
  }
  Expected<std::optional<Json>, StoreError> Consume(const std::string& id,
                                                    VirtualNow now) override {
    auto found = Lookup(id, now);
    records_.erase(id);
    return found;
  }
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow /*now*/) override {
    std::vector<Entry> entries;
    for (const auto& [id, record] : records_) {
      Entry entry;
      entry.id = id;
      entry.record = record;
      entries.push_back(entry);
    }
    return entries;
  }
  Expected<void, StoreError> Clear(VirtualNow /*now*/) override {
    records_.clear();
    return {};
  }

 private:
  std::map<std::string, Json> records_;
};

class MapBackend : public holdfast::conformance::Backend {
 public:
  holdfast::conformance::BackendDescription Describe() const override {
    return {.driver = {"consumer", "1"}, .backend = {"map", "1"}, .capabilities = {}};
  }
  Expected<std::unique_ptr<holdfast::conformance::OpenStore>, StoreError> Open(
      const holdfast::conformance::OpenOptions& /*options*/,
      holdfast::conformance::QuarantineListener /*on_quarantine*/) override {
    return std::make_unique<MapStore>();
  }
};

constexpr const char* kSession = R"({"id":0,"op":"hello","args":{"protocol":{"min":1,"max":1}}}
{"id":1,"op":"open","args":{"dir":"unused","namespace":"demo","max_entries":3}}
{"id":2,"op":"register","args":{"key":"a","record":{"n":1}}}
{"id":3,"op":"consume","args":{"key":"a"}}
{"id":4,"op":"stop","args":{}}
)";

}  // namespace

int main() {
  std::array<int, 2> requests{};
  std::array<int, 2> replies{};
  const std::string session = kSession;
  // Both ends fit in a pipe's buffer, so one thread can write all, serve all and read all.
  if (pipe(requests.data()) != 0 || pipe(replies.data()) != 0 ||
      write(requests[1], session.data(), session.size()) != std::ssize(session)) {
    std::perror("pipe");
    return EXIT_FAILURE;
  }
  close(requests[1]);
  MapBackend backend;
  const int status = holdfast::conformance::RunDriver(backend, requests[0], replies[1]);
  close(replies[1]);

  std::string said(65536, '\0');
  const ssize_t size = read(replies[0], said.data(), said.size());
  said.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  const bool consumed = said.find(R"({"n":1})") != std::string::npos;
  if (status != 0 || !consumed || said.find("\"err\"") != std::string::npos) {
    std::cerr << "the driver ended with " << status << " and said:\n" << said;
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
