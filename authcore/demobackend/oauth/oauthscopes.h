#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>

namespace demobackend {

//! A scope that clients may request, with its purpose for people.
struct OAuthScope
{
    QString name;
    QString purpose; //!< "know who you are"
};

[[nodiscard]] QList<OAuthScope> oauthScopes();
[[nodiscard]] QStringList oauthScopeNames();

//! The scopes in `scope`, each once; an empty text means `resources`. Empty: one scope is unknown.
//!
//! Spec:     RFC 6749 section 3.3.
[[nodiscard]] std::optional<QStringList> scopesIn(const QString &scope);

} // namespace demobackend
