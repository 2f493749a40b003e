#include "conformance/power/unit.h"

#include <cstdio>

namespace holdfast::power {
namespace {

std::string Range(const Unit& unit) {
  return "bytes " + std::to_string(unit.offset) + " to " +
         std::to_string(unit.offset + unit.length) + " of " + unit.path;
}

std::string TellName(const Unit& unit) {
  if (unit.to.empty()) return "the name " + unit.path;
  return unit.path.empty() ? "the name " + unit.to : "the name " + unit.to + " for " + unit.path;
}

std::string TellMode(const Unit& unit) {
  char octal[8];
  std::snprintf(octal, sizeof octal, "%04o", unit.mode & 07777U);
  return std::string("the mode ") + octal + " of " + unit.path;
}

}  // namespace

std::string_view FateName(Fate fate) {
  switch (fate) {
    case Fate::kAbsent:
      return "absent";
    case Fate::kWhole:
      return "whole";
    case Fate::kZeroed:
      return "zeroed";
    case Fate::kTorn:
      return "torn";
    case Fate::kScrambled:
      return "scrambled";
  }
  return "";
}

std::string Tell(const Unit& unit) {
  switch (unit.kind) {
    case Unit::Kind::kName:
      return TellName(unit);
    case Unit::Kind::kGoneName:
      return "the removal of " + unit.path;
    case Unit::Kind::kRename:
      return "the rename of " + unit.path + " to " + unit.to;
    case Unit::Kind::kExchange:
      return "the exchange of " + unit.path + " and " + unit.to;
    case Unit::Kind::kSize:
      return "the size " + std::to_string(unit.length) + " of " + unit.path;
    case Unit::Kind::kZeros:
      return "the zeros in " + Range(unit);
    case Unit::Kind::kMode:
      return TellMode(unit);
    case Unit::Kind::kBytes:
      return Range(unit);
    case Unit::Kind::kMapped:
      return "what was mapped of " + unit.path;
  }
  return "";
}

}  // namespace holdfast::power
