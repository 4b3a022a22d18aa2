#include "ui/common/wording.h"
#include "ui/token/tokenpanel.h"
#include "ui/token/tokensummary.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace authcore;
using namespace std::chrono_literals;
using ui::TokenDamage;
using ui::TokenPanel;
using ui::TokenSummary;

namespace {

constexpr std::chrono::sys_seconds now {1'700'000'000s};

QByteArray jwt()
{
    const auto part = [](const QByteArray &json) {
        return json.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    return part(R"({"alg":"HS256"})") + '.'
        + part(R"({"sub":"u-anna","exp":1700000899,"aud":["one","two"]})") + ".c2lnbmF0dXJl";
}

TokenSet tokens()
{
    TokenSet set;
    set.accessToken = jwt();
    set.refreshToken = "0123456789abcdef0123456789abcdef";
    set.expiresAt = now + 899s;
    return set;
}

TokenSummary summary(TokenDamage damage = {}, std::chrono::sys_seconds when = now)
{
    return TokenSummary::of(tokens(), Generation {4}, damage, when);
}

} // namespace

class TestTokenSummary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTokenIsMasked_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<QString>("masked");
        QTest::newRow("nothing") << QByteArray() << u"none"_s;
        QTest::newRow("a long one shows its beginning")
            << QByteArray("eyJhbGciOiJIUzI1NiJ9.e30.c2ln") << u"eyJh… (29 bytes)"_s;
        QTest::newRow("a short one shows its length alone")
            << QByteArray("sdf") << u"… (3 bytes)"_s;
    }

    void aTokenIsMasked()
    {
        QFETCH(QByteArray, token);
        QTEST(TokenSummary::masked(token), "masked");
    }

    void aGoodTokenCountsDown()
    {
        QCOMPARE(summary().accessState, u"✓ valid for 14:59"_s);
        QCOMPARE(summary({}, now + 899s).accessState, u"✗ expired"_s);
        QCOMPARE(summary().generation, u"A4"_s);
    }

    void damageIsSaidInWords()
    {
        using Access = TokenDamage::Access;
        using Refresh = TokenDamage::Refresh;
        QCOMPARE(summary({Access::Broken, Refresh::Intact}).accessState, u"✗ broken by you"_s);
        QCOMPARE(summary({Access::Broken, Refresh::Intact}).refreshState, u"✓ present"_s);
        QCOMPARE(summary({Access::Intact, Refresh::Broken}).refreshState, u"✗ broken by you"_s);
    }

    void nobodyHasNoTokens()
    {
        const TokenSummary nobody = TokenSummary::of({}, Generation {4}, {}, now);
        QCOMPARE(nobody.access, u"none"_s);
        QCOMPARE(nobody.generation, u"-"_s);
        QVERIFY(nobody.claims.empty());
    }

    void whereTokensTravelIsSaid()
    {
        using Carrier = ui::TokenOrigin::Carrier;
        TokenSet tokens;
        tokens.accessToken = "0123456789abcdef0";
        const auto cookies = TokenSummary::of(
            tokens, Generation {1}, {}, now, {Carrier::Cookie, Carrier::Cookie, {}});
        QCOMPARE(cookies.access, u"0123… (17 bytes), in a cookie"_s);
        QCOMPARE(cookies.refresh, u"none"_s);
        QCOMPARE(TokenSummary::of(tokens, Generation {1}, {}, now).access, u"0123… (17 bytes)"_s);
    }

    void aMissingRefreshTokenSaysWhy()
    {
        TokenSet tokens;
        tokens.accessToken = "a";
        const auto remarkFor = [&tokens](const QString &why) {
            authcore::SignInReport report;
            report.whyNoRefreshToken = why;
            return TokenSummary::of(tokens, Generation {1}, {}, now, {{}, {}, report})
                .refreshRemark;
        };
        QCOMPARE(remarkFor(u"no consent"_s),
            u"When the access token expires, you have to sign in again: no consent."_s);
        QVERIFY(remarkFor({}).contains("sign in again"_L1));
        tokens.refreshToken = "r";
        QCOMPARE(remarkFor(u"no consent"_s), QString());
        tokens = {};
        QCOMPARE(remarkFor({}), QString()); // nobody is signed in: no remark
    }

    void whatASignInHasBroughtIsSaidWhileItsTokensAreHeld()
    {
        authcore::SignInReport report;
        report.accessToken = {authcore::SignInReport::Token::Place::Body, u"/a"_s, 7, false};
        TokenSet tokens;
        tokens.accessToken = "hunter2";
        const auto signInOf = [&report](const TokenSet &held) {
            return TokenSummary::of(held, Generation {1}, {}, now, {{}, {}, report}).signIn;
        };
        QVERIFY(signInOf(tokens).startsWith(
            "Access token: 7 bytes, at \"/a\" of the answer\nLifetime: unknown"_L1));
        QCOMPARE(signInOf({}), QString());
    }

    void whatAnIdTokenIsWorthDependsOnItsWay_data()
    {
        QTest::addColumn<QUrl>("endpoint");
        QTest::addColumn<QString>("says");
        QTest::newRow("TLS") << QUrl(u"https://example.com/token"_s) << u"over TLS"_s;
        QTest::newRow("loopback") << QUrl(u"http://127.0.0.1:1/token"_s)
                                  << u"plain http on this computer"_s;
        QTest::newRow("plain http")
            << QUrl(u"http://example.com/token"_s) << u"anybody on the way can change it"_s;
    }

    void whatAnIdTokenIsWorthDependsOnItsWay()
    {
        QFETCH(QUrl, endpoint);
        QFETCH(QString, says);
        TokenSet tokens;
        tokens.idToken = "a.b.c";
        tokens.tokenEndpoint = endpoint;
        const auto summary = TokenSummary::of(tokens, Generation {1}, {}, now);
        QVERIFY2(summary.idRemark.contains(says), qPrintable(summary.idRemark));
        QVERIFY(summary.idRemark.startsWith("Not verified"_L1));
    }

    void claimsAreReadable()
    {
        const std::vector<ui::Claim> expected {{u"aud"_s, u"one, two"_s},
            {u"exp"_s, u"2023-11-14 22:28:19"_s}, {u"sub"_s, u"u-anna"_s}};
        QCOMPARE(summary().claims, expected);
    }

    void theSameClaimsAgainAreNoReset()
    {
        ui::TextTable model({u"Claim"_s, u"Value"_s});
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setRows(TokenPanel::rowsOf(summary().claims));
        model.setRows(TokenPanel::rowsOf(summary({}, now + 1s).claims));
        QCOMPARE(reset.count(), 1);
        QCOMPARE(model.index(2, 1).data().toString(), u"u-anna"_s);
    }

    void countdowns_data()
    {
        QTest::addColumn<int>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("over") << -5 << u"0:00"_s;
        QTest::newRow("seconds") << 9 << u"0:09"_s;
        QTest::newRow("minutes") << 899 << u"14:59"_s;
        QTest::newRow("hours") << 7500 << u"2:05:00"_s;
        QTest::newRow("days") << 6 * 86400 + 5 << u"6 d"_s;
    }

    void countdowns()
    {
        QFETCH(int, seconds);
        QTEST(ui::Wording::countdown(std::chrono::seconds(seconds)), "text");
    }
};

QTEST_GUILESS_MAIN(TestTokenSummary)
#include "tst_tokensummary.moc"
