#include "conformance/files/judge_trial.h"

#include <algorithm>

#include "conformance/check/quarantine.h"
#include "conformance/corrupt/corruption.h"
#include "conformance/files/harm_blame.h"
#include "conformance/files/hindrance.h"
#include "conformance/files/judge_answers.h"
#include "conformance/files/judge_namespaces.h"
#include "conformance/files/judge_other_format.h"
#include "conformance/files/judge_paths.h"
#include "conformance/files/judge_unharmed.h"

namespace holdfast::conformance {
namespace {

Failure Fail(std::string clause, std::string title, std::string expected, std::string got) {
  return {{std::move(clause)}, std::move(title), 0, std::move(expected), std::move(got)};
}

std::string InWords(const Result& result) {
  if (result) return "an answer";
  return std::string(ErrorCodeName(result.error().code)) + ", effect " +
         std::string(EffectName(result.error().effect));
}

bool IsRefusal(const Result& result, ErrorCode code) {
  return !result && result.error().code == code && result.error().effect == Effect::kNone;
}

bool HasWritten(const std::vector<SeenCall>& calls) {
  return std::any_of(calls.begin(), calls.end(), [](const SeenCall& call) {
    return call.operation.kind == OpKind::kRegister && call.result.has_value();
  });
}

HindranceKind KindOf(const Round& round, const SeenRound& seen) {
  const Hindrance* hindrance = FindHindrance(round.harm);
  if (hindrance == nullptr || !seen.took_effect) return HindranceKind::kNothing;
  return hindrance->kind;
}

class Judge {
 public:
  Judge(const Trial& trial, const TrialRun& run)
      : trial_(trial),
        run_(run),
        possible_(run.claims),
        watch_(run.claims),
        file_(run.PathOf(trial, "store.json")),
        folder_(run.PathOf(trial, "")) {}

  TrialJudgement Go() {
    judgement_.failure = JudgeFill();
    Tree last = run_.start;
    for (std::size_t round = 0; round < run_.rounds.size() && !judgement_.failure; ++round) {
      const SeenRound& seen = run_.rounds[round];
      judgement_.of_answers = !run_.claims.format;
      judgement_.failure = JudgeWays(last, seen.before, "INP-5");
      if (!judgement_.failure) judgement_.failure = JudgeContents(seen.before);
      if (!judgement_.failure) judgement_.failure = JudgeRound(trial_.rounds[round], seen);
      if (judgement_.failure) judgement_.failure->step = round;
      last = seen.lifted;
      if (is_shut_) break;
    }
    return std::move(judgement_);
  }

 private:
  void Meet(std::string_view situation) { judgement_.met.Hit(situation); }

  // What the store wrote, as the spec's own parser reads it.
  std::optional<Failure> JudgeContents(const Tree& before) const {
    if (!run_.claims.format) return std::nullopt;
    ListingEvent listing{0, true, {}, false};
    const auto node = before.find(file_);
    if (node != before.end() && node->second.IsFile()) {
      listing.files.push_back({"store.json", node->second.content});
    }
    return watch_.JudgeContents(listing, possible_.states());
  }

  std::optional<Failure> JudgeFill() {
    if (auto failure = JudgeNamespaces(run_, judgement_.met)) return failure;
    auto failure = JudgeBeforeHarm(run_);
    judgement_.before_harm = failure.has_value();
    if (failure) return failure;
    for (const SeenCall& call : run_.fill) {
      if (call.operation.id.find("..") != std::string::npos) Meet("hostile-ids");
      (void)possible_.Take(call);  // it fits, by the same model
    }
    if (!run_.claims.format || run_.rounds.empty()) return std::nullopt;
    Meet(trial_.open_umask ? "hostile-umask-0" : "hostile-umask-077");
    if (trial_.folders_there) Meet("hostile-folders-kept");
    if (HasWritten(run_.fill) && run_.rounds[0].before.count(folder_ + "store.lock") == 0) {
      return Fail("FILE-5", "there is no lock file", folder_ + "store.lock after a write", "none");
    }
    return JudgeTemporaries(run_, judgement_.met);
  }

  std::optional<Failure> JudgeWays(const Tree& before, const Tree& after,
                                   const std::string& clause) const {
    if (auto failure = JudgeOutside(run_, after, clause)) return failure;
    return JudgePaths(run_, trial_, before, after);
  }

