#include "authcore/lab/connect/drafttext.h"

#include "authcore/profile/jsonpointer.h"
#include "authcore/profile/jsonprinting.h"
#include "authcore/profile/profilemembers.h"

#include <QtCore/QJsonObject>
#include <QtCore/QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

//! Collects the pointers of all members of a profile in their order.
class MemberOrder
{
public:
    void operator()(const QString &key, auto &value)
    {
        const QString pointer = m_where % u'/' % key;
        m_pointers.append(pointer);
        if constexpr (requires { members(*this, value); }) {
            const auto outer = std::exchange(m_where, pointer);
            members(*this, value);
            m_where = outer;
        }
    }
    [[nodiscard]] const QStringList &pointers() const { return m_pointers; }

private:
    QString m_where;
    QStringList m_pointers {u"/version"_s};
};

QStringList orderOfMembers()
{
    MemberOrder order;
    BackendProfile profile;
    members(order, profile);
    auto pointers = order.pointers();
    pointers.insert(pointers.indexOf(u"/name"_s) + 1, u"/baseUrl"_s);
    return pointers;
}

const std::map<QString, QString> &usualComments()
{
    static const std::map<QString, QString> comments {
        {u"/id"_s, u"Stored tokens are told apart by this name."_s},
        {u"/baseUrl"_s, u"The addresses below are inside this one."_s},
        {u"/protectedOrigins"_s, u"The access token goes to these origins, and nowhere else."_s},
        {u"/publicPaths"_s, u"Requests for these paths carry no token."_s},
        {u"/allowInsecureHttp"_s, u"Passwords and tokens may cross the network unencrypted!"_s},
        {u"/signInMethods"_s, u"How people sign in; the first one is offered first."_s},
        {u"/signIn"_s,
            u"How a name and a password become tokens. ${userName} and ${password} are "
            "filled in."_s},
        {u"/refresh"_s, u"How a refresh token becomes new tokens."_s},
        {u"/revocation"_s, u"How the server hears of a sign-out (RFC 7009)."_s},
        {u"/answer"_s, u"Where each value is in the answers, as JSON pointers: \"/data/token\"."_s},
        {u"/issuer"_s, u"The endpoints are read from the metadata of this server (RFC 8414)."_s},
        {u"/clientId"_s, u"The name by which the authorization server knows this client."_s},
        {u"/scope"_s,
            u"What is asked for. \"offline_access\" is what many servers want to hear "
            "before they give a refresh token."_s},
        {u"/clientAuthentication"_s,
            u"The client's secret is no part of a profile: see "
            "TOKENFLIGHT_CLIENT_SECRET."_s},
        {u"/tokenHeader"_s, u"The header that carries the access token; empty: a cookie does."_s},
        {u"/tokenPrefix"_s, u"What stands before the token in that header."_s},
        {u"/csrf"_s, u"These headers repeat the values of cookies, against forged requests."_s},
        {u"/resources"_s, u"What to ask for; a run asks for the first one."_s},
        {u"/challengeStatuses"_s, u"What the server answers when the access token is refused."_s},
        {u"/refreshRejectedStatuses"_s, u"What it answers when the refresh token is refused."_s},
        {u"/replayChallengeEndsSession"_s, u"A refused token that is fresh ends the session."_s},
    };
    return comments;
}

//! Writes one object after the other.
class Writer
{
public:
    explicit Writer(const std::map<QString, QString> &comments)
        : m_comments(comments)
    {
    }

    //! The members of `object` that differ from `defaults`, between brackets.
    [[nodiscard]] QByteArray written(const QJsonObject &object, const QJsonObject &defaults,
        const QString &where, qsizetype indent) const
    {
        QByteArray text;
        const auto keys = sortedKeys(object, where);
        for (const auto &key : keys) {
            const auto value = object.value(key);
            const QString pointer = where % u'/' % escapedForPointer(key);
            if (value == defaults.value(key) && !isAlwaysShown(pointer))
                continue;
            text += text.isEmpty() ? "\n" : ",\n";
            text += commentFor(pointer, indent + 2) + QByteArray(indent + 2, ' ')
                + printedJson(key, 0) + ": ";
            const bool hasMembers = value.isObject()
                && std::any_of(m_order.cbegin(), m_order.cend(),
                    [&pointer](const QString &known) { return known.startsWith(pointer % u'/'); });
            if (hasMembers)
                text +=
                    written(value.toObject(), defaults.value(key).toObject(), pointer, indent + 2);
            else
                text += printedJson(value, indent + 2);
        }
        if (text.isEmpty())
            return "{}";
        return '{' + text + '\n' + QByteArray(indent, ' ') + '}';
    }

private:
    [[nodiscard]] static bool isAlwaysShown(const QString &pointer)
    {
        return pointer == "/version"_L1 || pointer == "/protectedOrigins"_L1;
    }

    [[nodiscard]] QStringList sortedKeys(const QJsonObject &object, const QString &where) const
    {
        auto keys = object.keys();
        const auto rank = [&](const QString &key) {
            const auto index = m_order.indexOf(where % u'/' % key);
            return index < 0 ? m_order.size() : index;
        };
        std::stable_sort(keys.begin(), keys.end(),
            [&rank](const QString &a, const QString &b) { return rank(a) < rank(b); });
        return keys;
    }

    //! The comments of a member, each on lines of its own.
    [[nodiscard]] QByteArray commentFor(const QString &pointer, qsizetype indent) const
    {
        QByteArray lines;
        for (const auto *const comments : {&m_comments, &usualComments()}) {
            const auto found = comments->find(pointer);
            if (found != comments->end())
                lines += wrapped(found->second, indent);
        }
        return lines;
    }

    [[nodiscard]] static QByteArray wrapped(const QString &text, qsizetype indent)
    {
        constexpr qsizetype longest = 96;
        const QByteArray begin = QByteArray(indent, ' ') + "//";
        QByteArray lines;
        QByteArray line = begin;
        // No line end may come from outside, which would end the comment.
        const auto words = text.simplified().split(u' ', Qt::SkipEmptyParts);
        for (const QString &word : words) {
            const auto next = word.toUtf8();
            if (line.size() > begin.size() && line.size() + next.size() >= longest)
                lines += std::exchange(line, begin) + '\n';
            line += ' ' + next;
        }
        return lines + line + '\n';
    }

    QStringList m_order = orderOfMembers();
    const std::map<QString, QString> &m_comments;
};

} // namespace

QByteArray commentedText(const BackendProfile &profile, const std::map<QString, QString> &comments)
{
    return Writer(comments).written(profile.toJson(), BackendProfile().toJson(), {}, 0) + '\n';
}

} // namespace authcore::lab
