#include "authcore/lab/trial/trialreport.h"

#include "authcore/lab/connect/answerinspection.h"
#include "authcore/lab/connect/answerwords.h"
#include "authcore/profile/jsonpointer.h"
#include "authcore/tokens/jwt.h"

#include <QtCore/QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

//! "at /accessToken: a JWT, valid for 15 minutes"
QString placeText(const AnswerInspection &seen, ValueKind kind, const QString &pointer,
    const QString &cookie, const QByteArray &header)
{
    const auto *const value = seen.find(kind);
    const bool isThat = value && (value->place == pointer || value->place == cookie);
    const auto note = isThat ? u", "_s % value->note : QString();
    if (!header.isEmpty())
        return u"the header \"%1\""_s.arg(QString::fromLatin1(header));
    if (!cookie.isEmpty())
        return u"the cookie \"%1\""_s.arg(cookie) % note;
    return u"at \"%1\""_s.arg(pointer) % note;
}

QString lifetimeText(const TokenSet &tokens, const TokenAnswer &places, const QJsonObject &json)
{
    if (!tokens.expiresAt)
        return u"lifetime: unknown, so that only a challenge shows the token's end"_s;
    const auto duration = tokens.receivedAt && *tokens.expiresAt > *tokens.receivedAt
        ? durationText(*tokens.expiresAt - *tokens.receivedAt)
        : u"over already"_s;
    for (const auto &pointer : {places.expiresIn, places.expiresAt}) {
        if (!pointer.isEmpty() && !valueAt(json, pointer).isUndefined())
            return u"lifetime: %1, by \"%2\""_s.arg(duration, pointer);
    }
    return Jwt::decode(tokens.accessToken) ? u"lifetime: %1, by the token itself"_s.arg(duration)
                                           : u"lifetime: %1"_s.arg(duration);
}

QString refreshTokenText(const SearchResult &result, const TokenAnswer &places,
    const AnswerInspection &seen, TrialStepKind kind)
{
    const auto &profile = result.after.profile;
    if (result.after.tokens.refreshToken.isEmpty())
        return profile.refreshesWithAccessToken()
            ? u"refresh token: none, as the access token is refreshed by itself"_s
            : u"refresh token: none was given, so that the session ends with its access token"_s;
    if (kind == TrialStepKind::Refresh && !seen.find(ValueKind::RefreshToken)
        && places.refreshTokenHeader.isEmpty())
        return u"refresh token: the old one stays"_s;
    return u"refresh token: "_s
        % placeText(seen, ValueKind::RefreshToken, places.refreshToken, places.refreshTokenCookie,
            places.refreshTokenHeader);
}

QStringList tokensFound(TrialStepKind kind, const SearchResult &result)
{
    const auto &profile = result.after.profile;
    const auto &exchange = result.last.exchange;
    const auto &places = kind == TrialStepKind::SignIn ? profile.answer : answerOfRefresh(profile);
    const auto seen = inspectAnswer(exchange.answerBody, exchange.setCookies);
    const auto json = QJsonDocument::fromJson(exchange.answerBody).object();
    QStringList lines {u"access token: "_s
            % placeText(seen, ValueKind::AccessToken, places.accessToken, places.accessTokenCookie,
                places.accessTokenHeader),
        refreshTokenText(result, places, seen, kind),
        lifetimeText(result.after.tokens, places, json)};
    const auto &account = result.after.tokens.accountId;
    if (kind == TrialStepKind::SignIn && !account.isEmpty())
        lines.append(u"account: %1"_s.arg(account));
    return lines;
}

QStringList found(TrialStepKind kind, const SearchResult &result)
{
    const auto status = result.last.exchange.status.value_or(0);
    switch (kind) {
    case TrialStepKind::SignIn:
    case TrialStepKind::Refresh:
        return tokensFound(kind, result);
    case TrialStepKind::Resource:
    case TrialStepKind::ResourceAgain:
        return {u"the access token is accepted"_s};
    case TrialStepKind::RefusedToken:
        return {u"a broken access token is refused with %1, which causes a refresh"_s.arg(status)};
    }
    return {};
}

QString problemText(TrialStepKind kind, const SearchResult &result)
{
    const auto &exchange = result.first.exchange;
    if (kind == TrialStepKind::RefusedToken && exchange.isSuccess())
        return u"The server accepts a broken access token: this resource is not protected."_s;
    if (kind == TrialStepKind::RefusedToken && exchange.status)
        return u"The server refuses a broken access token with %1, which is not in "
               "challengeStatuses: no refresh would happen."_s.arg(*exchange.status);
    auto text = result.first.detail;
    if (text.isEmpty() && exchange.status)
        text = u"The server answered %1."_s.arg(*exchange.status);
    const auto words = exchange.isSuccess() ? QString() : serverWords(exchange.answerBody);
    return words.isEmpty() || text.contains(words) ? text
                                                   : u"%1 The server says: %2"_s.arg(text, words);
}

//! What a person could look at where nothing has helped.
QString adviceFor(TrialStepKind kind, const SearchResult &result)
{
    const auto &exchange = result.first.exchange;
    if (!exchange.method.isEmpty() && !exchange.status)
        return u"Is the server running, and is baseUrl (or --url) its address?"_s;
    if (exchange.status == 429)
        return u"The server wants fewer requests: wait a while and try again."_s;
    switch (kind) {
    case TrialStepKind::SignIn:
        if (isWrongPlace(exchange))
            return u"Nothing was found at the usual addresses either: give signIn.url."_s;
        return u"Are name and password right? If so, compare url, format and body of signIn with a "
               "sign-in that works: profiles new --from-curl."_s;
    case TrialStepKind::Resource:
    case TrialStepKind::ResourceAgain:
        return isWrongPlace(exchange) || exchange.method.isEmpty()
            ? u"Give the path of a protected resource: --path /api/me, or resources in the "
              "profile."_s
            : u"May this account have the resource? Give another one by --path, or compare "
              "tokenHeader and tokenPrefix with a request that works."_s;
    case TrialStepKind::RefusedToken:
        return u"Give a resource that needs a token, by --path."_s;
    case TrialStepKind::Refresh:
        return u"Compare url, format and body of refresh with a refresh that works."_s;
    }
    return {};
}

} // namespace

bool TrialReport::passed() const
{
    return std::all_of(steps.cbegin(), steps.cend(),
        [](const TrialStep &step) { return step.outcome == TrialOutcome::Passed; });
}

bool TrialReport::isMended() const
{
    return std::all_of(steps.cbegin(), steps.cend(), [](const TrialStep &step) {
        return step.outcome == TrialOutcome::Passed || step.outcome == TrialOutcome::Mended;
    });
}

TrialStep stepFor(TrialStepKind kind, const SearchResult &result, const QStringList &secrets)
{
    TrialStep step {kind};
    step.seen = masked(result.first.exchange, secrets);
    if (!result.isGood) {
        step.outcome = TrialOutcome::Failed;
        step.problem = maskedText(problemText(kind, result), secrets);
        step.remedy = adviceFor(kind, result);
        return step;
    }
    const auto lines = found(kind, result);
    for (const QString &line : lines)
        step.found.append(maskedText(line, secrets));
    if (result.why.isEmpty())
        return step;
    step.outcome = TrialOutcome::Mended;
    step.mended = masked(result.last.exchange, secrets);
    step.problem = maskedText(problemText(kind, result), secrets);
    step.remedy = maskedText(result.why.join(u"; "_s), secrets);
    return step;
}

} // namespace authcore::lab
