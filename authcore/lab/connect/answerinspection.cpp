#include "authcore/lab/connect/answerinspection.h"

#include "authcore/lab/connect/answerleaves.h"
#include "authcore/lab/connect/answerscores.h"
#include "authcore/lab/connect/answerwords.h"
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

} // namespace authcore::lab
