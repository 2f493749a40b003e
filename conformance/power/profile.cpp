#include "conformance/power/profile.h"

namespace holdfast::power {

std::string_view ProfileName(Profile profile) {
  switch (profile) {
    case Profile::kKill:
      return "kill";
    case Profile::kExt4Ordered:
      return "ext4-ordered";
    case Profile::kLinuxMinimal:
      return "linux-minimal";
    case Profile::kHostile:
      return "hostile";
  }
  return "";
}

std::optional<Profile> ProfileOf(std::string_view name) {
  for (const Profile profile : Profiles()) {
    if (ProfileName(profile) == name) return profile;
  }
  return std::nullopt;
}

const std::vector<Profile>& Profiles() {
  static const std::vector<Profile> all = {Profile::kKill, Profile::kExt4Ordered,
                                           Profile::kLinuxMinimal, Profile::kHostile};
  return all;
}

}  // namespace holdfast::power
