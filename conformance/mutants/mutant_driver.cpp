// Every linked store that is broken in one place, as a driver: mutant_driver NAME. The reference
// store itself where the name is "none". --list tells them all, in JSON; those without a clause are
// good ones.
#include <functional>
#include <iostream>
#include <map>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/drill/tests/tiny_store.h"
#include "conformance/files/tests/frail_store.h"
#include "conformance/mutants/mutants.h"

namespace holdfast::conformance {
namespace {

struct Linked {
  std::string clause;
  std::string level;
  std::function<std::unique_ptr<Backend>()> make;
};

using ByName = std::map<std::string, Linked>;

void AddTiny(const std::vector<TinyMake>& stores, const std::string& level, ByName& all) {
  for (const TinyMake& store : stores)
    all[store.name] = {store.clause, level, [&store] { return MakeTiny(store); }};
}

ByName AllLinked() {
  ByName all;
  all["none"] = {"", "", MakeReferenceBackend};
  for (const Mutant& mutant : AllMutants()) {
    all[std::string(mutant.name)] = {std::string(mutant.clause), std::string(mutant.level),
                                     [&mutant] { return MakeMutant(mutant.name); }};
  }
  for (const Frailty& frailty : AllFrailties())
    all[frailty.name] = {frailty.clause, "files", [&frailty] { return MakeFrail(frailty); }};
  AddTiny(FaultyTinyStores(), "crash", all);
  AddTiny(CarelessTinyStores(), "fault", all);
  AddTiny(GoodTinyStores(), "", all);
  return all;
}

Json ListOf(const ByName& all) {
  Json list = Json::array();
  for (const auto& [name, linked] : all)
    list.push_back({{"name", name}, {"clause", linked.clause}, {"level", linked.level}});
  return list;
}

int Main(const std::string& word) {
  const ByName all = AllLinked();
  if (word == "--list") {
    std::cout << ListOf(all) << "\n";
    return 0;
  }
  const auto linked = all.find(word);
  if (linked == all.end()) {
    std::cerr << "mutant_driver: there is no store " << word << "; --list tells those there are\n";
    return 64;
  }
  return RunDriver(*linked->second.make());
}

}  // namespace
}  // namespace holdfast::conformance

int main(int argc, char** argv) { return argc == 2 ? holdfast::conformance::Main(argv[1]) : 64; }
