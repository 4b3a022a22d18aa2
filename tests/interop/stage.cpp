#include "tests/interop/stage.h"

#include "tests/interop/attempts.h"

#include <QtCore/QJsonDocument>
#include <QtTest/QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace test {

namespace {

const auto account = u"anna"_s;

//! The endpoints of oidc-provider's documentation.
authcore::BackendProfile profileOf(const OidcProvider &server)
{
    auto profile = *authcore::BackendProfile::preset(u"oauth2"_s, server.issuer());
    profile.issuer = server.issuer().toString();
    profile.scope = u"openid offline_access"_s;
    profile.refresh.url = server.url(u"/token"_s);
    profile.authorization.url = server.url(u"/auth"_s);
    profile.authorization.issuerInAnswers = true;
    profile.deviceAuthorizationUrl = server.url(u"/device/auth"_s);
    profile.revocation.url = server.url(u"/token/revocation"_s);
    return profile;
}

//! The status and the body of an answer; status 0: no answer.
std::pair<int, QByteArray> postForm(const QUrl &url, const QMap<QString, QByteArray> &fields)
{
    QByteArrayList form;
    for (auto field = fields.begin(); field != fields.end(); ++field)
        form << QUrl::toPercentEncoding(field.key()) + '=' + field.value().toPercentEncoding();
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/x-www-form-urlencoded"_s);
    QNetworkAccessManager http;
    Caller caller(http.post(request, form.join('&')));
    return caller.waitUntilFinished() ? std::pair(caller.status, caller.body)
                                      : std::pair(0, QByteArray());
}

} // namespace

void Stage::Tries::record(const authcore::TraceEvent &event)
{
    finished += std::holds_alternative<authcore::trace::RefreshTryFinished>(event.what) ? 1 : 0;
}

Stage::Stage(OidcProvider &provider, const Tweak &tweak)
    : server(provider)
    , clock(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()))
    , profile(profileOf(provider))
{
    server.reset();
    if (tweak)
        tweak(profile);
    session = std::make_unique<authcore::AuthSession>(profile, store, clock, [] { return 0.5; });
    session->setTraceSink(&tries);
    manager = std::make_unique<authcore::AuthNetworkAccessManager>(*session);
}

QString Stage::signIn()
{
    BrowserAttempt attempt(*session);
    if (!attempt.run())
        return u"neither the browser nor the sign-in gets anywhere"_s;
    server.clearTranscript();
    return attempt.error().detail;
}

int Stage::refreshElsewhere(const QByteArray &stolen) const
{
    return postForm(server.url(u"/token"_s),
        {{u"grant_type"_s, "refresh_token"}, {u"refresh_token"_s, stolen},
            {u"client_id"_s, profile.clientId.toUtf8()}})
        .first;
}

bool Stage::isActive(const QByteArray &token) const
{
    const auto [status, answer] = postForm(server.url(u"/token/introspection"_s),
        {{u"token"_s, token}, {u"client_id"_s, profile.clientId.toUtf8()}});
    if (status != 200)
        qFatal("introspection: %d %s", status, answer.constData());
    return QJsonDocument::fromJson(answer)["active"_L1].toBool();
}

Caller &Stage::get()
{
    callers.push_back(
        std::make_unique<Caller>(manager->get(QNetworkRequest(server.url(u"/api/me"_s)))));
    return *callers.back();
}

void Stage::get(int count)
{
    for (int i = 0; i < count; ++i)
        get();
}

int Stage::endedWith(int status) const
{
    return static_cast<int>(
        std::count_if(callers.begin(), callers.end(), [status](const auto &caller) {
            return caller->finished == 1 && caller->status == status;
        }));
}

bool Stage::areAllFinished() const
{
    return std::all_of(
        callers.begin(), callers.end(), [](const auto &caller) { return caller->finished == 1; });
}

bool Stage::isStored()
{
    std::optional<bool> found;
    store.load(session->keyFor(account), &store, [&](const authcore::TokenStore::Loaded &loaded) {
        const auto *tokens = std::get_if<std::optional<authcore::TokenSet>>(&loaded);
        found = tokens != nullptr && tokens->has_value();
    });
    return test::waitFor([&] { return found.has_value(); }) && *found;
}

void Stage::expireEverywhere()
{
    expireAtServer();
    clock.advance(6s);
}

} // namespace test
