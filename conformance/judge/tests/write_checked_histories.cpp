// Writes the checked-in histories anew: write_checked_histories conformance/judge/tests/histories
#include <filesystem>
#include <fstream>
#include <iostream>

#include "conformance/judge/tests/checked_histories.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_checked_histories FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  for (const auto& checked : holdfast::conformance::DrawCheckedHistories()) {
    std::ofstream(folder / checked.file, std::ios::binary) << checked.text;
  }
}
