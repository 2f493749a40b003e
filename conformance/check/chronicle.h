// What became of each id: the memory from which a failure is named. It follows one state of the
// model, so it is exact wherever the model leaves nothing open.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "holdfast/spec/model.h"

namespace holdfast::conformance {

/// How an id came to its present state.
enum class Fate {
  kNever,
  kRegistered,
  kConsumed,
  kDeleted,
  kCleared,
  kEvicted,
  kEvictedBySmallerCap,
  kZeroTtl,
  kLost
};

/// The biography of one id.
struct Biography {
  Fate fate = Fate::kNever;
  std::size_t step = 0;                     ///< When that happened.
  std::size_t writes_before = 0;            ///< Of whatever id, when it was last registered.
  std::vector<Json> records;                ///< Every record it was ever given, newest last.
  std::vector<Json> lost_claims;            ///< The records of claims that lost.
  std::optional<model::Instant> expired;    ///< Its expiry when last registered.
  bool by_default = false;                  ///< Its ttl was the store's default.
  bool overwritten = false;                 ///< The live entry replaced another.
  model::Instant written;                   ///< When last registered.
  std::optional<model::Instant> looked_up;  ///< When last looked up since it was registered.
  bool kept_from_claim = false;             ///< A claim of it lost since it was registered.
  bool was_padded = false;                  ///< Last written with white space around it.
  double ttl_ms = 0;                        ///< When last registered, where it expires.
  bool from_file = false;                   ///< It came with a file that the suite changed.
  // Since it was registered, and where the cap was reached:
  bool wrote_at_cap = false;      ///< another id was written anew,
  bool overwrote_at_cap = false;  ///< another live entry was overwritten.
};

/// One namespace's chronicle.
class Chronicle {
 public:
  /// An operation took `before` to `after`.
  void Tell(std::size_t step, const Operation& operation, const model::Instant& now,
            const model::State& before, const model::State& after, const model::Policy& policy);
  /// The file was replaced: what the store holds is `after`.
  void TellFile(std::size_t step, const model::State& after);
  void TellRestart(std::size_t step) { last_restart_ = step; }
  /// Another namespace was open in its place meanwhile.
  void TellVisit(std::size_t step) { last_visit_ = step; }
  void TellRespawn(std::size_t step, bool killed) { (killed ? last_kill_ : last_respawn_) = step; }
  void TellSmallerCap(std::size_t step) { last_smaller_cap_ = step; }
  void TellClockBack(std::size_t step) { last_clock_back_ = step; }

  [[nodiscard]] Biography Of(const std::string& id) const;
  /// Whether an entry was written since then under another long id that begins like this one.
  [[nodiscard]] bool BeganAlike(const std::string& id, std::size_t since) const;
  /// The other id that was ever given this record, if one was.
  [[nodiscard]] std::optional<std::string> OwnerOf(const Json& record,
                                                   const std::string& not_id) const;

  /// When it was come back to from another namespace.
  [[nodiscard]] std::optional<std::size_t> last_visit() const { return last_visit_; }
  [[nodiscard]] std::optional<std::size_t> last_restart() const { return last_restart_; }
  [[nodiscard]] std::optional<std::size_t> last_respawn() const { return last_respawn_; }
  [[nodiscard]] std::optional<std::size_t> last_kill() const { return last_kill_; }
  /// Until the next entry is written.
  [[nodiscard]] std::optional<std::size_t> last_smaller_cap() const { return last_smaller_cap_; }
  [[nodiscard]] std::optional<std::size_t> last_clock_back() const { return last_clock_back_; }
  [[nodiscard]] std::optional<std::size_t> last_file() const { return last_file_; }
  /// How often an entry was written, of whatever id.
  [[nodiscard]] std::size_t writes() const { return writes_; }

 private:
  std::map<std::string, Biography> biographies_;
  std::size_t writes_ = 0;
  std::optional<std::size_t> last_visit_;
  std::optional<std::size_t> last_restart_;
  std::optional<std::size_t> last_respawn_;
  std::optional<std::size_t> last_kill_;
  std::optional<std::size_t> last_smaller_cap_;
  std::optional<std::size_t> last_clock_back_;
  std::optional<std::size_t> last_file_;
};

}  // namespace holdfast::conformance
