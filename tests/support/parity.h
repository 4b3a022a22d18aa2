#pragma once

#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/memorytokenstore.h"
#include "tests/support/rawserver.h"
#include "tests/support/recorder.h"

#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QSslConfiguration>
#include <QtTest/QTest>

#include <functional>
#include <memory>
#include <optional>

namespace test {

//! The manager that a scenario uses.
enum class Through {
    Plain, //!< QNetworkAccessManager, with which all others are compared
    Unprotected, //!< AuthNetworkAccessManager without protected origins
    GoodToken, //!< AuthNetworkAccessManager with a valid token
    Challenged, //!< AuthNetworkAccessManager whose first answer is a 401
};

const char *nameOf(Through through);

//! One manager, QNetworkAccessManager or AuthNetworkAccessManager, with a server of its own.
struct Stage
{
    explicit Stage(Through way);
    ~Stage();
    Stage(const Stage &) = delete;
    Stage &operator=(const Stage &) = delete;

    [[nodiscard]] QNetworkRequest request(const QByteArray &path = "/x") const;
    //! Sends later requests to `url`, and protects its origin.
    void standBehind(const QUrl &url, const QSslConfiguration &configuration = {});
    //! Protects these origins from now on, unless nothing is protected.
    void protect(const QStringList &origins);
    //! Gives the session new tokens, in Challenged invalid ones.
    void signIn();
    [[nodiscard]] bool isPlain() const { return through == Through::Plain; }

    Recorder &record(QNetworkReply *reply, Recorder::Hook hook = {});
    Recorder &get(const QByteArray &path = "/x", Recorder::Hook hook = {});
    //! Waits until all recorded replies have finished.
    [[nodiscard]] bool settled() const;
    //! Whether the server holds all recorded requests and all replies have emitted requestSent().
    [[nodiscard]] bool allSent(const QByteArray &path) const;
    //! The recorded lines of all replies in the order of record().
    [[nodiscard]] QStringList recording();

    //! For scenarios that end before the server answers.
    void neverAnswered() { expectsChallenge = false; }

    Through through;
    bool expectsChallenge = true; //!< for Challenged
    //! False: several requests are sent at once, and Qt chooses at random which one connects.
    bool comparesConnecting = true;
    RawServer server;
    QUrl origin = server.url(); //!< of the requests
    std::optional<QSslConfiguration> tls; //!< of the requests, if set
    std::shared_ptr<void> front; //!< a proxy before the server that must live as long
    authcore::MemoryTokenStore store;
    authcore::testing::ManualClock clock;
    authcore::BackendProfile profile;
    std::unique_ptr<authcore::AuthSession> session;
    std::unique_ptr<QNetworkAccessManager> manager;
    std::vector<std::unique_ptr<Recorder>> recorders;
};

//! Answers the manager's questions for credentials, and records each question with its reply.
void answersWhenAsked(Stage &stage);

using Scenario = std::function<void(Stage &)>;

//! The recorded lines of a scenario with one manager.
[[nodiscard]] QStringList play(const Scenario &scenario, Through through);

//! The first different line; empty: no difference. All lines go to the log.
[[nodiscard]] QByteArray difference(const QStringList &plain, const QStringList &ours);

[[nodiscard]] QByteArray difference(
    const QStringList &plain, const QStringList &ours, Through through);

//! Runs `scenario` with all managers. Returns the first difference to Qt's manager; empty: none.
[[nodiscard]] QByteArray differenceFromPlain(const Scenario &scenario,
    const std::vector<Through> &ours = {
        Through::Unprotected, Through::GoodToken, Through::Challenged});

//! Sends a request to "/x", which the server holds until a time-out (in ms) ends the request.
using TimedScenario = std::function<void(Stage &, int timeout)>;

//! The same with the shortest time-out that ends no request before it is sent: a slow machine needs
//! a longer one.
[[nodiscard]] QByteArray differenceFromPlain(const TimedScenario &scenario);

} // namespace test

Q_DECLARE_METATYPE(test::Scenario)
Q_DECLARE_METATYPE(test::TimedScenario)

namespace test {

//! The body of a test function: the scenario of its row is the same with all managers.
void compareWithPlain();

} // namespace test
