#include "conformance/power/state_opener.h"

#include <utility>

namespace holdfast::conformance {

namespace fs = std::filesystem;

StateOpener::StateOpener(const DrillGround& ground, std::int64_t max_entries, DrillClock& clock)
    : ground_(ground),
      max_entries_(max_entries),
      clock_(clock),
      dir_(ground.memory_dir),
      session_(ground.source, ground.timeouts, ground.description) {}

fs::path StateOpener::NewFolder() {
  const fs::path path = dir_.path() / ("state-" + std::to_string(folders_++));
  fs::create_directory(path);
  return path;
}

Expected<OpenedState, NotOpened> StateOpener::Open(const trace::Tree& tree) {
  return is_one_each_ ? OpenAfresh(tree) : OpenBy(session_, tree);
}

Expected<OpenedState, NotOpened> StateOpener::OpenAfresh(const trace::Tree& tree) {
  Session session(ground_.source, ground_.timeouts, ground_.description);
  auto opened = OpenBy(session, tree);
  session.Kill();
  return opened;
}

Expected<OpenedState, NotOpened> StateOpener::OpenBy(Session& session, const trace::Tree& tree) {
  const fs::path dir = NewFolder();
  if (auto written = trace::WriteTree(tree, dir); !written) {
    return Unexpected(NotOpened{std::nullopt, std::move(written.error())});
  }
  auto driver = session.Running();
  if (!driver) return Unexpected(NotOpened{std::move(driver.error()), ""});
  OpenedState opened;
  opened.seen = RunErrand(RecoveryErrand(dir, max_entries_), **driver, clock_);
  if (opened.seen.ended) session.Kill();
  if (const auto left = trace::ReadTree(dir)) opened.names = left->names.size();
  std::error_code error;
  fs::remove_all(dir, error);
  return opened;
}

Expected<FollowedProcess, NotOpened> StateOpener::Follow(const trace::Tree& tree) {
  const fs::path dir = NewFolder();
  if (auto written = trace::WriteTree(tree, dir); !written) {
    return Unexpected(NotOpened{std::nullopt, std::move(written.error())});
  }
  FollowedProcess followed =
      conformance::Follow(RecoveryErrand(dir, max_entries_), {}, ground_, clock_);
  std::error_code error;
  fs::remove_all(dir, error);
  if (followed.fault) return Unexpected(NotOpened{std::move(followed.fault), ""});
  if (!followed.trace) return Unexpected(NotOpened{std::nullopt, followed.trace.error()});
  return followed;
}

}  // namespace holdfast::conformance
