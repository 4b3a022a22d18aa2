#pragma once

#include "demobackendclient.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QMap>
#include <QtCore/QRegularExpression>
#include <QtCore/QUrl>
#include <QtCore/QUrlQuery>

using Fields = QMap<QByteArray, QByteArray>;

//! Returns `fields` with `changes` applied; an empty value removes the field.
[[nodiscard]] inline Fields changed(Fields fields, const Fields &changes)
{
    for (auto change = changes.begin(); change != changes.end(); ++change)
        if (change.value().isEmpty())
            fields.remove(change.key());
        else
            fields[change.key()] = change.value();
    return fields;
}

[[nodiscard]] inline QByteArray encoded(const Fields &fields)
{
    QByteArray form;
    for (auto field = fields.begin(); field != fields.end(); ++field)
        form += (form.isEmpty() ? "" : "&") + field.key().toPercentEncoding() + '='
            + field.value().toPercentEncoding();
    return form;
}

[[nodiscard]] inline QJsonObject claimsIn(const QString &jwt)
{
    const auto part = jwt.section(QLatin1Char('.'), 1, 1).toLatin1();
    return QJsonDocument::fromJson(QByteArray::fromBase64(part, QByteArray::Base64UrlEncoding))
        .object();
}

//! A client of `oauth2` together with its user's browser; both send plain requests.
class OAuthBrowser
{
public:
    explicit OAuthBrowser(const demobackend::DemoBackend &backend)
        : m_wire(backend)
    {
    }
    explicit OAuthBrowser(const QUrl &url)
        : m_wire(url)
    {
    }

    inline static const QByteArray verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    inline static const QByteArray callback = "http://127.0.0.1:5000/callback";
    inline static const QByteArray deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

    //! A correct request to the authorization endpoint.
    [[nodiscard]] static Fields request()
    {
        return {{"client_id", "tokenflight"}, {"redirect_uri", callback}, {"response_type", "code"},
            {"scope", "openid profile email offline_access resources"}, {"state", "a state/+%"},
            {"nonce", "a nonce"}, {"prompt", "consent"},
            {"code_challenge",
                QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)
                    .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)},
            {"code_challenge_method", "S256"}};
    }
    [[nodiscard]] WireAnswer authorize(const Fields &changes = {})
    {
        return get("/oauth2/authorize", changed(request(), changes));
    }
    //! Fills in the form on `page` and sends it.
    [[nodiscard]] WireAnswer submit(const WireAnswer &page, const Fields &changes = {})
    {
        auto fields = hiddenFieldsIn(page.body);
        fields.insert({{"username", "anna"}, {"password", "anna-demo-1"}, {"decision", "allow"}});
        return post(actionIn(page.body), changed(fields, changes));
    }
    //! The parameters of a redirect to the client; empty: the answer is no such redirect.
    [[nodiscard]] static Fields sentBack(const WireAnswer &answer)
    {
        const auto location = answer.headers.value("location");
        if (answer.status != 303 || !location.startsWith(QByteArray(callback + '?')))
            return {};
        Fields fields;
        for (const auto &[name, value] :
            QUrlQuery(QUrl::fromEncoded(location)).queryItems(QUrl::FullyDecoded))
            fields.insert(name.toUtf8(), value.toUtf8());
        return fields;
    }
    //! Fetches a code, as a browser does.
    [[nodiscard]] QByteArray code(const Fields &changes = {})
    {
        return sentBack(submit(authorize(changes))).value("code");
    }

    [[nodiscard]] WireAnswer exchange(const QByteArray &code, const Fields &changes = {})
    {
        const Fields fields {{"grant_type", "authorization_code"}, {"client_id", "tokenflight"},
            {"redirect_uri", callback}, {"code", code}, {"code_verifier", verifier}};
        return token(changed(fields, changes));
    }
    [[nodiscard]] WireAnswer refresh(const QString &refreshToken, const Fields &changes = {})
    {
        const Fields fields {{"grant_type", "refresh_token"}, {"client_id", "tokenflight"},
            {"refresh_token", refreshToken.toLatin1()}};
        return token(changed(fields, changes));
    }
    [[nodiscard]] WireAnswer token(const Fields &fields, const QByteArray &headers = {})
    {
        return post("/oauth2/token", fields, headers);
    }
    //! Signs in with the browser, and returns the answer with the tokens.
    [[nodiscard]] WireAnswer signIn(const Fields &changes = {}) { return exchange(code(changes)); }
    [[nodiscard]] WireAnswer me(const QString &accessToken)
    {
        return m_wire.ask("GET", "/api/me", {}, WireClient::bearer(accessToken));
    }

    [[nodiscard]] WireAnswer get(const QByteArray &path, const Fields &fields = {})
    {
        return m_wire.ask("GET", fields.isEmpty() ? path : path + '?' + encoded(fields));
    }
    [[nodiscard]] WireAnswer post(
        const QByteArray &path, const Fields &fields, const QByteArray &headers = {})
    {
        return m_wire.ask("POST", path, encoded(fields),
            "Content-Type: application/x-www-form-urlencoded\r\n" + headers);
    }
    [[nodiscard]] WireClient &wire() { return m_wire; }

private:
    [[nodiscard]] static Fields hiddenFieldsIn(const QByteArray &html)
    {
        static const QRegularExpression input(QStringLiteral(
            "<input (?:type=\"hidden\" )?name=\"([^\"]*)\"[^>]* value=\"([^\"]*)\""));
        Fields fields;
        for (const auto &match : input.globalMatch(QString::fromUtf8(html)))
            fields.insert(match.captured(1).toUtf8(), match.captured(2).toUtf8());
        return fields;
    }
    [[nodiscard]] static QByteArray actionIn(const QByteArray &html)
    {
        static const QRegularExpression form(
            QStringLiteral("<form method=\"post\" action=\"([^\"]*)\""));
        return form.match(QString::fromUtf8(html)).captured(1).toUtf8();
    }

    WireClient m_wire;
};
