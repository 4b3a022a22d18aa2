#include "authcore/profile/backendprofile.h"
#include "tests/support/jsonschema.h"
#include "tests/support/unusualprofile.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtTest/QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using authcore::ProfileError;
using support::Schema;

namespace {

QByteArray content(const QString &name)
{
    QFile file(QStringLiteral(TOKENFLIGHT_SOURCE "/") + name);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(file.fileName()));
    return file.readAll();
}

//! A member of a profile at any depth; of an array, its first element.
struct Place
{
    QStringList path;
    QJsonObject schema;

    [[nodiscard]] QString pointer() const { return u'/' + path.join(u'/'); }
};

QJsonValue valueAt(QJsonValue json, const QStringList &path)
{
    for (const auto &step : path)
        json = json.isArray() ? json.toArray().at(step.toInt()) : json.toObject().value(step);
    return json;
}

//! Returns `json` with `value` at `path`.
QJsonValue with(const QJsonValue &json, const QStringList &path, const QJsonValue &value)
{
    if (path.isEmpty())
        return value;
    const auto &step = path.first();
    if (json.isArray()) {
        auto array = json.toArray();
        array[step.toInt()] = with(array.at(step.toInt()), path.mid(1), value);
        return array;
    }
    auto object = json.toObject();
    object[step] = with(object.value(step), path.mid(1), value);
    return object;
}

void gather(
    const Schema &whole, const QJsonObject &schema, const QStringList &path, QList<Place> &places)
{
    const auto properties = schema["properties"_L1].toObject();
    for (auto property = properties.begin(); property != properties.end(); ++property) {
        const Place place {path + QStringList {property.key()},
            whole.resolved(QJsonValue(property.value()).toObject())};
        places.append(place);
        gather(whole, place.schema, place.path, places);
        const auto items = place.schema["items"_L1].toObject();
        gather(whole, items, place.path + QStringList {u"0"_s}, places);
    }
}

//! The program finds a problem in `json` at `pointer` or below.
bool isRefused(const QJsonValue &json, const QString &pointer)
{
    const auto read =
        BackendProfile::fromJson(QJsonDocument(json.toObject()).toJson(QJsonDocument::Compact));
    const auto *const errors = std::get_if<QList<ProfileError>>(&read);
    const auto found = errors != nullptr ? *errors : std::get<BackendProfile>(read).problems();
    return std::any_of(found.begin(), found.end(),
        [&](const ProfileError &error) { return error.where.startsWith(pointer); });
}

bool isReadable(const QJsonValue &json)
{
    return std::holds_alternative<BackendProfile>(
        BackendProfile::fromJson(QJsonDocument(json.toObject()).toJson(QJsonDocument::Compact)));
}

} // namespace

