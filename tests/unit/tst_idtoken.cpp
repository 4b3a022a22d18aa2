#include "authcore/exchange/idtoken.h"

#include "tests/support/idtokens.h"

#include <QtCore/QJsonArray>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::IdTokenExpected;
using authcore::idTokenProblem;

namespace {

constexpr qint64 now = 2'000'000'000;

QJsonObject goodClaims()
{
    return {{u"iss"_s, u"https://issuer.example"_s}, {u"sub"_s, u"anna-1"_s},
        {u"aud"_s, u"tokenflight"_s}, {u"exp"_s, now + 300}, {u"iat"_s, now},
        {u"nonce"_s, u"the nonce"_s}};
}

} // namespace

class TestIdToken : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void claims_data()
    {
        QTest::addColumn<QJsonObject>("changes");
        QTest::addColumn<QString>("problem"); // a part of the problem's text; empty: no problem
        const auto row = [](const char *name, const QJsonObject &changes, const char *problem) {
            QTest::newRow(name) << changes << QString::fromLatin1(problem);
        };
        const auto both = QJsonArray {u"tokenflight"_s, u"other"_s};
        const auto null = QJsonValue(QJsonValue::Null);
        // clang-format off
        row("as asked for", {}, "");
        row("of another issuer", {{u"iss"_s, u"https://other.example"_s}}, "names \"https://other.example\", and not \"https://issuer.example\"");
        row("of the issuer with a slash more", {{u"iss"_s, u"https://issuer.example/"_s}}, "the slash at the end counts");
        row("of no issuer", {{u"iss"_s, null}}, "names no issuer");
        row("about nobody", {{u"sub"_s, null}}, "who it is about");
        row("about an empty somebody", {{u"sub"_s, QString()}}, "who it is about");
        row("for another client", {{u"aud"_s, u"other"_s}}, "for another client");
        row("for no client", {{u"aud"_s, null}}, "for another client");
        row("for us, in a list", {{u"aud"_s, QJsonArray {u"tokenflight"_s}}}, "");
        row("for several, issued to us", {{u"aud"_s, both}, {u"azp"_s, u"tokenflight"_s}}, "");
        row("for several, issued to who knows whom", {{u"aud"_s, both}}, "several clients");
        row("for several, issued to another", {{u"aud"_s, both}, {u"azp"_s, u"other"_s}}, "issued to another client");
        row("for us, issued to another", {{u"azp"_s, u"other"_s}}, "issued to another client");
        row("for others only", {{u"aud"_s, QJsonArray {u"other"_s}}, {u"azp"_s, u"tokenflight"_s}}, "for another client");
        row("expired a moment ago", {{u"exp"_s, now - 299}}, "");
        row("expired", {{u"exp"_s, now - 300}}, "has expired");
        row("without an expiry", {{u"exp"_s, null}}, "when it expires");
        row("with an expiry in words", {{u"exp"_s, u"soon"_s}}, "when it expires");
        row("issued in a moment", {{u"iat"_s, now + 300}}, "");
        row("issued in the future", {{u"iat"_s, now + 301}}, "in the future");
        row("issued who knows when", {{u"iat"_s, null}}, "when it was issued");
        row("issued yesterday", {{u"iat"_s, now - 24 * 3600}}, "too long ago");
        row("of another sign-in", {{u"nonce"_s, u"another"_s}}, "nonce");
        row("of a sign-in without a nonce", {{u"nonce"_s, null}}, "nonce");
        // clang-format on
    }
    void claims()
    {
        QFETCH(const QJsonObject, changes);
        QFETCH(const QString, problem);
        const auto found = idTokenProblem(test::jwt(test::changed(goodClaims(), changes)),
            {u"https://issuer.example"_s, u"tokenflight"_s, u"the nonce"_s},
            std::chrono::sys_seconds(std::chrono::seconds(now)));
        QCOMPARE(found.has_value(), !problem.isEmpty());
        if (found)
            QVERIFY2(found->contains(problem), qPrintable(*found));
    }

    void refreshed_data()
    {
        QTest::addColumn<QJsonObject>("changes");
        QTest::addColumn<QString>("problem");
        const auto null = QJsonValue(QJsonValue::Null);
        QTest::newRow("as before") << QJsonObject {} << QString();
        QTest::newRow("about somebody else")
            << QJsonObject {{u"sub"_s, u"bert-2"_s}} << u"somebody else"_s;
        QTest::newRow("of another issuer")
            << QJsonObject {{u"iss"_s, u"https://other.example"_s}} << u"another issuer"_s;
        QTest::newRow("without the nonce") << QJsonObject {{u"nonce"_s, null}} << QString();
        QTest::newRow("with the sign-in's iat")
            << QJsonObject {{u"iat"_s, now - 48 * 3600}} << QString();
        QTest::newRow("expired") << QJsonObject {{u"exp"_s, now - 3600}} << u"has expired"_s;
    }
    void refreshed()
    {
        QFETCH(const QJsonObject, changes);
        QFETCH(const QString, problem);
        const auto found = idTokenProblem(test::jwt(test::changed(goodClaims(), changes)),
            {{}, u"tokenflight"_s, {}, test::jwt(goodClaims())},
            std::chrono::sys_seconds(std::chrono::seconds(now)));
        QCOMPARE(found.has_value(), !problem.isEmpty());
        if (found)
            QVERIFY2(found->contains(problem), qPrintable(*found));
    }

    void whatIsNotKnownIsNotChecked()
    {
        const auto token =
            test::jwt(test::changed(goodClaims(), {{u"aud"_s, u"x"_s}, {u"iss"_s, u"y"_s}}));
        QVERIFY(!idTokenProblem(
            token, IdTokenExpected {}, std::chrono::sys_seconds(std::chrono::seconds(now))));
    }

    void isNone_data()
    {
        QTest::addColumn<QByteArray>("idToken");
        QTest::addColumn<QString>("problem");
        QTest::newRow("text") << QByteArray("opaque") << u"no JWT"_s;
        QTest::newRow("claims that are no object") << QByteArray("e30.W10.e30") << u"no JWT"_s;
        QTest::newRow("encrypted") << QByteArray("e30.a.b.c.d") << u"encrypted"_s;
    }
    void isNone()
    {
        QFETCH(const QByteArray, idToken);
        QFETCH(const QString, problem);
        const auto found = idTokenProblem(
            idToken, IdTokenExpected {}, std::chrono::sys_seconds(std::chrono::seconds(now)));
        QVERIFY(found);
        QVERIFY2(found->contains(problem), qPrintable(*found));
    }
};

QTEST_GUILESS_MAIN(TestIdToken)
#include "tst_idtoken.moc"
