// certificate.json (spec/schemas/certificate.schema.json).
#pragma once

#include <string>

#include "conformance/report/certificate.h"

namespace holdfast::conformance {

/// The certificate as indented JSON, ended by LF. Members stand in the order of the schema. For the
/// same certificate the same text; of what a run measures only `levels[].seconds` is in it.
[[nodiscard]] std::string CertificateJson(const Certificate& certificate);

}  // namespace holdfast::conformance
