#pragma once

#include <QtCore/QByteArray>

namespace demobackend {

//! Is `challenge` what an S256 challenge looks like? Spec: RFC 7636 section 4.2.
[[nodiscard]] bool isS256Challenge(const QByteArray &challenge);
//! Does `verifier` belong to the S256 `challenge`? One of the wrong length or with characters that
//! are not allowed belongs to none. Spec: RFC 7636 sections 4.1 and 4.6.
[[nodiscard]] bool provesS256(const QByteArray &verifier, const QByteArray &challenge);

} // namespace demobackend