//! resources/profile.schema.json accepts the same profiles as BackendProfile::fromJson().
class ProfileSchemaTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(!m_schema.root().isEmpty());
        gather(m_schema, m_schema.root(), {}, m_places);
        QVERIFY(m_places.size() > 60);
        QVERIFY(m_schema.accepts(m_full));
        QVERIFY(isReadable(m_full));
    }

    //! The schema has each key that the program writes, and no other.
    void keysAgree()
    {
        QStringList inSchema;
        for (const auto &place : m_places)
            inSchema.append(place.pointer());
        for (const auto *readOnly : {"/$schema", "/preset"})
            QVERIFY(inSchema.removeOne(QString::fromLatin1(readOnly)));
        QStringList written;
        gatherKeys(m_full, {}, written);
        inSchema.sort();
        written.sort();
        QCOMPARE(inSchema, written);
    }

    void everyKeyIsExplained()
    {
        for (const auto &place : m_places)
            QVERIFY2(place.schema.contains("description"_L1), qPrintable(place.pointer()));
    }

    void defaultsAgree()
    {
        const auto defaults = BackendProfile().toJson();
        for (const auto &place : m_places) {
            const bool isAbsent =
                valueAt(defaults, place.path.first(place.path.size() - 1)).isUndefined();
            if (isAbsent || !place.schema.contains("default"_L1) || place.path.contains("0"_L1))
                continue;
            if (valueAt(defaults, place.path) != place.schema["default"_L1])
                QFAIL(qPrintable(place.pointer()));
        }
    }

    void everyValueHasADefaultToTell()
    {
        const QStringList none {u"/$schema"_s, u"/preset"_s, u"/version"_s, u"/protectedOrigins"_s};
        for (const auto &place : m_places) {
            const bool isOuter = place.schema.contains("properties"_L1);
            QVERIFY2(
                isOuter || place.schema.contains("default"_L1) || none.contains(place.pointer()),
                qPrintable(place.pointer()));
        }
    }

    //! The schema lists the same names as the program, where only a few names are valid.
    void namesAgree()
    {
        int lists = 0;
        for (auto place : m_places) {
            auto names = place.schema["enum"_L1].toArray();
            if (names.isEmpty()) {
                names = place.schema["items"_L1]["enum"_L1].toArray();
                place.path.append(u"0"_s);
            }
            if (names.isEmpty())
                continue;
            ++lists;
            const auto json = with(m_full, place.path, u"none of them"_s);
            const auto read = BackendProfile::fromJson(QJsonDocument(json.toObject()).toJson());
            auto offered = std::get<QList<ProfileError>>(read)
                               .first()
                               .what.section(u"; give "_s, 1)
                               .remove(u'"')
                               .split(u" or "_s);
            QCOMPARE(QJsonArray::fromStringList(offered), names);
            for (const auto &name : std::as_const(names))
                QVERIFY(isReadable(with(m_full, place.path, QJsonValue(name))));
        }
        QCOMPARE(lists, 9); // preset, signInMethods, clientAuthentication, formats, methods
    }

    //! Tries values at each place: the program reads what the schema accepts, and refuses what the
    //! schema refuses.
    void valuesAgree_data()
    {
        QTest::addColumn<QJsonValue>("value");
        const auto row = [](const char *json) {
            QTest::newRow(json) << QJsonValue(
                QJsonDocument::fromJson('[' + QByteArray(json) + ']').array().at(0));
        };
        for (const auto *json : {"null", "true", "7", "0", "-1", "0.5", "1000", "31536000000",
                 "31536000001", "9999999999999", "1e300", "\"x\"", "\"/x/~2\"", "\"a;b\"", "\"\"",
                 "[]", "[null]", "[7]", "[\"x\"]", "[500]", "[{}]", "[[]]", "{}", "{\"x\":null}",
                 "{\"x\":\"y\"}", "{\"x\":{}}"})
            row(json);
    }
    void valuesAgree()
    {
        QFETCH(const QJsonValue, value);
        int accepted = 0;
        for (const auto &place : m_places) {
            const auto json = with(m_full, place.path, value);
            const bool isValid = m_schema.accepts(json);
            accepted += isValid ? 1 : 0;
            if (isValid)
                QVERIFY2(isReadable(json), qPrintable(place.pointer()));
            else
                QVERIFY2(isRefused(json, place.pointer()), qPrintable(place.pointer()));
        }
        QCOMPARE_LT(accepted, m_places.size());
    }

    //! Both refuse an unknown key in each object.
    void unknownKeysAreRefused()
    {
        auto objects = QList<Place> {{{}, m_schema.root()}};
        for (auto place : std::as_const(m_places)) {
            if (place.schema["items"_L1]["properties"_L1].isObject())
                place = {place.path + QStringList {u"0"_s}, place.schema["items"_L1].toObject()};
            if (place.schema.contains("properties"_L1))
                objects.append(place);
        }
        QCOMPARE(objects.size(), 14);
        for (const auto &object : std::as_const(objects)) {
            const auto json = with(m_full, object.path + QStringList {u"nonesuch"_s}, 1);
            QVERIFY2(!m_schema.accepts(json), qPrintable(object.pointer()));
            QVERIFY2(!isReadable(json), qPrintable(object.pointer()));
        }
    }

    void presetsAreValid()
    {
        for (const auto &name : BackendProfile::presetNames()) {
            const auto preset = BackendProfile::preset(name, QUrl(u"https://example.org"_s));
            QVERIFY2(m_schema.accepts(preset->toJson()), qPrintable(name));
        }
    }

    void theExampleIsValid()
    {
        const auto json = content(u"resources/profile.example.json"_s);
        QVERIFY(m_schema.accepts(QJsonDocument::fromJson(json).object()));
        const auto read = BackendProfile::fromJson(json);
        QVERIFY(std::holds_alternative<BackendProfile>(read));
        QCOMPARE(std::get<BackendProfile>(read).problems(), QList<ProfileError>());
    }

    void theExampleIsWhatReadmeShows()
    {
        const auto readme = content(u"README.md"_s);
        const QByteArray shown =
            "```json\n" + content(u"resources/profile.example.json"_s) + "```\n";
        QVERIFY(readme.contains(shown));
    }

private:
    //! Collects the keys of the schema in the form in which gather() collects them.
    void gatherKeys(const QJsonValue &json, const QStringList &path, QStringList &found)
    {
        const auto object = json.isArray() ? json.toArray().at(0).toObject() : json.toObject();
        auto here = path;
        if (json.isArray())
            here.append(u"0"_s);
        for (auto member = object.begin(); member != object.end(); ++member) {
            const auto inner = here + QStringList {member.key()};
            found.append(u'/' + inner.join(u'/'));
            static const QStringList free {
                u"body"_s, u"headers"_s, u"userData"_s, u"parameters"_s, u"extraHeaders"_s};
            if (!free.contains(member.key()))
                gatherKeys(QJsonValue(member.value()), inner, found);
        }
    }

    const Schema m_schema {
        QJsonDocument::fromJson(content(u"resources/profile.schema.json"_s)).object()};
    const QJsonValue m_full {support::unusualProfile().toJson()};
    QList<Place> m_places;
};

QTEST_GUILESS_MAIN(ProfileSchemaTest)
#include "tst_profileschema.moc"
