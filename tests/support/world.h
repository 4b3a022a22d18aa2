#pragma once

#include "authcore/demobackend/demobackend.h"
#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/signin/passwordsignin.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/memorytokenstore.h"
#include "tests/support/caller.h"
#include "tests/support/patience.h"

#include <QtCore/QBuffer>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslConfiguration>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <memory>
#include <vector>

namespace test {

//! Sets long time-outs for sessions with a real clock, since on a busy machine a time-out would
//! cause a second refresh, which most tests do not expect.
inline void giveTime(authcore::BackendProfile &profile)
{
    profile.policy.tryTimeout = profile.policy.totalTimeout = profile.policy.holdTimeout =
        std::chrono::hours(1);
}

//! What a scenario needs: the demo backend, a session, a manager, and a clock that stands still.
struct World
{
    using Tweak = std::function<void(authcore::BackendProfile &)>;

    explicit World(const Tweak &tweak = {}, const demobackend::DemoBackend::Options &options = {})
        : backend(options)
    {
        const QString problem = backend.start();
        if (!problem.isEmpty())
            qFatal("%s", qPrintable(problem));
        profile = *authcore::BackendProfile::preset(QStringLiteral("custom-jwt"), backend.url());
        if (tweak)
            tweak(profile);
        auto knobs = backend.knobs(); // so that new tokens live exactly 900 s
        knobs.clockStandsAt =
            std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        backend.setKnobs(knobs);
        session =
            std::make_unique<authcore::AuthSession>(profile, store, clock, [this] { return dice; });
        manager = std::make_unique<authcore::AuthNetworkAccessManager>(*session);
    }

    //! Signs in and clears the transcript. The session's tokens are A1 and R1.
    [[nodiscard]] bool signIn(const QString &user = QStringLiteral("anna"))
    {
        authcore::PasswordSignIn signIn(*session);
        QSignalSpy succeeded(&signIn, &authcore::PasswordSignIn::succeeded);
        signIn.signIn(user, user + QStringLiteral("-demo-1"));
        const bool ok = succeeded.wait(patience);
        backend.clearTranscript();
        return ok;
    }

    //! Replaces the access token by an invalid one; the account stays the same.
    void breakAccess()
    {
        auto tokens = session->tokens();
        tokens.accessToken = "broken" + tokens.accessToken.mid(6);
        session->setTokens(tokens);
    }
    void breakRefresh()
    {
        auto tokens = session->tokens();
        tokens.refreshToken = "broken" + tokens.refreshToken.mid(6);
        session->setTokens(tokens);
    }

    [[nodiscard]] QUrl url(const QString &path) const { return backend.url().resolved(QUrl(path)); }
    [[nodiscard]] QNetworkRequest request(
        const QString &path = QStringLiteral("/api/resources")) const
    {
        return QNetworkRequest(url(path));
    }

    Caller &get(const QString &path = QStringLiteral("/api/resources"))
    {
        return watch(manager->get(request(path)));
    }
    Caller &post(const QByteArray &body, const QString &path = QStringLiteral("/api/echo"))
    {
        auto posted = request(path);
        posted.setRawHeader("Content-Type", "application/octet-stream");
        return watch(manager->post(posted, body));
    }
    Caller &watch(QNetworkReply *reply)
    {
        callers.push_back(std::make_unique<Caller>(reply));
        return *callers.back();
    }

    [[nodiscard]] int finishedCount() const
    {
        return static_cast<int>(std::count_if(callers.begin(), callers.end(),
            [](const auto &caller) { return caller->finished > 0; }));
    }
    //! The number of callers that finished exactly once with `status`; 0: without a status.
    [[nodiscard]] int endedWith(int status) const
    {
        return static_cast<int>(
            std::count_if(callers.begin(), callers.end(), [status](const auto &caller) {
                return caller->finished == 1 && caller->status == status;
            }));
    }
    [[nodiscard]] int refreshesOnTheWire() const
    {
        return static_cast<int>(
            backend.transcript(QStringLiteral("POST /authorization/refresh")).size());
    }
    [[nodiscard]] std::optional<authcore::TokenSet> stored()
    {
        std::optional<authcore::TokenSet> found;
        bool done = false;
        store.load({profile.id, QStringLiteral("anna"), {}, {}}, &store,
            [&](const authcore::TokenStore::Loaded &loaded) {
                found = std::get<std::optional<authcore::TokenSet>>(loaded);
                done = true;
            });
        return test::eventually([&] { return done; }) ? found : std::nullopt;
    }
    //! Acts as another process that has refreshed with the session's tokens and stored `winners`.
    [[nodiscard]] bool loseRaceTo(const authcore::TokenSet &winners)
    {
        auto used = session->tokens();
        used.accessToken = "broken";
        used.refreshToken = "used up";
        session->setPersistence(authcore::AuthSession::Persistence::MemoryOnly);
        session->setTokens(used);
        if (stored())
            return false;
        session->setPersistence(authcore::AuthSession::Persistence::Store);
        store.save({profile.id, QStringLiteral("anna"), {}, {}}, winners, &store, [](auto) {});
        return true;
    }

    demobackend::DemoBackend backend;
    authcore::MemoryTokenStore store;
    authcore::testing::ManualClock clock;
    double dice = 0.5; //!< the session's next random numbers
    authcore::BackendProfile profile;
    std::unique_ptr<authcore::AuthSession> session;
    std::unique_ptr<authcore::AuthNetworkAccessManager> manager;
    std::vector<std::unique_ptr<Caller>> callers;
};

} // namespace test
