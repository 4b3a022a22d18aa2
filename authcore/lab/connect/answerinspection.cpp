#include "authcore/lab/connect/answerinspection.h"

#include "authcore/lab/connect/answerleaves.h"
#include "authcore/tokens/jwt.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtNetwork/QNetworkCookie>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore::lab {

namespace {

constexpr int goodEnough = 20; //!< a nameless JWT is a token, a nameless random text is none

bool hasOneOf(const QStringList &words, std::initializer_list<QLatin1StringView> wanted)
{
    return std::any_of(wanted.begin(), wanted.end(),
        [&words](QLatin1StringView word) { return words.contains(word); });
}

//! What a JWT says of its own purpose: "access", "refresh", "id" or nothing.
QString purposeOf(const Jwt &jwt)
{
    for (const auto &claim : {u"token_type"_s, u"token_use"_s, u"type"_s, u"typ"_s}) {
        const auto value = jwt.claims.value(claim).toString().toLower();
        if (value == "access"_L1 || value == "refresh"_L1 || value == "id"_L1)
            return value;
    }
    return jwt.claims.contains("nonce"_L1) || jwt.claims.contains("at_hash"_L1) ? u"id"_s
                                                                                : QString();
}

bool isAboutSomethingElse(const QStringList &words)
{
    return hasOneOf(words,
        {"csrf"_L1, "xsrf"_L1, "device"_L1, "verification"_L1, "reset"_L1, "invite"_L1, "push"_L1,
            "fcm"_L1, "type"_L1, "expires"_L1, "expiry"_L1, "url"_L1, "uri"_L1, "hash"_L1});
}

bool isRefreshName(const QStringList &words)
{
    return hasOneOf(words, {"refresh"_L1, "refreshtoken"_L1, "renew"_L1, "renewal"_L1});
}

bool isIdTokenName(const QStringList &words)
{
    const auto id = words.indexOf(u"id"_s);
    return words.contains("idtoken"_L1)
        || (id >= 0 && words.value(id + 1) == "token"_L1 && !words.contains("access"_L1));
}

//! How much a text under these words seems to be an access token; 0: not at all.
int accessScore(const QStringList &words, const QString &text)
{
    if (!isTokenLike(text) || isAboutSomethingElse(words) || isRefreshName(words)
        || isIdTokenName(words))
        return 0;
    const auto jwt = Jwt::decode(text.toUtf8());
    const auto purpose = jwt ? purposeOf(*jwt) : QString();
    if (purpose == "refresh"_L1 || purpose == "id"_L1)
        return 0;
    int score = jwt ? 20 : 5;
    if (hasOneOf(words, {"access"_L1, "accesstoken"_L1}))
        score += 40;
    if (hasOneOf(words, {"token"_L1, "jwt"_L1, "bearer"_L1}))
        score += 30;
    if (hasOneOf(words, {"auth"_L1, "authorization"_L1, "session"_L1, "sid"_L1}))
        score += 15;
    return purpose == "access"_L1 ? score + 40 : score;
}

int refreshScore(const QStringList &words, const QString &text)
{
    constexpr qsizetype shortest = 8;
    const auto jwt = Jwt::decode(text.toUtf8());
    const bool saysSo = jwt && purposeOf(*jwt) == "refresh"_L1;
    if (isAboutSomethingElse(words) || text.size() < shortest || text.contains(u' '))
        return 0;
    const int score = (isRefreshName(words) ? 40 : 0) + (saysSo ? 60 : 0);
    return score > 0 && words.contains("token"_L1) ? score + 10 : score;
}

int idTokenScore(const QStringList &words, const QString &text)
{
    const auto jwt = Jwt::decode(text.toUtf8());
    if (!jwt)
        return 0;
    return isIdTokenName(words) || purposeOf(*jwt) == "id"_L1 ? 40 : 0;
}

int accountScore(const Leaf &leaf)
{
    const auto isNumber = leaf.value.isDouble();
    if (!isNumber && (leaf.text().isEmpty() || leaf.text().size() > 100))
        return 0;
    const auto name = leaf.words.join(u' ');
    if (name.endsWith("user id"_L1) || name == "uid"_L1 || name == "sub"_L1)
        return 60 - int(leaf.words.size());
    return name == "id"_L1 || name.endsWith("account id"_L1) ? 30 : 0;
}

bool isExpiryName(const QStringList &words)
{
    return !isRefreshName(words) && !isIdTokenName(words)
        && (hasOneOf(words,
                {"expires"_L1, "expire"_L1, "expiry"_L1, "expiration"_L1, "expired"_L1, "exp"_L1,
                    "ttl"_L1, "lifetime"_L1, "validity"_L1, "expiresin"_L1, "expiresat"_L1,
                    "duration"_L1})
            || (words.contains("max"_L1) && words.contains("age"_L1)));
}

QString tokenNote(const QString &text)
{
    const auto jwt = Jwt::decode(text.toUtf8());
    if (!jwt)
        return u"%1 characters"_s.arg(text.size());
    const auto begin = jwt->issuedAt();
    const auto end = jwt->expiresAt();
    if (begin && end && *end > *begin)
        return u"a JWT, valid for %1"_s.arg(durationText(*end - *begin));
    return u"a JWT"_s;
}

//! Looks at one answer.
class Inspector
{
public:
    Inspector(QList<Leaf> leaves, QList<QNetworkCookie> cookies)
        : m_leaves(std::move(leaves))
        , m_cookies(std::move(cookies))
    {
        m_result.places.error.clear();
        findToken(ValueKind::AccessToken, accessScore);
        findToken(ValueKind::RefreshToken, refreshScore);
        findToken(ValueKind::IdToken, idTokenScore);
        findExpiry();
        findAccount();
        findError();
        findCsrf();
    }

