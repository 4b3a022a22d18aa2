#include "authcore/lab/trial/profilediff.h"

#include "authcore/profile/jsonpointer.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

//! Collects the changes, and makes them in the document as well.
class Differences
{
public:
    explicit Differences(QJsonObject &document)
        : m_document(document)
        , m_defaults(BackendProfile().toJson())
    {
    }

    void compare(const QString &where, const QJsonValue &before, const QJsonValue &after)
    {
        if (before == after)
            return;
        if (before.isObject() && after.isObject() && canBeMerged(where, before, after))
            compareMembers(where, before.toObject(), after.toObject());
        else if (isSameList(where, before, after))
            compareElements(where, before.toArray(), after.toArray());
        else
            set(where, after);
    }
    [[nodiscard]] JsonPatch patch() const { return m_patch; }

private:
    //! A member that a preset brings can only be removed together with its object.
    [[nodiscard]] bool canBeMerged(
        const QString &where, const QJsonValue &before, const QJsonValue &after) const
    {
        const auto keys = before.toObject().keys();
        return std::all_of(keys.cbegin(), keys.cend(), [&](const QString &key) {
            const QString pointer = where % u'/' % escapedForPointer(key);
            return after.toObject().contains(key) || !valueAt(m_document, pointer).isUndefined();
        });
    }

    //! Objects in a list that is in the document can be changed one by one.
    [[nodiscard]] bool isSameList(
        const QString &where, const QJsonValue &before, const QJsonValue &after) const
    {
        const auto elements = after.toArray();
        return before.isArray() && before.toArray().size() == elements.size()
            && valueAt(m_document, where).toArray().size() == elements.size()
            && std::all_of(elements.cbegin(), elements.cend(),
                [](const auto &element) { return element.isObject(); });
    }

    void compareElements(const QString &where, const QJsonArray &before, const QJsonArray &after)
    {
        for (qsizetype i = 0; i < after.size(); ++i)
            compare(where % u'/' % QString::number(i), before.at(i), after.at(i));
    }

    void compareMembers(const QString &where, const QJsonObject &before, const QJsonObject &after)
    {
        auto keys = before.keys() + after.keys();
        keys.removeDuplicates();
        for (const QString &key : std::as_const(keys))
            compare(where % u'/' % escapedForPointer(key), before.value(key), after.value(key));
    }

    void set(const QString &where, const QJsonValue &value)
    {
        // What has its default need not be said, unless a preset says otherwise.
        const bool isDefault =
            value == valueAt(m_defaults, where) && !m_document.contains("preset"_L1);
        const bool isProfiles = !where.contains("/body"_L1) && !where.contains("/headers"_L1);
        auto shown = isProfiles ? briefly(value) : value;
        if (isDefault)
            shown = QJsonValue(QJsonValue::Undefined);
        const auto edits = patchFor(m_document, where, shown);
        const auto text = QJsonDocument(m_document).toJson();
        if (const auto changed = patched(text, edits))
            m_document = QJsonDocument::fromJson(*changed).object();
        m_patch += edits;
    }

    //! Objects without the members that a reader takes for granted.
    [[nodiscard]] QJsonValue briefly(const QJsonValue &value) const
    {
        if (value.isArray()) {
            QJsonArray result;
            const auto array = value.toArray();
            for (const auto &element : array)
                result.append(briefly(element));
            return result;
        }
        if (!value.isObject())
            return value;
        const auto defaults = m_defaults.value("answer"_L1).toObject();
        QJsonObject result;
        const auto object = value.toObject();
        for (auto member = object.begin(); member != object.end(); ++member) {
            if (member.key() == "body"_L1 || member.key() == "headers"_L1) {
                result.insert(member.key(), QJsonValue(member.value())); // the server's own names
                continue;
            }
            const bool isEmptyList = member.value().isArray() && member.value().toArray().isEmpty();
            const bool isDefault = defaults.value(member.key()) == member.value();
            if (!isEmptyList && !isDefault)
                result.insert(member.key(), briefly(QJsonValue(member.value())));
        }
        return result;
    }

    QJsonObject &m_document;
    QJsonObject m_defaults;
    JsonPatch m_patch;
};

} // namespace

JsonPatch patchBetween(
    const BackendProfile &before, const BackendProfile &after, QJsonObject &document)
{
    Differences differences(document);
    differences.compare({}, before.toJson(), after.toJson());
    return differences.patch();
}

} // namespace authcore::lab
