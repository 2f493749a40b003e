#include "conformance/concurrent/run_race.h"

#include "conformance/concurrent/phase_loop.h"

namespace holdfast::conformance {
namespace {

class Runner {
 public:
  Runner(const Race& race, Crew& crew, const DriverTimeouts& timeouts,
         const std::filesystem::path& dir)
      : race_(race),
        crew_(crew),
        record_(race, timeouts),
        state_dir_(dir / "state"),
        link_(dir / "link") {}

  RaceRun Go() {
    std::filesystem::create_directory(state_dir_);
    std::filesystem::create_directory_symlink("state", link_);
    try {
      Begin();
      for (const Operation& operation : race_.prefix)
        Ask(0, operation, {CallPlace::kPrefix, 0, at_++});
      for (std::size_t phase = 0; phase < race_.phases.size(); ++phase) RunPhase(phase);
      Reopen();
    } catch (const RaceEnded&) {
    }
    crew_.Dismiss(record_.run().fault || record_.run().failure);
    return record_.Take();
  }

 private:
  void Begin() {
    record_.OrEnd(crew_.Muster(race_, state_dir_, link_));
    record_.Begin(crew_.description().capabilities);
    for (std::size_t seat = 0; seat < crew_.seats().size(); ++seat) Open(seat, "at the beginning");
  }

  void Open(std::size_t seat, const char* when) {
    const auto opened = record_.OrEnd(crew_.Open(seat));
    if (opened) return;
    record_.Fail({"DUR-3", "CON-1"}, std::string("the store cannot be opened ") + when, "it opens",
                 ErrorInWords(opened.error()));
  }

  // A call that nothing else runs beside.
  void Ask(std::size_t seat, const Operation& operation, CallPlace place) {
    const std::size_t call = record_.Call(crew_.seats()[seat].process, operation, place);
    const auto request = record_.OrEnd(crew_.seats()[seat].client->Send(
        operation, {crew_.seats()[seat].store, record_.VirtualTime()}));
    auto result = crew_.seats()[seat].client->Await(request);
    if (!result) record_.EndUnanswered(result.error(), operation);
    record_.Return(call, std::move(*result));
    record_.NoteQuarantines(*crew_.seats()[seat].client);
  }

  void RunPhase(std::size_t number) {
    const Phase& phase = race_.phases[number];
    record_.Advance(phase.advance_ms);
    if (phase.reopen) {
      for (std::size_t seat = 0; seat < crew_.seats().size(); ++seat) Open(seat, "again");
    }
    for (std::size_t call = 0; call < phase.first.size(); ++call) {
      Ask(0, phase.first[call], {number, CallPlace::kFirst, call});
    }
    std::optional<Hold> hold;
    if (phase.hold_ms) hold.emplace(LockPath(), *phase.hold_ms);
    PhaseLoop(phase, number, crew_, record_, hold && hold->held() ? &*hold : nullptr).Run();
    for (std::size_t seat = 0; seat < crew_.seats().size(); ++seat) {
      Ask(seat, Operation{}, {CallPlace::kBarrier, number, seat});
    }
  }

  // What is there must be there for one who opens the store anew.
  void Reopen() {
    const Capabilities& claims = record_.run().history.capabilities;
    if (claims.persistence == Persistence::kNone) return;
    Open(0, "again");
    Ask(0, Operation{}, {CallPlace::kBarrier, race_.phases.size(), 0});
  }

  [[nodiscard]] std::filesystem::path LockPath() const {
    const Capabilities& claims = record_.run().history.capabilities;
    if (!claims.lock_file) return {};
    static constexpr std::string_view kNamespace = "{namespace}";
    std::string path = *claims.lock_file;
    for (std::size_t at = path.find(kNamespace); at != std::string::npos;
         at = path.find(kNamespace)) {
      path.replace(at, kNamespace.size(), kRaceNamespace);
    }
    return state_dir_ / path;
  }

  const Race& race_;
  Crew& crew_;
  RaceRecord record_;
  std::filesystem::path state_dir_;
  std::filesystem::path link_;
  std::size_t at_ = 0;
};

}  // namespace

RaceRun RunRace(const Race& race, Crew& crew, const DriverTimeouts& timeouts,
                const std::filesystem::path& dir) {
  return Runner(race, crew, timeouts, dir).Go();
}

}  // namespace holdfast::conformance
