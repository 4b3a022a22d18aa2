#include "authcore/demobackend/statefile.h"

#include "authcore/demobackend/dialectname.h"
#include "authcore/demobackend/tokenmint.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSaveFile>

#include <optional>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr int version = 1;

QString toText(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toBase64());
}

QByteArray fromText(const QJsonValue &value)
{
    const auto bytes = QByteArray::fromBase64Encoding(
        value.toString().toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    return bytes ? *bytes : QByteArray();
}

Instant instantOf(const QJsonValue &value)
{
    return Instant(std::chrono::milliseconds(value.toInteger()));
}

QJsonObject toJson(const SavedRefreshToken &token)
{
    QJsonObject object {
        {u"sha256"_s, toText(token.sha256)},
        {u"dialect"_s, token.holder.dialect},
        {u"userId"_s, token.holder.userId},
        {u"family"_s, token.family},
        {u"expiresAt"_s, qint64(token.expiresAt.time_since_epoch().count())},
    };
    if (!token.holder.own.isEmpty())
        object.insert("own"_L1, token.holder.own);
    if (token.usedAt)
        object.insert("usedAt"_L1, qint64(token.usedAt->time_since_epoch().count()));
    return object;
}

std::optional<SavedRefreshToken> refreshTokenFrom(const QJsonObject &object)
{
    // Earlier versions had one dialect and did not store its name.
    const Holder holder {object["dialect"_L1].toString(firstDialect),
        object["userId"_L1].toString(), object["own"_L1].toObject()};
    SavedRefreshToken token {fromText(object["sha256"_L1]), holder, object["family"_L1].toInt(),
        instantOf(object["expiresAt"_L1]), {}};
    if (object.contains("usedAt"_L1))
        token.usedAt = instantOf(object["usedAt"_L1]);
    constexpr qsizetype hashSize = 32;
    if (token.sha256.size() != hashSize || token.holder.userId.isEmpty())
        return {};
    return token;
}

std::variant<SavedState, QString> stateFrom(const QByteArray &bytes)
{
    QJsonParseError error {};
    const auto document = QJsonDocument::fromJson(bytes, &error);
    if (error.error != QJsonParseError::NoError)
        return QString(u"it is not JSON: "_s % error.errorString() % u" at byte "_s
            % QString::number(error.offset));
    const auto object = document.object();
    if (object["version"_L1].toInt() != version)
        return u"it was not written by this version"_s;
    SavedState state {fromText(object["signingKey"_L1]), object["epoch"_L1].toInt(),
        quint16(object["port"_L1].toInt()), {}};
    if (object["port"_L1].toInt() != state.port)
        return u"its port is none"_s;
    if (state.signingKey.size() != TokenMint::keySize)
        return u"its signing key is missing or damaged"_s;
    if (!object["refreshTokens"_L1].isArray())
        return u"its refresh tokens are missing"_s;
    for (const auto value : object["refreshTokens"_L1].toArray()) {
        auto token = refreshTokenFrom(value.toObject());
        if (!token)
            return u"one of its refresh tokens is damaged"_s;
        state.refreshTokens.push_back(std::move(*token));
    }
    return state;
}

QByteArray toBytes(const SavedState &state)
{
    QJsonArray refreshTokens;
    for (const auto &token : state.refreshTokens)
        refreshTokens.append(toJson(token));
    return QJsonDocument(QJsonObject {
                             {u"version"_s, version},
                             {u"signingKey"_s, toText(state.signingKey)},
                             {u"epoch"_s, state.epoch},
                             {u"port"_s, state.port},
                             {u"refreshTokens"_s, refreshTokens},
                         })
        .toJson();
}

} // namespace

StateFile::StateFile(QString path)
    : m_path(std::move(path))
{
}

bool StateFile::exists() const
{
    return QFileInfo::exists(m_path);
}

std::variant<SavedState, QString> StateFile::read() const
{
    const QString whichOne = u"cannot use the state file "_s % m_path % u": "_s;
    QFile file(m_path);
    if (!file.open(QIODevice::ReadOnly))
        return QString(whichOne % file.errorString());
    auto state = stateFrom(file.readAll());
    if (const auto *problem = std::get_if<QString>(&state))
        return QString(whichOne % *problem);
    return state;
}

QString StateFile::write(const SavedState &state) const
{
    QDir().mkpath(QFileInfo(m_path).absolutePath());
    QSaveFile file(m_path);
    // Set the permissions before the first byte, so that nobody else can ever read the file.
    if (file.open(QIODevice::WriteOnly)
        && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)) {
        file.write(toBytes(state));
        if (file.commit())
            return {};
    }
    return u"cannot write the state file "_s % m_path % u": "_s % file.errorString();
}

} // namespace demobackend
