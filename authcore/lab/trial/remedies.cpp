#include "authcore/lab/trial/remedies.h"

#include "authcore/lab/connect/answerinspection.h"
#include "authcore/lab/connect/answerwords.h"
#include "authcore/lab/connect/fieldnames.h"
#include "authcore/lab/trial/answerremedies.h"
#include "authcore/lab/trial/usualplaces.h"
#include "authcore/profile/origin.h"

#include <QtCore/QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

//! The names that the answer mentions come first: servers say which field they miss.
QStringList mentionedFirst(QStringList names, const SeenExchange &exchange)
{
    const auto text = QString::fromUtf8(exchange.answerBody.left(8192));
    const auto isWord = [](QChar c) { return c.isLetterOrNumber() || c == u'_'; };
    std::stable_partition(names.begin(), names.end(), [&](const QString &name) {
        for (auto at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
            const bool begins = at == 0 || !isWord(text.at(at - 1));
            const auto end = at + name.size();
            if (begins && (end == text.size() || !isWord(text.at(end))))
                return true;
        }
        return false;
    });
    return names;
}

//! `body` with the field that holds `placeholder` under another name, at any depth. Where there is
//! none, the field is added.
QJsonObject renamed(QJsonObject body, const QString &placeholder, const QString &name, bool *found)
{
    const auto keys = body.keys();
    for (const QString &key : keys) {
        const auto value = body.value(key);
        if (value.isObject()) {
            body.insert(key, renamed(value.toObject(), placeholder, name, found));
        } else if (value.toString().contains(placeholder) && !*found) {
            *found = true;
            body.remove(key);
            body.insert(name, value);
        }
    }
    return body;
}

QJsonObject withField(const QJsonObject &body, const QString &placeholder, const QString &name)
{
    bool found = false;
    auto result = renamed(body, placeholder, name, &found);
    if (!found)
        result.insert(name, placeholder);
    return result;
}

QString nameOf(BodyFormat format)
{
    return format == BodyFormat::Json ? u"JSON"_s : u"a form"_s;
}

//! Collects profiles that differ from the one that was tried.
class Collector
{
public:
    explicit Collector(const BackendProfile &profile)
        : m_profile(profile)
    {
    }

    void add(const BackendProfile &profile, const QString &why)
    {
        if (profile != m_profile)
            m_remedies.append({profile, why});
    }
    [[nodiscard]] QList<Remedy> remedies() const { return m_remedies; }

private:
    const BackendProfile &m_profile;
    QList<Remedy> m_remedies;
};

void addRedirect(Collector &collector, TrialStepKind step, const BackendProfile &profile,
    const SeenExchange &exchange)
{
    const auto target = exchange.location();
    if (!exchange.isRedirect() || !isSameOrigin(target, exchange.url))
        return;
    auto base = profile.baseUrl.path(QUrl::FullyEncoded);
    if (!base.endsWith(u'/'))
        base += u'/';
    const auto path = target.path(QUrl::FullyEncoded);
    const auto place = path.startsWith(base) ? path.mid(base.size()) : path;
    collector.add(withPlace(step, profile, QUrl(place)),
        u"the server sends this request on to \"%1\""_s.arg(place));
}

//! Some servers fail instead of saying that only the address with a slash at its end is theirs.
void addSlash(Collector &collector, TrialStepKind step, const BackendProfile &profile,
    const SeenExchange &exchange)
{
    if (exchange.status.value_or(0) < 500 || exchange.url.path().endsWith(u'/'))
        return;
    auto place = step == TrialStepKind::SignIn ? profile.signIn.url : profile.refresh.url;
    place.setPath(place.path() % u'/');
    collector.add(
        withPlace(step, profile, place), u"the server wants the address with a slash at its end"_s);
}

void addMethods(Collector &collector, const BackendProfile &profile, const SeenExchange &exchange)
{
    const auto allowed = exchange.answerHeader("Allow").toUpper();
    const auto add = [&](const QByteArray &name, HttpMethod method) {
        if (!allowed.contains(name) || profile.refresh.method == method)
            return;
        auto other = profile;
        other.refresh.method = method;
        collector.add(other, u"the server wants %1 there"_s.arg(QString::fromLatin1(name)));
    };
    add("POST", HttpMethod::Post);
    add("PUT", HttpMethod::Put);
    add("PATCH", HttpMethod::Patch);
    add("GET", HttpMethod::Get);
}

void addOtherFormat(
    Collector &collector, const BackendProfile &profile, TokenRequest BackendProfile::*request)
{
    auto other = profile;
    auto &format = (other.*request).format;
    format = format == BodyFormat::Json ? BodyFormat::Form : BodyFormat::Json;
    collector.add(other, u"the server wants %1 there"_s.arg(nameOf(format)));
}