    [[nodiscard]] AnswerInspection result() const { return m_result; }

private:
    using Score = int (*)(const QStringList &, const QString &);

    void findToken(ValueKind kind, Score score)
    {
        FoundValue best {kind, FoundValue::Source::Body, {}, {}};
        int most = goodEnough - 1;
        const auto consider = [&](const QStringList &words, const QString &text,
                                  FoundValue::Source source, const QString &place) {
            const int points = score(words, text);
            if (points <= most)
                return;
            most = points;
            best = {kind, source, place, tokenNote(text)};
            if (kind == ValueKind::AccessToken)
                m_access = text;
        };
        for (const Leaf &leaf : std::as_const(m_leaves)) {
            if (leaf.value.isString())
                consider(leaf.words, leaf.text(), FoundValue::Source::Body, leaf.pointer);
        }
        for (const QNetworkCookie &cookie : std::as_const(m_cookies)) {
            const auto name = QString::fromUtf8(cookie.name());
            // A value in the body is what clients are meant to use.
            if (best.place.isEmpty() || best.source == FoundValue::Source::Cookie)
                consider(wordsOf(name), QString::fromUtf8(cookie.value()),
                    FoundValue::Source::Cookie, name);
        }
        if (!best.place.isEmpty())
            note(best);
    }

    void note(const FoundValue &value)
    {
        const bool isCookie = value.source == FoundValue::Source::Cookie;
        auto &places = m_result.places;
        if (value.kind == ValueKind::AccessToken)
            (isCookie ? places.accessTokenCookie : places.accessToken) = value.place;
        else if (value.kind == ValueKind::RefreshToken)
            (isCookie ? places.refreshTokenCookie : places.refreshToken) = value.place;
        else if (value.kind == ValueKind::IdToken && !isCookie)
            places.idToken = value.place;
        m_result.found.append(value);
    }

    //! How many characters two pointers share at their beginning.
    [[nodiscard]] static qsizetype nearness(const QString &a, const QString &b)
    {
        return std::mismatch(a.cbegin(), a.cend(), b.cbegin(), b.cend()).first - a.cbegin();
    }

    void findExpiry()
    {
        const Leaf *best = nullptr;
        for (const Leaf &leaf : std::as_const(m_leaves)) {
            if (!isExpiryName(leaf.words) || (leaf.number() <= 0 && !leaf.date().isValid()))
                continue;
            const auto &access = m_result.places.accessToken;
            if (!best || nearness(leaf.pointer, access) > nearness(best->pointer, access))
                best = &leaf;
        }
        if (!best)
            return;
        constexpr double firstDate = 1e9; // September 2001 as seconds since 1970
        if (best->number() > 0 && best->number() < firstDate)
            noteLifetime(*best);
        else
            noteDate(*best);
    }

