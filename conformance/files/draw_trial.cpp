#include "conformance/files/draw_trial.h"

#include <random>

#include "conformance/files/hindrance.h"
#include "conformance/program/draw.h"
#include "conformance/program/values.h"

namespace holdfast::conformance {
namespace {

std::string Times(const std::string& part, int count) {
  std::string text;
  for (int at = 0; at < count; ++at) text += part;
  return text;
}

// Namespaces that are paths, that some systems reserve, or that are longer than a name may be.
const std::vector<std::string>& StrangeNamespaces() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names = {"../../outside",
                                      "../../../outside/folder",
                                      "a/../../b",
                                      "..\\..\\c",
                                      "/tmp",
                                      "//x",
                                      "./x",
                                      "x/",
                                      "C:x",
                                      "CON",
                                      "aux.txt",
                                      "lpt1",
                                      "store.lock",
                                      "a..",
                                      std::string("\0", 1),
                                      Times("../", 60) + "x",
                                      Times("n", 255),
                                      Times("n", 256),
                                      Times("n", 5000)};
    for (const auto* more : {&IllegalNamespaces(), &UnusualNamespaces()}) {
      names.insert(names.end(), more->begin(), more->end());
    }
    return names;
  }();
  return kNames;
}

const std::vector<std::string>& PathLikeIds() {
  static const std::vector<std::string> kIds = {"../../escaped",
                                                "../outside/victim.json",
                                                "../../../outside/victim",
                                                "..",
                                                ".",
                                                "a/../../../b",
                                                "..\\..\\c",
                                                "CON",
                                                "nul.json",
                                                "store.lock",
                                                "store.json",
                                                "%2e%2e%2fd",
                                                "~",
                                                "$HOME",
                                                std::string("a\0b", 3),
                                                "{outside}/escaped",
                                                "file://{outside}/escaped",
                                                "/etc/passwd",
                                                "C:\\escaped",
                                                "aux",
                                                "-rf",
                                                "*",
                                                "a/b/c/d",
                                                Times("../", 100) + "escaped",
                                                Times("d/", 250),
                                                std::string(512, 'l')};
  return kIds;
}

bool CanRace(HindranceKind kind) {
  switch (kind) {
    case HindranceKind::kLockHeld:
    case HindranceKind::kUnreadable:
    case HindranceKind::kUnwritable:
    case HindranceKind::kPeer:
    case HindranceKind::kKilled:
    case HindranceKind::kNewborn:
      return false;
    default:
      return true;
  }
}

class Author {
 public:
  Author(std::uint64_t seed, std::uint64_t number, const Capabilities& claims, bool has_peer)
      : random_(Scramble(Scramble(seed) ^ number)),
        number_(number),
        claims_(claims),
        harms_(HarmsFor(claims, has_peer)) {}

  Trial Write() {
    Trial trial;
    trial.open_umask = Below(2) == 0;
    trial.folders_there = claims_.format.has_value() && Below(4) == 0;
    if (Below(4) == 0) trial.namespace_name = OneOfThese(UnusualNamespaces());
    if (Below(4) == 0) {
      for (std::uint64_t names = 3 + Below(4); names > 0; --names) {
        trial.strange.push_back(OneOfThese(StrangeNamespaces()));
      }
    }
    // Three temporary names at least, for who wants to foretell the fourth.
    const std::size_t writes = 4 + Below(4);
    for (std::size_t at = 0; at < writes; ++at) trial.fill.push_back(Register());
    const std::size_t rounds = claims_.format ? 1 + Below(3) : 1;
    for (std::size_t at = 0; at < rounds; ++at) {
      trial.rounds.push_back(
          WriteRound(at == 0 ? harms_[number_ % harms_.size()] : OneOfThese(harms_)));
    }
    return trial;
  }

 private:
  std::uint64_t Below(std::uint64_t count) { return random_() % count; }
  template <typename T>
  const T& OneOfThese(const std::vector<T>& choices) {
    return choices[Below(choices.size())];
  }

  Operation Register() {
    const std::string id =
        Below(4) == 0 ? OneOfThese(PathLikeIds()) : "entry-" + std::to_string(Below(6));
    Operation operation{OpKind::kRegister, id, Json{{"n", records_++}}, std::nullopt};
    if (claims_.ttl && Below(5) == 0) operation.ttl_ms = 1 + static_cast<std::int64_t>(Below(50));
    return operation;
  }