void addSignInFields(
    Collector &collector, const BackendProfile &profile, const SeenExchange &exchange)
{
    const auto add = [&](const QString &placeholder, const QStringList &names,
                         const QString &what) {
        for (const QString &name : mentionedFirst(names, exchange)) {
            auto other = profile;
            other.signIn.body = withField(profile.signIn.body, placeholder, name);
            collector.add(other, u"the server wants the %1 as \"%2\""_s.arg(what, name));
        }
    };
    if (exchange.status == 415)
        addOtherFormat(collector, profile, &BackendProfile::signIn);
    // Where the password is wrong, many tries may lock somebody out.
    const bool mayBeWrong = exchange.status == 401 || exchange.status == 403;
    add(u"${userName}"_s, mayBeWrong ? userNameFields().mid(0, 5) : userNameFields(), u"name"_s);
    if (!mayBeWrong)
        add(u"${password}"_s, passwordFields(), u"password"_s);
    addOtherFormat(collector, profile, &BackendProfile::signIn);
}

void addPlaces(Collector &collector, TrialStepKind step, const BackendProfile &profile,
    const SeenExchange &exchange)
{
    auto other = profile;
    const bool isSignIn = step == TrialStepKind::SignIn;
    const auto before = isSignIn ? profile.answer : answerOfRefresh(profile);
    const auto after = mendedAnswer(before, exchange);
    if (after == before)
        return;
    if (isSignIn)
        other.answer = after;
    else
        other.refresh.answer = after;
    if (isSignIn && after.accessToken.isEmpty() && !after.accessTokenCookie.isEmpty()) {
        other.tokenHeader.clear();
        other.csrf = inspectAnswer(exchange.answerBody, exchange.setCookies).csrf;
    }
    collector.add(other, placesText(before, after));
}

//! The refresh repeats the value of a cookie as a header.
void addCsrf(Collector &collector, const BackendProfile &profile, const SeenExchange &signIn)
{
    QStringList names;
    for (const QByteArray &cookie : signIn.setCookies) {
        const auto name = QString::fromUtf8(cookie.left(cookie.indexOf('=')));
        if (name.contains("csrf"_L1, Qt::CaseInsensitive)
            || name.contains("xsrf"_L1, Qt::CaseInsensitive))
            names.append(name);
    }
    std::stable_partition(names.begin(), names.end(),
        [](const QString &name) { return name.contains("refresh"_L1, Qt::CaseInsensitive); });
    for (const QString &name : std::as_const(names)) {
        auto other = profile;
        const auto header =
            name.contains("xsrf"_L1, Qt::CaseInsensitive) ? u"X-XSRF-TOKEN"_s : u"X-CSRF-TOKEN"_s;
        other.refresh.headers[header] = u"${cookie:%1}"_s.arg(name);
        collector.add(other,
            u"the server wants the value of the cookie \"%1\" as the header \"%2\""_s.arg(
                name, header));
    }
}

void addRefreshBodies(Collector &collector, const BackendProfile &profile,
    const SeenExchange &exchange, const SeenExchange &signIn)
{
    if (exchange.status == 415)
        addOtherFormat(collector, profile, &BackendProfile::refresh);
    const auto placeholder = u"${refreshToken}"_s;
    const auto withHeader = [&] {
        auto other = profile;
        other.refresh.body = {};
        other.refresh.headers[u"Authorization"_s] = u"Bearer "_s % placeholder;
        collector.add(
            other, u"the server wants the refresh token in the header \"Authorization\""_s);
    };
    addCsrf(collector, profile, signIn);
    const auto words = serverWords(exchange.answerBody).toLower();
    if (words.contains("authorization"_L1) || words.contains("bearer"_L1))
        withHeader();
    const auto names = mentionedFirst(refreshTokenFields(), exchange);
    for (const QString &name : names) {
        auto other = profile;
        other.refresh.body = withField(profile.refresh.body, placeholder, name);
        collector.add(other, u"the server wants the refresh token as \"%1\""_s.arg(name));
    }
    withHeader();
    auto oauth = profile;
    oauth.refresh.format = BodyFormat::Form;
    oauth.refresh.body = {{u"grant_type"_s, u"refresh_token"_s}, {u"refresh_token"_s, placeholder}};
    if (!profile.clientId.isEmpty())
        oauth.refresh.body.insert(u"client_id"_s, u"${clientId}"_s);
    collector.add(oauth, u"the server wants a refresh as OAuth 2.0 has it"_s);
    auto sliding = profile;
    sliding.refresh.body = {{u"token"_s, u"${accessToken}"_s}};
    if (profile.answer.refreshToken.isEmpty())
        collector.add(sliding, u"the server wants the access token itself as \"token\""_s);
    addOtherFormat(collector, profile, &BackendProfile::refresh);
}

