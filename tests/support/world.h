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
void giveTime(authcore::BackendProfile &profile);

//! What a scenario needs: the demo backend, a session, a manager, and a clock that stands still.
struct World
{
    using Tweak = std::function<void(authcore::BackendProfile &)>;

    explicit World(const Tweak &tweak = {}, const demobackend::DemoBackend::Options &options = {});
    ~World();
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    //! Signs in and clears the transcript. The session's tokens are A1 and R1.
    [[nodiscard]] bool signIn(const QString &user = QStringLiteral("anna"));

    //! Replaces the access token by an invalid one; the account stays the same.
    void breakAccess();
    void breakRefresh();

    [[nodiscard]] QUrl url(const QString &path) const { return backend.url().resolved(QUrl(path)); }
    [[nodiscard]] QNetworkRequest request(
        const QString &path = QStringLiteral("/api/resources")) const;

    Caller &get(const QString &path = QStringLiteral("/api/resources"));
    Caller &post(const QByteArray &body, const QString &path = QStringLiteral("/api/echo"));
    Caller &watch(QNetworkReply *reply);

    [[nodiscard]] int finishedCount() const;
    //! The number of callers that finished exactly once with `status`; 0: without a status.
    [[nodiscard]] int endedWith(int status) const;
    [[nodiscard]] int refreshesOnTheWire() const;
    [[nodiscard]] std::optional<authcore::TokenSet> stored();
    //! Acts as another process that has refreshed with the session's tokens and stored `winners`.
    [[nodiscard]] bool loseRaceTo(const authcore::TokenSet &winners);

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
