#include "app/cli/run/jsonreport.h"
#include "app/cli/run/refreshtext.h"
#include "app/cli/run/textreport.h"
#include "app/cli/run/waterfalltext.h"
#include "tests/support/story.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace app::cli;
using namespace authcore::lab;
using test::Story;

//! The output of tokenflight-cli for traces written by hand.
class CliReportsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jsonIsEscaped_data();
    void jsonIsEscaped();
    void jsonKeepsTheOrderOfKeys();
    void theSignInIsReported();
    void lostRequestsAreNull();
    void generationsAreRelative_data();
    void generationsAreRelative();
    void waterfallIsDrawnToScale();
    void shortAttemptsAreNotHidden();
    void manyRequestsAreAbbreviated();
    void brokenRulesNameRequests();
    void aRefreshTellsItsStory();
    void aRefreshThatWentWellIsOnlyDrawn();
};

namespace {

constexpr authcore::Generation first {7};

enum class Refresh { Over, Running };

Story threeAtOnce(Refresh refresh = Refresh::Over)
{
    Story story;
    story.created(1).created(2).sent(1, 1, 7).sent(2, 1, 7).refreshStarted(1, 7).trySent(1, 1);
    story.challenged(1, 1, Story::Outcome::StartedRefresh, 1).received(1, 1, 401).held(1, 1);
    story.challenged(2, 1, Story::Outcome::JoinedRefresh, 1).received(2, 1, 401).held(2, 1);
    return refresh == Refresh::Running ? story : story.trySucceeded(1, 1).refreshed(1, 8);
}

QString waterfall(const Story &story, const Terminal &terminal)
{
    Trace trace;
    story.tell(trace);
    return waterfallText(trace, judge(trace, {}), first, terminal);
}

} // namespace

void CliReportsTest::jsonIsEscaped_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("plain") << u"at most 8"_s;
    QTest::newRow("quotes and backslashes") << u"a \"quoted\" \\ thing"_s;
    QTest::newRow("control characters") << u"line\none\ttab\u0001"_s;
    QTest::newRow("beyond ASCII") << u"gr\u00fc\u00df \U0001F511"_s;
    QTest::newRow("empty") << QString();
}

void CliReportsTest::jsonIsEscaped()
{
    QFETCH(const QString, text);
    Verdict verdict;
    verdict.rules.push_back({u"id"_s, u"title"_s, text, u"0"_s, true, {}});
    const auto json = jsonReport({}, verdict, first);
    QVERIFY(!json.contains('\n'));
    const auto rules = QJsonDocument::fromJson(json).object()["rules"_L1].toArray();
    QCOMPARE(rules.at(0)["expected"_L1].toString(), text);
}

void CliReportsTest::jsonKeepsTheOrderOfKeys()
{
    Verdict verdict;
    verdict.rules.push_back({u"id"_s, u"title"_s, u"1"_s, u"2"_s, false, {}});
    verdict.hints = {u"a hint"_s};
    verdict.wallTime = 41'240us;
    QCOMPARE(jsonReport({}, verdict, first),
        "{\"verdict\":\"fail\",\"rules\":[{\"id\":\"id\",\"expected\":\"1\",\"observed\":\"2\","
        "\"ok\":false}],\"hints\":[\"a hint\"],\"sign_in\":null,"
        "\"sent\":0,\"ok\":0,\"challenged\":0,\"refresh_count\":0,\"replayed\":0,"
        "\"lost\":0,\"wall_ms\":41.2,\"refreshes\":[],\"requests\":[]}");
}

