// Stores of which it is known what a loss of power does to them, one row each.
#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <optional>
#include <ostream>
#include <string>

#include "conformance/drill/tests/tiny_store.h"
#include "conformance/power/tests/golden_run.h"

namespace holdfast::power {
namespace {

using conformance::DriverSource;
using conformance::TinyMake;
using Saving = TinyMake::Saving;
using Syncing = TinyMake::Syncing;

/// What stands in a row for kill, ext4-ordered and linux-minimal: see Outcome::text.
using Row = std::array<std::string, 3>;

// One line for each profile, as it was and as it should have been.
void Expect(const DriverSource& source, const Row& row, bool is_made_before = false) {
  const conformance::Finished run = RecordThree(source, is_made_before);
  ASSERT_EQ(run.how, "exited with status 0") << run.errors;
  for (std::size_t at = 0; at < row.size(); ++at) {
    const Profile profile = Profiles()[at];
    const Outcome outcome = OpenAll(run, source, profile);
    std::cout << ProfileName(profile) << ": " << outcome.text << ", " << outcome.states
              << " states, " << outcome.how_thorough << "\n";
    std::string examples;
    for (const auto& [word, example] : outcome.examples) examples += word + ": " + example + "\n";
    EXPECT_EQ(outcome.text, row[at]) << ProfileName(profile) << "\n" << examples;
  }
}

void ExpectOfTiny(Saving saving, Syncing syncing, const Row& row) {
  ASSERT_EQ(conformance::WhyNotHere(), std::nullopt);
  TinyMake make;
  make.name = "tiny";
  make.saving = saving;
  make.syncing = syncing;
  const auto backend = conformance::MakeTiny(make);
  Expect({{}, backend.get()}, row);
}

TEST(GoldenTable, JsonWithBothSyncsIsKept) {
  ExpectOfTiny(Saving::kReplace, Syncing::kFileAndDirectory, {"ok", "ok", "ok"});
}

TEST(GoldenTable, JsonWithoutTheDirectorySyncIsLost) {
  ExpectOfTiny(Saving::kReplace, Syncing::kFile, {"ok", "lost", "lost"});
}

// The first content is renamed to a new name, which forces nothing out on ext4: the file may be
// empty, which this store does not take for its own.
TEST(GoldenTable, JsonWithoutAnySyncIsLostAndCorrupt) {
  ExpectOfTiny(Saving::kReplace, Syncing::kNothing, {"ok", "lost corrupt", "lost corrupt"});
}

TEST(GoldenTable, JsonWrittenInPlaceIsCorrupt) {
  ExpectOfTiny(Saving::kInPlace, Syncing::kFileAndDirectory, {"corrupt", "corrupt", "corrupt"});
}

struct SqliteRow {
  const char* mode;
  const char* synchronous;
  Row row;
};

void PrintTo(const SqliteRow& row, std::ostream* out) {
  *out << row.mode << " " << row.synchronous;
}

class GoldenSqlite : public testing::TestWithParam<SqliteRow> {};

TEST_P(GoldenSqlite, IsAsItsManualSays) {
  ASSERT_EQ(conformance::WhyNotHere(), std::nullopt);
  const std::string driver =
      std::string(HOLDFAST_SOURCE_DIR) + "/conformance/supervise/tests/sqlite_driver.py";
  Expect({{HOLDFAST_PYTHON, driver, GetParam().mode, GetParam().synchronous}}, GetParam().row);
}

INSTANTIATE_TEST_SUITE_P(
    , GoldenSqlite,
    testing::Values(SqliteRow{"DELETE", "FULL", {"ok", "lost", "lost"}},
                    SqliteRow{"DELETE", "EXTRA", {"ok", "ok", "ok"}},
                    SqliteRow{"TRUNCATE", "FULL", {"ok", "ok", "ok"}},
                    SqliteRow{"PERSIST", "FULL", {"ok", "ok", "ok"}},
                    SqliteRow{"DELETE", "NORMAL", {"ok", "lost", "lost corrupt"}},
                    SqliteRow{"DELETE", "OFF", {"ok", "lost corrupt", "lost corrupt"}},
                    SqliteRow{"WAL", "FULL", {"ok", "ok", "ok"}},
                    SqliteRow{"WAL", "NORMAL", {"ok", "lost", "lost"}},
                    SqliteRow{"WAL", "OFF", {"ok", "lost corrupt", "lost corrupt"}}),
    [](const auto& row) { return std::string(row.param.mode) + "_" + row.param.synchronous; });

struct LmdbRow {
  const char* name;
  const char* mode;
  bool is_made_before;
  Row row;
};

void PrintTo(const LmdbRow& row, std::ostream* out) { *out << row.name; }

class GoldenLmdb : public testing::TestWithParam<LmdbRow> {};

TEST_P(GoldenLmdb, IsAsItsManualSays) {
  ASSERT_EQ(conformance::WhyNotHere(), std::nullopt);
  const std::string python = HOLDFAST_LMDB_PYTHON;
  if (python.empty()) {
    std::cout << "This test is not run: the package python3-lmdb is not installed\n";
    return;
  }
  const std::string driver =
      std::string(HOLDFAST_SOURCE_DIR) + "/conformance/power/tests/lmdb_driver.py";
  Expect({{python, driver, GetParam().mode}}, GetParam().row, GetParam().is_made_before);
}

// A new file of LMDB is kept by fdatasync alone, and its directory is never synced: where nothing
// promises that the name goes with it, the whole store can be gone (fdatasync(2)). The two meta
// pages are one write, which a kill or the plug can end between them: then the file does not open.
// Once the file stands, only the modes that omit a sync lose anything.
//
// Of the modes lmdb.h says: MDB_NOMETASYNC "maintains database integrity, but a system crash may
// undo the last committed transaction"; MDB_NOSYNC "can corrupt the database or lose the last
// transactions", and where the file system keeps the order of writes it is the transactions only.
// The meta page is overwritten in place, which data=ordered does not order, so that neither ends
// better on ext4.
INSTANTIATE_TEST_SUITE_P(
    , GoldenLmdb,
    testing::Values(LmdbRow{"new_default",
                            "default",
                            false,
                            {"first corrupt", "first corrupt", "lost corrupt"}},
                    LmdbRow{"default", "default", true, {"ok", "ok", "ok"}},
                    LmdbRow{"nometasync", "nometasync", true, {"ok", "lost", "lost"}},
                    LmdbRow{"nosync", "nosync", true, {"ok", "lost corrupt", "lost corrupt"}}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace holdfast::power
