#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>

namespace demobackend {

//! What a client may ask for, each with what it is good for in words.
struct OAuthScope
{
    QString name;
    QString purpose; //!< "know who you are"
};

[[nodiscard]] QList<OAuthScope> oauthScopes();
[[nodiscard]] QStringList oauthScopeNames();

//! The scopes in `scope`, each once; what is asked for when it is empty: `resources`.
//! Nothing: one of them is not known. Spec: RFC 6749 section 3.3.
[[nodiscard]] std::optional<QStringList> scopesIn(const QString &scope);

} // namespace demobackend