void CliReportsTest::theSignInIsReported()
{
    using Report = authcore::SignInReport;
    Report report;
    report.accessToken = {Report::Token::Place::Body, u"/access_token"_s, 900, true};
    report.refreshToken = {Report::Token::Place::Cookie, u"rt"_s, 32, false};
    report.lifetime = 300s;
    report.lifetimeFrom = Report::LifetimeFrom::Jwt;
    report.account = u"anna"_s;
    report.cookies = {{u"rt"_s, {}}, {u"sid"_s, u"it is Secure"_s}};
    QVERIFY(jsonReport({}, {}, first, report)
                .contains("\"sign_in\":{\"access_token\":{\"in\":\"body\",\"at\":\"/access_token\","
                          "\"bytes\":900,\"jwt\":true},\"refresh_token\":{\"in\":\"cookie\","
                          "\"at\":\"rt\",\"bytes\":32,\"jwt\":false},"
                          "\"no_refresh_token_because\":null,\"lifetime_s\":300,"
                          "\"lifetime_from\":\"jwt\",\"account\":\"anna\",\"cookies\":["
                          "{\"name\":\"rt\",\"never_sent_because\":null},"
                          "{\"name\":\"sid\",\"never_sent_because\":\"it is Secure\"}]},"));
    report.refreshToken.reset();
    report.whyNoRefreshToken = u"none"_s;
    report.lifetime.reset();
    report.lifetimeFrom = Report::LifetimeFrom::Unknown;
    const auto json = jsonReport({}, {}, first, report);
    QVERIFY(json.contains("\"refresh_token\":null,\"no_refresh_token_because\":\"none\","
                          "\"lifetime_s\":null,\"lifetime_from\":\"unknown\","));
}

void CliReportsTest::lostRequestsAreNull()
{
    Trace trace;
    Story().created(1).sent(1, 1, 7).tell(trace);
    const auto text = jsonReport(trace, judge(trace, {}), first);
    QVERIFY(text.startsWith("{\"verdict\":\"fail\","));
    QVERIFY(text.contains("\"lost\":1,"));
    QVERIFY(
        text.endsWith("[{\"status\":null,\"attempts\":[{\"status\":null,\"generation\":1}]}]}"));
}

void CliReportsTest::generationsAreRelative_data()
{
    QTest::addColumn<int>("generation");
    QTest::addColumn<int>("shown");
    QTest::newRow("the burst's own") << 7 << 1;
    QTest::newRow("the first refresh's") << 8 << 2;
    QTest::newRow("none") << 0 << 0;
    QTest::newRow("one from before") << 5 << 0;
}

void CliReportsTest::generationsAreRelative()
{
    QFETCH(const int, generation);
    QTEST(shownGeneration(authcore::Generation(generation), first), "shown");
}

void CliReportsTest::waterfallIsDrawnToScale()
{
    const auto story = threeAtOnce()
                           .sent(1, 2, 8)
                           .firstByte(1, 2, 200)
                           .received(1, 2, 200)
                           .answered(1, 200)
                           .sent(2, 2, 8)
                           .received(2, 2, 200)
                           .answered(2, 200);
    // 20 ms on 42 columns: each event has about two columns.
    // clang-format off
    const QString expected
        = u"  #  status          tokens  0 ms                               20.0 ms\n"
           "  1  401>200         A1>A2       ==========  :::::::::::::==##\n"
           "  2  401>200         A1>A2         ===============  ::::::::::::::==\n"
           "  @  refresh ok      A1>A2           ..@@@@@@@@@@@@@@@..\n"
           "                 . queued  : held  = sending  # receiving  @ refreshing\n"_s;
    // clang-format on
    QCOMPARE(waterfall(story, {.columns = 71, .glyphs = Terminal::Glyphs::Ascii}), expected);
}

void CliReportsTest::shortAttemptsAreNotHidden()
{
    Story story = threeAtOnce();
    for (int tick = 0; tick < 500; ++tick)
        story.queued(1);
    story.sent(1, 2, 8).received(1, 2, 200).answered(1, 200);
    const auto drawn = waterfall(story, {.columns = 60, .glyphs = Terminal::Glyphs::Ascii});
    const auto line = drawn.section(u'\n', 1, 1);
    QCOMPARE(line.count(u'='), 2); // one column for each of two attempts
}

