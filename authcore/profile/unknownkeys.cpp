#include "authcore/profile/unknownkeys.h"

#include "authcore/profile/profilemembers.h"
#include "authcore/profile/secretnames.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

constexpr qsizetype longestSlip = 100; //!< a misspelt key is not longer
constexpr qsizetype mostListed = 15; //!< more keys are not listed

//! Levenshtein's distance: how many letters to add, drop or change.
qsizetype distance(const QString &from, const QString &to)
{
    std::vector<qsizetype> row(static_cast<std::size_t>(to.size()) + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 0; i < from.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j + 1 < row.size(); ++j) {
            const bool same = from.at(i).toCaseFolded() == to.at(qsizetype(j)).toCaseFolded();
            const auto changed = diagonal + (same ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

//! The known key that was meant; empty: none is near enough.
std::optional<QString> meantKey(const QString &key, const QStringList &known)
{
    const auto nearest = std::min_element(known.cbegin(), known.cend(),
        [&key](const QString &a, const QString &b) { return distance(key, a) < distance(key, b); });
    if (nearest == known.cend() || distance(key, *nearest) > 2 || key.size() <= 3)
        return std::nullopt;
    return *nearest;
}

//! Finds the objects of a profile that have a certain key.
class KeySearch
{
public:
    explicit KeySearch(QString key)
        : m_key(std::move(key))
    {
    }

    void operator()(const QString &name, auto &member)
    {
        if (name == m_key)
            m_owners.append(m_owner);
        search(name, member);
    }
    [[nodiscard]] QStringList owners() const { return m_owners; } //!< "": the profile itself

private:
    template <typename Object>
    requires requires(KeySearch &search, Object &object) { members(search, object); }
    void search(const QString &name, Object &object)
    {
        m_owner = name;
        members(*this, object);
        m_owner.clear();
    }
    void search(const QString & /*name*/, const auto & /*value*/) { }

    QString m_key;
    QString m_owner; //!< the name of the object that is being searched
    QStringList m_owners;
};

QStringList ownersOf(const QString &key)
{
    KeySearch search(key);
    BackendProfile profile;
    members(search, profile);
    return search.owners();
}

//! "a", "b" and "c"
QString listed(const QStringList &names, QLatin1StringView conjunction)
{
    QStringList quoted;
    for (const QString &name : names)
        quoted.append(u'"' % name % u'"');
    const QString last = quoted.takeLast();
    return quoted.isEmpty() ? last : QString(quoted.join(u", "_s) % conjunction % last);
}

} // namespace

QString unknownKeyText(const QString &key, const QStringList &known)
{
    if (key.size() > longestSlip)
        return u"is no known key; take it out"_s;
    if (const auto meant = meantKey(key, known))
        return u"is no known key; the nearest one is \"%1\""_s.arg(*meant);
    if (const auto secret = secretUnder(key, NameIs::Roughly))
        return *secret;
    const QStringList owners = ownersOf(key);
    if (owners.contains(QString()))
        return u"is no key here; put it into the profile itself, outside of this object"_s;
    if (!owners.isEmpty())
        return u"is no key here; put it into %1"_s.arg(listed(owners, " or "_L1));
    if (known.size() <= mostListed)
        return u"is no known key here; known are %1"_s.arg(listed(known, " and "_L1));
    return u"is no known key here; take it out, or compare with \"tokenflight-cli profiles show "
           "custom-jwt\""_s;
}

} // namespace authcore
