#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QString>

namespace demobackend {

struct Knobs;

//! The metadata of the authorization server of this issuer, in one document for RFC 8414 section 2
//! and OpenID Connect Discovery 1.0 section 3.
[[nodiscard]] QJsonObject discoveryDocument(const QString &issuer, const Knobs &knobs);

} // namespace demobackend