    void noteLifetime(const Leaf &leaf)
    {
        constexpr double year = 31'536'000;
        auto &places = m_result.places;
        places.expiresIn = leaf.pointer;
        if (hasOneOf(leaf.words, {"ms"_L1, "millis"_L1, "milliseconds"_L1}))
            places.expiresInUnit = 1ms;
        else if (hasOneOf(leaf.words, {"min"_L1, "minutes"_L1}))
            places.expiresInUnit = 1min;
        else if (isInMilliseconds(leaf.number()) || leaf.number() > year)
            places.expiresInUnit = 1ms;
        const auto lifetime = std::chrono::duration_cast<std::chrono::seconds>(
            leaf.number() * std::chrono::duration<double>(places.expiresInUnit));
        m_result.found.append({ValueKind::Lifetime, FoundValue::Source::Body, leaf.pointer,
            u"a lifetime of %1"_s.arg(durationText(lifetime))});
    }

    //! The access token's own lifetime says which unit is meant.
    [[nodiscard]] bool isInMilliseconds(double number) const
    {
        const auto jwt = Jwt::decode(m_access.toUtf8());
        const auto begin = jwt ? jwt->issuedAt() : std::nullopt;
        const auto end = jwt ? jwt->expiresAt() : std::nullopt;
        if (!begin || !end || *end <= *begin)
            return false;
        const auto seconds = double((*end - *begin).count());
        return std::abs(number / 1000 - seconds) < seconds / 10;
    }

    void noteDate(const Leaf &leaf)
    {
        constexpr double firstMilliseconds = 1e11; // the year 5138, or March 1973
        auto &places = m_result.places;
        places.expiresAt = leaf.pointer;
        if (leaf.number() >= firstMilliseconds)
            places.expiresInUnit = 1ms;
        m_result.found.append({ValueKind::Expiry, FoundValue::Source::Body, leaf.pointer,
            leaf.number() > 0 ? u"a date as a number"_s : u"a date"_s});
    }

    void findAccount()
    {
        const Leaf *best = nullptr;
        for (const Leaf &leaf : std::as_const(m_leaves)) {
            if (accountScore(leaf) > (best ? accountScore(*best) : 0))
                best = &leaf;
        }
        if (!best)
            return;
        m_result.places.accountId = best->pointer;
        m_result.found.append({ValueKind::AccountId, FoundValue::Source::Body, best->pointer,
            u"tells accounts apart"_s});
    }

    void findError()
    {
        for (const auto &pointer :
            {u"/error"_s, u"/error/code"_s, u"/error/type"_s, u"/code"_s, u"/errorCode"_s}) {
            const bool isThere =
                std::any_of(m_leaves.cbegin(), m_leaves.cend(), [&pointer](const Leaf &leaf) {
                    return leaf.pointer == pointer && leaf.value.isString();
                });
            if (!isThere)
                continue;
            m_result.places.error = pointer;
            return;
        }
    }

    void findCsrf()
    {
        if (m_result.places.accessTokenCookie.isEmpty())
            return;
        for (const QNetworkCookie &cookie : std::as_const(m_cookies)) {
            const auto name = QString::fromUtf8(cookie.name());
            const auto words = wordsOf(name);
            const bool isCsrf = name.contains("csrf"_L1, Qt::CaseInsensitive)
                || name.contains("xsrf"_L1, Qt::CaseInsensitive);
            if (isCsrf && !isRefreshName(words))
                m_result.csrf.append({name, csrfHeaderFor(name)});
        }
    }

    [[nodiscard]] static QByteArray csrfHeaderFor(const QString &cookie)
    {
        if (cookie == "csrftoken"_L1) // Django
            return "X-CSRFToken";
        return cookie.contains("xsrf"_L1, Qt::CaseInsensitive) ? "X-XSRF-TOKEN" : "X-CSRF-TOKEN";
    }

    QList<Leaf> m_leaves;
    QList<QNetworkCookie> m_cookies;
    QString m_access; //!< the access token
    AnswerInspection m_result;
};

} // namespace

