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

//! For sessions with a real clock: nothing is too slow, however busy the machine is. One refresh
//! more, because one took too long, would be one too many for most tests.
inline void giveTime(authcore::BackendProfile &profile)
{
    profile.policy.tryTimeout = profile.policy.totalTimeout = profile.policy.holdTimeout =
        std::chrono::hours(1);
}

//! The demo backend, a session, a manager and time that stands still: a scenario's stage.
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
        auto knobs = backend.knobs(); // tokens of 900 s, and not of what is left of them
        knobs.clockStandsAt =
            std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        backend.setKnobs(knobs);
        session =
            std::make_unique<authcore::AuthSession>(profile, store, clock, [this] { return dice; });
        manager = std::make_unique<authcore::AuthNetworkAccessManager>(*session);
    }

    //! Signs in and forgets that it did: the transcript starts after it. A1 and R1 are ours.
    [[nodiscard]] bool signIn(const QString &user = QStringLiteral("anna"))
    {
        authcore::PasswordSignIn signIn(*session);
        QSignalSpy succeeded(&signIn, &authcore::PasswordSignIn::succeeded);
        signIn.signIn(user, user + QStringLiteral("-demo-1"));
        const bool ok = succeeded.wait(patience);
        backend.clearTranscript();
        return ok;
    }

    //! The access token is no longer one that the server knows; the account is the same.
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
    //! How many callers ended with `status`, each finished exactly once; 0: without a status.
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
        return QTest::qWaitFor([&] { return done; }, patience) ? found : std::nullopt;
    }
    //! Another process has refreshed with our tokens and stored `winners`.
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
    double dice = 0.5; //!< what the session's next throws show
    authcore::BackendProfile profile;
    std::unique_ptr<authcore::AuthSession> session;
    std::unique_ptr<authcore::AuthNetworkAccessManager> manager;
    std::vector<std::unique_ptr<Caller>> callers;
};

} // namespace test
