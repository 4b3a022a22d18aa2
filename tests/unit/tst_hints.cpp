#include "authcore/lab/hints.h"
#include "tests/support/story.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace authcore;
using namespace authcore::lab;
using test::Story;

namespace {

BackendProfile profileHere()
{
    return *BackendProfile::preset(u"custom-jwt"_s, QUrl(u"http://127.0.0.1"_s));
}

QString over(int count, int status)
{
    return u"%1 answered %2: if that is how this server says that the access token is over, add %2 "
           "to \"challengeStatuses\"."_s.arg(count)
               .arg(status);
}

} // namespace

//! What a run suggests to change in the profile.
class TestHints : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusals_data()
    {
        QTest::addColumn<Story>("story");
        QTest::addColumn<QStringList>("hints");
        const auto row = [](const char *name, const Story &story, const QStringList &hints) {
            QTest::newRow(name) << story << hints;
        };
        row("all good", Story().whole(1, 1, 200).whole(2, 1, 200), {});
        row("three refused with 422", Story().whole(1, 1, 422).whole(2, 1, 422).whole(3, 1, 422),
            {over(3, 422)});
        row("two statuses", Story().whole(1, 1, 422).whole(2, 1, 400).whole(3, 1, 200),
            {over(1, 400), over(1, 422)});
        row("a status that is a challenge anyway", Story().whole(1, 1, 401), {});
        row("statuses about other things",
            Story().whole(1, 1, 404).whole(2, 1, 405).whole(3, 1, 429).whole(4, 1, 500), {});
        row("a request without a token", Story().whole(1, 0, 403), {});
        row("a refusal after a refresh",
            Story()
                .created(1)
                .sent(1, 1, 1)
                .challenged(1, 1, Story::Outcome::StartedRefresh, 1)
                .replayed(1, 2, 403),
            {});
        row("no answer", Story().created(1).sent(1, 1, 1).failed(1), {});
    }
    void refusals()
    {
        QFETCH(const Story, story);
        Trace trace;
        story.tell(trace);
        QTEST(hintsFor(trace, profileHere(), Story::url()), "hints");
    }

    void withoutToken_data()
    {
        QTest::addColumn<QStringList>("origins");
        QTest::addColumn<QStringList>("publicPaths");
        QTest::addColumn<QString>("why");
        QTest::newRow("protected")
            << QStringList {u"http://127.0.0.1"_s} << QStringList() << QString();
        QTest::newRow("no origin is protected")
            << QStringList() << QStringList()
            << u"\"protectedOrigins\" is empty, so that no request carries the token; add "
               "\"http://127.0.0.1:80\""_s;
        QTest::newRow("another origin is protected")
            << QStringList {u"https://a.org"_s} << QStringList()
            << u"its origin is not among \"protectedOrigins\" (https://a.org); add "
               "\"http://127.0.0.1:80\""_s;
        QTest::newRow("a public path")
            << QStringList {u"http://127.0.0.1"_s} << QStringList {u"/api/*"_s}
            << u"its path is among \"publicPaths\" (/api/*); take it out there, or ask for another "
               "resource"_s;
    }
    void withoutToken()
    {
        QFETCH(const QStringList, origins);
        QFETCH(const QStringList, publicPaths);
        QFETCH(const QString, why);
        auto profile = profileHere();
        profile.protectedOrigins = origins;
        profile.publicPaths = publicPaths;
        QCOMPARE(whyWithoutToken(profile, Story::url()), why);
        const QStringList expected = why.isEmpty()
            ? QStringList()
            : QStringList {u"The requests went without the token: %1."_s.arg(why)};
        QCOMPARE(hintsFor({}, profile, Story::url()), expected);
    }
};

QTEST_GUILESS_MAIN(TestHints)
#include "tst_hints.moc"