  std::optional<Failure> JudgeRound(const Round& round, const SeenRound& seen) {
    const HindranceKind kind = KindOf(round, seen);
    const bool is_corrupted = seen.took_effect && (FindCorruption(round.harm) != nullptr ||
                                                   kind == HindranceKind::kOversized ||
                                                   kind == HindranceKind::kHandedOver);
    NoteWhyNot(round, seen);
    std::string clause = ClauseOf(kind, round.harm);
    if (!run_.claims.format) clause = "QUA-7";
    if (seen.died) {
      return Fail(is_corrupted && run_.claims.format ? "QUA-3" : clause,
                  "the store does not survive what was done to its files",
                  "an answer to every call", seen.died->message);
    }
    if (!run_.claims.format) {
      return JudgeOtherFormat(round, seen, run_.fill, possible_, judgement_.met);
    }
    if (is_corrupted) return JudgeCorrupted(round, seen);
    if (auto failure = JudgeEarlier(seen, kind, clause)) return failure;
    if (auto failure = JudgeWays(seen.harmed, seen.after, clause)) return failure;
    if (auto failure = JudgeStillness(round, seen, kind, clause)) return failure;
    Count(round, seen, kind);
    judgement_.of_answers = true;
    switch (kind) {
      case HindranceKind::kNotAFile:
        return JudgeNotAFile(seen);
      case HindranceKind::kLockHeld:
        return JudgeRefusals(seen, ErrorCode::kBusy, clause, "");
      case HindranceKind::kUnreadable:
        return JudgeRefusals(seen, ErrorCode::kIo, clause, SituationOf(round.harm));
      case HindranceKind::kUnwritable:
        return JudgeUnwritable(seen, clause);
      case HindranceKind::kMissing:
        possible_.Reset({});
        if (round.harm != "file-missing") watch_ = FolderWatch(run_.claims);
        return JudgeAnswers(seen, clause);
      default:
        return JudgeAnswers(seen, clause);
    }
  }

  void NoteWhyNot(const Round& round, const SeenRound& seen) {
    if (seen.why_not.empty()) return;
    std::string_view situation = SituationOf(round.harm);
    if (!run_.claims.format) {
      const bool is_unwritable = FindHindrance(round.harm)->kind == HindranceKind::kUnwritable;
      situation = is_unwritable ? "hostile-other-unwritable" : "hostile-other-unreadable";
    }
    judgement_.not_arranged[std::string(situation)] = seen.why_not;
  }

  void Count(const Round& round, const SeenRound& seen, HindranceKind kind) {
    if (!SituationOf(kind).empty()) Meet(SituationOf(kind));
    if (kind == HindranceKind::kNewborn && seen.names.size() == 2) Meet("hostile-new-processes");
    if (kind != HindranceKind::kNothing && kind != HindranceKind::kUnreadable &&
        !SituationOf(round.harm).empty()) {
      Meet(SituationOf(round.harm));
    }
  }

  // What was called as part of the harm: by writers that were killed, by a second backend.
  std::optional<Failure> JudgeEarlier(const SeenRound& seen, HindranceKind kind,
                                      const std::string& clause) {
    bool was_cut_off = false;
    for (const auto* calls : {&seen.handed, &seen.earlier}) {
      for (const SeenCall& call : *calls) {
        was_cut_off = was_cut_off || call.is_cut_off;
        const auto misfit = call.is_cut_off ? possible_.TakeHindered(call) : possible_.Take(call);
        if (!misfit) continue;
        judgement_.of_answers = true;
        const bool is_peer = kind == HindranceKind::kPeer;
        return Fail(is_peer ? clause : "DUR-2",
                    is_peer ? "the second backend does not find what the first one wrote"
                            : "an answer after a writer was killed",
                    misfit->expected, misfit->got);
      }
    }
    if (was_cut_off && (!seen.planted.empty() || run_.temporaries.empty())) {
      Meet("hostile-writer-killed");
    }
    if (seen.names.size() < 2) return std::nullopt;
    for (const std::string& name : seen.names[0]) {
      if (std::find(seen.names[1].begin(), seen.names[1].end(), name) == seen.names[1].end())
        continue;
      return Fail(clause, "two processes chose the same name for a temporary file",
                  "names that nobody can foretell", name);
    }
    return std::nullopt;
  }

