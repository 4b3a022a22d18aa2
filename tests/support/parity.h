#pragma once

#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/tokens/memorytokenstore.h"
#include "tests/support/manualclock.h"
#include "tests/support/rawserver.h"
#include "tests/support/recorder.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>
#include <QtTest/QTest>

#include <array>
#include <memory>

namespace test {

//! Through whom a scenario runs.
enum class Through {
    Plain, //!< QNetworkAccessManager: what all others must look like
    Unprotected, //!< ours, and nothing is protected
    GoodToken, //!< ours, protected, with a token that the server likes
    Challenged, //!< ours, protected, and the first answer is a 401
};

inline const char *nameOf(Through through)
{
    constexpr std::array names {"plain", "unprotected", "good token", "challenged"};
    return names[std::size_t(through)];
}

//! QTest::qWaitFor() without its sleeps of 10 ms, which are most of the time of thousands of small
//! exchanges with a server in this very thread.
template <typename Predicate>
[[nodiscard]] bool eventually(const Predicate &predicate)
{
    QTimer deadline; // ends the wait for more events, too
    deadline.setSingleShot(true);
    deadline.start(std::chrono::seconds(10));
    while (!predicate() && deadline.isActive()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return predicate();
}

//! One manager, plain or ours, and a server of its own.
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
        authcore::TokenSet tokens;
        tokens.accessToken = through == Through::Challenged ? "broken" : "good";
        tokens.refreshToken = "refresh";
        tokens.userName = QStringLiteral("anna");
        session->setTokens(tokens);
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
        return QNetworkRequest(server.url(path));
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
    //! Until all that is recorded is over.
    [[nodiscard]] bool settled() const
    {
        return eventually([this] {
            return std::all_of(recorders.begin(), recorders.end(),
                [](const auto &recorder) { return recorder->isOver(); });
        });
    }
    //! All that was seen, of all replies in the order of record().
    [[nodiscard]] QStringList recording()
    {
        QStringList lines;
        for (const auto &recorder : recorders)
            lines << recorder->finish();
        return lines;
    }

    //! The scenario ends before the server could say anything.
    void neverAnswered() { expectsChallenge = false; }

    Through through;
    bool expectsChallenge = true; //!< where through is Challenged
    RawServer server;
    authcore::MemoryTokenStore store;
    ManualClock clock;
    authcore::BackendProfile profile;
    std::unique_ptr<authcore::AuthSession> session;
    std::unique_ptr<QNetworkAccessManager> manager;
    std::vector<std::unique_ptr<Recorder>> recorders;
};

using Scenario = std::function<void(Stage &)>;

//! What a scenario looks like through one of them.
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
    // Qt does (6.4.2: after close(), and finished() twice after the abort() of a POST); ours never.
    const QString late = QStringLiteral("PROBLEM after finished");
    if (through == Through::Plain || through == Through::Unprotected)
        lines.removeIf([&late](const QString &line) { return line.startsWith(late); });
    return lines;
}

//! Empty: the same. Otherwise the first line that is not; all lines go to the log.
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

//! Plays `scenario` through all; says how one of ours differs from Qt's, or nothing.
[[nodiscard]] inline QByteArray differenceFromPlain(const Scenario &scenario,
    const std::vector<Through> &ours = {
        Through::Unprotected, Through::GoodToken, Through::Challenged})
{
    const QStringList plain = play(scenario, Through::Plain);
    if (plain.isEmpty() || plain.constFirst() == QStringLiteral("NEVER OVER"))
        return "the plain one is not over: " + plain.join(u'\n').toLatin1();
    for (const Through through : ours) {
        const QByteArray differs = difference(plain, play(scenario, through));
        if (!differs.isEmpty())
            return QByteArray(nameOf(through)) + ": " + differs;
    }
    return {};
}

} // namespace test

Q_DECLARE_METATYPE(test::Scenario)
