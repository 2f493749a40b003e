// certificate.md, for people.
#pragma once

#include <string>

#include "conformance/report/certificate.h"

namespace holdfast::conformance {

/// The certificate as a Markdown page.
[[nodiscard]] std::string CertificateMarkdown(const Certificate& certificate);

}  // namespace holdfast::conformance