const FoundValue *AnswerInspection::find(ValueKind kind) const
{
    const auto value = std::find_if(found.cbegin(), found.cend(),
        [kind](const FoundValue &candidate) { return candidate.kind == kind; });
    return value == found.cend() ? nullptr : &*value;
}

bool AnswerInspection::hasAccessToken() const
{
    return find(ValueKind::AccessToken) != nullptr;
}

AnswerInspection inspectAnswer(const QByteArray &body, const QByteArrayList &setCookies)
{
    QList<QNetworkCookie> cookies;
    for (const QByteArray &header : setCookies)
        cookies.append(QNetworkCookie::parseCookies(header));
    return Inspector(leavesOf(QJsonDocument::fromJson(body).object()), cookies).result();
}

QString serverWords(const QByteArray &body)
{
    constexpr qsizetype most = 300;
    const auto document = QJsonDocument::fromJson(body);
    if (document.isNull()) {
        const auto text = QString::fromUtf8(body.left(most * 4)).simplified();
        return text.startsWith(u'<') ? QString() : text.left(most);
    }
    const auto leaves = document.isArray() ? leavesOf({{u"errors"_s, document.array()}})
                                           : leavesOf(document.object());
    const auto wanted = [](const Leaf &leaf) {
        return leaf.value.isString() && !isTokenLike(leaf.text())
            && hasOneOf(leaf.words,
                {"error"_L1, "errors"_L1, "description"_L1, "message"_L1, "messages"_L1,
                    "detail"_L1, "details"_L1, "msg"_L1, "reason"_L1, "title"_L1});
    };
    QStringList words;
    for (const Leaf &leaf : leaves) {
        // Some servers name the field that is wrong as the key: {"email": ["is required"]}.
        const bool isOfAList = leaf.value.isString() && leaf.pointer.endsWith("/0"_L1);
        if (isOfAList && leaf.words.size() > 0 && !wanted(leaf))
            words.append(leaf.words.join(u' ') % u": "_s % leaf.text());
        else if (wanted(leaf))
            words.append(leaf.text());
    }
    words.removeDuplicates();
    return words.join(u"; "_s).left(most);
}

bool isTokenLike(const QString &text)
{
    constexpr qsizetype shortest = 16;
    constexpr qsizetype longest = 65'536;
    if (text.size() < shortest || text.size() > longest || text.contains("://"_L1))
        return false;
    const auto isTokenCharacter = [](QChar c) {
        return c.unicode() < 0x80 && (c.isLetterOrNumber() || u"-._~+/=|:%"_s.contains(c));
    };
    if (!std::all_of(text.cbegin(), text.cend(), isTokenCharacter))
        return false;
    const bool hasDigit =
        std::any_of(text.cbegin(), text.cend(), [](QChar c) { return c.isDigit(); });
    const bool hasLetter =
        std::any_of(text.cbegin(), text.cend(), [](QChar c) { return c.isLetter(); });
    return hasDigit && hasLetter && !QDateTime::fromString(text, Qt::ISODateWithMs).isValid();
}

QStringList wordsOf(const QString &name)
{
    QString spaced;
    for (qsizetype i = 0; i < name.size(); ++i) {
        const auto c = name.at(i);
        const bool isHump = c.isUpper() && i > 0 && name.at(i - 1).isLower();
        spaced += isHump ? u" "_s + c : QString(c.isLetter() ? c : u' ');
    }
    return spaced.toLower().split(u' ', Qt::SkipEmptyParts);
}

QString durationText(std::chrono::seconds duration)
{
    const auto text = [](std::int64_t count, QLatin1StringView unit) {
        return u"%1 %2%3"_s.arg(count).arg(unit, count == 1 ? u""_s : u"s"_s);
    };
    if (duration >= std::chrono::days(2))
        return text(std::chrono::floor<std::chrono::days>(duration).count(), "day"_L1);
    if (duration >= 2h)
        return text(std::chrono::floor<std::chrono::hours>(duration).count(), "hour"_L1);
    if (duration >= 2min)
        return text(std::chrono::floor<std::chrono::minutes>(duration).count(), "minute"_L1);
    return text(duration.count(), "second"_L1);
}

} // namespace authcore::lab
