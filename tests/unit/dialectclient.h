#pragma once

#include "demobackendclient.h"

#include <vector>

//! The requests and answers of one dialect. Where tokens are in cookies, the fields name the
//! cookies.
struct Speech
{
    enum class Carrier { Bearer, XAccessToken, Cookie };
    enum class Body { Json, Form }; //!< of sign-ins and refreshes that carry more than cookies

    QByteArray dialect;
    QByteArray signInPath;
    QByteArray refreshPath;
    QByteArray resourcePath;
    QByteArray content; //!< of the resource, up to the comma
    QByteArray userNameField;
    QByteArray accessField;
    QByteArray refreshField;
    Carrier carrier = Carrier::Bearer;
    int refused = 401; //!< the status that answers a bad refresh token
    QByteArray reasonField = "detail"; //!< where an error says its reason
    Body body = Body::Json;
};

inline std::vector<Speech> allSpeeches()
{
    using C = Speech::Carrier;
    // clang-format off
    return {
        {"custom-jwt", "/authorization/token", "/authorization/refresh", "/api/resources",
            "protected resources", "userName", "authorizationToken", "refreshToken"},
        {"cookie-form", "/api/v1/login", "/api/v1/token", "/api/v1/resources",
            "protected resources", "username", "access_token", "refresh_token", C::Cookie, 400},
        {"json-bearer", "/api/auth/login", "/api/auth/refresh", "/api/notes",
            "protected resources", "username", "accessToken", "refreshToken"},
        {"x-access-token", "/api/auth/signin", "/api/auth/refreshtoken", "/api/test/user",
            "User Content", "username", "accessToken", "refreshToken", C::XAccessToken, 403, "message"},
        {"cookie-csrf", "/token/auth", "/token/refresh", "/protected",
            "protected resources", "username", "access_token_cookie", "refresh_token_cookie", C::Cookie, 401, "msg"},
        {"oauth2", "/oauth2/token", "/oauth2/token", "/api/me",
            "protected resources", "username", "access_token", "refresh_token", C::Bearer, 400, "detail", Speech::Body::Form},
    };
    // clang-format on
}

inline Speech speechOf(const QByteArray &dialect)
{
    for (const auto &speech : allSpeeches())
        if (speech.dialect == dialect)
            return speech;
    return {};
}

//! The tokens that a client holds.
struct HeldTokens
{
    QByteArray access;
    QByteArray refresh;
    QByteArray csrfAccess; //!< for `cookie-csrf` only, like the next field
    QByteArray csrfRefresh;
};

//! A client of one dialect: signs in, refreshes, requests resources, and keeps the tokens that it
//! gets.
class DialectClient
{
public:
    DialectClient(const demobackend::DemoBackend &backend, Speech speech)
        : m_wire(backend)
        , m_speech(std::move(speech))
    {
    }

    HeldTokens held;

    WireAnswer signIn(const QByteArray &name = "anna") { return signIn(name, name + "-demo-1"); }
    WireAnswer signIn(const QByteArray &name, const QByteArray &password)
    {
        if (m_speech.body == Speech::Body::Form)
            return takeForm("grant_type=password&scope=resources+offline_access&username=" + name
                + "&password=" + password);
        return take(m_wire.ask("POST", m_speech.signInPath,
            "{\"" + m_speech.userNameField + "\":\"" + name + R"(","password":")" + password
                + "\"}"));
    }
    WireAnswer refresh()
    {
        if (m_speech.body == Speech::Body::Form)
            return takeForm("grant_type=refresh_token&refresh_token=" + held.refresh);
        const QByteArray json = R"({"refreshToken":")" + held.refresh + R"("})";
        if (m_speech.carrier != Speech::Carrier::Cookie)
            return take(m_wire.ask("POST", m_speech.refreshPath, json));
        const QByteArray cookie = "Cookie: " + m_speech.refreshField + '=' + held.refresh + "\r\n";
        if (m_speech.dialect == "cookie-form")
            return take(m_wire.ask("POST", m_speech.refreshPath, form, formType + cookie));
        return take(
            m_wire.ask("POST", m_speech.refreshPath, "{}", cookie + csrfHeader(held.csrfRefresh)));
    }
    WireAnswer ask(const QByteArray &method = "GET", const QByteArray &body = {})
    {
        return askFor(m_speech.resourcePath, method, body);
    }
    WireAnswer askFor(
        const QByteArray &path, const QByteArray &method = "GET", const QByteArray &body = {})
    {
        const auto csrf = held.csrfAccess.isEmpty() ? QByteArray() : csrfHeader(held.csrfAccess);
        return m_wire.ask(method, path, body, accessHeader() + csrf);
    }

    [[nodiscard]] QByteArray accessHeader() const
    {
        switch (m_speech.carrier) {
        case Speech::Carrier::Bearer:
            break;
        case Speech::Carrier::XAccessToken:
            return "X-Access-Token: " + held.access + "\r\n";
        case Speech::Carrier::Cookie:
            return "Cookie: theme=dark; " + m_speech.accessField + '=' + held.access + "\r\n";
        }
        return "Authorization: Bearer " + held.access + "\r\n";
    }
    [[nodiscard]] static QByteArray csrfHeader(const QByteArray &value)
    {
        return "X-CSRF-TOKEN: " + value + "\r\n";
    }
    [[nodiscard]] WireClient &wire() { return m_wire; }

    inline static const QByteArray formType =
        "Content-Type: multipart/form-data; boundary=\"b.1\"\r\n";
    inline static const QByteArray form =
        "--b.1\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nrefresh_token"
        "\r\n--b.1--\r\n";

private:
    WireAnswer takeForm(const QByteArray &fields)
    {
        return take(m_wire.ask("POST", m_speech.signInPath, "client_id=tokenflight&" + fields,
            "Content-Type: application/x-www-form-urlencoded\r\n"));
    }
    WireAnswer take(const WireAnswer &answer)
    {
        const auto valueOf = [&](const QByteArray &field) {
            return m_speech.carrier == Speech::Carrier::Cookie ? answer.cookie(field)
                                                               : answer.text(field).toLatin1();
        };
        const auto replace = [](QByteArray &old, const QByteArray &value) {
            if (!value.isEmpty())
                old = value;
        };
        if (!answer.isWhole || answer.status != 200)
            return answer;
        replace(held.access, valueOf(m_speech.accessField));
        replace(held.refresh, valueOf(m_speech.refreshField));
        replace(held.csrfAccess, answer.cookie("csrf_access_token"));
        replace(held.csrfRefresh, answer.cookie("csrf_refresh_token"));
        return answer;
    }

    WireClient m_wire;
    Speech m_speech;
};
