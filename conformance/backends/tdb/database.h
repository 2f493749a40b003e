// A TDB file and its transactions.
#pragma once

#include <memory>
#include <string>

#include "conformance/backends/keyed/table.h"

struct tdb_context;

namespace holdfast::conformance {

/// What TDB answered instead of success, and errno where opening failed.
struct TdbError {
  int code;
  int error_number = 0;
  std::string message;
};

/// An open file as a table. Changes belong between Begin() and Commit() or Cancel().
/// Errors: TdbError, thrown by all. Threads: one at a time.
class TdbDatabase : public Table {
 public:
  /// Opens the file, and makes it where it is missing. What a transaction that was cut short has
  /// left is rolled back.
  explicit TdbDatabase(const std::string& path);

  void Begin();
  void Commit();
  void Cancel() noexcept;

  [[nodiscard]] std::string Get(const std::string& key) override;
  void Set(const std::string& key, const std::string& bucket) override;
  void ForEachBucket(const std::function<void(std::string_view)>& visit) override;
  void RemoveAll() override;
  [[nodiscard]] std::size_t MaxKeyBytes() const override;

 private:
  struct Close {
    void operator()(tdb_context* tdb) const;
  };
  void Check(int result) const;

  std::unique_ptr<tdb_context, Close> tdb_;
};

}  // namespace holdfast::conformance
