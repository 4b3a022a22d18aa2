#include "authcore/exchange/answertext.h"
#include "authcore/exchange/endpointtry.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::BodyOf;
using authcore::EndpointTry;

namespace {

const QByteArrayList secrets {"s3cret+/=", "hunter2"};

} // namespace

class TestAnswerText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFailureIsShownWithoutSecrets_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("shown");
        const auto row = [](const char *name, const QByteArray &body, const QByteArray &shown) {
            QTest::newRow(name) << body << shown;
        };
        row("an OAuth error", R"({"error":"invalid_grant"})", R"({"error":"invalid_grant"})");
        row("nothing", {}, {});
        row("the sent token", R"({"detail":"s3cret+/= is over"})", R"({"detail":"*** is over"})");
        row("the sent token in a form", "refresh=s3cret%2B%2F%3D&x=1", "refresh=***&x=1");
        row("the sent password in HTML", "<p>wrong: hunter2</p>", "<p>wrong: ***</p>");
        row("a value under the name of a secret", R"({"newToken":"abc"})", R"({"newToken":"***"})");
        row("a number under the name of a secret", R"({"password":1234})", R"({"password":"***"})");
        row("a sentence under the name of a secret", R"({"refresh_token":["is not given"]})",
            R"({"refresh_token":["is not given"]})");
        row("a JWT anywhere", R"({"x":["eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJlLg"]})",
            R"({"x":["***"]})");
        row("a JWT as the name of a member", R"({"eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0":1})",
            R"({"***":1})");
        row("random letters", "Session XbQpLmWzKdRtYsNvUcGh ended", "Session *** ended");
        row("long words of English", "unsupported_grant_type authorization_pending",
            "unsupported_grant_type authorization_pending");
        row("a form", "access_token=abc&error=gone", "access_token=***&error=gone");
        row("half a document", "{\"accessToken\": \"abc\", \"err",
            "{\"accessToken\": \"***\", \"err");
        row("lines and control characters", "a\n\tb\x1b[31mc\xe2\x80\xae", "a b [31mc");
        row("bytes that are no text", "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd");
    }
    void aFailureIsShownWithoutSecrets()
    {
        QFETCH(const QByteArray, body);
        QTEST(answerStart(body, BodyOf::Failure, secrets).toUtf8(), "shown");
    }

    // A success has tokens, maybe under other names than the profile's.
    void aSuccessShowsItsNames_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("shown");
        const auto row = [](const char *name, const QByteArray &body, const QByteArray &shown) {
            QTest::newRow(name) << body << shown;
        };
        row("JSON",
            R"({"data":{"access":"a","list":["b"]},"expires_in":300,"token_type":"Bearer"})",
            R"({"data":{"access":"***","list":["***"]},"expires_in":300,"token_type":"Bearer"})");
        row("an error", R"({"error":"gone","message":"Sign in again"})",
            R"({"error":"gone","message":"Sign in again"})");
        row("a form", "access=a&token_type=bearer", "access=***&token_type=bearer");
        row("the token alone", "abc", "***");
        row("HTML", "<html>Please sign in</html>", "<html>Please sign in</html>");
        row("nothing", {}, {});
    }
    void aSuccessShowsItsNames()
    {
        QFETCH(const QByteArray, body);
        QTEST(answerStart(body, BodyOf::Success, secrets).toUtf8(), "shown");
    }

    void textsAreBounded()
    {
        const QString start = answerStart(QByteArray(1'000'000, 'x'), BodyOf::Failure, secrets);
        QCOMPARE(start.size(), EndpointTry::longestText);
        QVERIFY(start.endsWith(u'\u2026'));
        QCOMPARE(authcore::maskedText(u"abcdef"_s, secrets, 4), u"abc\u2026"_s);
        QCOMPARE(authcore::maskedText(u"hunter2 failed"_s, secrets, 99), u"*** failed"_s);
    }

    void urlsShowNoValues_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("shown");
        QTest::newRow("plain") << u"https://host/token"_s << u"https://host/token"_s;
        QTest::newRow("user, query, fragment") << u"https://anna:pw@host/token?key=x&flag#there"_s
                                               << u"https://host/token?key=***&flag=***"_s;
    }
    void urlsShowNoValues()
    {
        QFETCH(const QString, url);
        QTEST(authcore::maskedUrl(QUrl(url)), "shown");
    }

    void aTryIsOneLine()
    {
        EndpointTry tried;
        tried.took = 12ms;
        tried.url = u"https://host/token"_s;
        QVERIFY(tried.toString().endsWith(u" https://host/token: no answer in 12 ms"_s));
        tried.httpStatus = 400;
        tried.errorCode = u"invalid_grant"_s;
        tried.errorDescription = u"It has ended"_s;
        tried.answerStart = u"{}"_s;
        QVERIFY2(tried.toString().endsWith(
                     u" https://host/token: 400 in 12 ms, invalid_grant, \"It has ended\", {}"_s),
            qPrintable(tried.toString()));
    }
};

QTEST_GUILESS_MAIN(TestAnswerText)
#include "tst_answertext.moc"
