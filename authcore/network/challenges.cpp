#include "authcore/network/challenges.h"

#include "authcore/profile/headerrules.h"
#include "authcore/profile/jsonpointer.h"

#include <QtCore/QJsonDocument>

#include <algorithm>

namespace authcore {

namespace {

//! RFC 9110 section 11.2, without the '=' at its end.
bool isToken68Character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
        || QByteArrayView("-._~+/").contains(c);
}

//! Reads a header from the left to the right.
class Reader
{
public:
    explicit Reader(const QByteArray &text)
        : m_text(text)
    {
    }

    [[nodiscard]] bool atEnd() const { return m_place >= m_text.size(); }
    [[nodiscard]] char next() const { return atEnd() ? '\0' : m_text.at(m_place); }
    bool take(char c)
    {
        const bool found = !atEnd() && next() == c;
        m_place += found ? 1 : 0;
        return found;
    }
    void skipSpaces()
    {
        (void)takeWhile([](char c) { return c == ' ' || c == '\t'; });
    }
    void skipSeparators()
    {
        (void)takeWhile([](char c) { return c == ' ' || c == '\t' || c == ','; });
    }
    [[nodiscard]] QByteArray token() { return takeWhile(isTokenCharacter); }
    //! Only if nothing else is between the scheme and the next comma.
    [[nodiscard]] QByteArray token68()
    {
        const qsizetype before = m_place;
        QByteArray token = takeWhile(isToken68Character);
        if (!token.isEmpty())
            token += takeWhile([](char c) { return c == '='; });
        const qsizetype after = m_place;
        skipSpaces();
        if (!atEnd() && next() != ',') {
            m_place = before;
            return {};
        }
        m_place = after;
        return token;
    }
    //! A quoted string, after its first quote (RFC 9110 section 5.6.4). One without a second quote
    //! goes to the end of the header.
    [[nodiscard]] QByteArray quoted()
    {
        QByteArray value;
        while (!atEnd() && !take('"')) {
            (void)take('\\');
            if (!atEnd())
                value += m_text.at(m_place++);
        }
        return value;
    }
    void skipToComma()
    {
        while (!atEnd() && next() != ',') {
            if (take('"'))
                (void)quoted();
            else
                ++m_place;
        }
    }

private:
    template <typename Wanted>
    QByteArray takeWhile(Wanted isWanted)
    {
        const qsizetype start = m_place;
        while (!atEnd() && isWanted(next()))
            ++m_place;
        return m_text.mid(start, m_place - start);
    }

    const QByteArray &m_text;
    qsizetype m_place = 0;
};

} // namespace

QByteArray Challenge::parameter(const QByteArray &name) const
{
    for (const auto &[known, value] : parameters) {
        if (known == name)
            return value;
    }
    return {};
}

std::vector<Challenge> parseChallenges(const QByteArray &header)
{
    std::vector<Challenge> challenges;
    Reader reader(header);
    for (reader.skipSeparators(); !reader.atEnd(); reader.skipSeparators()) {
        const QByteArray name = reader.token().toLower();
        const bool isFollowed = reader.next() == ' ' || reader.next() == '\t';
        reader.skipSpaces();
        if (name.isEmpty()) {
            reader.skipToComma();
        } else if (reader.take('=')) { // a parameter; a scheme has none there
            reader.skipSpaces();
            QByteArray value = reader.take('"') ? reader.quoted() : reader.token();
            if (!challenges.empty())
                challenges.back().parameters.emplace_back(name, std::move(value));
            reader.skipToComma();
        } else {
            challenges.push_back({name, {}, {}});
            if (isFollowed)
                challenges.back().token68 = reader.token68();
        }
    }
    return challenges;
}

QStringList bearerErrors(const QByteArray &header)
{
    QStringList errors;
    for (const Challenge &challenge : parseChallenges(header)) {
        const QByteArray error = challenge.parameter("error");
        if (challenge.scheme == "bearer" && !error.isEmpty())
            errors.append(QString::fromUtf8(error));
    }
    return errors;
}

bool isChallenge(const BackendProfile &profile, int status, const QByteArray &wwwAuthenticate)
{
    const bool isNamed = profile.challengeStatuses.contains(status);
    if (!isNamed && (status < 400 || status >= 500))
        return false;
    const QStringList errors = bearerErrors(wwwAuthenticate);
    const auto isIn = [&errors](const QStringList &known) {
        return std::any_of(errors.cbegin(), errors.cend(),
            [&known](const QString &error) { return known.contains(error); });
    };
    return !isIn(profile.finalErrors) && (isNamed || isIn(profile.challengeErrors));
}

bool mayBeChallenge(const BackendProfile &profile, int status, const QByteArray &contentType,
    std::optional<qint64> length)
{
    if (profile.challengeValues.isEmpty() || status < 200 || status >= 300
        || length.value_or(0) > largestChallengeBody)
        return false;
    const QByteArray type = contentType.split(';').constFirst().trimmed().toLower();
    return type == "application/json" || type.endsWith("+json");
}

bool isChallengeBody(const BackendProfile &profile, const QByteArray &body)
{
    const QJsonObject json = QJsonDocument::fromJson(body).object();
    return std::any_of(profile.challengeValues.cbegin(), profile.challengeValues.cend(),
        [&json](const ChallengeValue &challenge) {
            const QString found = valueAt(json, challenge.pointer).toVariant().toString();
            return !found.isEmpty() && found == challenge.value;
        });
}

} // namespace authcore
