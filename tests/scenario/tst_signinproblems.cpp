#include "authcore/signin/passwordsignin.h"

#include "authcore/demobackend/demobackend.h"
#include "authcore/session/authsession.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/memorytokenstore.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <functional>

using namespace Qt::StringLiterals;
using authcore::AuthSession;
using authcore::BackendProfile;
using authcore::ClientAuthentication;
using authcore::PasswordSignIn;
using authcore::TokenError;
using demobackend::Script;
using Answer = std::function<void(Script &signIn)>;
using Change = std::function<void(BackendProfile &profile)>;

Q_DECLARE_METATYPE(Answer)
Q_DECLARE_METATYPE(Change)

namespace {

const auto secretHint =
    u"give its secret (on the command line by --client-secret-file or TOKENFLIGHT_CLIENT_SECRET)"_s;

Answer answer(int status, const QByteArray &body)
{
    return [status, body](Script &signIn) { signIn.replies(status, body); };
}

Answer oauthError(const QByteArray &code)
{
    return answer(400, R"({"error":")" + code + R"("})");
}

} // namespace

//! What a failed sign-in says: what happened, why, and which setting to look at.
class TestSignInProblems : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void texts_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<Answer>("answer");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const Change &change, const Answer &answered,
                             const QString &text) {
            QTest::newRow(name) << change << answered << text;
        };
        const Change asItIs = [](BackendProfile &) {};
        const auto client = [](ClientAuthentication authentication) -> Change {
            return [authentication](BackendProfile &profile) {
                profile.clientId = u"me"_s;
                profile.clientAuthentication = authentication;
            };
        };
        row(
            "the connection closes", asItIs, [](Script &signIn) { signIn.drops(); },
            u"The server closed the connection before it answered; does it want https? (URL)"_s);
        row("an unknown client without a name", asItIs, oauthError("invalid_client"),
            u"The server answered 400: invalid_client (URL); if the server wants to know the "
            "client, set clientId and clientAuthentication (\"basic\" or \"post\"), and "_s
                + secretHint);
        row("a missing client secret", client(ClientAuthentication::None),
            oauthError("invalid_client"),
            u"The server answered 400: invalid_client (URL); see clientId; if this client has a "
            "secret, set clientAuthentication to \"basic\" or \"post\", and "_s
                + secretHint);
        row("a missing client secret, otherwise said", client(ClientAuthentication::None),
            oauthError("invalid_request"),
            u"The server answered 400: invalid_request (URL); see signIn.body for a missing or "
            "misspelt field; see clientId; if this client has a secret, set clientAuthentication "
            "to \"basic\" or \"post\", and "_s
                + secretHint);
        row("a wrong client secret", client(ClientAuthentication::Basic),
            oauthError("invalid_client"),
            u"The server answered 400: invalid_client (URL); see clientId and the client's secret, "
            "or try \"post\" as clientAuthentication"_s);
        row("a client secret in the wrong place", client(ClientAuthentication::Post),
            oauthError("invalid_client"),
            u"The server answered 400: invalid_client (URL); see clientId and the client's secret, "
            "or try \"basic\" as clientAuthentication"_s);
        row("a missing field", client(ClientAuthentication::Post), oauthError("invalid_request"),
            u"The server answered 400: invalid_request (URL); see signIn.body for a missing or "
            "misspelt field"_s);
        row("a grant that the client may not use", asItIs, oauthError("unauthorized_client"),
            u"The server answered 400: unauthorized_client (URL); the server has to allow this "
            "client (clientId) this way to sign in, or use another one of signInMethods"_s);
        row("a grant that the server does not know", asItIs, oauthError("unsupported_grant_type"),
            u"The server answered 400: unsupported_grant_type (URL); see grant_type in "
            "signIn.body, or use another one of signInMethods"_s);
        row("a scope that there is not", asItIs, oauthError("invalid_scope"),
            u"The server answered 400: invalid_scope (URL); see scope"_s);
        row("a misspelt field", asItIs, answer(400, "{}"),
            u"The server answered 400: it refuses the credentials or the token (URL); compare the "
            "fields of signIn.body with those that the server wants"_s);
        row("a misspelt field, and the server says which", asItIs,
            answer(400, R"({"username":["This field is required."]})"),
            u"The server answered 400: it refuses the credentials or the token (URL); compare the "
            "fields of signIn.body with those that the server wants; the server says: "
            "{\"username\":[\"This field is required.\"]}"_s);
        row("a field of another type, as FastAPI says it", asItIs,
            answer(422, R"({"detail":[{"loc":["body","username"],"msg":"Field required"}]})"),
            u"The server answered 422: the endpoint is not there, or takes no such request (URL); "
            "compare the fields of signIn.body with those that the server wants; the server says: "
            "{\"detail\":[{\"loc\":[\"body\",\"username\"],\"msg\":\"Field required\"}]}"_s);
        row("a missing field, described", client(ClientAuthentication::Post),
            answer(400,
                R"({"error":"invalid_request","error_description":"Missing parameter: username"})"),
            u"The server answered 400: invalid_request (URL); see signIn.body for a missing or "
            "misspelt field; the server says: Missing parameter: username"_s);
        row("an account that may not sign in", asItIs,
            answer(401, R"({"detail":"No active account found"})"),
            u"The server answered 401: it refuses the credentials or the token (URL); the server "
            "says: {\"detail\":\"No active account found\"}"_s);
        row("the password repeated", asItIs, answer(401, R"({"detail":"hunter2 is wrong"})"),
            u"The server answered 401: it refuses the credentials or the token (URL); the server "
            "says: {\"detail\":\"*** is wrong\"}"_s);
        row("tokens at other places", asItIs, answer(200, R"({"access":"hush","refresh":"hush"})"),
            u"The server answered 200, but without an access token at \"/authorizationToken\" "
            "(URL); see answer.accessToken, or answer.accessTokenCookie if the token is a cookie; "
            "the server says: {\"access\":\"***\",\"refresh\":\"***\"}"_s);
        row("a page of a firewall", asItIs, answer(403, "<html>"),
            u"The server answered 403: an HTML page, which no token endpoint sends (URL)"_s);
        row("no such page", asItIs, answer(404, ""),
            u"The server answered 404: the endpoint is not there, or takes no such request (URL); "
            "see signIn.url"_s);
        row("the wrong method", asItIs, answer(405, ""),
            u"The server answered 405: the endpoint is not there, or takes no such request (URL); "
            "see signIn.url and signIn.method"_s);
        row("the wrong body format", asItIs, answer(415, ""),
            u"The server answered 415: the endpoint is not there, or takes no such request (URL); "
            u"see "
            "signIn.format"_s);
        row("an answer without tokens", asItIs, answer(200, "{}"),
            u"The server answered 200, but without an access token at \"/authorizationToken\" "
            "(URL); see answer.accessToken, or answer.accessTokenCookie if the token is a "
            "cookie"_s);
        row("a wrong password", asItIs, answer(401, ""),
            u"The server answered 401: it refuses the credentials or the token (URL)"_s);
    }
    void texts()
    {
        QFETCH(const Change, change);
        QFETCH(const Answer, answer);
        demobackend::DemoBackend backend;
        QCOMPARE(backend.start(), QString());
        auto profile = *BackendProfile::preset(u"custom-jwt"_s, backend.url());
        change(profile);
        auto script = backend.on(u"/authorization/token"_s);
        answer(script);
        authcore::MemoryTokenStore store;
        authcore::testing::ManualClock clock;
        AuthSession session(profile, store, clock, [] { return 0.5; });
        PasswordSignIn signIn(session);
        const QSignalSpy failed(&signIn, &PasswordSignIn::failed);
        signIn.setClientSecret("hush");
        signIn.signIn(u"anna"_s, u"hunter2"_s);
        QTRY_COMPARE(failed.size(), 1);
        auto detail = failed[0][0].value<TokenError>().detail;
        detail.replace(profile.resolved(profile.signIn.url).toString(), "URL"_L1);
        QTEST(detail, "text");
    }
};

QTEST_GUILESS_MAIN(TestSignInProblems)
#include "tst_signinproblems.moc"
