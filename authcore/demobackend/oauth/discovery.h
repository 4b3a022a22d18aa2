#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QString>

namespace demobackend {

struct Knobs;

//! What the authorization server of this issuer offers: RFC 8414 section 2, and what OpenID
//! Connect Discovery 1.0 section 3 adds to it. One document serves both.
[[nodiscard]] QJsonObject discoveryDocument(const QString &issuer, const Knobs &knobs);

} // namespace demobackend