void addTokenHeaders(Collector &collector, const BackendProfile &profile,
    const SeenExchange &exchange, const SeenExchange &signIn)
{
    const auto add = [&](const QByteArray &header, const QByteArray &prefix) {
        auto other = profile;
        other.tokenHeader = header;
        other.tokenPrefix = prefix;
        collector.add(other,
            u"the server wants the access token as \"%1: %2...\""_s.arg(
                QString::fromLatin1(header), QString::fromLatin1(prefix)));
    };
    const auto seen = inspectAnswer(signIn.answerBody, signIn.setCookies);
    if (seen.hasAccessToken() && seen.places.accessToken != profile.answer.accessToken) {
        auto other = profile;
        other.answer.accessToken = seen.places.accessToken;
        other.answer.accessTokenCookie = seen.places.accessTokenCookie;
        if (other.answer.accessToken.isEmpty())
            other.tokenHeader.clear();
        collector.add(other, placesText(profile.answer, other.answer));
    }
    const auto scheme = exchange.answerHeader("WWW-Authenticate").split(' ').constFirst();
    if (!scheme.isEmpty() && scheme != "Basic" && scheme != "Digest")
        add("Authorization", scheme + ' ');
    add("Authorization", "Bearer ");
    add("x-access-token", "");
    add("Authorization", "Token ");
    add("Authorization", "JWT ");
    add("Authorization", "");
    add("X-Auth-Token", "");
}

} // namespace

const TokenAnswer &answerOfRefresh(const BackendProfile &profile)
{
    return profile.refresh.answer ? *profile.refresh.answer : profile.answer;
}

bool isWrongPlace(const SeenExchange &exchange)
{
    if (!exchange.status)
        return false;
    switch (*exchange.status) {
    case 404:
    case 405:
    case 410:
    case 501:
        return true;
    default:
        return exchange.isRedirect() || (exchange.isSuccess() && exchange.isHtml());
    }
}

bool isChallengeFor(const BackendProfile &profile, const SeenExchange &exchange)
{
    if (!exchange.status)
        return false;
    if (profile.challengeStatuses.contains(*exchange.status))
        return true;
    const auto header = QString::fromLatin1(exchange.answerHeader("WWW-Authenticate"));
    return *exchange.status / 100 == 4
        && std::any_of(profile.challengeErrors.cbegin(), profile.challengeErrors.cend(),
            [&header](const QString &error) { return header.contains(error); });
}

QList<Remedy> remediesFor(TrialStepKind step, const BackendProfile &profile,
    const SeenExchange &exchange, const SeenExchange &signIn)
{
    Collector collector(profile);
    addRedirect(collector, step, profile, exchange);
    const auto status = exchange.status.value_or(0);
    if (step == TrialStepKind::SignIn || step == TrialStepKind::Refresh)
        addSlash(collector, step, profile, exchange);
    switch (step) {
    case TrialStepKind::SignIn:
        if (exchange.isSuccess())
            addPlaces(collector, step, profile, exchange);
        else if (!isWrongPlace(exchange) && status >= 400 && status != 429)
            addSignInFields(collector, profile, exchange);
        break;
    case TrialStepKind::Refresh:
        if (exchange.isSuccess())
            addPlaces(collector, step, profile, exchange);
        else if (status == 405)
            addMethods(collector, profile, exchange);
        else if (!isWrongPlace(exchange) && status >= 400 && status != 429)
            addRefreshBodies(collector, profile, exchange, signIn);
        break;
    case TrialStepKind::Resource:
    case TrialStepKind::ResourceAgain:
        if (!isWrongPlace(exchange) && status >= 400 && status < 500 && status != 429)
            addTokenHeaders(collector, profile, exchange, signIn);
        break;
    case TrialStepKind::RefusedToken:
        if (status >= 400 && status < 500 && status != 429) {
            auto other = profile;
            other.challengeStatuses.append(status);
            collector.add(other,
                u"the server answers %1 to a token that it refuses, so that a %1 has to cause a "
                "refresh"_s.arg(status));
        }
        break;
    }
    return collector.remedies();
}

QList<Remedy> improvementsFor(
    TrialStepKind step, const BackendProfile &profile, const SeenExchange &exchange)
{
    Collector collector(profile);
    addPlaces(collector, step, profile, exchange);
    return collector.remedies();
}

} // namespace authcore::lab
