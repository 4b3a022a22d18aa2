#include "tests/interop/stage.h"

#include "tests/interop/browser.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QUrlQuery>
#include <QtTest/QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace test {

namespace {

const auto account = u"anna"_s;
const QUrl callback(u"http://127.0.0.1:1/callback"_s); // nobody goes there

authcore::BackendProfile profileOf(const OidcProvider &server)
{
    authcore::BackendProfile profile;
    profile.id = u"oidc-provider"_s;
    profile.name = u"oidc-provider"_s;
    profile.baseUrl = server.issuer();
    profile.protectedOrigins = {authcore::originOf(server.issuer())};
    profile.clientId = u"tokenflight"_s;
    profile.scope = u"openid offline_access"_s;
    profile.refresh.url = QUrl(u"token"_s);
    profile.refresh.format = authcore::BodyFormat::Form;
    profile.refresh.body = {{u"grant_type"_s, u"refresh_token"_s},
        {u"refresh_token"_s, u"${refreshToken}"_s}, {u"client_id"_s, u"${clientId}"_s}};
    profile.answer.accessToken = u"/access_token"_s;
    profile.answer.refreshToken = u"/refresh_token"_s;
    profile.answer.idToken = u"/id_token"_s;
    profile.answer.expiresIn = u"/expires_in"_s;
    profile.answer.scope = u"/scope"_s;
    return profile;
}

//! Status and body; 0: no answer.
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
    const QByteArray verifier = "of-43-characters-which-is-the-least-allowed-";
    const auto challenge =
        QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)
            .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    QUrlQuery query;
    query.setQueryItems({{u"client_id"_s, u"tokenflight"_s}, {u"response_type"_s, u"code"_s},
        {u"redirect_uri"_s, callback.toString()}, {u"scope"_s, profile.scope},
        {u"prompt"_s, u"consent"_s}, {u"code_challenge_method"_s, u"S256"_s},
        {u"code_challenge"_s, QString::fromLatin1(challenge)}});
    auto authorization = server.url(u"/auth"_s);
    authorization.setQuery(query);
    Browser browser(account);
    browser.setDestination(callback);
    browser.open(authorization);
    if (!QTest::qWaitFor([&] { return browser.isDone(); }, 20'000))
        return u"the browser does not get anywhere"_s;
    const auto code = QUrlQuery(browser.url()).queryItemValue(u"code"_s).toLatin1();
    if (code.isEmpty())
        return u"no code, but "_s + browser.page();

    const auto [status, answer] = postForm(server.url(u"/token"_s),
        {{u"grant_type"_s, "authorization_code"}, {u"client_id"_s, "tokenflight"},
            {u"code"_s, code}, {u"redirect_uri"_s, callback.toEncoded()},
            {u"code_verifier"_s, verifier}});
    const auto result = authcore::readTokenAnswer(
        profile, status, answer, {}, std::chrono::floor<std::chrono::seconds>(clock.now()));
    if (const auto *error = std::get_if<authcore::TokenError>(&result))
        return error->detail;
    auto tokens = std::get<authcore::TokenSet>(result);
    tokens.userName = account;
    session->setTokens(tokens);
    server.clearTranscript();
    return {};
}

int Stage::refreshElsewhere(const QByteArray &stolen) const
{
    return postForm(server.url(u"/token"_s),
        {{u"grant_type"_s, "refresh_token"}, {u"refresh_token"_s, stolen},
            {u"client_id"_s, "tokenflight"}})
        .first;
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
    return QTest::qWaitFor([&] { return found.has_value(); }) && *found;
}

void Stage::expireEverywhere()
{
    expireAtServer();
    clock.advance(6s);
}

} // namespace test
