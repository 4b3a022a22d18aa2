#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtNetwork/QNetworkCookie>

namespace authcore {

//! What fills a TokenRequest's placeholders.
struct TokenGrant
{
    QByteArray refreshToken; //!< of a refresh
    QString userName; //!< of a sign-in
    QString password; //!< of a sign-in
    QByteArray accessToken = {}; //!< the present one, where a template asks for it
    QList<QNetworkCookie> cookies = {}; //!< the session's, with all of their values
    QByteArray clientSecret = {}; //!< see BackendProfile::clientAuthentication
    QJsonObject fields = {}; //!< more fields of the body, without placeholders
    QString nonce = {}; //!< that an ID token has to repeat; empty: none was sent
    QByteArray idToken = {}; //!< the present one: a new one has to be of the same person
};

} // namespace authcore
