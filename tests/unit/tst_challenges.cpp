#include "authcore/network/challenges.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;

namespace {

//! Each challenge as "bearer[token68]{name=value|...}".
QByteArray described(const QByteArray &header)
{
    QByteArrayList all;
    for (const auto &challenge : authcore::parseChallenges(header)) {
        QByteArrayList parameters;
        for (const auto &[name, value] : challenge.parameters)
            parameters.append(name + '=' + value);
        all.append(challenge.scheme
            + (challenge.token68.isEmpty() ? QByteArray() : '[' + challenge.token68 + ']')
            + (parameters.isEmpty() ? QByteArray() : '{' + parameters.join('|') + '}'));
    }
    return all.join(' ');
}

} // namespace

class TestChallenges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parsing_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("challenges");
        const auto row = [](const char *name, const char *header, const char *challenges) {
            QTest::newRow(name) << QByteArray(header) << QByteArray(challenges);
        };
        row("none", "", "");
        row("a scheme alone", "Bearer", "bearer");
        row("parameters", "Bearer realm=\"a\", error=\"invalid_token\"",
            "bearer{realm=a|error=invalid_token}");
        row("a value without quotes", "Bearer error=invalid_token", "bearer{error=invalid_token}");
        row("names in any case", "BEARER Error=\"Invalid\"", "bearer{error=Invalid}");
        row("spaces around the equals sign", "Bearer realm = \"a\" , error= b",
            "bearer{realm=a|error=b}");
        row("a comma and an equals sign inside quotes", "Bearer realm=\"a, Basic b=c\", error=d",
            "bearer{realm=a, Basic b=c|error=d}");
        row("a quote inside quotes", "Bearer realm=\"a\\\"b\\\\\", error=c",
            "bearer{realm=a\"b\\|error=c}");
        row("Basic beside Bearer", "Basic realm=\"x\", Bearer", "basic{realm=x} bearer");
        row("Bearer beside Basic", "Bearer error=\"invalid_token\", Basic realm=\"x\"",
            "bearer{error=invalid_token} basic{realm=x}");
        row("two headers, joined", "Negotiate, Bearer realm=\"a\"", "negotiate bearer{realm=a}");
        row("token68", "Negotiate YII+/a.b-c_d~e==, Bearer realm=\"a\"",
            "negotiate[YII+/a.b-c_d~e==] bearer{realm=a}");
        row("token68 without its end", "Negotiate abc, Bearer", "negotiate[abc] bearer");
        row("the example of RFC 9110",
            "Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"Login to "
            "\\\"apps\\\"\"",
            "basic{realm=simple} newauth{realm=apps|type=1|title=Login to \"apps\"}");
        row("empty elements", ", ,Bearer ,, error=a,", "bearer{error=a}");
        row("tabs", "Bearer\trealm=a,\terror=b", "bearer{realm=a|error=b}");
        row("a parameter of nobody", "error=a, Bearer", "bearer");
        row("an empty value", "Bearer realm=\"\", error=", "bearer{realm=|error=}");
        row("never closed", "Bearer error=\"invalid_token", "bearer{error=invalid_token}");
        row("garbage between", "Bearer realm=\"a\" ;;; x, @@@, Basic realm=b",
            "bearer{realm=a} basic{realm=b}");
    }
    void parsing()
    {
        QFETCH(const QByteArray, header);
        QTEST(described(header), "challenges");
    }

    void judging_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<bool>("isChallenge");
        const auto row = [](const char *name, int status, const char *header, bool isChallenge) {
            QTest::newRow(name) << status << QByteArray(header) << isChallenge;
        };
        row("401 without a word", 401, "", true); // race 38
        row("401 invalid_token", 401, "Bearer error=\"invalid_token\"", true);
        row("401 with an error that nobody knows", 401, "Bearer error=\"odd\"", true);
        row("401 invalid_request is final", 401, "Bearer error=\"invalid_request\"", false);
        row("401 that wants a person is final", 401,
            "Bearer error=\"insufficient_user_authentication\", max_age=\"5\"", false);
        row("403 without a word", 403, "", false);
        row("403 invalid_token", 403, "Basic realm=\"x\", Bearer error=\"invalid_token\"", true);
        row("400 invalid_token", 400, "Bearer error=\"invalid_token\"", true);
        row("403 insufficient_scope", 403, "Bearer error=\"insufficient_scope\"", false);
        row("an error of another scheme", 403, "Basic error=\"invalid_token\"", false);
        row("200 invalid_token", 200, "Bearer error=\"invalid_token\"", false);
        row("500 invalid_token", 500, "Bearer error=\"invalid_token\"", false);
        row("a status of the profile", 422, "", true);
        row("a status of the profile, final", 422, "Bearer error=\"insufficient_scope\"", false);
    }
    void judging()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, header);
        BackendProfile profile;
        profile.challengeStatuses = {401, 422};
        QTEST(authcore::isChallenge(profile, status, header), "isChallenge");
    }
};

QTEST_GUILESS_MAIN(TestChallenges)
#include "tst_challenges.moc"
