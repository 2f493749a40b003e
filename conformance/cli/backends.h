// The backends that are linked into the program `holdfast`.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/actor/driver_source.h"
#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

struct LinkedBackend {
  std::string_view name;
  std::string_view about;  ///< One line.
  std::unique_ptr<Backend> (*make)();
};

/// In the order they are listed; the first is the default. Lifetime: the program's.
[[nodiscard]] const std::vector<LinkedBackend>& LinkedBackends();

/// What is to be certified: a linked backend or a command.
class Subject {
 public:
  /// Errors: a Complaint for an unknown backend, an empty command, and both at once.
  Subject(const std::string& backend, bool has_command, std::vector<std::string> command);

  /// A linked backend's name, or the command line of a driver as a shell reads it.
  [[nodiscard]] static Subject Named(const std::string& text);

  /// Lifetime: the subject's.
  [[nodiscard]] const DriverSource& source() const { return source_; }
  /// The name under which the backend is linked; empty for a command.
  [[nodiscard]] const std::string& linked_name() const { return linked_name_; }

 private:
  std::string linked_name_;
  std::unique_ptr<Backend> linked_;
  DriverSource source_;
};

}  // namespace holdfast::conformance
