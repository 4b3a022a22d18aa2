#pragma once

#include <QtCore/QByteArray>

namespace demobackend {

//! Whether `challenge` has the form of an S256 challenge.
//!
//! Spec:     RFC 7636 section 4.2.
[[nodiscard]] bool isS256Challenge(const QByteArray &challenge);
//! Whether `verifier` matches the S256 `challenge`. A verifier of a wrong length or with forbidden
//! characters matches none.
//!
//! Spec:     RFC 7636 sections 4.1 and 4.6.
[[nodiscard]] bool provesS256(const QByteArray &verifier, const QByteArray &challenge);

} // namespace demobackend
