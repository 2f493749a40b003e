#include "conformance/backends/reference/reference_backend.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace holdfast::conformance {
namespace {

class ReferenceBackendTest : public ::testing::Test {
 protected:
  ReferenceBackendTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    dir_ = pattern;
  }
  ~ReferenceBackendTest() override { std::filesystem::remove_all(dir_); }

  OpenOptions Options() const {
    OpenOptions options;
    options.dir = dir_.string();
    options.namespace_name = " demo ";
    options.max_entries = 2;
    return options;
  }

  std::filesystem::path dir_;
  std::unique_ptr<Backend> backend_ = MakeReferenceBackend();
};

TEST_F(ReferenceBackendTest, HappensAtTheTimeItIsGiven) {
  const auto store = backend_->Open(Options(), nullptr).value();
  ASSERT_TRUE(store->Register("a", 1, 10, 1000));
  EXPECT_EQ(store->Lookup("a", 1009).value(), Json(1));
  EXPECT_EQ(store->Lookup("a", 1010).value(), std::nullopt);
  EXPECT_EQ(store->Entries(1000).value(), (std::vector<Entry>{{"a", 1, 1000, 1010}}));
}

TEST_F(ReferenceBackendTest, HappensAtTheMachinesTimeWhereItIsGivenNone) {
  const auto store = backend_->Open(Options(), nullptr).value();
  ASSERT_TRUE(store->Register("a", 1, std::nullopt, std::nullopt));
  const auto entries = store->Entries(std::nullopt).value();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_GT(entries.front().created_at.value(), 1.5e12);
}

TEST_F(ReferenceBackendTest, PassesEveryOperationOn) {
  const auto store = backend_->Open(Options(), nullptr).value();
  EXPECT_TRUE(store->Claim("a", 1, std::nullopt, 5).value());
  EXPECT_FALSE(store->Claim("a", 2, std::nullopt, 5).value());
  EXPECT_TRUE(store->Delete("a", 5).value());
  ASSERT_TRUE(store->Register("b", 2, std::nullopt, 5));
  EXPECT_EQ(store->Consume("b", 5).value(), Json(2));
  ASSERT_TRUE(store->Register("c", 2, std::nullopt, 5));
  ASSERT_TRUE(store->Clear(5));
  EXPECT_TRUE(store->Entries(5).value().empty());
}

TEST_F(ReferenceBackendTest, TellsOfQuarantines) {
  std::filesystem::create_directories(dir_ / "lifecycle/demo");
  std::ofstream(dir_ / "lifecycle/demo/store.json") << R"({"version":7})";
  std::vector<QuarantineEvent> events;
  const auto store =
      backend_->Open(Options(), [&](const QuarantineEvent& event) { events.push_back(event); })
          .value();
  EXPECT_EQ(store->Lookup("a", 123).value(), std::nullopt);
  EXPECT_EQ(
      events,
      (std::vector<QuarantineEvent>{{(dir_ / "lifecycle/demo/store.v7.corrupt-123.json").string(),
                                     QuarantineEvent::Reason::kVersionMismatch, 7}}));
}

TEST_F(ReferenceBackendTest, RefusesABadNamespace) {
  OpenOptions options = Options();
  options.namespace_name = "../demo";
  EXPECT_EQ(backend_->Open(options, nullptr).error().field, "namespace");
}

TEST_F(ReferenceBackendTest, ClaimsTheLockItTakes) {
  const auto store = backend_->Open(Options(), nullptr).value();
  ASSERT_TRUE(store->Register("a", 1, std::nullopt, 5));
  std::string lock_file = backend_->Describe().capabilities.lock_file.value();
  lock_file.replace(lock_file.find("{namespace}"), 11, "demo");
  EXPECT_TRUE(std::filesystem::is_regular_file(dir_ / lock_file));
}

}  // namespace
}  // namespace holdfast::conformance