  // Nothing was bad when it could be acted on, so nothing is moved and nobody is warned.
  std::optional<Failure> JudgeStillness(const Round& round, const SeenRound& seen,
                                        HindranceKind kind, const std::string& clause) {
    const auto fresh = NewQuarantines(seen.harmed, seen.after);
    if (!fresh.empty() || !seen.events.empty()) {
      return Fail(clause, "a quarantine where no file was bad",
                  "nothing is moved after \"" + round.harm + "\"",
                  fresh.empty() ? "a warning" : fresh.front());
    }
    const bool is_left = kind == HindranceKind::kLeftOver || kind == HindranceKind::kKilled;
    if (!is_left || !HasWritten(seen.first)) return std::nullopt;
    if (kind == HindranceKind::kLeftOver) Meet("hostile-temporaries-left");
    for (const std::string& path : seen.planted) {
      if (seen.after.count(path) == 0) continue;
      return Fail("FILE-8", "a killed writer's temporary file is still there after a write",
                  "it is swept", path);
    }
    return std::nullopt;
  }

  std::optional<Failure> JudgeCorrupted(const Round& round, const SeenRound& seen) {
    const std::string& bytes = seen.harmed.at(file_).content;
    const auto envelope = ParseEnvelope(bytes, LimitsOf(run_.claims));
    if (!envelope && !run_.claims.quarantine) return JudgeShut(seen);
    const Hindrance* hindrance = FindHindrance(round.harm);
    if (hindrance != nullptr) Meet(SituationOf(round.harm));
    if (envelope) {
      if (hindrance == nullptr) Meet("hostile-harmless");
      possible_.Reset(model::StateOf(*envelope));
    } else {
      CountBad(round, seen, envelope.error());
      possible_.Reset({});
    }
    if (auto ways = JudgeWays(seen.harmed, seen.after, "INP-5")) return ways;
    (void)watch_.Tell(FileEvent{0, bytes, ""});
    for (const QuarantineEvent& event : seen.events) watch_.Tell(event);
    auto failure = watch_.Judge(ListingOf(seen));
    if (!failure) failure = watch_.TellReply();
    if (failure && seen.first.size() > 1) failure->clauses.emplace_back("QUA-4");
    if (failure) return failure;
    judgement_.of_answers = true;
    return JudgeAnswers(seen, envelope ? ClauseOf(KindOf(round, seen), round.harm) : "QUA-3");
  }

  void CountBad(const Round& round, const SeenRound& seen, const EnvelopeFault& fault) {
    Meet("hostile-bad-file");
    if (fault.reason == EnvelopeFault::Reason::kVersionMismatch) Meet("hostile-newer");
    const std::string name = folder_ + "store.v" + fault.labels.front() + ".corrupt-" +
                             std::to_string(seen.began) + ".json";
    if (seen.harmed.count(name) > 0) Meet("hostile-name-taken");
    if (last_bad_ == seen.began) Meet("hostile-same-time");
    last_bad_ = seen.began;
    if (seen.first.size() > 1) Meet("hostile-raced");
    if (round.first.size() == 1 && round.first[0].kind == OpKind::kClear) Meet("hostile-cleared");
  }

  // What the folder holds, without the quarantines that the suite put there.
  [[nodiscard]] ListingEvent ListingOf(const SeenRound& seen) const {
    ListingEvent listing{0, true, {}, false};
    for (const auto& [path, node] : seen.after) {
      if (path.rfind(folder_, 0) != 0 || !node.IsFile()) continue;
      const bool is_decoy = path.find(".corrupt-") != std::string::npos &&
                            seen.harmed.count(path) > 0 && node.content == "an earlier one";
      if (!is_decoy) listing.files.push_back({path.substr(folder_.size()), node.content});
    }
    return listing;
  }

  std::optional<Failure> JudgeAnswers(const SeenRound& seen, const std::string& clause) {
    if (!seen.not_opened.empty()) {
      return Fail(clause, "the store cannot be opened", "it opens",
                  seen.not_opened.front().message);
    }
    auto misfit = possible_.TakeRaced(seen.first);
    for (std::size_t at = 0; !misfit && at < seen.calls.size(); ++at) {
      misfit = possible_.Take(seen.calls[at]);
    }
    if (misfit) {
      return Fail(clause, "an answer that does not fit what the file held", misfit->expected,
                  misfit->got);
    }
    return JudgeClosing(seen, clause);
  }

  std::optional<Failure> JudgeClosing(const SeenRound& seen, const std::string& clause) {
    if (seen.closing.empty()) {
      return Fail(clause, "the store does not open any more", "it opens once nothing hinders it",
                  "a refusal");
    }
    for (const SeenCall& call : seen.closing) {
      if (const auto misfit = possible_.Take(call)) {
        return Fail(clause, "the store is not what it was once nothing hinders it",
                    misfit->expected, misfit->got);
      }
    }
    return std::nullopt;
  }