void CliReportsTest::manyRequestsAreAbbreviated()
{
    Story story;
    for (int request = 1; request <= 100; ++request)
        story.whole(request, 7, request == 50 ? 500 : 200);
    for (int request = 101; request <= 110; ++request)
        story.created(request);
    const auto drawn = waterfall(story, {.columns = 80, .glyphs = Terminal::Glyphs::Ascii});
    QVERIFY2(drawn.contains("     ... 88 more: 87 x 200, 1 x 500\n"_L1), qPrintable(drawn));
    QVERIFY2(drawn.contains("\n101  ---"_L1), qPrintable(drawn)); // request 101 broke a rule
    QCOMPARE(drawn.count(u'\n'), 1 + 12 + 1 + 10 + 1);
}

void CliReportsTest::brokenRulesNameRequests()
{
    Trace trace;
    Story().whole(11, 7, 200).whole(12, 7, 401).whole(13, 7, 200).tell(trace);
    Expectation expectation;
    expectation.ok = 3;
    const auto text = verdictText(judge(trace, expectation), trace);
    QVERIFY2(text.contains("BROKEN  every-request-succeeded"_L1), qPrintable(text));
    QVERIFY2(
        text.contains("does not hold: Every request succeeds (requests 2)"_L1), qPrintable(text));
    QVERIFY(text.startsWith("FAIL  3 sent"_L1));
}

// 43 tries, of which the story keeps eight.
void CliReportsTest::aRefreshTellsItsStory()
{
    authcore::RefreshStory told;
    for (int number = 1; number <= 43; ++number) {
        authcore::RefreshTry tried;
        tried.number = number;
        tried.request.sentAt = std::chrono::sys_time<std::chrono::milliseconds>(1'234ms);
        tried.request.took = 12ms;
        tried.request.url = u"https://host/token"_s;
        tried.request.httpStatus = 503;
        tried.error = authcore::TokenError::Code::ServerFailed;
        tried.detail = u"The server answered 503"_s;
        told.add(tried);
    }
    told.decision = u"Given up."_s;
    Story story = threeAtOnce(Refresh::Running);
    for (int number = 2; number <= 43; ++number)
        story.trySent(1, number);
    Trace trace;
    story.refreshFailed(1, Story::Code::ServerFailed, told).tell(trace);
    const QStringList lines = refreshText(trace).split(u'\n');
    QCOMPARE(lines.size(), 1 + 3 + 1 + 5 + 1 + 1);
    QCOMPARE(lines[0], u"Refresh 1: failed"_s);
    QVERIFY2(lines[1].endsWith(" https://host/token: 503 in 12 ms"_L1), qPrintable(lines[1]));
    QVERIFY(lines[9].startsWith("  Try 43, "_L1));
    QCOMPARE(lines[10], u"  Given up."_s);
    QVERIFY(lines[11].isEmpty());

    const auto json = QJsonDocument::fromJson(jsonReport(trace, judge(trace, {}), first)).object();
    QCOMPARE(json["refresh_count"_L1].toInt(), 1);
    const QJsonObject refresh = json["refreshes"_L1][0].toObject();
    QCOMPARE(refresh["try_count"_L1].toInt(), 43);
    QCOMPARE(refresh["decision"_L1].toString(), u"Given up."_s);
    QCOMPARE(refresh["tries"_L1].toArray().size(), 8);
    QCOMPARE(QJsonDocument(refresh["tries"_L1][7].toObject()).toJson(QJsonDocument::Compact),
        "{\"answer\":null,\"at\":\"1970-01-01T00:00:01.234Z\",\"code\":\"ServerFailed\","
        "\"detail\":\"The server answered 503\",\"error\":null,\"error_description\":null,"
        "\"missing\":null,\"number\":43,\"status\":503,\"took_ms\":12,"
        "\"url\":\"https://host/token\"}");
}

void CliReportsTest::aRefreshThatWentWellIsOnlyDrawn()
{
    Trace trace;
    threeAtOnce().tell(trace);
    QCOMPARE(refreshText(trace), QString());
}

QTEST_GUILESS_MAIN(CliReportsTest)
#include "tst_clireports.moc"
