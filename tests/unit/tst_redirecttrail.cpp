// Redirects by Qt's rules, and what a request must not carry after them.
#include "authcore/network/redirecttrail.h"

#include <QtTest/QTest>

using namespace authcore;
using namespace Qt::StringLiterals;
using Manager = QNetworkAccessManager;
using Request = QNetworkRequest;

class RedirectTrailTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hops_data()
    {
        QTest::addColumn<Request::RedirectPolicy>("policy");
        QTest::addColumn<QString>("from");
        QTest::addColumn<QByteArray>("location");
        QTest::addColumn<QString>("to"); // empty: the redirect is not followed
        QTest::addColumn<QNetworkReply::NetworkError>("error");
        const auto row = [](const char *name, Request::RedirectPolicy policy, const char *from,
                             const char *location, const char *to,
                             QNetworkReply::NetworkError error = QNetworkReply::NoError) {
            QTest::newRow(name) << policy << QString::fromLatin1(from) << QByteArray(location)
                                << QString::fromLatin1(to) << error;
        };
        const auto safe = Request::NoLessSafeRedirectPolicy;
        const auto same = Request::SameOriginRedirectPolicy;
        const auto user = Request::UserVerifiedRedirectPolicy;
        // clang-format off
        row("absolute",                     safe, "http://a/x",      "http://b/y",   "http://b/y");
        row("relative to the path",         safe, "http://a/d/x",    "y",            "http://a/d/y");
        row("relative to the root",         safe, "http://a/d/x",    "/y?q=1",       "http://a/y?q=1");
        row("another scheme's host",        safe, "https://a/x",     "//b/y",        "https://b/y");
        row("as Qt: no old fragment",       safe, "http://a/x#part", "/y",           "http://a/y");
        row("or takes a new one",           safe, "http://a/x#part", "/y#new",       "http://a/y#new");
        row("https to http",                safe, "https://a/x",     "http://a/y",   "", QNetworkReply::InsecureRedirectError);
        row("https to http, by the user",   user, "https://a/x",     "http://a/y",   "http://a/y");
        row("http to https",                safe, "http://a/x",      "https://a/y",  "https://a/y");
        row("same origin",                  same, "http://a/x",      "/y",           "http://a/y");
        row("same origin, port said",       same, "http://a/x",      "http://a:80/y", "http://a:80/y");
        row("another host",                 same, "http://a/x",      "http://b/y",   "", QNetworkReply::InsecureRedirectError);
        row("another port",                 same, "http://a/x",      "http://a:81/", "", QNetworkReply::InsecureRedirectError);
        row("another scheme",               same, "http://a/x",      "https://a/y",  "", QNetworkReply::InsecureRedirectError);
        row("nowhere",                      safe, "http://a/x",      "",             "", QNetworkReply::ProtocolUnknownError);
        row("a file",                       safe, "http://a/x",      "file:///etc",  "", QNetworkReply::ProtocolUnknownError);
        row("a script",                     safe, "http://a/x",      "javascript:1", "", QNetworkReply::ProtocolUnknownError);
        row("no host",                      safe, "http://a/x",      "////b",        "", QNetworkReply::ProtocolUnknownError);
        row("rubbish",                      safe, "http://a/x",      "http://%zz",   "", QNetworkReply::ProtocolUnknownError);
        // clang-format on
    }
    void hops()
    {
        QFETCH(Request::RedirectPolicy, policy);
        QFETCH(QString, from);
        QFETCH(QByteArray, location);
        QFETCH(QString, to);
        QFETCH(QNetworkReply::NetworkError, error);
        const auto step = nextHop(policy, QUrl(from), location, 302, Manager::GetOperation, 5);
        if (to.isEmpty())
            QCOMPARE(std::get<RedirectError>(step).code, error);
        else
            QCOMPARE(std::get<Hop>(step).url, QUrl(to));
    }

    void methods_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<Manager::Operation>("before");
        QTest::addColumn<Manager::Operation>("after");
        QTest::addColumn<bool>("keepsBody");
        for (const int status : {301, 302, 303, 305}) {
            QTest::addRow("%d POST", status)
                << status << Manager::PostOperation << Manager::GetOperation << false;
            QTest::addRow("%d PUT", status)
                << status << Manager::PutOperation << Manager::GetOperation << false;
            QTest::addRow("%d HEAD", status)
                << status << Manager::HeadOperation << Manager::HeadOperation << false;
            QTest::addRow("%d GET", status)
                << status << Manager::GetOperation << Manager::GetOperation << false;
        }
        for (const int status : {307, 308}) {
            QTest::addRow("%d POST", status)
                << status << Manager::PostOperation << Manager::PostOperation << true;
            QTest::addRow("%d custom", status)
                << status << Manager::CustomOperation << Manager::CustomOperation << true;
            QTest::addRow("%d GET", status)
                << status << Manager::GetOperation << Manager::GetOperation << true;
            QTest::addRow("%d DELETE", status)
                << status << Manager::DeleteOperation << Manager::DeleteOperation << true;
            QTest::addRow("%d HEAD", status)
                << status << Manager::HeadOperation << Manager::HeadOperation << false;
        }
    }
    void methods()
    {
        QFETCH(int, status);
        QFETCH(Manager::Operation, before);
        QFETCH(Manager::Operation, after);
        QFETCH(bool, keepsBody);
        const auto step = nextHop(
            Request::NoLessSafeRedirectPolicy, QUrl(u"http://a/x"_s), "/y", status, before, 1);
        QCOMPARE(std::get<Hop>(step).operation, after);
        QCOMPARE(std::get<Hop>(step).keepsBody, keepsBody);
    }

    void chainsEnd()
    {
        const auto step = nextHop(Request::NoLessSafeRedirectPolicy, QUrl(u"http://a/x"_s), "/y",
            302, Manager::GetOperation, 0);
        QCOMPARE(std::get<RedirectError>(step).code, QNetworkReply::TooManyRedirectsError);
    }

    void credentialsStayBehind_data()
    {
        QTest::addColumn<QStringList>("way");
        QTest::addColumn<bool>("keepsCredentials");
        QTest::addColumn<bool>("hasLeftTls");
        const QString start = u"https://a/x"_s;
        const auto row = [&start](const char *name, const QStringList &hops, bool keepsCredentials,
                             bool hasLeftTls) {
            QTest::newRow(name) << (QStringList(start) + hops) << keepsCredentials << hasLeftTls;
        };
        // clang-format off
        row("no redirect",               {},                                true,  false);
        row("a path of the same origin", {u"https://a/y"_s},                true,  false);
        row("another origin",            {u"https://b/"_s},                 false, false);
        row("there and back",            {u"https://b/"_s, start},          false, false);
        row("plain http",                {u"http://a/"_s},                  false, true);
        row("plain http and back",       {u"http://a/"_s, start},           false, true);
        // clang-format on
    }
    void credentialsStayBehind()
    {
        QFETCH(QStringList, way);
        RedirectTrail trail;
        for (qsizetype i = 1; i < way.size(); ++i)
            trail.follow(QUrl(way.at(i - 1)), {QUrl(way.at(i)), Manager::GetOperation, true});
        Request request {QUrl(way.constFirst())};
        request.setRawHeader("Authorization", "Basic eDp5");
        request.setRawHeader("Cookie", "a=b");
        trail.apply(request, QUrl(way.constLast()));
        QCOMPARE(request.url(), QUrl(way.constLast()));
        QTEST(request.hasRawHeader("Authorization"), "keepsCredentials");
        QTEST(request.hasRawHeader("Cookie"), "keepsCredentials");
        QTEST(trail.hasLeftTls(), "hasLeftTls");
    }

    void droppedBodiesStayDropped()
    {
        RedirectTrail trail;
        const QUrl url(u"http://a/x"_s);
        trail.follow(url, {url, Manager::GetOperation, false});
        trail.follow(url, {url, Manager::GetOperation, true});
        Request request(url);
        request.setHeader(Request::ContentTypeHeader, u"text/plain"_s);
        trail.apply(request, url);
        QVERIFY(trail.hasDroppedBody());
        QVERIFY(!request.hasRawHeader("Content-Type"));
    }

    void aHopWaitsForItsCallerOnce()
    {
        RedirectTrail trail;
        QVERIFY(!trail.endWait());
        trail.waitForCaller();
        QVERIFY(trail.endWait());
        QVERIFY(!trail.endWait());
    }

    void statuses()
    {
        for (int status = 100; status < 600; ++status) {
            const bool expected = QList<int> {301, 302, 303, 305, 307, 308}.contains(status);
            QCOMPARE(isRedirectStatus(status), expected);
        }
    }
};

QTEST_APPLESS_MAIN(RedirectTrailTest)
#include "tst_redirecttrail.moc"