  std::optional<Failure> JudgeNotAFile(const SeenRound& seen) {
    const auto before = seen.harmed.find(file_);
    const auto after = seen.after.find(file_);
    if (after == seen.after.end() || after->second.inode != before->second.inode) {
      return Fail("FILE-7", "what stood in the place of the file was moved or replaced",
                  "the " + KindInWords(before->second) + " stays",
                  after == seen.after.end() ? "nothing is there" : KindInWords(after->second));
    }
    for (const StoreError& error : seen.not_opened) {
      if (error.code == ErrorCode::kUnsafePath) continue;
      return Fail("FILE-7", "the wrong error where the file is no regular file", "unsafe-path",
                  std::string(ErrorCodeName(error.code)));
    }
    for (const auto* calls : {&seen.first, &seen.calls}) {
      for (const SeenCall& call : *calls) {
        if (IsRefusal(call.result, ErrorCode::kUnsafePath)) continue;
        return Fail("FILE-7", "a call takes what is no regular file for the store's",
                    "unsafe-path, effect none, for a " + KindInWords(before->second),
                    InWords(call.result));
      }
    }
    return JudgeClosing(seen, "FILE-7");
  }

  // Each call is answered with the truth, or fails and says so.
  std::optional<Failure> JudgeUnwritable(const SeenRound& seen, const std::string& clause) {
    for (const auto* calls : {&seen.first, &seen.calls}) {
      for (const SeenCall& call : *calls) {
        if (!call.result && call.result.error().code != ErrorCode::kIo &&
            call.result.error().code != ErrorCode::kDurability) {
          return Fail(clause, "the wrong error where the folder takes no file", "io",
                      InWords(call.result));
        }
        if (const auto misfit = possible_.TakeHindered(call)) {
          return Fail(clause, "an answer where the folder takes no file", misfit->expected,
                      misfit->got);
        }
      }
    }
    return JudgeClosing(seen, clause);
  }

  // Each call is refused with this code, or answered with the truth and without a change.
  std::optional<Failure> JudgeRefusals(const SeenRound& seen, ErrorCode code,
                                       const std::string& clause, std::string_view hidden) {
    for (const StoreError& error : seen.not_opened) {
      if (error.code == code) continue;
      return Fail(clause, "the wrong error where the store cannot be had",
                  std::string(ErrorCodeName(code)), std::string(ErrorCodeName(error.code)));
    }
    for (const auto* calls : {&seen.first, &seen.calls}) {
      for (const SeenCall& call : *calls) {
        if (IsRefusal(call.result, code)) {
          if (code == ErrorCode::kIo) Meet("hostile-unreadable");
          if (code == ErrorCode::kIo && !hidden.empty()) Meet(hidden);
        } else if (!possible_.IsIdle(call)) {
          return Fail(
              clause, "a call is answered where the store cannot be had",
              std::string(ErrorCodeName(code)) + ", effect none, or the truth and no change",
              InWords(call.result));
        }
      }
    }
    return JudgeClosing(seen, clause);
  }

  // A store that does not quarantine refuses until somebody has mended its file.
  std::optional<Failure> JudgeShut(const SeenRound& seen) {
    is_shut_ = true;
    const auto after = seen.after.find(file_);
    if (after == seen.after.end() || after->second.content != seen.harmed.at(file_).content) {
      return Fail("ERR-1", "a store that does not claim to quarantine changed a bad file",
                  "its bytes stay where they are", "other bytes, or none");
    }
    judgement_.of_answers = true;
    for (const auto* calls : {&seen.first, &seen.calls}) {
      for (const SeenCall& call : *calls) {
        if (IsRefusal(call.result, ErrorCode::kCorrupt) ||
            IsRefusal(call.result, ErrorCode::kVersionTooNew)) {
          continue;
        }
        return Fail("ERR-1", "a bad file is passed over", "corrupt or version-too-new",
                    InWords(call.result));
      }
    }
    return std::nullopt;
  }

  const Trial& trial_;
  const TrialRun& run_;
  Possible possible_;
  FolderWatch watch_;
  std::string file_;    // path in the trees
  std::string folder_;  // with a slash at its end
  TrialJudgement judgement_;
  std::optional<SeenMillis> last_bad_;
  bool is_shut_ = false;
};

}  // namespace

TrialJudgement JudgeTrial(const Trial& trial, const TrialRun& run) {
  return Judge(trial, run).Go();
}

}  // namespace holdfast::conformance
