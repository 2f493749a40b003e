// How much a file system promises about what the plug leaves (DUR-4). The rules of each stand in
// prose in rules.h.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace holdfast::power {

/// From the kindest to the hardest: each leaves every state that the one before it leaves.
enum class Profile {
  kKill,          ///< "kill": the process dies and the machine lives.
  kExt4Ordered,   ///< "ext4-ordered": ext4 as it is mounted by default.
  kLinuxMinimal,  ///< "linux-minimal": what the manual pages promise of any local file system.
  kHostile,       ///< "hostile": the same, where fsync of a file does not keep its name. Advisory.
};
[[nodiscard]] std::string_view ProfileName(Profile profile);
[[nodiscard]] std::optional<Profile> ProfileOf(std::string_view name);
/// All four, in their order.
[[nodiscard]] const std::vector<Profile>& Profiles();

}  // namespace holdfast::power
