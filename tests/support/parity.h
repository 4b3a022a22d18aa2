#pragma once

#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/memorytokenstore.h"
#include "tests/support/rawserver.h"
#include "tests/support/recorder.h"

#include <QtCore/QRegularExpression>
#include <QtNetwork/QAuthenticator>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QSslConfiguration>
#include <QtTest/QTest>

#include <array>
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

inline const char *nameOf(Through through)
{
    constexpr std::array names {"plain", "unprotected", "good token", "challenged"};
    return names[std::size_t(through)];
}

//! One manager, QNetworkAccessManager or AuthNetworkAccessManager, with a server of its own.
struct Stage
{
    explicit Stage(Through way)
        : through(way)
    {
        profile = *authcore::BackendProfile::preset(QStringLiteral("custom-jwt"), server.url());
        if (through == Through::Unprotected)
            profile.protectedOrigins.clear();
        session =
            std::make_unique<authcore::AuthSession>(profile, store, clock, [] { return 0.5; });
        signIn();
        if (through == Through::Plain)
            manager = std::make_unique<QNetworkAccessManager>();
        else
            manager = std::make_unique<authcore::AuthNetworkAccessManager>(*session);
    }
    ~Stage() { recorders.clear(); }
    Stage(const Stage &) = delete;
    Stage &operator=(const Stage &) = delete;

    [[nodiscard]] QNetworkRequest request(const QByteArray &path = "/x") const
    {
        QNetworkRequest request(origin.resolved(QUrl::fromEncoded(path)));
        if (tls)
            request.setSslConfiguration(*tls);
        return request;
    }
    //! Sends later requests to `url`, and protects its origin.
    void standBehind(const QUrl &url, const QSslConfiguration &configuration = {})
    {
        origin = url;
        tls = configuration;
        protect({authcore::originOf(url)});
    }
    //! Protects these origins from now on, unless nothing is protected.
    void protect(const QStringList &origins)
    {
        if (through != Through::Unprotected)
            profile.protectedOrigins = origins;
        session->setProfile(profile); // the new places end the session
        signIn();
    }
    //! Gives the session new tokens, in Challenged invalid ones.
    void signIn()
    {
        authcore::TokenSet tokens;
        tokens.accessToken = through == Through::Challenged ? "broken" : "good";
        tokens.refreshToken = "refresh";
        tokens.userName = QStringLiteral("anna");
        session->setTokens(tokens);
    }
    [[nodiscard]] bool isPlain() const { return through == Through::Plain; }