  // What every store has.
  Operation Plain() {
    const std::string id = "entry-" + std::to_string(Below(6));
    switch (Below(6)) {
      case 0:
        return {OpKind::kConsume, id, nullptr, std::nullopt};
      case 1:
        return {OpKind::kLookup, id, nullptr, std::nullopt};
      case 2:
        return {};
      default: {
        Operation operation = Register();
        operation.ttl_ms.reset();
        return operation;
      }
    }
  }

  Operation Any() {
    const std::string id = "entry-" + std::to_string(Below(6));
    switch (Below(10)) {
      case 0:
      case 1:
        return Register();
      case 8:
        if (claims_.ttl && claims_.ttl_zero == TtlZero::kExpires) {
          return {OpKind::kRegister, id, Json{{"n", records_++}}, 0};
        }
        return Register();
      case 9:
        if (claims_.delete_op) return {OpKind::kDelete, id, nullptr, std::nullopt};
        return {OpKind::kConsume, id, nullptr, std::nullopt};
      case 2:
        return {OpKind::kConsume, id, nullptr, std::nullopt};
      case 3:
        return {OpKind::kClear, "", nullptr, std::nullopt};
      case 4:
        return {OpKind::kLookup, id, nullptr, std::nullopt};
      case 5:
        if (claims_.claim) return {OpKind::kClaim, id, Json{{"n", records_++}}, std::nullopt};
        return {OpKind::kLookup, id, nullptr, std::nullopt};
      default:
        return {};
    }
  }

  Round WriteRound(const std::string& harm) {
    Round round;
    round.harm = harm;
    round.seed = random_() >> 12U;  // a number that JSON readers agree on
    if (Below(2) == 0) round.advance_ms = static_cast<std::int64_t>(Below(30));
    const Hindrance* hindrance = FindHindrance(harm);
    const HindranceKind kind = hindrance ? hindrance->kind : HindranceKind::kNothing;
    round.name_taken = hindrance == nullptr && claims_.format && Below(3) == 0;
    round.reopen = Below(2) == 0;
    round.respawn = Below(10) == 0;
    std::size_t clients = 1;
    const bool can_race = claims_.format && claims_.multi_process && CanRace(kind);
    if (can_race && Below(3) == 0) clients = 2 + Below(kMostOpeners - 1);
    for (std::size_t client = 0; client < clients; ++client) {
      round.first.push_back(clients == 1 ? Any() : Racing(client));
    }
    for (std::uint64_t calls = Below(4); calls > 0; --calls) round.calls.push_back(Any());
    Suit(round, kind);
    return round;
  }

  // Calls that do not hide one another's effects.
  Operation Racing(std::size_t client) {
    if (Below(4) == 0) return {};
    return {OpKind::kRegister, "racer-" + std::to_string(client), Json{{"n", records_++}},
            std::nullopt};
  }

  void Suit(Round& round, HindranceKind kind) {
    switch (kind) {
      case HindranceKind::kMended:
        round.reopen = false;
        break;
      case HindranceKind::kLeftOver:
      case HindranceKind::kPlanted:
        round.respawn = true;
        round.first.front() = Register();
        round.first.front().ttl_ms.reset();
        break;
      case HindranceKind::kMissing:
        round.reopen = round.reopen || round.harm != "file-missing";
        break;
      case HindranceKind::kKilled:
      case HindranceKind::kNewborn:
        round.first.front() = Register();
        round.first.front().ttl_ms.reset();
        round.reopen = round.respawn = false;
        break;
      case HindranceKind::kHandedOver:
      case HindranceKind::kPeer:
        round.name_taken = false;
        for (std::uint64_t calls = 1 + Below(4); calls > 0; --calls)
          round.handed.push_back(Plain());
        if (round.harm == "peer-at-once") round.first.front() = Register();
        break;
      case HindranceKind::kUnreadable:
      case HindranceKind::kUnwritable:
        round.reopen = round.respawn = false;
        break;
      default:
        break;
    }
  }

  std::mt19937_64 random_;
  std::uint64_t number_;
  const Capabilities& claims_;
  std::vector<std::string> harms_;
  int records_ = 0;
};

}  // namespace

Trial DrawTrial(std::uint64_t seed, std::uint64_t number, const Capabilities& claims,
                bool has_peer) {
  return Author(seed, number, claims, has_peer).Write();
}

}  // namespace holdfast::conformance
