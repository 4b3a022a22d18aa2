#include "authcore/profile/profilejson.h"

#include "authcore/profile/jsoncomments.h"
#include "authcore/profile/jsonprinting.h"
#include "authcore/profile/jsonreader.h"
#include "authcore/profile/jsontext.h"
#include "authcore/profile/jsontokens.h"
#include "authcore/profile/jsonwriter.h"
#include "authcore/profile/oauthnames.h"
#include "authcore/profile/profilemembers.h"

#include <QtCore/QJsonDocument>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

constexpr auto formatVersion = 1;

//! Writes JSON indented for people, with the members in their own order.
class TextWriter
{
public:
    explicit TextWriter(qsizetype depth)
        : m_indent(depth * 2, ' ')
    {
    }

    void operator()(const QString &key, const auto &value)
    {
        m_text += m_text.isEmpty() ? "{\n" : ",\n";
        m_text += m_indent + "  " + printed(key) + ": " + printed(value);
    }
    template <typename Object>
    void operator()(const QString &key, const std::optional<Object> &value)
    {
        if (value)
            (*this)(key, *value);
    }
    [[nodiscard]] QByteArray result() const { return m_text + '\n' + m_indent + '}'; }

private:
    [[nodiscard]] qsizetype nextDepth() const { return m_indent.size() / 2 + 1; }

    template <typename Object>
    requires requires(TextWriter &writer, Object &object) { members(writer, object); }
    [[nodiscard]] QByteArray printed(const Object &object) const
    {
        TextWriter inner(nextDepth());
        Object copy = object; // the lists of members are for reading, too
        members(inner, copy);
        return inner.result();
    }
    template <typename Object>
    requires requires(TextWriter &writer, Object &object) { members(writer, object); }
    [[nodiscard]] QByteArray printed(const QList<Object> &list) const
    {
        QByteArrayList objects;
        for (const Object &object : list)
            objects.append(m_indent + "    " + TextWriter(nextDepth()).printed(object));
        if (list.isEmpty())
            return "[]";
        return "[\n" + objects.join(",\n") + '\n' + m_indent + "  ]";
    }
    //! Other values: one line for each member of an object, one line for anything else.
    [[nodiscard]] QByteArray printed(const auto &value) const
    {
        return printedJson(JsonWriter::written(value), m_indent.size() + 2);
    }

    QByteArray m_indent;
    QByteArray m_text;
};

void archiveWhole(auto &writer, BackendProfile profile)
{
    writer(u"version"_s, formatVersion);
    writer(u"baseUrl"_s, profile.baseUrl);
    members(writer, profile);
}

QString whatIsWrong(const QByteArray &json, const QJsonParseError &syntax)
{
    const QByteArray rest = json.mid(std::max(0, syntax.offset - 1)).trimmed();
    if (rest.startsWith('#'))
        return u"comments begin with // or /*, and not with #"_s;
    if (rest.startsWith("/*"))
        return u"this comment is never closed by */"_s;
    return syntax.errorString();
}

} // namespace

QJsonObject BackendProfile::toJson() const
{
    JsonWriter writer;
    archiveWhole(writer, *this);
    return writer.result();
}

QByteArray BackendProfile::toText() const
{
    TextWriter writer(0);
    archiveWhole(writer, *this);
    return writer.result() + '\n';
}

std::variant<BackendProfile, QList<ProfileError>> BackendProfile::fromJson(
    const QByteArray &text, const QUrl &otherwise)
{
    using Errors = QList<ProfileError>;
    const QByteArray json = withoutComments(text);
    const JsonText places(json);
    QJsonParseError syntax {};
    const auto document = QJsonDocument::fromJson(json, &syntax);
    if (syntax.error != QJsonParseError::NoError)
        return Errors {{QString(),
            u"is no JSON here: %1; compare with \"tokenflight-cli profiles show custom-jwt\""_s.arg(
                whatIsWrong(json, syntax)),
            places.at({syntax.offset}).constFirst()}};
    if (!document.isObject())
        return Errors {{QString(), u"is no JSON object; give {\"version\": 1, ...}"_s,
            places.find({QString()}).constFirst()}};

    const auto object = QJsonDocument::fromJson(withEscapedMarks(json)).object();
    ProfileErrors errors;
    JsonReader reader(object, {}, errors);
    const auto version = reader.integer(u"version"_s);
    if (version.value_or(formatVersion) != formatVersion)
        reader.fail(u"version"_s, u"is none that this program knows; give 1"_s);
    QString schema; // what editors check the file against
    reader(u"$schema"_s, schema);
    QUrl baseUrl;
    reader(u"baseUrl"_s, baseUrl);
    if (baseUrl.isEmpty())
        baseUrl = otherwise;
    QString presetName;
    reader(u"preset"_s, presetName);
    BackendProfile profile;
    if (const auto origin = originOf(baseUrl); !origin.isEmpty())
        profile.protectedOrigins = {origin};
    if (auto preset = BackendProfile::preset(presetName, baseUrl))
        profile = *std::move(preset);
    else if (object.value("preset"_L1).isString())
        reader.fail(u"preset"_s, u"is no known preset; give "_s % presetNames().join(" or "_L1));
    profile.baseUrl = baseUrl;
    // The endpoints of a preset are those of the preset's own issuer.
    if (!profile.issuer.isEmpty() && !object.value("issuer"_L1).toString().isEmpty())
        profile = withoutOAuthEndpoints(std::move(profile));
    members(reader, profile);
    reader.refuseUnknownKeys();
    places.findDuplicateKeys(errors);
    if (const Errors all = errors.result(); !all.isEmpty())
        return located(all, json);
    return profile;
}

QList<ProfileError> located(QList<ProfileError> problems, const QByteArray &json)
{
    const JsonText text(withoutComments(json));
    QStringList pointers;
    for (const auto &problem : std::as_const(problems))
        pointers.append(problem.where);
    const auto places = text.find(pointers);
    for (qsizetype i = 0; i < problems.size(); ++i) {
        auto &problem = problems[i];
        if (problem.where.isEmpty()) // it is about those that come before it
            problem.at = text.at({json.size()}).constFirst();
        else if (!problem.at)
            problem.at = places.at(i);
    }
    const auto place = [](const ProfileError &problem) {
        return std::pair(problem.at->line, problem.at->column);
    };
    std::stable_sort(problems.begin(), problems.end(),
        [&place](const ProfileError &a, const ProfileError &b) { return place(a) < place(b); });
    return problems;
}

} // namespace authcore
