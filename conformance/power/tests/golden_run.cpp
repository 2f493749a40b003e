#include "conformance/power/tests/golden_run.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>

namespace holdfast::power {
namespace {

using conformance::DriverClient;
using conformance::DriverSource;
using conformance::OpenOptions;
using Content = std::map<std::string, Json>;

struct Registration {
  std::string id;
  Json record;
};

const std::array<Registration, 3>& Registrations() {
  static const std::array<Registration, 3> three = {
      {{"a", 1}, {"a", "more bytes than before"}, {"b", Json::array({1, 2})}}};
  return three;
}

// After each number of registrations.
std::vector<Content> Contents() {
  std::vector<Content> contents = {{}};
  for (const Registration& each : Registrations()) {
    Content next = contents.back();
    next[each.id] = each.record;
    contents.push_back(next);
  }
  return contents;
}

OpenOptions At(const std::string& dir) {
  OpenOptions options;
  options.dir = dir;
  options.namespace_name = "n";
  options.max_entries = 10;
  return options;
}

bool Register(DriverClient& client, const std::string& id, const Json& record) {
  const auto done = client.Call({OpKind::kRegister, id, record, {}}, {"main", 1000});
  return done && *done;
}

std::optional<Content> List(DriverClient& client) {
  const auto listed = client.Call({OpKind::kEntries, "", nullptr, {}}, {"main", 2000});
  if (!listed || !*listed) return std::nullopt;
  Content content;
  for (const Entry& entry : std::get<Listed>(**listed).entries) content[entry.id] = entry.record;
  return content;
}

// One process that opens directory after directory.
class Opener {
 public:
  explicit Opener(const DriverSource& source) : source_(source) {
    // In memory where that can be: a sync of a state that is only looked at is wasted.
    const std::string memory = "/dev/shm";
    std::string pattern = access(memory.c_str(), W_OK) == 0
                              ? memory
                              : std::filesystem::temp_directory_path().string();
    pattern += "/golden_XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    root_ = pattern;
  }
  ~Opener() {
    std::error_code error;
    std::filesystem::remove_all(root_, error);
  }
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  // What stands there, where it opens and can be used.
  std::optional<Content> Open(const trace::Tree& tree) {
    const auto dir = root_ / std::to_string(++opened_);
    std::filesystem::create_directory(dir);
    if (const auto written = trace::WriteTree(tree, dir); !written)
      throw std::runtime_error(written.error());
    auto content = OpenIn(dir);
    std::filesystem::remove_all(dir);
    return content;
  }

 private:
  std::optional<Content> OpenIn(const std::filesystem::path& dir) {
    if (!client_) {
      auto started = DriverClient::Start(source_);
      if (!started) throw std::runtime_error(started.error().message);
      client_.emplace(std::move(*started));
    }
    auto content = Use(dir);
    const auto closed = client_->Close();
    if (closed && *closed) return content;
    client_.reset();  // it is dead, or has stumbled for good
    return std::nullopt;
  }

  std::optional<Content> Use(const std::filesystem::path& dir) {
    const auto opened = client_->Open(At(dir));
    if (!opened || !*opened) return std::nullopt;
    auto content = List(*client_);
    if (!content || !Register(*client_, "afterwards", true)) return std::nullopt;
    Content expected = *content;
    expected["afterwards"] = true;
    if (List(*client_) != expected) return std::nullopt;
    return content;
  }

  const DriverSource& source_;
  std::filesystem::path root_;
  std::optional<DriverClient> client_;
  std::size_t opened_ = 0;
};

// The first line is the hello reply and the second one says that the store is open.
std::size_t Acknowledged(const Way& way) {
  const std::int64_t operations = way.at.acknowledged - 2;
  return operations < 0 ? 0 : std::min<std::size_t>(3, static_cast<std::size_t>(operations));
}

std::string Judge(const std::optional<Content>& content, const DiskState& state) {
  static const std::vector<Content> contents = Contents();
  if (!content) return "corrupt";
  const std::size_t least = Acknowledged(state.latest);
  const std::size_t most = std::min<std::size_t>(3, Acknowledged(state.earliest) + 1);
  for (std::size_t done = 0; done < contents.size(); ++done) {
    if (*content == contents[done]) return done < least ? "lost" : done > most ? "corrupt" : "ok";
  }
  return "corrupt";
}

}  // namespace

conformance::Finished RecordThree(const DriverSource& source, bool is_made_before) {
  const conformance::Workshop workshop;
  if (is_made_before) {
    auto client = DriverClient::Start(source);
    if (!client || !client->Open(At(workshop.store())) || !client->Stop())
      throw std::runtime_error("the store cannot be made");
  }
  return conformance::Converse(workshop, source, [](DriverClient& client, const std::string& dir) {
    const auto opened = client.Open(At(dir));
    if (!opened || !*opened) throw std::runtime_error("the store does not open");
    for (const Registration& each : Registrations()) {
      if (!Register(client, each.id, each.record))
        throw std::runtime_error("nothing was registered");
    }
  });
}

Outcome OpenAll(const conformance::Finished& run, const DriverSource& source, Profile profile) {
  const auto states = Enumerate(run.trace, run.start, profile, {512, 100, 1});
  if (!states) throw std::runtime_error(states.error());
  if (states->not_certifiable) throw std::runtime_error(*states->not_certifiable);
  Outcome outcome{"", {}, states->states.size(), HowThorough(*states), states->mapped};
  Opener opener(source);
  bool is_late = false;
  for (const DiskState& state : states->states) {
    if (is_late && outcome.examples.size() == 2) break;  // nothing worse can come
    const std::string word = Judge(opener.Open(states->TreeOf(state)), state);
    if (word == "ok") continue;
    is_late = is_late || Acknowledged(state.latest) > 0;
    const bool is_known = outcome.examples.count(word) != 0;
    if (is_known) continue;
    outcome.examples.emplace(word, "before step " + std::to_string(state.latest.at.step) + ", " +
                                       std::to_string(Acknowledged(state.latest)) +
                                       " acknowledged: " + Tell(*states, state.latest));
  }
  if (!outcome.examples.empty() && !is_late) outcome.text = "first";
  for (const char* word : {"lost", "corrupt"}) {
    if (outcome.examples.count(word) == 0) continue;
    outcome.text += (outcome.text.empty() ? "" : " ") + std::string(word);
  }
  if (outcome.text.empty()) outcome.text = "ok";
  return outcome;
}

}  // namespace holdfast::power
