#include "tests/support/parity.h"

#include "tests/support/patience.h"

#include <QtCore/QRegularExpression>
#include <QtNetwork/QAuthenticator>

#include <algorithm>
#include <array>

namespace test {

const char *nameOf(Through through)
{
    constexpr std::array names {"plain", "unprotected", "good token", "challenged"};
    return names[std::size_t(through)];
}

Stage::Stage(Through way)
    : through(way)
{
    profile = *authcore::BackendProfile::preset(QStringLiteral("custom-jwt"), server.url());
    if (through == Through::Unprotected)
        profile.protectedOrigins.clear();
    session = std::make_unique<authcore::AuthSession>(profile, store, clock, [] { return 0.5; });
    signIn();
    if (through == Through::Plain)
        manager = std::make_unique<QNetworkAccessManager>();
    else
        manager = std::make_unique<authcore::AuthNetworkAccessManager>(*session);
}

Stage::~Stage()
{
    recorders.clear();
}

QNetworkRequest Stage::request(const QByteArray &path) const
{
    QNetworkRequest request(origin.resolved(QUrl::fromEncoded(path)));
    if (tls)
        request.setSslConfiguration(*tls);
    return request;
}

void Stage::standBehind(const QUrl &url, const QSslConfiguration &configuration)
{
    origin = url;
    tls = configuration;
    protect({authcore::originOf(url)});
}

void Stage::protect(const QStringList &origins)
{
    if (through != Through::Unprotected)
        profile.protectedOrigins = origins;
    session->setProfile(profile); // the new places end the session
    signIn();
}

void Stage::signIn()
{
    authcore::TokenSet tokens;
    tokens.accessToken = through == Through::Challenged ? "broken" : "good";
    tokens.refreshToken = "refresh";
    tokens.userName = QStringLiteral("anna");
    session->setTokens(tokens);
}

Recorder &Stage::record(QNetworkReply *reply, Recorder::Hook hook)
{
    recorders.push_back(std::make_unique<Recorder>(*manager, reply, std::move(hook)));
    return *recorders.back();
}

Recorder &Stage::get(const QByteArray &path, Recorder::Hook hook)
{
    return record(manager->get(request(path)), std::move(hook));
}

bool Stage::settled() const
{
    return eventually([this] {
        return std::all_of(recorders.begin(), recorders.end(),
            [](const auto &recorder) { return recorder->isOver(); });
    });
}

bool Stage::allSent(const QByteArray &path) const
{
    return server.heldCount(path) == static_cast<int>(recorders.size())
        && std::all_of(recorders.begin(), recorders.end(), [](const auto &recorder) {
               return recorder->lines().join(u' ').contains(QStringLiteral("requestSent"));
           });
}

QStringList Stage::recording()
{
    QStringList lines;
    for (const auto &recorder : recorders)
        lines << recorder->finish();
    return lines;
}

void answersWhenAsked(Stage &stage)
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

QStringList play(const Scenario &scenario, Through through)
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

QByteArray difference(const QStringList &plain, const QStringList &ours)
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

QByteArray difference(const QStringList &plain, const QStringList &ours, Through through)
{
    const QByteArray differs = difference(plain, ours);
    return differs.isEmpty() ? differs : QByteArray(nameOf(through) + (": " + differs));
}

QByteArray differenceFromPlain(const Scenario &scenario, const std::vector<Through> &ours)
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

QByteArray differenceFromPlain(const TimedScenario &scenario)
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

void compareWithPlain()
{
    QFETCH(Scenario, scenario);
    const QByteArray differs = differenceFromPlain(scenario);
    QVERIFY2(differs.isEmpty(), differs.constData());
}

} // namespace test
