#include "bench/contention/subject.h"

#include <time.h>

#include <chrono>
#include <exception>
#include <utility>

#include "conformance/actor/driver_client.h"

namespace holdfast::bench {
namespace {

using conformance::BackendDescription;
using conformance::DriverClient;
using conformance::DriverFault;
using conformance::OpenOptions;

// A store that must be told the time is told the machine's, as a program that uses it would.
conformance::VirtualNow NowFor(const BackendDescription& description) {
  if (description.capabilities.clock != ClockKind::kVirtual) return std::nullopt;
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

std::string InWords(const StoreError& error) {
  return std::string(ErrorCodeName(error.code)) + ": " + error.message;
}

std::string InWords(const DriverFault& fault) {
  std::string text = fault.message;
  if (!fault.stderr_tail.empty()) text += "; it wrote: " + fault.stderr_tail;
  return text;
}

class LinkedSubject : public Subject {
 public:
  LinkedSubject(std::unique_ptr<conformance::Backend> backend,
                std::unique_ptr<conformance::OpenStore> store)
      : backend_(std::move(backend)),
        description_(backend_->Describe()),
        store_(std::move(store)) {}

  Expected<Result, std::string> Call(const Operation& operation) override {
    return conformance::Apply(*store_, operation, NowFor(description_));
  }

 private:
  std::unique_ptr<conformance::Backend> backend_;
  BackendDescription description_;
  std::unique_ptr<conformance::OpenStore> store_;
};

class DriverSubject : public Subject {
 public:
  explicit DriverSubject(DriverClient client) : client_(std::move(client)) {
    if (::clock_getcpuclockid(client_.pid(), &clock_) != 0) clock_ = CLOCK_MONOTONIC;
  }

  Expected<Result, std::string> Call(const Operation& operation) override {
    auto result = client_.Call(operation, {"main", NowFor(client_.description())});
    if (!result) return Unexpected(InWords(result.error()));
    return std::move(*result);
  }
  std::int64_t CpuElsewhereNs() const override {
    timespec time{};
    if (clock_ == CLOCK_MONOTONIC || ::clock_gettime(clock_, &time) != 0) return 0;
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
  }

 private:
  DriverClient client_;
  clockid_t clock_ = CLOCK_MONOTONIC;  // which stands for: not known
};

}  // namespace

Expected<std::unique_ptr<Subject>, std::string> OpenSubject(const Candidate& candidate,
                                                            const OpenOptions& options) {
  if (!candidate.command.empty()) {
    auto client = DriverClient::Start({candidate.command, nullptr});
    if (!client) return Unexpected(InWords(client.error()));
    const auto opened = client->Open(options);
    if (!opened) return Unexpected(InWords(opened.error()));
    if (!*opened) return Unexpected("its store did not open: " + InWords(opened->error()));
    return std::make_unique<DriverSubject>(std::move(*client));
  }
  try {
    auto backend = candidate.make();
    auto store = backend->Open(options, nullptr);
    if (!store) return Unexpected("its store did not open: " + InWords(store.error()));
    return std::make_unique<LinkedSubject>(std::move(backend), std::move(*store));
  } catch (const std::exception& error) {
    return Unexpected(std::string(error.what()));
  }
}

Expected<BackendDescription, std::string> Describe(const Candidate& candidate) {
  if (candidate.command.empty()) {
    try {
      return candidate.make()->Describe();
    } catch (const std::exception& error) {
      return Unexpected(std::string(error.what()));
    }
  }
  auto client = DriverClient::Start({candidate.command, nullptr});
  if (!client) return Unexpected(InWords(client.error()));
  return client->description();
}

}  // namespace holdfast::bench
