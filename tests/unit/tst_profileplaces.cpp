#include "authcore/profile/profileplaces.h"

#include <QtTest/QTest>

#include <functional>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using authcore::ProfilePlaces;
using authcore::Secret;
using authcore::Secrets;
using Change = std::function<void(BackendProfile &)>;

Q_DECLARE_METATYPE(ProfilePlaces)
Q_DECLARE_METATYPE(Change)

namespace {

const QString home = u"https://api.example.org:443"_s;
const QString elsewhere = u"https://other.example.org:8443"_s;

BackendProfile customJwt()
{
    return *BackendProfile::preset(u"custom-jwt"_s, QUrl(u"https://api.example.org"_s));
}

QUrl onOther(const QString &path)
{
    return QUrl(elsewhere + path);
}

} // namespace

class TestProfilePlaces : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void atHome_data()
    {
        QTest::addColumn<QString>("preset");
        QTest::addColumn<Secrets>("secrets");
        const auto row = [](const char *preset, Secrets secrets) {
            QTest::newRow(preset) << QString::fromLatin1(preset) << secrets;
        };
        const auto byPassword = Secret::Password | Secret::RefreshToken | Secret::AccessToken;
        row("json-bearer", byPassword);
        row("x-access-token", byPassword);
        row("custom-jwt", byPassword);
        row("cookie-form", byPassword | Secret::Cookies);
        row("cookie-csrf", byPassword | Secret::Cookies);
        row("oauth2",
            Secret::SignInPage | Secret::Code | Secret::RefreshToken | Secret::AccessToken);
    }
    void atHome()
    {
        QFETCH(const QString, preset);
        QFETCH(const Secrets, secrets);
        const auto profile = BackendProfile::preset(preset, QUrl(u"https://api.example.org"_s));
        QCOMPARE(authcore::profilePlaces(*profile), (ProfilePlaces {{home, secrets}}));
        QCOMPARE(authcore::foreignPlaces(*profile), ProfilePlaces());
    }

    void atAnotherPlace_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<Secrets>("secrets");
        const auto row = [](const char *name, Secrets secrets, const Change &change) {
            QTest::newRow(name) << change << secrets;
        };
        using authcore::BodyFormat;
        using authcore::ClientAuthentication;
        using authcore::SignInMethod;
        row("the sign-in", Secret::Password,
            [](BackendProfile &profile) { profile.signIn.url = onOther(u"/in"_s); });
        row("the sign-in of a client with a secret", Secret::Password | Secret::ClientSecret,
            [](BackendProfile &profile) {
                profile.signIn.url = onOther(u"/in"_s);
                profile.clientAuthentication = ClientAuthentication::Basic;
            });
        row("the refresh", Secret::RefreshToken,
            [](BackendProfile &profile) { profile.refresh.url = onOther(u"/refresh"_s); });
        row("the sign-in by HTTP Basic", Secrets(Secret::Password), [](BackendProfile &profile) {
            profile.signIn = {onOther(u"/in"_s), BodyFormat::Json, {},
                {{u"Authorization"_s, u"Basic ${basic}"_s}}};
        });
        row("a refresh with the access token itself", Secret::AccessToken,
            [](BackendProfile &profile) {
                profile.refresh.url = onOther(u"/refresh"_s);
                profile.refresh.body = {{u"token"_s, u"${accessToken}"_s}};
            });
        row("a refresh that shows the access token", Secret::RefreshToken | Secret::AccessToken,
            [](BackendProfile &profile) {
                profile.refresh.url = onOther(u"/refresh"_s);
                profile.refresh.headers = {{u"X-Old"_s, u"old ${accessToken}"_s}};
            });
        row("a refresh with a CSRF value", Secret::RefreshToken | Secret::Cookies,
            [](BackendProfile &profile) {
                profile.refresh.url = onOther(u"/refresh"_s);
                profile.refresh.body = {{u"csrf"_s, QJsonObject {{u"value"_s, u"${cookie:c}"_s}}}};
            });
        row("the revocation", Secret::RefreshToken | Secret::AccessToken,
            [](BackendProfile &profile) { profile.revocation.url = onOther(u"/out"_s); });
        row("a protected origin", Secret::AccessToken, [](BackendProfile &profile) {
            profile.protectedOrigins.append(u"HTTPS://Other.example.org:8443/"_s);
        });
        row("a protected origin of a cookie session", Secret::AccessToken | Secret::Cookies,
            [](BackendProfile &profile) {
                profile.protectedOrigins.append(elsewhere);
                profile.csrf = {{u"csrf"_s, "X-CSRF"}};
            });
        row("the sign-in page", Secret::SignInPage, [](BackendProfile &profile) {
            profile.signInMethods = {SignInMethod::Browser};
            profile.authorization.url = onOther(u"/authorize"_s);
        });
        row("the token endpoint of a browser's sign-in", Secret::Code | Secret::RefreshToken,
            [](BackendProfile &profile) {
                profile.signInMethods = {SignInMethod::Browser};
                profile.refresh.url = onOther(u"/token"_s);
            });
        row("the device endpoint", Secret::SignInPage, [](BackendProfile &profile) {
            profile.signInMethods = {SignInMethod::Device};
            profile.deviceAuthorizationUrl = onOther(u"/device"_s);
        });
        row("an endpoint of a sign-in that is not offered", {}, [](BackendProfile &profile) {
            profile.authorization.url = onOther(u"/authorize"_s);
            profile.deviceAuthorizationUrl = onOther(u"/device"_s);
        });
        row("a resource that gets no token", {}, [](BackendProfile &profile) {
            profile.resources = {{u"Elsewhere"_s, QString(elsewhere + u"/public"_s)}};
        });
    }
    void atAnotherPlace()
    {
        QFETCH(const Change, change);
        QFETCH(const Secrets, secrets);
        auto profile = customJwt();
        change(profile);
        const auto foreign = authcore::foreignPlaces(profile);
        QCOMPARE(foreign, secrets ? (ProfilePlaces {{elsewhere, secrets}}) : ProfilePlaces());
        QVERIFY(authcore::profilePlaces(profile).contains(home));
    }
};

QTEST_APPLESS_MAIN(TestProfilePlaces)

#include "tst_profileplaces.moc"