    Recorder &record(QNetworkReply *reply, Recorder::Hook hook = {})
    {
        recorders.push_back(std::make_unique<Recorder>(*manager, reply, std::move(hook)));
        return *recorders.back();
    }
    Recorder &get(const QByteArray &path = "/x", Recorder::Hook hook = {})
    {
        return record(manager->get(request(path)), std::move(hook));
    }
    //! Waits until all recorded replies have finished.
    [[nodiscard]] bool settled() const
    {
        return eventually([this] {
            return std::all_of(recorders.begin(), recorders.end(),
                [](const auto &recorder) { return recorder->isOver(); });
        });
    }
    //! Whether the server holds all recorded requests and all replies have emitted requestSent().
    [[nodiscard]] bool allSent(const QByteArray &path) const
    {
        return server.heldCount(path) == static_cast<int>(recorders.size())
            && std::all_of(recorders.begin(), recorders.end(), [](const auto &recorder) {
                   return recorder->lines().join(u' ').contains(QStringLiteral("requestSent"));
               });
    }
    //! The recorded lines of all replies in the order of record().
    [[nodiscard]] QStringList recording()
    {
        QStringList lines;
        for (const auto &recorder : recorders)
            lines << recorder->finish();
        return lines;
    }

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
inline void answersWhenAsked(Stage &stage)
{
    const auto note = [&stage](const QString &line, QAuthenticator *asked) {
        stage.recorders.back()->note(line);
        asked->setUser(QStringLiteral("user"));
        asked->setPassword(QStringLiteral("password"));
    };
    QObject::connect(stage.manager.get(), &QNetworkAccessManager::authenticationRequired,
        stage.manager.get(), [&stage, note](QNetworkReply *reply, QAuthenticator *asked) {
            if (!stage.isPlain())
                reply = static_cast<authcore::AuthNetworkAccessManager *>(stage.manager.get())
                            ->outerReply(reply);
            const bool known = reply == stage.recorders.back()->reply();
            note(QStringLiteral("asked %1 for %2")
                     .arg(asked->realm(), QLatin1String(known ? "it" : "a stranger")),
                asked);
        });
    QObject::connect(stage.manager.get(), &QNetworkAccessManager::proxyAuthenticationRequired,
        stage.manager.get(), [note](const QNetworkProxy &, QAuthenticator *asked) {
            note(QStringLiteral("proxy asks ") + asked->realm(), asked);
        });
}

using Scenario = std::function<void(Stage &)>;

//! The recorded lines of a scenario with one manager.
[[nodiscard]] inline QStringList play(const Scenario &scenario, Through through)
{
    Stage stage(through);
    scenario(stage);
    if (!stage.settled())
        return QStringList {QStringLiteral("NEVER OVER")} + stage.recording();
    if (through == Through::Challenged && stage.expectsChallenge
        && stage.server.challengeCount() == 0)
        return {QStringLiteral("NOT CHALLENGED")};
    QStringList lines = stage.recording();
    // Qt 6.4.2 has problems after close(), and emits finished() twice after the abort() of a POST.
    // AuthNetworkAccessManager must have none.
    const QString late = QStringLiteral("PROBLEM after finished");
    if (through == Through::Plain || through == Through::Unprotected)
        lines.removeIf([&late](const QString &line) { return line.startsWith(late); });
    if (!stage.comparesConnecting) {
        static const QRegularExpression connecting(
            QStringLiteral("^(socketStartedConnecting|manager encrypted|encrypted)"));
        lines.removeIf([](const QString &line) { return connecting.match(line).hasMatch(); });
    }
    return lines;
}

//! The first different line; empty: no difference. All lines go to the log.
[[nodiscard]] inline QByteArray difference(const QStringList &plain, const QStringList &ours)
{
    if (plain == ours)
        return {};
    qsizetype first = 0;
    while (plain.value(first) == ours.value(first))
        ++first;
    for (const QString &line : plain)
        qInfo("plain: %s", qPrintable(line));
    for (const QString &line : ours)
        qInfo("ours:  %s", qPrintable(line));
    return QByteArray("line " + QByteArray::number(first) + "\n plain: "
        + plain.value(first).toLatin1() + "\n ours:  " + ours.value(first).toLatin1());
}

[[nodiscard]] inline QByteArray difference(
    const QStringList &plain, const QStringList &ours, Through through)
{
    const QByteArray differs = difference(plain, ours);
    return differs.isEmpty() ? differs : QByteArray(nameOf(through) + (": " + differs));
}

//! Runs `scenario` with all managers. Returns the first difference to Qt's manager; empty: none.
[[nodiscard]] inline QByteArray differenceFromPlain(const Scenario &scenario,
    const std::vector<Through> &ours = {
        Through::Unprotected, Through::GoodToken, Through::Challenged})
{
    const QStringList plain = play(scenario, Through::Plain);
    if (plain.isEmpty() || plain.constFirst() == QStringLiteral("NEVER OVER"))
        return "the plain one is not over: " + plain.join(u'\n').toLatin1();
    for (const Through through : ours) {
        const QByteArray differs = difference(plain, play(scenario, through), through);
        if (!differs.isEmpty())
            return differs;
    }
    return {};
}

//! Sends a request to "/x", which the server holds until a time-out (in ms) ends the request.
using TimedScenario = std::function<void(Stage &, int timeout)>;

//! The same with the shortest time-out that ends no request before it is sent: a slow machine needs
//! a longer one.
[[nodiscard]] inline QByteArray differenceFromPlain(const TimedScenario &scenario)
{
    for (int timeout = 50; timeout < patience; timeout *= 2) {
        bool isSent = true;
        const QByteArray differs = differenceFromPlain(Scenario([&](Stage &stage) {
            stage.server.holds("/x");
            scenario(stage, timeout);
            isSent = isSent && stage.settled() && stage.allSent("/x");
        }));
        if (isSent)
            return differs;
    }
    return "too slow for any time-out";
}

} // namespace test

Q_DECLARE_METATYPE(test::Scenario)
Q_DECLARE_METATYPE(test::TimedScenario)

namespace test {

//! The body of a test function: the scenario of its row is the same with all managers.
inline void compareWithPlain()
{
    QFETCH(Scenario, scenario);
    const QByteArray differs = differenceFromPlain(scenario);
    QVERIFY2(differs.isEmpty(), differs.constData());
}

} // namespace test
